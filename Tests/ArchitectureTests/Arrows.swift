// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One row of the table "module | may import" of the design, section 4.
struct Arrow {
    /// The module, that is the folder's name.
    let module: String

    /// Modules of ours that it may import.
    let mayImport: Set<String>

    /// Modules of the system and of Swift that it may import besides.
    var system: Set<String> = []
}

/// The table, word by word. `MemberImportVisibility` asks for an import of each module whose members are used, so
/// a module that may import another one may also import the nouns which that one is made of (see `nouns`).
enum Arrows {
    /// The faces over C libraries, which hold handles and call the system.
    static let libc: Set<String> = ["Glibc"]

    static let cModules: Set<String> = ["CLinux", "CMnl", "CSQLite", "CSystemd"]

    /// Values without behaviour of their own: visible to whoever sees a module built on them.
    static let nouns: Set<String> = ["JSON", "BalancerModel", "Nftables"]

    static let table: [Arrow] = [
        Arrow(module: "JSON", mayImport: []),
        Arrow(module: "Nftables", mayImport: []),
        Arrow(module: "BalancerModel", mayImport: ["JSON"]),
        Arrow(module: "BalancerProtocol", mayImport: ["JSON", "BalancerModel"]),
        Arrow(module: "LegacyDialect", mayImport: ["JSON", "BalancerModel"]),
        Arrow(module: "BalancerClient", mayImport: ["BalancerProtocol", "CLinux"], system: libc),
        Arrow(module: "BalancerCompiler", mayImport: ["BalancerModel", "Nftables"]),
        Arrow(module: "BalancerEngine", mayImport: ["BalancerCompiler", "BalancerModel", "Nftables", "JSON"]),
        Arrow(module: "BalancerServer", mayImport: ["BalancerEngine", "BalancerProtocol"]),
        Arrow(module: "Netlink", mayImport: ["CMnl", "CLinux"], system: libc),
        // One thread commits besides the daemon's own; what the two share is the only lock of the daemon.
        Arrow(module: "Store", mayImport: ["CSQLite", "CLinux"], system: libc.union(["Synchronization"])),
        Arrow(module: "EventLoop", mayImport: ["CSystemd", "CLinux"], system: libc),
        // The script reaches the helper in a memory file.
        Arrow(module: "NftablesKernel", mayImport: ["Netlink", "Nftables", "CLinux"], system: libc),
        Arrow(
            module: "nftlbd",
            mayImport: [
                "JSON", "BalancerModel", "BalancerProtocol", "LegacyDialect", "Nftables", "BalancerCompiler",
                "BalancerEngine", "BalancerServer", "Netlink", "NftablesKernel", "Store", "EventLoop", "CLinux",
                "CSystemd",
            ], system: libc),
    ]

    /// What a client may import of ours; any package and anything of the system besides.
    static let clients: Set<String> = ["BalancerClient", "BalancerProtocol", "BalancerModel", "JSON", "LegacyDialect"]

    /// Every module of ours that a client must not see.
    static let daemon: Set<String> = Set(table.map(\.module)).union(cModules).subtracting(clients)

    /// The row of a module with the nouns of what it may import.
    static func allowed(_ module: String) -> Set<String>? {
        guard let row = table.first(where: { $0.module == module }) else { return nil }
        return row.system.union(reach(row.mayImport))
    }

    private static func reach(_ modules: Set<String>) -> Set<String> {
        let behind = modules.flatMap { module in
            table.first { $0.module == module }.map { nouns.intersection(reach($0.mayImport)) } ?? []
        }
        return modules.union(behind)
    }
}
