// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc

/// How many descriptors this process may have: each connection is one.
package enum DescriptorLimit {
    /// Raises the limit as far as it may be raised, and tells how many connections that is, without what a process needs
    /// itself.
    package static func raise() -> Int {
        var limit = rlimit()
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard unsafe getrlimit(resource, &limit) == 0 else { return 900 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(resource, &limit)
        return max(64, Int(min(limit.rlim_cur, 1 << 20)) - 64)
    }
}
