// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// libsystemd as Swift sees it. SD_JOURNAL_SUPPRESS_LOCATION makes sd_journal_sendv(3) the function of that name and not a
// macro (Swift sees no macros with arguments), so that entries carry no place in C code.

#pragma once

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <sys/epoll.h>
#include <sys/uio.h>
#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>
#include <systemd/sd-journal.h>
