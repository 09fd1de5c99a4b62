// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

package import ArgumentParser
import Glibc

/// The door of a program that serves until a signal ends it: wrong usage is 2 and not argument-parser's 64.
package enum Program {
    /// Reads the command line, makes settings of it, serves with them and ends the process.
    package static func run<Command: ParsableCommand, Settings>(
        _ command: Command.Type, prepare: (Command) throws(Failure) -> Settings,
        serve: (Settings) async throws -> Void
    ) async -> Never {
        let name = command.configuration.commandName ?? "\(command)"
        let settings: Settings
        do {
            settings = try prepare(try command.parse(Array(CommandLine.arguments.dropFirst())))
        } catch let failure as Failure {
            say("\(name): \(failure.message)", to: STDERR_FILENO)
            exit(failure.status.rawValue)
        } catch {
            // Help and the version were asked for, or the usage is wrong.
            let isAnswer = command.exitCode(for: error) == .success
            say(command.fullMessage(for: error), to: isAnswer ? STDOUT_FILENO : STDERR_FILENO)
            exit((isAnswer ? ExitStatus.ok : .usage).rawValue)
        }
        do {
            try await serve(settings)
            exit(ExitStatus.ok.rawValue)
        } catch {
            say("\(name): \(error)", to: STDERR_FILENO)
            exit(ExitStatus.failed.rawValue)
        }
    }

    /// A variable of the environment.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    private static func say(_ text: String, to descriptor: Int32) {
        let line = Array("\(text)\n".utf8)
        _ = unsafe write(descriptor, line, line.count)
    }
}

/// What a program ends with.
package enum ExitStatus: Int32, Sendable {
    /// Ended by a signal, or what was asked for was said.
    case ok = 0
    /// It could not serve.
    case failed = 1
    /// Wrong usage.
    case usage = 2
}

/// Why a program ends before it serves.
package struct Failure: Error, Sendable {
    /// What it ends with.
    package var status: ExitStatus
    /// What a person learns.
    package var message: String

    /// The end of a program.
    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
