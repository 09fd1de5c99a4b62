// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CMnl
internal import Glibc

/// Where an element of a verdict map leads.
public struct ElementVerdict: Sendable, Hashable {
    /// NF_DROP, NF_ACCEPT, NFT_JUMP, ... (<linux/netfilter/nf_tables.h>).
    public var code: Int32
    /// The chain of a jump or goto.
    public var chain: String?

    /// A verdict.
    public init(code: Int32, chain: String? = nil) {
        self.code = code
        self.chain = chain
    }
}

extension NetfilterTables {
    /// Reads a verdict map: where each key leads. The element for all keys without one of their own is left out.
    public func verdicts(of set: SetIdentity) throws(NetlinkError) -> [[UInt8]: ElementVerdict] {
        var attempt = 0
        while true {
            attempt += 1
            var result: [[UInt8]: ElementVerdict] = [:]
            do {
                try conversation.exchange(Self.dumpRequest(set)) { bytes, message in
                    guard let list = bytes.attribute(Number.elementListElements, in: message.attributes) else { return }
                    var offset = list.lowerBound
                    while let element = bytes.attribute(at: &offset, end: list.upperBound) {
                        guard let key = bytes.attribute(Number.elementKey, in: element.value),
                            let value = bytes.attribute(Number.dataValue, in: key),
                            let data = bytes.attribute(Number.elementData, in: element.value),
                            let verdict = bytes.attribute(Number.dataVerdict, in: data),
                            let code = bytes.attribute(Number.verdictCode, in: verdict).flatMap({ bytes.bigEndian($0) })
                        else { continue }
                        let chain = bytes.attribute(Number.verdictChain, in: verdict).map {
                            String(decoding: bytes.copy($0).prefix { $0 != 0 }, as: UTF8.self)
                        }
                        result[bytes.copy(value)] = ElementVerdict(code: Int32(bitPattern: code), chain: chain)
                    }
                }
                return result
            } catch  where error.errno == EINTR && attempt < Self.dumpAttempts {
                continue
            }
        }
    }
}
