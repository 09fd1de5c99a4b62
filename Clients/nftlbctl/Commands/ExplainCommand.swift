// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import ArgumentParser
public import BalancerProtocol
import JSON

/// `nftlbctl explain`
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Says what becomes of a flow that begins now, and why.",
        discussion:
            "Nothing is sent: the elements that the kernel holds are walked as its rules do. Where chance decides, who may get "
            + "the flow is said with its share.\n\n"
            + Help.examples([
                ("nftlbctl explain tcp 203.0.113.7:41234 198.51.100.1:443", "which backend, and why"),
                (
                    "nftlbctl explain udp '[2001:db8::7]:5000' '[2001:db8::1]:53' --live",
                    "also what the kernel knows of it"
                ),
            ]))

    @Argument(help: "tcp, udp or sctp.") var transport: FlowTransport
    @Argument(help: ArgumentHelp("Who asks.", valueName: "address:port")) var source: String
    @Argument(help: ArgumentHelp("Whom it asks.", valueName: "address:port")) var destination: String
    @Flag(help: "Also asks connection tracking for this very flow.") var live = false
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let result = try global.connect().call(
            FlowExplain.self, .init(transport: transport, source: source, destination: destination, live: live))
        let printer = global.printer
        printer.print {
            [result.farm.name, result.backend.name].compactMap(\.self)
        } json: {
            .object(result.object)
        } table: {
            Self.text(result, isLive: live, printer.style)
        }
    }

    private static func text(_ result: FlowExplain.Result, isLive: Bool, _ style: Style) -> String {
        var table = Table()
        func line(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { table.append([Table.Cell(name, .bold), Table.Cell(value)]) }
        }
        line("verdict", result.verdict.rawValue)
        line("node", result.node)
        line("farm", result.farm.name)
        line("policies", result.policies.map { "\($0.name) (\($0.action.rawValue))" }.joined(separator: ", "))
        line("limits", result.limits.map { "\($0.attribute) \($0.value)" }.joined(separator: ", "))
        line(
            "session", result.session.map { "\($0.isStatic ? "static" : "learnt"), \($0.backend.name ?? "a backend")" })
        line("scheduler", result.scheduler)
        line(
            "backend",
            result.backend.name
                ?? result.distribution.map { share in
                    "\(share.backend) \(Double(share.perMillion / 1000) / 10) %"
                }.joined(separator: ", "))
        line(
            "translation",
            result.translation.map { "\($0.source ?? "masqueraded") → \($0.destination)" })
        if isLive {
            line(
                "connection",
                result.connection.map { known in
                    "with \(known.backend.name ?? "none of ours") at \(known.answering), "
                        + "\(known.replied ? "replied" : "unanswered"), \(known.seconds) s left"
                } ?? "none")
        }
        for reason in result.reasons { line("why", reason) }
        return table.text(style)
    }
}

extension FlowTransport: ExpressibleByArgument {}
