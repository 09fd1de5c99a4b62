// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// What shows in a farm only when all changes of a request are done. What the request left alone is not looked at again.
extension ObjectDifference<Farm> {
    func check() throws(Failure) {
        guard let after else { return }
        do throws(Failure) {
            if before?.addresses != after.addresses { try after.checkServices() }
            if before?.addresses != after.addresses || before?.mode != after.mode { try after.checkIngress() }
            try after.checkSessions(since: before)
            try after.checkLimits()
            try after.checkHelper()
        } catch {
            throw error.inside(after.name.text).inside(Farm.collection)
        }
    }
}

extension Farm {
    /// A bucket is kept in nanoseconds: the time of one packet times the burst must fit into 63 bits. nft_limit compares what
    /// is left with a sign (Linux 6.18: with 106,751 packets at 1/day the first passes, with 106,753 none does).
    fileprivate func checkLimits() throws(Failure) {
        let limits = [
            (options.newRateLimit, options.newRateLimitBurst, "new-rtlimit-burst"),
            (options.resetRateLimit, options.resetRateLimitBurst, "rst-rtlimit-burst"),
        ]
        for (rate, burst, key) in limits where rate != .none && burst != .none {
            let most = UInt64(Int64.max) / max(1, rate.unit.nanoseconds / UInt64(rate.amount))
            guard UInt64(burst.value) > most else { continue }
            throw Failure(.invalid, at: [key], "a burst of \(burst) is too long at \(rate): at most \(most)")
        }
    }

    /// What comes in is looked at before the host's routing: nobody has said yet which addresses are the balancer's own.
    fileprivate func checkIngress() throws(Failure) {
        switch mode {
        case .snat, .dnat, .local: return
        case .dsr, .stlsdnat: break
        }
        for address in addresses where address.address == nil && !address.isIncomplete {
            throw Failure(
                .invalid, at: ["addresses", address.name.text, "ip-addr"],
                "mode \(mode.rawValue) takes packets at ingress, where an address must be named",
                hint: "give the address, or use mode snat or dnat")
        }
    }

    /// A helper reads one protocol: an address of another one would never be helped.
    fileprivate func checkHelper() throws(Failure) {
        let helper = options.helper
        guard helper != .none, mode != .local else { return }
        for address in addresses {
            if !address.transport.transports.contains(where: helper.transports.contains) {
                throw Failure(
                    .invalid, at: ["helper"],
                    "\(helper.rawValue) is a protocol over \(helper.transports.map(\.rawValue).joined(separator: " and ")), "
                        + "the address \"\(address.name)\" takes \(address.transport.rawValue)")
            }
            guard helper.families.contains(address.family) else {
                throw Failure(
                    .invalid, at: ["helper"],
                    "the kernel has \(helper.rawValue) for ipv4 alone, the address \"\(address.name)\" is an ipv6 one")
            }
        }
    }

    /// Two addresses of one farm must not take the same, and all of them not more than a farm may.
    fileprivate func checkServices() throws(Failure) {
        let count = addresses.reduce(0) { $0 + $1.serviceCount }
        guard count <= Farm.maximumServices else {
            throw Failure(
                .limit, at: ["addresses"],
                "the farm takes \(count) ports, a farm takes at most \(Farm.maximumServices)",
                hint:
                    "write ranges: one address of more than \(FarmAddress.maximumExpandedPorts) ports keeps them whole")
        }
        guard addresses.count > 1 else { return }
        var claims = ServiceClaims()
        for address in addresses {
            for entry in address.services {
                guard let holder = claims.take(entry, for: address.name) else { continue }
                throw Failure(
                    .invalid, at: ["addresses", address.name.text],
                    "two addresses of the farm, \"\(holder)\" and this one, take \(entry)")
            }
        }
    }
}
