// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Netlink
import Nftables

/// Asks the kernel for something; what netlink refuses is the engine's failure.
func askingKernel<Result>(_ body: () throws(NetlinkError) -> Result) throws(KernelFailure) -> Result {
    do throws(NetlinkError) {
        return try body()
    } catch {
        throw KernelFailure(kind: .refused(errno: error.errno), message: error.description)
    }
}
