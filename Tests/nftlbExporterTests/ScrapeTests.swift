// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerProtocol
import Foundation
import JSON
import ScriptedServer
import Testing

@testable import nftlb_exporter

@Suite("A scrape", .timeLimit(.minutes(5)))
struct ScrapeTests {
    static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// What differs each time: how long it took.
    static func settled(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.hasPrefix("nftlb_scrape_"), let space = line.lastIndex(of: " ") else { return String(line) }
            return line[..<space] + " 0"
        }.joined(separator: "\n")
    }

    static let formats: [(file: String, accept: String)] = [
        ("scrape.txt", "*/*"), ("scrape.openmetrics", NegotiationTests.prometheus),
    ]

    @Test("Of a daemon that always says the same, to the byte, compressed or not", arguments: formats)
    func golden(file: String, accept: String) async throws {
        let daemon = try FixedDaemon.make()
        let bench = try await Bench(socket: daemon.path)
        let text = Self.settled(try await bench.curl("/metrics", "-H", "Accept: \(accept)"))
        let compressed = try await bench.curl("/metrics", "-H", "Accept: \(accept)", "--compressed")
        #expect(Self.settled(compressed) == text)
        let fixture = Self.fixtures.appending(path: file)
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(text.utf8).write(to: fixture)
        }
        let expected = try String(contentsOf: fixture, encoding: .utf8)
        #expect(text == expected, "RECORD=1 accepts it: \(text)")
    }

    @Test("Requests that come at once are answered one after the other, and the connection ends as the last one says")
    func pipeline() async throws {
        let daemon = try FixedDaemon.make()
        let bench = try await Bench(socket: daemon.path)
        let script = """
            import socket, sys
            connection = socket.create_connection(("127.0.0.1", \(bench.port)), 20)
            requests = ["GET / HTTP/1.1", "GET /metrics HTTP/1.1", "HEAD / HTTP/1.1", "GET /nowhere HTTP/1.1"]
            text = "".join(line + "\\r\\nHost: x\\r\\n\\r\\n" for line in requests)
            connection.sendall(text.encode())
            connection.sendall(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
            sys.stdout.buffer.write(b"".join(iter(lambda: connection.recv(65536), b"")))
            """
        let output = try await run(["python3", "-c", script])
        let statuses = output.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["200", "200", "200", "404", "200"])
        #expect(output.contains("nftlb_up 1"))
    }

    @Test("A backend has at most twelve series")
    func cardinality() async throws {
        let daemon = try FixedDaemon.make()
        let text = try await Bench(socket: daemon.path).curl()
        let own = text.series.filter { $0.contains(#"farm="web",backend="a""#) }
        #expect(own.count == 12, "with everything that it can have: \(own)")
        // A farm's are as few for any number of backends.
        #expect(text.series.count { $0.contains(#"farm="web""#) && !$0.contains("backend=") } <= 24)
    }

    @Test(
        "The checkers of Prometheus and of its Python client have nothing to say",
        .enabled("promtool is not installed") { Tools.exist }
    )
    func checkers() async throws {
        let daemon = try FixedDaemon.make()
        let bench = try await Bench(socket: daemon.path)
        let text = try await bench.curl()
        #expect(try await run(["sh", "-c", "promtool check metrics <&3 2>&1"], file: text) == "")
        let openMetrics = try await bench.curl("/metrics", "-H", "Accept: application/openmetrics-text")
        let program = """
            import sys
            from prometheus_client.openmetrics.parser import text_fd_to_metric_families as strict
            from prometheus_client.parser import text_fd_to_metric_families as loose
            read = strict if sys.argv[1] == "strict" else loose
            print(sum(len(family.samples) for family in read(open("/proc/self/fd/3"))))
            """
        for (kind, text) in [("strict", openMetrics), ("loose", text)] {
            let count = try await run(["python3", "-c", program, kind], file: text)
            #expect(count == "\(text.series.count)\n")
        }
    }

    @Test("Collectors are chosen in the query, and switched off by the option")
    func chosen() async throws {
        let daemon = try FixedDaemon.make()
        let bench = try await Bench(socket: daemon.path, collectors: [.daemon, .farmTraffic, .backendTraffic])
        func subjects(_ query: String) async throws -> Set<String> {
            Set(try await bench.curl("/metrics\(query)").series.map { String($0.prefix { $0 != "{" && $0 != " " }) })
        }
        let all = try await subjects("")
        #expect(all.contains("nftlb_backend_bytes_in_total") && !all.contains("nftlb_backend_weight"))
        let some = try await subjects("?collect[]=farm_traffic&collect[]=backend_state")
        #expect(some.contains("nftlb_farm_bytes_in_total") && !some.contains("nftlb_backend_state"))
        let rest = try await subjects("?exclude[]=backend_traffic")
        #expect(rest.contains("nftlb_revision") && !rest.contains("nftlb_backend_bytes_in_total"))
        // Nobody asks the daemon for what nobody writes.
        let before = daemon.asked.count
        _ = try await bench.curl("/metrics?collect[]=daemon")
        let asked = daemon.asked[before...].filter { $0.method == StatisticsGet.name }
        #expect(asked.count == 1 && asked[0].parameters == .named(["limit": 500, "farms": [], "rows": true]))
    }
}

/// What not every machine has.
enum Tools {
    static var exist: Bool {
        ["/usr/bin/promtool", "/usr/lib/python3/dist-packages/prometheus_client"].allSatisfy {
            FileManager.default.fileExists(atPath: $0)
        }
    }
}
