// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Every method that this version has, sorted by name.
public enum MethodCatalog {
    /// The methods.
    public static let all: [any RPCMethod.Type] = [
        ConfigurationApply.self,
        ConfigurationGet.self,
        RPCDiscover.self,
        ServiceInfo.self,
        StatusGet.self,
    ]

    /// The method of a name.
    public static func method(named name: String) -> (any RPCMethod.Type)? {
        all.first { $0.name == name }
    }
}
