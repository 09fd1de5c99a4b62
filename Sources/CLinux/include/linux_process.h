// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// Processes and threads. Here because pidfd_open(2) has no wrapper before glibc 2.36, pthread_setname_np is behind
// _GNU_SOURCE, the WIF… of wait(2) are macros, and posix_spawn(3) takes a dozen calls that all may fail.

#pragma once
#include <sys/types.h>

/// A descriptor that becomes readable when the process ends (Linux 5.3), close-on-exec. Or -errno.
int linux_process_descriptor(pid_t pid);

/// Sends a signal to the process behind a process descriptor: never to another that inherited its number. 0 or -errno.
int linux_process_signal(int descriptor, int signal);

/// Names the calling thread (at most 15 bytes are kept). 0 or -errno.
int linux_thread_name(const char *name);

/// What became of a child: filled by `linux_reap`.
struct linux_exit {
    /// 1: it has ended and is reaped; 0: it still runs; negative: -errno.
    int state;
    /// The exit status, -1 if a signal ended it.
    int status;
    /// The signal that ended it, 0 for none.
    int signal;
};

/// Reaps a child; waits for it only if asked.
struct linux_exit linux_reap(pid_t pid, int wait);

/// Starts a program with standard input from /dev/null, standard output and error into `output`, and `inherited` as
/// descriptor 3 (-1: none); all other descriptors are closed, the signal mask is empty and all signals have their default
/// action. `arguments` and `environment` end with NULL. Answers the pid or -errno.
pid_t linux_spawn(
    const char *path, char *const arguments[], char *const environment[], int output, int inherited);

/// A pipe, close-on-exec. The reading end does not block. 0 or -errno.
int linux_pipe(int *reading_end, int *writing_end);

/// Gives memory that is free inside the heap back to the system (malloc_trim(3), not in Swift's Glibc module).
void linux_trim_memory(void);
