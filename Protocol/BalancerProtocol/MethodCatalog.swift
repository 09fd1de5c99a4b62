// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// Every method that this version has, sorted by name.
public enum MethodCatalog {
    /// The methods.
    public static let all: [any RPCMethod.Type] = [
        BackendDrain.self,
        ConfigurationApply.self,
        ConfigurationConfirm.self,
        ConfigurationGet.self,
        ConfigurationHistory.self,
        ConfigurationRollback.self,
        EventsWatch.self,
        FlowExplain.self,
        RPCDiscover.self,
        ServiceInfo.self,
        SessionsDelete.self,
        SessionsList.self,
        StatisticsGet.self,
        StatusGet.self,
    ]

    /// The method of a name.
    public static func method(named name: String) -> (any RPCMethod.Type)? {
        all.first { $0.name == name }
    }
}
