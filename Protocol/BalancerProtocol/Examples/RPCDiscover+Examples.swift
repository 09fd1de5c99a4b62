// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

extension RPCDiscover {
    /// Requests and their answers.
    public static let examples = [
        MethodExample("the whole protocol", answer: .resultLike(#"{"openrpc":"1.3.2"}"#))
    ]
}
