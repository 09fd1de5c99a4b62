// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import BalancerProtocol
import JSON

/// `nftlbctl stats`
struct StatsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Shows what traffic has counted.",
        discussion: Help.examples([
            ("nftlbctl stats", "connections, packets and bytes of all farms and backends"),
            ("nftlbctl stats web -o json", "of one, for programs"),
        ]))

    @Argument(help: "Farms; without any, all.", completion: .farms) var farms: [String] = []
    @OptionGroup(title: "Global options") var global: GlobalOptions

    func run() throws {
        let statistics = try global.connect().statistics(farms)
        let printer = global.printer
        printer.print {
            statistics.farms.map(\.name)
        } json: {
            .object(statistics.object)
        } table: {
            Self.table(statistics).text(printer.style)
        }
    }

    private static func table(_ statistics: StatisticsGet.Result) -> Table {
        var table = Table(["FARM", "BACKEND", "CONNECTIONS", "PACKETS-IN", "PACKETS-OUT", "BYTES-IN", "BYTES-OUT"])
        for farm in statistics.farms {
            table.append([Table.Cell(farm.name, .bold), ""] + cells(farm.counts))
            for backend in farm.backends {
                table.append(["", Table.Cell(backend.name)] + cells(backend.counts))
            }
        }
        return table
    }

    private static func cells(_ counts: TrafficCounts) -> [Table.Cell] {
        [counts.connections, counts.packetsIn, counts.packetsOut, counts.bytesIn, counts.bytesOut].map {
            Table.Cell(String($0))
        }
    }
}
