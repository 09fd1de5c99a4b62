// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel
public import JSON

/// `rpc.discover`: the protocol, described by itself as an OpenRPC document.
public enum RPCDiscover: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "rpc.discover",
        summary: "Describes every method, parameter and attribute of this version (OpenRPC).",
        role: .reader,
        errors: [])

    /// It takes none.
    public typealias Parameters = NoParameters
    /// A document.
    public typealias Result = JSONObject

    /// The answer, the same for every caller.
    public static let document = OpenRPC.document()
}
