// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import BalancerModel

/// `service.info`: who is there. Answered from the first moment, also while the daemon loads.
public enum ServiceInfo: RPCMethod {
    /// The name, the summary, the role and the errors.
    public static let declaration = MethodDeclaration(
        name: "service.info",
        summary: "Tells which version runs and in which state it is; answers also while it loads.",
        role: .reader,
        errors: [])

    /// It takes none.
    public typealias Parameters = NoParameters

    /// What the daemon says about itself.
    public struct Result: Record, Hashable {
        /// The program.
        public var name = "nftlbd"
        /// The version of the program.
        public var version = Version.text
        /// The version of the protocol.
        public var apiVersion = Version.api
        /// What the daemon does with requests.
        public var state = ServiceState.loading
        /// What the caller may do on this connection: `reader`, `operator` or `administrator`.
        public var role: String?

        /// This version, loading.
        public init() {}

        /// What goes over the wire.
        public static let fields: [Field<Result>] = [
            .required("name", \.name, "The program."),
            .required("version", \.version, "The version of the program."),
            .required("apiVersion", \.apiVersion, "The version of the protocol; within one, things are only added."),
            .required("state", \.state, "loading: changes and most reads wait; degraded: something is wrong."),
            .optional("role", \.role, "What the caller may do: reader, operator or administrator."),
        ]
    }
}

/// What the daemon does with requests.
public enum ServiceState: String, WordValue {
    /// It compares its file with the kernel; changes and most reads wait until it is done.
    case loading
    /// Everything is as it should be.
    case ready
    /// It serves, but something is wrong; the status says what.
    case degraded
}
