// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// One option of the command line: its spelling, what it sets, and its line in the help.
struct Option: Sendable {
    enum Kind: Sendable {
        /// Given or not.
        case flag(@Sendable (inout Options) -> Void)
        /// Followed by a value, which the help calls `placeholder`.
        case value(placeholder: String, @Sendable (inout Options, String) -> Void)
        /// As `value`, and it may be given again.
        case list(placeholder: String, @Sendable (inout Options, String) throws(UsageError) -> Void)
    }

    /// The spelling; more than one where custom has a short one.
    let names: [String]
    let kind: Kind
    let help: String

    /// All of them, in the order of the help.
    static let all: [Option] = [
        value("--socket", "PATH", "the full socket, mode 0660 (default \(defaults.socket))") { $0.socket = $1 },
        value(
            "--read-only-socket", "PATH",
            "the socket of readers, mode 0666 (default \(defaults.readOnlySocket))"
        ) { $0.readOnlySocket = $1 },
        value(
            "--state-directory", "DIR",
            "where the state is kept (default $STATE_DIRECTORY, else \(defaults.stateDirectory))"
        ) { $0.stateDirectory = $1 },
        value(
            "--configuration", "FILE",
            "start from this file: it replaces the stored state if it changed since it was last applied"
        ) { $0.configuration = $1 },
        flag("--once", "apply the file (or the stored state) and end; the rules stay") { $0.raise(to: .once) },
        flag("--check", "only validate the file: status 0 or 5") { $0.raise(to: .check) },
        flag("--adopt", "take over tables that carry the id of another store") { $0.adopt = true },
        flag("--restore", "take the last backup if the state is damaged") { $0.restore = true },
        Option(
            names: ["--role"],
            kind: .list(placeholder: "ROLE=WHO") { (options, text) throws(UsageError) in
                options.roles.append(try RoleGrant(parsing: text))
            }, help: "who may do what: reader, operator or administrator=user:NAME or group:NAME; may be repeated"),
        value(
            "--nft-helper", "PATH",
            "the program that writes tables, chains and rules (default nftlb-nft beside this one)"
        ) {
            $0.helper = $1
        },
        flag("--version", "print the version and end") { $0.raise(to: .version) },
        Option(
            names: ["--help", "-h"], kind: .flag { $0.raise(to: .help) }, help: "print this help and end"),
    ]

    private static let defaults = Options()

    private static func flag(
        _ name: String, _ help: String, _ set: @escaping @Sendable (inout Options) -> Void
    ) -> Option {
        Option(names: [name], kind: .flag(set), help: help)
    }

    private static func value(
        _ name: String, _ placeholder: String, _ help: String,
        _ set: @escaping @Sendable (inout Options, String) -> Void
    ) -> Option {
        Option(names: [name], kind: .value(placeholder: placeholder, set), help: help)
    }
}

extension Options {
    /// `--help` beats `--version` beats all others, wherever they stand.
    fileprivate mutating func raise(to wanted: Action) {
        switch (action, wanted) {
        case (.help, _), (.version, .once), (.version, .check): return
        default: action = wanted
        }
    }

    /// What `--help` prints.
    static let helpText: String = {
        var text = """
            Usage: nftlbd [OPTION]...
            The daemon of the layer-4 load balancer: it turns farms and backends into nftables rules.

            Options:

            """
        for option in Option.all {
            let spelled =
                switch option.kind {
                case .flag: option.names.joined(separator: ", ")
                case .value(let placeholder, _), .list(let placeholder, _): "\(option.names[0]) \(placeholder)"
                }
            let padding = String(repeating: " ", count: max(2, 26 - spelled.utf8.count))
            text += "  \(spelled)\(padding)\(option.help)\n"
        }
        return text + """

            Sockets named rpc and rpc-readonly that systemd hands over are used instead of the paths.

            Exit status: 0 done, 1 failed, 2 wrong usage, 5 configuration refused, 7 another owner has the tables,
            the state or the socket, 9 refused by the kernel.

            Examples:
              nftlbd --check --configuration farms.json
              nftlbd --once --configuration farms.json --state-directory ./state
              nftlbd --socket ./nftlb.sock --read-only-socket ./nftlb-ro.sock --state-directory ./state

            """
    }()
}
