// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Glibc
import Namespaces
import Netlink
import Testing

@Suite("Connection tracking of the real kernel", .enabled(if: NetworkNamespace.isAvailable))
struct ConntrackTests {
    static let loopback = ConntrackEntry.Address(low: 0x7f00_0001)
    static let loopback6 = ConntrackEntry.Address(low: 1)

    /// A namespace in which the mark of a connection is its destination port, and ports from 700 on are translated to 9.
    static func with(_ body: (Conntrack) throws -> Void) throws {
        try NetworkNamespace.with {
            let chains = """
                    chain marks { type filter hook output priority -150
                        meta l4proto udp ct mark set udp dport map { 501 : 501, 502 : 502, 701 : 0x800002bd }
                    }
                    chain translations { type nat hook output priority -100
                        udp dport 701 redirect to :9
                    }
                """
            for family in ["ip", "ip6"] { try Command.nft("table \(family) t {\n\(chains)\n}\n") }
            try body(try Conntrack())
        }
    }

    static func send(to ports: [UInt16], host: String = "127.0.0.1") throws {
        for port in ports { try Command.succeed(["bash", "-c", "printf x > /dev/udp/\(host)/\(port)"]) }
    }

    /// An ICMP echo request with this identifier to loopback, which answers.
    static func echo(id: UInt8) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_RAW.rawValue), Int32(IPPROTO_ICMP))
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let checksum = ~(UInt16(0x0800) + UInt16(id))
        let message = [8, 0, UInt8(checksum >> 8), UInt8(checksum & 0xff), 0, id, 0, 0]
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe sendto(descriptor, message, message.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(sent == message.count)
    }

    static func list(_ filter: ConntrackFilter) throws -> [ConntrackEntry] {
        let dump = try ConntrackDump(filter, on: Conntrack())
        var all: [ConntrackEntry] = []
        while let part = try dump.next() { all += part }
        return all
    }

    static func ports(_ entries: [ConntrackEntry]) -> [UInt16] {
        entries.compactMap { entry in
            if case .ports(_, let destination) = entry.selector { destination } else { nil }
        }.sorted()
    }

    @Test func `tuples, marks and states are read`() throws {
        try Self.with { _ in
            try Self.send(to: [501, 701])
            let entries = try Self.list(ConntrackFilter(family: 2))
            #expect(Self.ports(entries) == [501, 701])
            for entry in entries {
                #expect(entry.source == Self.loopback && entry.destination == Self.loopback)
                #expect(entry.transport == 17)
                #expect(entry.zone == 0 && entry.id != 0)
                #expect((1...30).contains(entry.timeout))
                #expect(!entry.status.contains(.seenReply) && !entry.status.contains(.assured))
            }
            let plain = try #require(entries.first { $0.mark == 501 })
            #expect(!plain.status.contains(.destinationTranslated))
            let translated = try #require(entries.first { $0.mark == 0x8000_02bd })
            #expect(translated.status.contains(.destinationTranslated))
            #expect(plain.answering == Self.loopback && plain.answeringPort == 501)
            #expect(translated.answering == Self.loopback && translated.answeringPort == 9)
            #expect(try Self.list(ConntrackFilter(family: 10)).isEmpty)
        }
    }

    @Test func `IPv6 has its own`() throws {
        try Self.with { conntrack in
            try Self.send(to: [501, 777], host: "::1")
            try Self.send(to: [502])
            let entries = try Self.list(ConntrackFilter(family: 10)).filter { $0.transport == 17 }
            #expect(Self.ports(entries) == [501, 777])
            #expect(entries.allSatisfy { $0.source == Self.loopback6 && $0.destination == Self.loopback6 })
            #expect(try conntrack.delete(entries) == 2)
            #expect(try Self.list(ConntrackFilter(family: 10)).allSatisfy { $0.transport != 17 })
            #expect(Self.ports(try Self.list(ConntrackFilter(family: 2))) == [502])
        }
    }

    @Test func `echo requests have an identifier, and are deleted by it`() throws {
        try Self.with { conntrack in
            for id: UInt8 in [7, 8] { try Self.echo(id: id) }
            let entries = try Self.list(ConntrackFilter(family: 2))
            #expect(entries.count == 2)
            let seven = try #require(entries.first { $0.selector == .icmp(id: 7, type: 8, code: 0) })
            #expect(seven.transport == 1 && seven.status.contains(.seenReply))
            #expect(try conntrack.delete([seven]) == 1)
            let rest = try Self.list(ConntrackFilter(family: 2))
            #expect(rest.map(\.selector) == [.icmp(id: 8, type: 8, code: 0)])
        }
    }

    @Test func `the kernel filters by mark and by status`() throws {
        try Self.with { _ in
            try Self.send(to: [501, 502, 601, 602, 701])
            try Self.echo(id: 1)
            func marked(_ value: UInt32, _ mask: UInt32) throws -> [UInt16] {
                Self.ports(try Self.list(ConntrackFilter(family: 2, mark: .init(value, mask: mask))))
            }
            #expect(try marked(501, .max) == [501])
            #expect(try marked(0, .max) == [601, 602])
            #expect(try marked(701, 0x0fff_ffff) == [701])
            #expect(try marked(1, 1) == [501, 701])
            #expect(try marked(9999, .max) == [])

            let reply = ConntrackEntry.Status.seenReply.rawValue
            let unreplied = ConntrackFilter(
                family: 2, mark: .init(0, mask: .max), status: .init(0, mask: reply))
            #expect(Self.ports(try Self.list(unreplied)) == [601, 602])
            let replied = try Self.list(ConntrackFilter(family: 2, status: .init(reply, mask: reply)))
            #expect(replied.map(\.transport) == [1])
        }
    }

    @Test func `one is found by its tuple`() throws {
        for host in ["127.0.0.1", "::1"] {
            try Self.with { conntrack in
                try Self.send(to: [501, 502, 701], host: host)
                let entries = try Self.list(ConntrackFilter(family: host == "::1" ? 10 : 2)).filter {
                    $0.transport == 17
                }
                #expect(entries.count == 3)
                for var entry in entries {
                    var found = try #require(try conntrack.find(entry))
                    found.timeout = entry.timeout
                    #expect(found == entry)
                    guard case .ports(let source, let destination) = entry.selector else { continue }
                    entry.selector = .ports(source: source ^ 1, destination: destination)
                    #expect(try conntrack.find(entry) == nil)
                    entry.selector = .ports(source: destination, destination: source)
                    #expect(try conntrack.find(entry) == nil, "the way back is another question")
                }
            }
        }
    }

    @Test func `only what is still the same connection is deleted`() throws {
        try Self.with { conntrack in
            try Self.send(to: [501, 502, 601])
            var entries = try Self.list(ConntrackFilter(family: 2))
            let index = try #require(entries.firstIndex { $0.mark == 502 })
            entries[index].id ^= 1
            #expect(try conntrack.delete(entries) == 2)
            #expect(Self.ports(try Self.list(ConntrackFilter(family: 2))) == [502])
            #expect(try conntrack.delete(entries) == 0)
            #expect(try conntrack.delete([]) == 0)
        }
    }

    @Test func `one message deletes by mark and status, of both families, and no others`() throws {
        try Self.with { conntrack in
            for host in ["127.0.0.1", "::1"] { try Self.send(to: [501, 502, 701], host: host) }
            let translated = ConntrackEntry.Status.destinationTranslated.rawValue
            try conntrack.deleteAll(mark: .init(701, mask: 0x07ff_ffff), status: .init(translated, mask: translated))
            for family: UInt8 in [2, 10] {
                #expect(
                    Self.ports(try Self.list(ConntrackFilter(family: family)).filter { $0.transport == 17 }) == [
                        501, 502,
                    ])
            }
            // The mark alone is not enough: nobody has translated this one.
            try conntrack.deleteAll(mark: .init(501, mask: 0x07ff_ffff), status: .init(translated, mask: translated))
            #expect(Self.ports(try Self.list(ConntrackFilter(family: 2))) == [501, 502])
        }
    }

    @Test func `a TCP connection says when it is over`() throws {
        try Self.with { _ in
            let listening = try Self.stream()
            #expect(listen(listening.descriptor, 4) == 0)
            let clients = try (0..<2).map { _ in try Self.stream(to: listening.port).descriptor }
            let servers = clients.map { _ in accept(listening.descriptor, nil, nil) }
            defer { for descriptor in [listening.descriptor, clients[1], servers[1]] { close(descriptor) } }
            #expect(try Self.list(ConntrackFilter(family: 2)).map(\.isOver) == [false, false])
            // Half of it may still be of use to somebody.
            shutdown(clients[0], Int32(SHUT_WR))
            #expect(try Self.list(ConntrackFilter(family: 2)).map(\.isOver) == [false, false])
            for descriptor in [clients[0], servers[0]] { close(descriptor) }
            #expect(try Self.list(ConntrackFilter(family: 2)).count { $0.isOver } == 1)
        }
    }

    /// A stream socket of loopback that is bound (port 0) or connected, and the listener's port.
    static func stream(to port: UInt16 = 0) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                if port != 0 { return unsafe connect(descriptor, address, length) }
                let bound = unsafe bind(descriptor, address, length)
                return bound == 0 ? unsafe getsockname(descriptor, address, &length) : bound
            }
        }
        try #require(result == 0)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    @Test func `many are read in parts and deleted in several datagrams`() throws {
        try Self.with { conntrack in
            try Command.succeed([
                "bash", "-c", "for p in {1000..1899}; do printf x > /dev/udp/127.0.0.1/$p; done",
            ])
            let dump = try ConntrackDump(ConntrackFilter(family: 2), on: Conntrack())
            var parts: [[ConntrackEntry]] = []
            while let part = try dump.next() { parts.append(part) }
            #expect(parts.count > 3)
            let entries = parts.flatMap { $0 }
            #expect(Self.ports(entries) == Array(1000...1899))
            #expect(try conntrack.delete(entries) == 900)
            #expect(try Self.list(ConntrackFilter(family: 2)).isEmpty)
        }
    }
}
