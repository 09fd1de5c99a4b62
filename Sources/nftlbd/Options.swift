// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What the command line asks for.
struct Options: Equatable {
    /// What the process is to do.
    enum Action: Equatable {
        /// Serve until stopped.
        case serve
        /// Apply the file (or the stored state) and end; the rules stay.
        case once
        /// Validate the file and end.
        case check
        /// Print the version.
        case version
        /// Print the help.
        case help
    }

    var action = Action.serve
    /// Where the full socket is made when none was inherited.
    var socket = "/run/nftlb/nftlb.sock"
    /// Where the read-only socket is made when none was inherited.
    var readOnlySocket = "/run/nftlb/nftlb-ro.sock"
    var stateDirectory = "/var/lib/nftlb"
    /// The file to start from, if any.
    var configuration: String?
    /// Take over tables that carry the id of another store.
    var adopt = false
    /// Who may do what, besides the defaults.
    var roles: [RoleGrant] = []
    /// Take the last backup in place of a state that is damaged.
    var restore = false
    /// The program that runs libnftables; nil: look in the usual places.
    var helper: String?

    /// Options as they are without any argument.
    init() {}

    /// Reads the arguments that follow the program's name.
    ///
    /// - Parameter environment: the value of an environment variable, nil when it is not set.
    init(arguments: [String], environment: (String) -> String?) throws(UsageError) {
        // systemd separates several directories by colons; ours is the first (systemd.exec(5), StateDirectory=).
        if let inherited = environment("STATE_DIRECTORY")?.split(separator: ":").first {
            stateDirectory = String(inherited)
        }
        var rest = arguments[...]
        var seen: Set<String> = []
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let option = Option.all.first(where: { $0.names.contains(String(parts[0])) }) else {
                throw UsageError(
                    reason: argument.hasPrefix("-")
                        ? "unknown option \(parts[0])" : "unexpected argument \(argument)")
            }
            let isRepeated = !seen.insert(option.names[0]).inserted
            func value() throws(UsageError) -> String {
                guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
                    throw UsageError(reason: "\(option.names[0]) needs a value")
                }
                return value
            }
            switch option.kind {
            case .list(_, let add): try add(&self, try value())
            case .flag where isRepeated, .value where isRepeated:
                throw UsageError(reason: "\(option.names[0]) was given twice")
            case .flag(let set):
                guard parts.count == 1 else { throw UsageError(reason: "\(option.names[0]) takes no value") }
                set(&self)
            case .value(_, let set): set(&self, try value())
            }
        }
        if seen.isSuperset(of: ["--check", "--once"]) {
            throw UsageError(reason: "--check and --once exclude each other")
        }
        if action == .check, configuration == nil {
            throw UsageError(reason: "--check needs --configuration FILE")
        }
    }
}

/// The command line makes no sense.
struct UsageError: Error, Equatable {
    var reason: String
}
