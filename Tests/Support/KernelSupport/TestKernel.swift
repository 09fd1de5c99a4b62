// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import Glibc
public import Nftables
public import NftablesKernel

/// The real kernel for tests: the door with a runner that blocks and the helper of this build.
public enum TestKernel {
    /// Where the sibling programs of this build are: the folder of the running program.
    public static let programs: String = {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = unsafe readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }()

    /// The helper of this build.
    public static var helper: String { programs + "/nftlb-nft" }

    /// Opens the door in the namespace of the calling thread.
    public static func open(runner: BlockingChildRunner = BlockingChildRunner()) throws -> KernelConnection {
        try KernelConnection(helper: helper, runner: runner)
    }
}

extension KernelConnection {
    /// Runs a script and waits: with a runner that blocks, `install` has ended when it returns.
    public func installNow(_ script: SkeletonScript) throws(KernelFailure) {
        try installNow(text: script.text())
    }

    /// Runs a script that is text.
    public func installNow(text: String) throws(KernelFailure) {
        var result: Result<Void, KernelFailure>?
        install(text: text) { result = $0 }
        guard let result else { preconditionFailure("the runner did not block") }
        try result.get()
    }
}
