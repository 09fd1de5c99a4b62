// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces

/// What the kernel holds, asked without any code of the daemon.
extension NetworkNamespace {
    /// The number of commits that this namespace's rules have seen (NFT_MSG_GETGEN, linux/netfilter/nf_tables.h).
    func generation() throws -> UInt32 {
        try inside {
            // AF_NETLINK, NETLINK_NETFILTER.
            let descriptor = socket(16, CInt(SOCK_RAW.rawValue), 12)
            defer { close(descriptor) }
            // nlmsghdr: length, type (NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETGEN), NLM_F_REQUEST, sequence, port; nfgenmsg.
            let request: [UInt8] = [20, 0, 0, 0, 16, 10, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            guard unsafe send(descriptor, request, request.count, 0) == request.count else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            var answer = [UInt8](repeating: 0, count: 4096)
            let count = unsafe recv(descriptor, &answer, answer.count, 0)
            // The first attribute is NFTA_GEN_ID, a big-endian number.
            guard count >= 28, answer[22] == 1 else { throw Unexpected(text: "no generation: \(answer.prefix(28))") }
            return answer[24..<28].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// The tables of the namespace, `family name`.
    func tables() throws -> [String] {
        try check("nft", "list", "tables").split(separator: "\n").map { String($0.dropFirst("table ".count)) }.sorted()
    }

    /// A table as text, without counters.
    func listing(_ family: String, _ table: String) throws -> String {
        try check("nft", "--stateless", "list", "table", family, table)
    }

    /// The elements that the daemon owns, in both address families, sorted: `table/set element`.
    ///
    /// Left out: what traffic makes, and the stamp. The numbers of shapes may differ from one kernel to another, so
    /// services name the shape's chain.
    func elements() throws -> [String] {
        var found: [String] = []
        for table in try tables() where table.hasSuffix(" nftlb") {
            let family = table.split(separator: " ").map(String.init)[0]
            let text = try check("nft", "-j", "list", "table", family, "nftlb")
            let objects = Reply(try JSONSerialization.jsonObject(with: Data(text.utf8)))["nftables"].array
            let shapes = objects.first { $0["map"]["name"].string == "shapes" }?["map"]["elem"].array ?? []
            let chains = Dictionary(
                shapes.map { ($0[0].string?.split(separator: ":").first ?? "", $0[1]["jump"]["target"].string ?? "") },
                uniquingKeysWith: { $1 })
            for object in objects {
                for kind in ["map", "set"] where object[kind].isMissing == false {
                    let name = object[kind]["name"].string ?? ""
                    let byTraffic = [
                        "traffic", "newconns", "persist-", "sessions-", "new-", "rst-", "est-", "bconn-", "hits-",
                        "unmetered", "sent", "begun", "returned",
                    ].contains { name.hasPrefix($0) }
                    let ofSkeleton = ["stamp", "shapes", "shapes-known", "shapes-guard", "logs", "blimits"]
                    // nft 1.0.6 does not say which sets packets fill; what ends by itself is theirs.
                    if object[kind]["timeout"].isMissing == false { continue }
                    if byTraffic || ofSkeleton.contains(name) { continue }
                    for element in object[kind]["elem"].array {
                        let namesShape = name.hasPrefix("services") || ["sticky", "homes"].contains(name)
                        if namesShape, let value = element[1].string?.split(separator: ":"), value.count == 2 {
                            let shape = chains[value[0]] ?? "no shape"
                            found.append("\(table)/\(name) \(element[0].line) -> \(shape) farm \(value[1])")
                        } else {
                            found.append("\(table)/\(name) \(element.line)")
                        }
                    }
                }
            }
        }
        return found.sorted()
    }
}

/// What an element of a set with counters has counted.
struct Counted: Hashable {
    /// The key as nft prints it.
    var key: String
    var packets: Int
    var bytes: Int
}

extension Lab {
    /// The elements of one of our sets with counters, in the order of their keys.
    func counters(_ ipv6: Bool, _ set: String) throws -> [Counted] {
        let text = try balancer.check("nft", "-j", "list", "set", ipv6 ? "ip6" : "ip", "nftlb", set)
        let objects = try Reply(json: text)["nftables"].array
        let elements = objects.first { !$0["set"].isMissing }?["set"]["elem"].array ?? []
        return elements.map { element in
            let counter = element["elem"]["counter"]
            return Counted(
                key: element["elem"]["val"].line, packets: counter["packets"].integer ?? -1,
                bytes: counter["bytes"].integer ?? -1)
        }.sorted { $0.key < $1.key }
    }
}
