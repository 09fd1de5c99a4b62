// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel

extension LinePrinter {
    /// A farm: every attribute in that program's order, also those that no rule is made of.
    mutating func members(of printed: PrintedFarm) {
        let farm = printed.farm
        let options = farm.options
        let first = farm.addresses.first
        line("name", farm.name.text)
        if let first {
            line("family", first.family.rawValue)
            line("virtual-addr", first.address?.description ?? "")
            line("virtual-ports", first.ports.printed)
        }
        line("source-addr", farm.sourceAddress?.description ?? "")
        line("mode", farm.mode.rawValue)
        if farm.mode == .stlsdnat { line("responsettl", options.responseLifetime.number) }
        if let first { line("protocol", first.transport.rawValue) }
        line("scheduler", farm.scheduler.rawValue)
        let parameters = farm.hashFields.isEmpty ? farm.schedulerParameters : farm.hashFields
        line("sched-param", words: parameters.map(\.rawValue), spaceAfterLast: true)
        line("persistence", words: options.persistence.map(\.rawValue), spaceAfterLast: true)
        line("persist-ttl", options.persistenceLifetime.number)
        line("helper", options.helper.rawValue)
        line("log", words: options.log.map(\.rawValue), spaceAfterLast: options.log.last != .output)
        if options.logPrefix != .farm { line("log-prefix", options.logPrefix.text) }
        line("log-rtlimit", options.logRateLimit.description)
        line("mark", mark: farm.mark.value)
        line("priority", PriorityLevel(of: farm).level)
        line("state", farm.state.rawValue)
        limits(options)
        line("queue", options.queue.number)
        line("verdict", words: options.verdict.map(\.rawValue), spaceAfterLast: options.verdict.last != .accept)
        if options.flowOffload { line("flow-offload", "on") }
        if farm.intraConnect { line("intra-connect", "on") }
        lists(printed)
    }

    private mutating func limits(_ options: Farm.Options) {
        line("limits-ttl", options.limitsLifetime.number)
        line("new-rtlimit", options.newRateLimit.description)
        line("new-rtlimit-burst", options.newRateLimitBurst.number)
        prefix("new-rtlimit-log-prefix", options.newRateLimitLogPrefix, .limit)
        line("rst-rtlimit", options.resetRateLimit.description)
        line("rst-rtlimit-burst", options.resetRateLimitBurst.number)
        prefix("rst-rtlimit-log-prefix", options.resetRateLimitLogPrefix, .limit)
        line("est-connlimit", options.establishedLimit.number)
        prefix("est-connlimit-log-prefix", options.establishedLimitLogPrefix, .limit)
        line("tcp-strict", options.tcpStrict ? "on" : "off")
        prefix("tcp-strict-log-prefix", options.tcpStrictLogPrefix, .limit)
    }

    private mutating func lists(_ printed: PrintedFarm) {
        let farm = printed.farm
        list("addresses", farm.addresses) { printer, address in
            printer.line("name", address.name.text)
            printer.line("family", address.family.rawValue)
            printer.line("ip-addr", address.address?.description ?? "")
            printer.line("ports", address.ports.printed)
            printer.line("protocol", address.transport.rawValue)
            printer.line("used", printed.addressUsers[address.name] ?? 1)
        }
        let priority = PriorityLevel(of: farm)
        list("backends", farm.backends) { printer, backend in
            printer.members(of: backend, mark: printed.marks[backend.name], priority)
        }
        list("policies", farm.policies) { printer, policy in printer.line("name", policy.text) }
        guard !farm.sessions.isEmpty else { return }
        list("sessions", farm.sessions) { printer, session in
            printer.line("client", session.client.text)
            printer.line("backend", session.backend?.text ?? "UNDEFINED")
        }
    }

    private mutating func members(of backend: Backend, mark: UInt32?, _ priority: PriorityLevel) {
        line("name", backend.name.text)
        if let address = backend.address { line("ip-addr", address.description) }
        line("port", backend.port.map { String($0.number) } ?? "")
        if let source = backend.sourceAddress { line("source-addr", source.description) }
        line("weight", backend.weight.number)
        line("priority", backend.priority.number)
        line("mark", mark: mark ?? backend.mark.value)
        line("est-connlimit", backend.options.establishedLimit.number)
        prefix("est-connlimit-log-prefix", backend.options.establishedLimitLogPrefix, .backend)
        line("state", priority.state(of: backend))
    }

    /// A prefix, unless it is the one that everybody has.
    private mutating func prefix(_ key: StaticString, _ prefix: LogPrefix, _ standard: LogPrefix) {
        if prefix != standard { line(key, prefix.text) }
    }
}
