// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import EventLoop
import Glibc
import Namespaces

/// What a packet costs in each mode, beside the same packet forwarded by a kernel without rules: processor time of the whole
/// path, from the client's send to the backend's interface, where it ends.
enum PacketBenchmark {
    private static let rounds = 15
    /// Packets in one measurement, each of a flow of its own.
    private static let packets = 4096

    private struct Mode {
        var name: String
        /// Which network it is in, and the service there; nil: a backend itself.
        var network: Network
        var service: Endpoint
        /// What a packet of a new flow, and of a known one, may cost: so many times plain forwarding, the client's own part
        /// included.
        var limits: (new: Double, later: Double)
        var new: [Double] = []
        var later: [Double] = []
    }

    static func run(_ report: inout Report) throws {
        let loop = try EventLoop()
        let plain = try Network(farms: [], loop)
        let translating = try Network(
            farms: [farm("dnat", 1, #""mode": "dnat""#), farm("snat", 2, #""mode": "snat""#)], loop)
        let ingress = try Network(
            farms: [
                farm("hash", 1, #""mode": "dsr", "scheduler": "hash", "sched-param": ["srcip", "srcport"]"#),
                farm("turn", 2, #""mode": "dsr""#), farm("stateless", 3, #""mode": "stlsdnat""#),
            ], loop)
        var modes = [
            Mode(
                name: "plain forwarding", network: plain, service: Endpoint("10.9.11.2", 80),
                limits: (new: 1, later: 1)),
            Mode(name: "dnat", network: translating, service: Endpoint("192.0.2.1", 80), limits: (3, 2)),
            Mode(name: "snat", network: translating, service: Endpoint("192.0.2.2", 80), limits: (3, 2)),
            Mode(name: "dsr, hash", network: ingress, service: Endpoint("192.0.2.1", 80), limits: (2.5, 2)),
            Mode(name: "dsr, rr", network: ingress, service: Endpoint("192.0.2.2", 80), limits: (2.5, 2)),
            Mode(name: "stlsdnat, rr", network: ingress, service: Endpoint("192.0.2.3", 80), limits: (3, 2.5)),
        ]
        for round in 0..<rounds {
            for index in modes.indices {
                let first = UInt16(1024 + round * packets)
                modes[index].new.append(try modes[index].network.send(packets, to: modes[index].service, from: first))
                modes[index].later.append(try modes[index].network.send(packets, to: modes[index].service, from: first))
            }
        }
        for (network, modes) in [(plain, 1), (translating, 2), (ingress, 3)] {
            let (received, sent) = (try network.received, modes * rounds * packets * 2)
            guard received == sent else { throw BenchmarkFailure("\(received) of \(sent) packets reached a backend") }
            try network.daemon?.stop()
        }

        report.section("A packet of UDP: processor time of the whole path")
        let floor = (new: modes[0].new, later: modes[0].later)
        for mode in modes {
            for (what, times, floor, limit) in [
                ("new", mode.new, floor.new, mode.limits.new), ("later", mode.later, floor.later, mode.limits.later),
            ] {
                let ratio = zip(times, floor).map { $0 / $1 }.quantile(0.5)
                report.add(
                    Row(
                        name: "\(mode.name), \(what)", value: "\(number(times.quantile(0.5) * 1e9)) ns",
                        floor: "plain \(number(floor.quantile(0.5) * 1e9)) ns", ratio: ratio, target: .atMost(limit)))
            }
        }
    }

    private static func farm(_ name: String, _ number: Int, _ mode: String) -> String {
        let backends = (1...3).map { #"{"name": "b\#($0)", "ip-addr": "10.9.\#($0 + 10).2"}"# }.joined(separator: ",")
        return #"""
            {"name": "\#(name)", "virtual-addr": "192.0.2.\#(number)", "virtual-ports": [80], "protocol": "udp",
             "backends": [\#(backends)], \#(mode)}
            """#
    }
}

/// A client, a balancer and three backends whose interfaces drop what arrives, so that answers cost nothing.
private final class Network {
    private let topology: Topology
    let daemon: DaemonProcess?

    init(farms: [String], _ loop: EventLoop) throws {
        topology = try Topology(ports: [8080])
        for backend in topology.backends {
            try backend.namespace.inside {
                _ = try Command.succeed(
                    ["nft", "-f", "/proc/self/fd/3"],
                    file: """
                        table netdev end {
                            chain end { type filter hook ingress device "eth0" priority 0; udp dport 80 counter drop; }
                        }

                        """)
            }
        }
        guard !farms.isEmpty else {
            daemon = nil
            return
        }
        let daemon = try DaemonProcess(in: topology.balancer, folder: try Scratch(), loop: loop)
        self.daemon = daemon
        _ = try daemon.start()
        let client = try RawClient(daemon.socket, on: loop)
        var answer: String?
        client.received = { answer = String(decoding: $0, as: UTF8.self) }
        func ask(_ method: String, _ parameters: String) throws -> String {
            answer = nil
            client.send(RawClient.frame(method, parameters))
            try daemon.wait { answer != nil }
            return answer!
        }
        let reply = try ask(
            "configuration.apply", #"{"configuration": {"farms": [\#(farms.joined(separator: ","))]}}"#)
        guard reply.contains(#""revision""#) else { throw BenchmarkFailure("the farms were refused: \(reply)") }
        // Neighbours have to be found.
        while try ask("status.get", "{}").contains(#""operational":"degraded""#) { try daemon.run(seconds: 0.1) }
    }

    /// Sends packets from one source port after the other.
    ///
    /// - Returns: the processor time of one, in seconds, of this thread and of the kernel's that may help it.
    func send(_ count: Int, to service: Endpoint, from first: UInt16) throws -> Double {
        try topology.client.inside {
            let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_RAW))
            guard descriptor >= 0 else { throw BenchmarkFailure("no raw socket") }
            defer { close(descriptor) }
            var packet = header(to: service)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            unsafe inet_pton(AF_INET, service.address, &address.sin_addr)
            let connected = unsafe withUnsafeBytes(of: &address) {
                unsafe connect(
                    descriptor, $0.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t($0.count))
            }
            guard connected == 0 else { throw BenchmarkFailure("connect: errno \(errno)") }
            let begin = processorTime
            for index in 0..<count {
                let port = first &+ UInt16(truncatingIfNeeded: index)
                (packet[20], packet[21]) = (UInt8(port >> 8), UInt8(port & 0xff))
                guard unsafe Glibc.send(descriptor, packet, packet.count, 0) == packet.count else {
                    throw BenchmarkFailure("send: errno \(errno)")
                }
            }
            return (processorTime - begin) / Double(count)
        }
    }

    /// How many packets have reached a backend.
    var received: Int {
        get throws {
            try topology.backends.reduce(0) { sum, backend in
                let list = ["nft", "list", "table", "netdev", "end"]
                let text = try backend.namespace.inside { try Command.succeed(list) }
                let words = text.split(whereSeparator: \.isWhitespace)
                let index = words.firstIndex(of: "packets").map { $0 + 1 } ?? words.endIndex
                return sum + (index < words.endIndex ? Int(words[index]) ?? 0 : 0)
            }
        }
    }

    /// An IPv4 datagram of 64 bytes; length and checksum of the header are the kernel's to fill in (raw(7)), that of UDP may
    /// be 0 (RFC 768).
    private func header(to service: Endpoint) -> [UInt8] {
        func bytes(_ address: String) -> [UInt8] { address.split(separator: ".").map { UInt8($0)! } }
        let fixed: [UInt8] = [0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0]
        let udp = [0, 0, UInt8(service.port >> 8), UInt8(service.port & 0xff), 0, 44, 0, 0]
        return fixed + bytes(Topology.clientAddress) + bytes(service.address) + udp
            + [UInt8](repeating: 0, count: 36)
    }

    /// Of this thread: what softirqs do for it in its time counts as its own.
    private var processorTime: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
