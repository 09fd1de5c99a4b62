// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// A disk for SQLite that fails when told to: a layer (sqlite3_vfs(3)) over the usual one.

#pragma once

enum faulty_disk_operation {
    FAULTY_DISK_READ,
    FAULTY_DISK_WRITE,
    FAULTY_DISK_SYNC,
    FAULTY_DISK_OPERATIONS
};

/// Makes a disk of this name known to SQLite. It works until told otherwise, and lives as long as the process. Answers a
/// number for the calls below, or -1.
int faulty_disk_make(const char *name);

/// After `successes` more of these operations, the disk fails each one with this result code; a negative number of successes
/// mends it.
void faulty_disk_fail(int disk, enum faulty_disk_operation operation, int successes, int result);

/// Each synchronisation takes this much longer.
void faulty_disk_delay(int disk, int microseconds);

/// How many of these operations were tried.
int faulty_disk_count(int disk, enum faulty_disk_operation operation);
