// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Prints objects as the C program does, to the byte.
public enum LegacyPrinter {
    /// `{"farms": …}`
    public static func farms(_ farms: some Sequence<PrintedFarm>) -> [UInt8] {
        document { $0.list("farms", farms) { printer, farm in printer.members(of: farm) } }
    }

    /// `{"sessions": …}`: those declared, then those learnt.
    public static func sessions(declared: [Session], learnt: [PrintedSession]) -> [UInt8] {
        let declared = declared.map { ($0.client.text, $0.backend?.text, String?.none) }
        let learnt = learnt.map { ($0.client, $0.backend, String?.some($0.expiration)) }
        return document { printer in
            printer.list("sessions", declared + learnt) { printer, session in
                printer.line("client", session.0)
                printer.line("backend", session.1 ?? "UNDEFINED")
                if let expiration = session.2 { printer.line("expiration", expiration) }
            }
        }
    }

    /// `{"policies": …}`
    public static func policies(_ policies: some Sequence<PrintedPolicy>) -> [UInt8] {
        document { $0.list("policies", policies) { printer, policy in printer.members(of: policy) } }
    }

    /// `{"addresses": …}`
    public static func addresses(_ addresses: some Sequence<PrintedAddress>) -> [UInt8] {
        document { $0.list("addresses", addresses) { printer, address in printer.members(of: address) } }
    }

    private static func document(_ body: (inout LinePrinter) -> Void) -> [UInt8] {
        var printer = LinePrinter()
        printer.object(body)
        return printer.output
    }
}

extension LinePrinter {
    fileprivate mutating func members(of printed: PrintedPolicy) {
        let policy = printed.policy
        line("name", policy.name.text)
        line("family", policy.family.rawValue)
        line("type", policy.type.rawValue)
        line("route", policy.route.rawValue)
        line("timeout", policy.timeout.number)
        if policy.logPrefix != .policy { line("log-prefix", policy.logPrefix.text) }
        line("used", printed.users)
        list("elements", policy.elements) { printer, element in
            printer.line("data", element.data.description)
            if policy.timeout.number > 0 { printer.line("time", element.time.number) }
            let counters = printed.counters[element.data] ?? (packets: 0, bytes: 0)
            printer.line("counter-packets", counters.packets)
            printer.line("counter-bytes", counters.bytes)
        }
    }

    fileprivate mutating func members(of printed: PrintedAddress) {
        let address = printed.address
        line("name", address.name.text)
        line("family", address.family.rawValue)
        line("ip-addr", address.address?.description ?? "")
        line("ports", address.ports.printed)
        line("protocol", address.transport.rawValue)
        line("verdict", words: address.verdict.map(\.rawValue), spaceAfterLast: address.verdict.last != .accept)
        if address.logPrefix != .address { line("log-prefix", address.logPrefix.text) }
        line("log-rtlimit", address.logRateLimit.description)
        line("used", printed.users)
        list("policies", address.policies) { printer, policy in printer.line("name", policy.text) }
    }
}

extension PortSet {
    /// Ports and ranges with commas between them; all ports are none.
    var printed: String { isAll ? "" : description }
}
