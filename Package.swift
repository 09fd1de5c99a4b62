// swift-tools-version: 6.2
// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

// One section per target and its tests, sorted by name within Protocol, Sources, Clients and Tests;
// one dependency per line. The settings are the same for every Swift target and are added once, at the end.

import PackageDescription

let package = Package(
    name: "nftlb",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // MARK: Protocol
        .target(
            name: "BalancerClient",
            dependencies: [
                "BalancerProtocol",
                "CLinux",
                "JSON",
            ],
            path: "Protocol/BalancerClient"
        ),

        .target(
            name: "BalancerModel",
            dependencies: ["JSON"],
            path: "Protocol/BalancerModel"),

        .target(
            name: "BalancerProtocol",
            dependencies: [
                "BalancerModel",
                "JSON",
            ],
            path: "Protocol/BalancerProtocol"
        ),

        .target(name: "JSON", path: "Protocol/JSON"),
        .target(
            name: "LegacyDialect", dependencies: ["BalancerModel", "JSON"], path: "Protocol/LegacyDialect"),

        // MARK: Sources

        .target(
            name: "BalancerCompiler",
            dependencies: [
                "BalancerModel",
                "Nftables",
            ],
            path: "Sources/BalancerCompiler"
        ),

        .target(
            name: "BalancerEngine",
            dependencies: [
                "BalancerCompiler",
                "BalancerModel",
                "JSON",
                "Nftables",
            ],
            path: "Sources/BalancerEngine"
        ),

        .target(
            name: "BalancerServer",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "JSON",
            ],
            path: "Sources/BalancerServer"
        ),

        .target(name: "CLinux", path: "Sources/CLinux", cSettings: [.treatAllWarnings(as: .error)]),

        .systemLibrary(name: "CMnl", path: "Sources/CMnl", pkgConfig: "libmnl", providers: [.apt(["libmnl-dev"])]),

        .systemLibrary(
            name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),

        .systemLibrary(
            name: "CSystemd", path: "Sources/CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),

        .target(name: "EventLoop", dependencies: ["CLinux", "CSystemd"], path: "Sources/EventLoop"),
        .target(name: "Netlink", dependencies: ["CLinux", "CMnl"], path: "Sources/Netlink"),
        .testTarget(
            name: "NetlinkTests",
            dependencies: ["Netlink", "Namespaces"],
            path: "Tests/NetlinkTests"
        ),

        .target(
            name: "NftablesKernel",
            dependencies: ["CLinux", "Netlink", "Nftables"],
            path: "Sources/NftablesKernel"
        ),
        .testTarget(
            name: "NftablesKernelTests",
            dependencies: ["KernelSupport", "Namespaces", "Nftables", "NftablesKernel"],
            path: "Tests/NftablesKernelTests"
        ),

        .target(name: "Store", dependencies: ["CLinux", "CSQLite"], path: "Sources/Store"),

        // C alone: without -nostartfiles and the static library path SwiftPM would link the Swift run time into it.
        .executableTarget(
            name: "nftlb-nft",
            path: "Sources/nftlb-nft",
            cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [
                .linkedLibrary("nftables"),
                .linkedLibrary("mnl"),
                .unsafeFlags(["-static-stdlib", "-nostartfiles"]),
            ]
        ),

        .target(name: "Nftables", path: "Sources/Nftables"),

        .executableTarget(
            name: "nftlbd",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "BalancerServer",
                "CLinux",
                "EventLoop",
                "JSON",
                "LegacyDialect",
                "Netlink",
                "Nftables",
                "NftablesKernel",
                "Store",
            ],
            path: "Sources/nftlbd"
        ),

        // MARK: Clients
        .target(
            name: "BalancerLink",
            dependencies: [
                "BalancerClient",
                "BalancerProtocol",
                "JSON",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Clients/Support/BalancerLink"
        ),

        .target(
            name: "CGzip",
            path: "Clients/Support/CGzip",
            cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("z")]
        ),

        .target(
            name: "NetworkService",
            dependencies: [
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Clients/Support/NetworkService"
        ),

        .executableTarget(
            name: "nftlb-exporter",
            dependencies: [
                "BalancerLink",
                "BalancerModel",
                "BalancerProtocol",
                "CGzip",
                "JSON",
                "NetworkService",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Clients/nftlb-exporter"
        ),

        .executableTarget(
            name: "nftlb-http",
            dependencies: [
                "BalancerLink",
                "BalancerModel",
                "BalancerProtocol",
                "JSON",
                "LegacyDialect",
                "NetworkService",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            path: "Clients/nftlb-http"
        ),

        .executableTarget(
            name: "nftlbctl",
            dependencies: [
                "BalancerClient",
                "BalancerModel",
                "BalancerProtocol",
                "JSON",
                "LegacyDialect",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Clients/nftlbctl"
        ),

        // MARK: Tests
        .testTarget(
            name: "BalancerModelTests",
            dependencies: ["BalancerModel", "JSON"],
            path: "Tests/BalancerModelTests"),
        .testTarget(
            name: "ArchitectureTests",
            path: "Tests/ArchitectureTests"),

        .testTarget(
            name: "BalancerClientTests",
            dependencies: [
                "BalancerClient",
                "BalancerProtocol",
                "JSON",
                "ScriptedServer",
            ],
            path: "Tests/BalancerClientTests"
        ),

        .testTarget(
            name: "BalancerCompilerTests",
            dependencies: [
                "BalancerCompiler",
                "BalancerModel",
                "JSON",
                "Nftables",
                "PacketTracer",
                "TestMachine",
            ],
            path: "Tests/BalancerCompilerTests",
            exclude: ["Fixtures"]
        ),

        .testTarget(
            name: "BalancerProtocolTests",
            dependencies: [
                "BalancerModel",
                "BalancerProtocol",
                "JSON",
            ],
            path: "Tests/BalancerProtocolTests"
        ),

        .testTarget(
            name: "BalancerServerTests",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "BalancerServer",
                "EngineSupport",
                "JSON",
                "Nftables",
            ],
            path: "Tests/BalancerServerTests"
        ),

        .testTarget(
            name: "BalancerEngineTests",
            dependencies: [
                "BalancerCompiler",
                "BalancerEngine",
                "BalancerModel",
                "EngineSupport",
                "JSON",
                "KernelContract",
                "Nftables",
                "PacketTracer",
            ],
            path: "Tests/BalancerEngineTests"
        ),

        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "BalancerCompiler",
                "BalancerEngine",
                "BalancerModel",
                "CLinux",
                "EventLoop",
                "JSON",
                "KernelSupport",
                "Namespaces",
                "Nftables",
                "NftablesKernel",
                "Store",
            ],
            path: "Tests/Benchmarks"),

        .target(
            name: "EngineSupport",
            dependencies: [
                "BalancerCompiler",
                "BalancerEngine",
                "BalancerModel",
                "JSON",
                "Nftables",
            ],
            path: "Tests/Support/EngineSupport"
        ),

        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "BalancerEngine",
                "CLinux",
                "Namespaces",
                "TestMachine",
            ],
            path: "Tests/EndToEndTests",
            exclude: ["Guest"]
        ),

        .testTarget(
            name: "EventLoopTests",
            dependencies: [
                "CLinux",
                "EventLoop",
                "LoopProbe",
            ],
            path: "Tests/EventLoopTests"),

        .target(
            name: "FaultyDisk",
            path: "Tests/Support/FaultyDisk",
            cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("sqlite3")]),

        .target(
            name: "InMemoryDaemon",
            dependencies: [
                "BalancerEngine",
                "BalancerServer",
                "EngineSupport",
                "Nftables",
            ],
            path: "Tests/Support/InMemoryDaemon"
        ),

        .target(
            name: "FuzzDriver",
            path: "Tests/Support/FuzzDriver",
            cSettings: [.treatAllWarnings(as: .error)]),

        .executableTarget(name: "Fuzzer", dependencies: ["FuzzDriver", "Fuzzing"], path: "Tests/Support/Fuzzer"),

        .target(
            name: "Fuzzing",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "BalancerServer",
                "EngineSupport",
                "JSON",
                "LegacyDialect",
                "Netlink",
                "Nftables",
            ],
            path: "Tests/Support/Fuzzing"
        ),

        .testTarget(
            name: "FuzzingTests",
            dependencies: ["Fuzzing"],
            path: "Tests/FuzzingTests",
            exclude: ["Corpus"]
        ),

        .testTarget(name: "JSONTests", dependencies: ["JSON"], path: "Tests/JSONTests"),
        .target(name: "KernelContract", dependencies: ["Nftables"], path: "Tests/Support/KernelContract"),

        .target(
            name: "KernelSupport",
            dependencies: ["Namespaces", "Nftables", "NftablesKernel"],
            path: "Tests/Support/KernelSupport"
        ),

        .testTarget(
            name: "KernelTests",
            dependencies: [
                "BalancerCompiler",
                "BalancerModel",
                "JSON",
                "KernelContract",
                "KernelSupport",
                "Namespaces",
                "Nftables",
                "NftablesKernel",
                "TestMachine",
            ],
            path: "Tests/KernelTests"
        ),

        .executableTarget(name: "LoopProbe", dependencies: ["EventLoop"], path: "Tests/Support/LoopProbe"),

        .testTarget(
            name: "LegacyDialectTests", dependencies: ["BalancerModel", "JSON", "LegacyDialect"],
            path: "Tests/LegacyDialectTests",
            exclude: ["Fixtures", "Printed"]),

        .target(name: "Namespaces", dependencies: ["CLinux"], path: "Tests/Support/Namespaces"),

        .testTarget(name: "NftablesTests", dependencies: ["Nftables"], path: "Tests/NftablesTests"),
        .target(name: "PacketTracer", dependencies: ["Nftables"], path: "Tests/Support/PacketTracer"),

        .target(
            name: "ScriptedServer",
            dependencies: [
                "BalancerProtocol",
                "JSON",
            ],
            path: "Tests/Support/ScriptedServer"
        ),

        .executableTarget(name: "StoreProbe", dependencies: ["Store"], path: "Tests/Support/StoreProbe"),

        .testTarget(
            name: "StoreTests",
            dependencies: [
                "CSQLite",
                "FaultyDisk",
                "Store",
                "StoreProbe",
            ],
            path: "Tests/StoreTests"),

        .target(name: "TestMachine", dependencies: ["EventLoop"], path: "Tests/Support/TestMachine"),

        .testTarget(
            name: "nftlbctlTests",
            dependencies: [
                "BalancerModel",
                "BalancerProtocol",
                "JSON",
                "ScriptedServer",
                "nftlbctl",
            ],
            path: "Tests/nftlbctlTests"
        ),

        .testTarget(
            name: "nftlbExporterTests",
            dependencies: [
                "BalancerClient",
                "BalancerModel",
                "BalancerProtocol",
                "InMemoryDaemon",
                "JSON",
                "Namespaces",
                "NetworkService",
                "ScriptedServer",
                "nftlb-exporter",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/nftlbExporterTests",
            exclude: ["Fixtures", "Systemd"]
        ),

        .testTarget(
            name: "nftlbHTTPTests",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "EngineSupport",
                "Fuzzing",
                "InMemoryDaemon",
                "JSON",
                "LegacyDialect",
                "NetworkService",
                "Nftables",
                "ScriptedServer",
                "nftlb-http",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            path: "Tests/nftlbHTTPTests",
            exclude: ["Conversations", "Systemd"]
        ),

        .testTarget(
            name: "nftlbdTests",
            dependencies: [
                "BalancerEngine",
                "BalancerModel",
                "BalancerProtocol",
                "BalancerServer",
                "EventLoop",
                "JSON",
                "TestMachine",
                "nftlbd",
            ],
            path: "Tests/nftlbdTests",
            exclude: ["Package", "Systemd"]
        ),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets
where ["nftlb-nft", "CGzip", "CLinux", "FaultyDisk", "FuzzDriver"].contains(target.name) == false {
    guard target.type != .system else { continue }
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
            .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
            .enableUpcomingFeature("InferIsolatedConformances"),
            .strictMemorySafety(),
            .treatAllWarnings(as: .error),
        ]
}
