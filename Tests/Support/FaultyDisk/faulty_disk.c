// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

#define _GNU_SOURCE
#include "faulty_disk.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

enum { DISKS = 64 };

struct disk {
    sqlite3_vfs layer;
    char name[64];
    sqlite3_vfs *below;
    atomic_int armed[FAULTY_DISK_OPERATIONS];
    atomic_int successes[FAULTY_DISK_OPERATIONS];
    atomic_int result[FAULTY_DISK_OPERATIONS];
    atomic_int count[FAULTY_DISK_OPERATIONS];
    atomic_int delay;
};

struct layered_file {
    sqlite3_file base;
    struct disk *disk;
    sqlite3_file *below; // lies behind this struct
};

static struct disk disks[DISKS];
static atomic_int used;

static int fault(struct disk *disk, enum faulty_disk_operation operation) {
    atomic_fetch_add(&disk->count[operation], 1);
    if (!atomic_load(&disk->armed[operation]))
        return SQLITE_OK;
    if (atomic_fetch_sub(&disk->successes[operation], 1) > 0)
        return SQLITE_OK;
    return atomic_load(&disk->result[operation]);
}

#define BELOW(f) (((struct layered_file *)(f))->below)
#define DISK(f) (((struct layered_file *)(f))->disk)
#define CALL(f, method, ...) BELOW(f)->pMethods->method(BELOW(f), ##__VA_ARGS__)

static int close_file(sqlite3_file *f) { return CALL(f, xClose); }
static int read_file(sqlite3_file *f, void *to, int n, sqlite3_int64 at) {
    int failure = fault(DISK(f), FAULTY_DISK_READ);
    return failure ? failure : CALL(f, xRead, to, n, at);
}
static int write_file(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    int failure = fault(DISK(f), FAULTY_DISK_WRITE);
    return failure ? failure : CALL(f, xWrite, from, n, at);
}
static int truncate_file(sqlite3_file *f, sqlite3_int64 size) { return CALL(f, xTruncate, size); }
static int sync_file(sqlite3_file *f, int flags) {
    int failure = fault(DISK(f), FAULTY_DISK_SYNC);
    int delay = atomic_load(&DISK(f)->delay);
    if (delay)
        usleep((useconds_t)delay);
    return failure ? failure : CALL(f, xSync, flags);
}
static int file_size(sqlite3_file *f, sqlite3_int64 *size) { return CALL(f, xFileSize, size); }
static int lock_file(sqlite3_file *f, int level) { return CALL(f, xLock, level); }
static int unlock_file(sqlite3_file *f, int level) { return CALL(f, xUnlock, level); }
static int check_lock(sqlite3_file *f, int *result) { return CALL(f, xCheckReservedLock, result); }
static int control(sqlite3_file *f, int operation, void *argument) { return CALL(f, xFileControl, operation, argument); }
static int sector_size(sqlite3_file *f) { return CALL(f, xSectorSize); }
static int characteristics(sqlite3_file *f) { return CALL(f, xDeviceCharacteristics); }
static int shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **to) {
    return CALL(f, xShmMap, page, size, extend, to);
}
static int shm_lock(sqlite3_file *f, int offset, int n, int flags) { return CALL(f, xShmLock, offset, n, flags); }
static void shm_barrier(sqlite3_file *f) { CALL(f, xShmBarrier); }
static int shm_unmap(sqlite3_file *f, int remove) { return CALL(f, xShmUnmap, remove); }

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = file_size,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_lock,
    .xFileControl = control,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = shm_map,
    .xShmLock = shm_lock,
    .xShmBarrier = shm_barrier,
    .xShmUnmap = shm_unmap,
};

static int open_file(sqlite3_vfs *layer, sqlite3_filename name, sqlite3_file *f, int flags, int *outFlags) {
    struct disk *disk = (struct disk *)layer->pAppData;
    struct layered_file *file = (struct layered_file *)f;
    file->disk = disk;
    file->below = (sqlite3_file *)(file + 1);
    int result = disk->below->xOpen(disk->below, name, file->below, flags, outFlags);
    file->base.pMethods = file->below->pMethods ? &methods : NULL;
    return result;
}

int faulty_disk_make(const char *name) {
    int number = atomic_fetch_add(&used, 1);
    if (number >= DISKS)
        return -1;
    struct disk *disk = &disks[number];
    disk->below = sqlite3_vfs_find(NULL);
    disk->layer = *disk->below;
    strncpy(disk->name, name, sizeof disk->name - 1);
    disk->layer.zName = disk->name;
    disk->layer.pNext = NULL;
    disk->layer.pAppData = disk;
    disk->layer.szOsFile = (int)sizeof(struct layered_file) + disk->below->szOsFile;
    disk->layer.xOpen = open_file;
    return sqlite3_vfs_register(&disk->layer, 0) == SQLITE_OK ? number : -1;
}

void faulty_disk_fail(int disk, enum faulty_disk_operation operation, int successes, int result) {
    atomic_store(&disks[disk].armed[operation], 0);
    atomic_store(&disks[disk].result[operation], result);
    atomic_store(&disks[disk].successes[operation], successes);
    atomic_store(&disks[disk].armed[operation], successes >= 0);
}

void faulty_disk_delay(int disk, int microseconds) {
    atomic_store(&disks[disk].delay, microseconds);
}

int faulty_disk_count(int disk, enum faulty_disk_operation operation) {
    return atomic_load(&disks[disk].count[operation]);
}
