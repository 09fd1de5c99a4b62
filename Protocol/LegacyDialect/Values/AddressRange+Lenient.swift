// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

extension AddressRange {
    /// The addresses of a text, also where a prefix has bits behind its length: nft takes these for zero.
    public init(lenient text: String) throws(InvalidValue) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let address = try? IPAddress(String(parts[0])), let length = Int(parts[1]),
            (0...address.bytes.count * 8).contains(length)
        else {
            try self.init(text)
            return
        }
        try self.init("\(address.masked(to: length))/\(length)")
    }
}
