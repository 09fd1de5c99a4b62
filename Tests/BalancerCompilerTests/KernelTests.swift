// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Foundation
import Nftables
import TestMachine
import Testing

/// Runs nft in a network namespace of its own.
enum RealNft {
    static let isAvailable = geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/sbin/nft")

    /// Every feature but those that this machine's kernel lacks: the development kernel has no flow tables.
    static let features: Features = {
        let text = "add table ip t\nadd flowtable ip t f { hook ingress priority 0 ; }\n"
        let isThere = (try? run(text, "nft -f $1"))?.status == 0
        return isThere ? .all : .all.subtracting(.offloadedFlows)
    }()

    /// Standard output and error of a shell script in a fresh namespace; `$1` is a file with the text.
    static func run(_ text: String, _ script: String) throws -> (status: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "nftlb-\(UUID().uuidString).nft")
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/unshare")
        process.arguments = ["-n", "sh", "-c", script, "sh", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}

@Suite("The text that we write is text that nft reads", .enabled(if: RealNft.isAvailable, "needs root and nft"))
struct KernelTests {
    /// None, all, each alone and all but each: a chain with the rules of several features has none that stand for two.
    static let features: [Features] =
        [[], RealNft.features]
        + Features.each.filter(RealNft.features.contains).flatMap { [$0, RealNft.features.subtracting($0)] }.map {
            features in
            // What a proxy sends has a source address.
            features.contains(.proxyMarks) ? features.union(.sourceAddress) : features
        }

    /// Both families, every choice.
    static func skeleton(_ features: Features) -> Skeleton {
        var shapes: [Shape] = []
        for choice in [Shape.Choice.turn, .lot, .hash([.srcip]), .symmetricHash, .proxy] {
            for count in SlotCount.allCases where count <= .most {
                shapes.append(Shape(choice: choice, slotCount: count, isCounted: count != .few))
            }
        }
        return skeleton(features, shapes)
    }

    static func skeleton(_ features: Features, _ shapes: [Shape]) -> Skeleton {
        var skeleton = Skeleton(owner: "0123456789abcdef")
        for family in [TableFamily.ip, .ip6] {
            skeleton.features[family] = features.union(
                shapes.contains { $0.persistence != nil } ? [.flaggedMarks] : [])
            for shape in shapes { skeleton.shapes.assign(shape, in: family) }
        }
        return skeleton
    }

    /// Every combination of hash and of persistence fields.
    static let combinations: [Shape] = (1..<64).map { bits in
        let fields = PacketField.allCases.enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
        return Shape(
            choice: .hash(fields), slotCount: .some,
            persistence: .init(
                fields: SessionFields(fields), seconds: UInt32(bits), hasStaticSessions: bits.isMultiple(of: 3) == false
            ),
            copiesMark: bits.isMultiple(of: 2))
    }

    @Test("Each combination of features loads, lists, and its listing loads", arguments: features)
    func loads(features: Features) throws {
        let text = Self.skeleton(features).render().text()
        let (status, output) = try RealNft.run(
            text,
            "nft -f $1 && nft list ruleset > $1.list && nft flush ruleset && nft -f $1.list; s=$?; rm -f $1.list; exit $s"
        )
        #expect(status == 0, "\(output)")
        #expect(output == "")
    }

    /// Loads `$1`, lists it as text and as JSON, and loads the listing, which then lists the same.
    static let roundTrip = """
        nft -f $1 && nft list ruleset > $1.list && nft -j list ruleset > $1.json 2> $1.warnings \
            && nft flush ruleset && nft -f $1.list && nft list ruleset > $1.again && cmp $1.list $1.again
        s=$?
        grep -v 'stmt ops map have no json callback' $1.warnings
        rm -f $1.list $1.json $1.warnings $1.again
        exit $s
        """

    @Test("Every combination of hash and persistence fields loads, lists as text and JSON, and its listing loads")
    func combinations() throws {
        let text = Self.skeleton(RealNft.features, Self.combinations).render().text()
        let (status, output) = try RealNft.run(text, Self.roundTrip)
        #expect(status == 0, "\(output)")
        #expect(output == "")
    }

