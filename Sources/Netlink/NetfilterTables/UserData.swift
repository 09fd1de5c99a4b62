// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What nft keeps for itself in NFTA_*_USERDATA: one-byte type, one-byte length, value; the comment is type 0 with a NUL at
/// its end (libnftnl's <libnftnl/udata.h>: NFTNL_UDATA_TABLE_COMMENT, _CHAIN_COMMENT and _RULE_COMMENT are all 0).
public enum UserData {
    /// The comment of a table, chain or rule.
    public static func comment(in bytes: some Collection<UInt8>) -> String? {
        var rest = bytes[...]
        while let type = rest.popFirst(), let length = rest.popFirst(), rest.count >= Int(length) {
            if type == 0 {
                return String(decoding: rest.prefix(Int(length)).prefix { $0 != 0 }, as: UTF8.self)
            }
            rest = rest.dropFirst(Int(length))
        }
        return nil
    }
}
