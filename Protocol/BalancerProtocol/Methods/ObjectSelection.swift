// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import JSON

/// Some objects of the configuration, so that a client which wants to know one farm of 10,000 need not read them all.
public struct ObjectSelection: Record, Hashable {
    /// Farms of these names. Addresses outside of farms that the farms found refer to are given with them.
    public var farms: [String] = []
    /// Policies of these names.
    public var policies: [String] = []
    /// Addresses outside of farms of these names.
    public var addresses: [String] = []
    /// Clusters of these names.
    public var clusters: [String] = []
    /// Farms that have an address of one of these names.
    public var farmsWithAddress: [String] = []
    /// Farms and addresses that use a policy of one of these names.
    public var usersOfPolicy: [String] = []

    /// Nothing.
    public init() {}

    /// Reads a selection out of parameters: a misspelled key would select nothing.
    public init(field json: JSONValue) throws(FieldFailure) {
        guard let object = json.object else { throw FieldFailure("not an object") }
        try self.init(json: object, unknownKeys: .refused)
    }

    /// What goes over the wire.
    public static let fields: [Field<ObjectSelection>] = [
        .defaulting(
            "farms", \.farms, [], "Farms of these names; with all farms, the addresses outside of farms that they name."
        ),
        .defaulting("policies", \.policies, [], "Policies of these names."),
        .defaulting("addresses", \.addresses, [], "Addresses outside of farms of these names."),
        .defaulting("clusters", \.clusters, [], "Clusters of these names."),
        .defaulting("farmsWithAddress", \.farmsWithAddress, [], "Farms that have an address of one of these names."),
        .defaulting(
            "usersOfPolicy", \.usersOfPolicy, [], "Farms and addresses that use a policy of one of these names."),
    ]
}