    @Test(
        "The same with the nftables of Debian 13",
        .enabled(if: TestMachine.isAvailable, "\(TestMachine.absence)"))
    func combinationsOnTrixie() throws {
        let stage = FileManager.default.temporaryDirectory.appending(path: "nftlb-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: stage, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: stage) }
        let text = Self.skeleton(RealNft.features, Self.combinations).render().text()
        try text.write(to: stage.appending(path: "all.nft"), atomically: true, encoding: .utf8)
        try "set -- \"$PWD/all.nft\"; nft --version\n\(Self.roundTrip)\n".write(
            to: stage.appending(path: "run.sh"), atomically: true, encoding: .utf8)
        let (status, output) = try TestMachine(.container, .trixie).run(
            "cd \(stage.lastPathComponent) && sh run.sh", input: stage)
        #expect(status == 0, "\(output)")
        #expect(output.contains("nftables v1.1."), "\(output)")
    }

    @Test("Features come and go by rewriting chains")
    func rewrites() throws {
        var script = ""
        var installed = KernelInventory()
        let all = RealNft.features
        for features in [all, [], [.anyAddress], [.intraConnect, .sourceAddress], all] {
            let plan = SkeletonPlan(wanted: Self.skeleton(features), installed: installed)
            for part in [plan.install, plan.collect] where !part.isEmpty {
                script += "cat > $1.part <<'EOF'\n\(part.text())EOF\nnft -f $1.part || exit 1\n"
            }
            installed = plan.afterCollect
        }
        script += "rm -f $1.part; nft list ruleset > /dev/null"
        let (status, output) = try RealNft.run("", script)
        #expect(status == 0, "\(output)")
    }

    @Test("The kernel holds the bytes that we say", arguments: [TableFamily.ip, .ip6])
    func bytes(family: TableFamily) throws {
        let isIPv6 = family == .ip6
        let vip = isIPv6 ? "2001:db8::1" : "192.0.2.1"
        let one = isIPv6 ? "fd00::9:8" : "10.9.8.7"
        let two = isIPv6 ? "fd00::1" : "10.0.0.1"
        var farm = Make.farm(
            "web",
            [
                Make.farmAddress(vip, [80, 8080]), Make.farmAddress(vip, [53], .udp),
                Make.farmAddress(nil, [443], family: isIPv6 ? .ipv6 : .ipv4),
            ],
            backends: [Make.backend(one, port: 8080), Make.backend(two)])
        farm.intraConnect = true
        farm.backends[0].sourceAddress = Make.address(isIPv6 ? "fd00::99" : "10.9.9.9")
        let world = try World([Make.numbered(farm, 0x102, backends: 0x1234567)])
        // libnftables prints each element that it sends: words in the machine's order.
        let (status, output) = try RealNft.run(world.ruleset.text(), "nft --debug=netlink -f $1")
        #expect(status == 0)
        var printed: Set<String> = []
        for line in output.split(separator: "\n") {
            // "\telement KEY  : DATA 0 [end]", some times several on a line.
            for part in line.split(separator: "element ") {
                guard let end = part.range(of: " 0 [end]") else { continue }
                printed.insert(part[..<end.lowerBound].trimmingCharacters(in: .whitespaces))
            }
        }
        var checked = 0
        for step in world.ruleset.contents().steps {
            for index in 0..<step.list.count {
                let text = Self.words(step.list.key(at: index)) + "  : " + Self.words(step.list.data(at: index))
                #expect(printed.contains(text.trimmingCharacters(in: .whitespaces)), "\(step.list.set): \(text)")
                checked += 1
            }
        }
        #expect(checked >= 70)
    }

    static func words(_ bytes: ArraySlice<UInt8>) -> String {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
            let number = ElementBytes.number(bytes[start..<start + 4])
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined(separator: " ")
    }
}
