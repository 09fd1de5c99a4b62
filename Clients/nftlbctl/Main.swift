// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import ArgumentParser
import Glibc

/// The door: wrong usage is 2 and not argument-parser's 64, failures say their own status.
@main
enum Main {
    static func main() {
        Output.occupyDescriptors()
        exit(status(of: Array(CommandLine.arguments.dropFirst())))
    }

    private static func status(of arguments: [String]) -> Int32 {
        do {
            var command = try Nftlbctl.parseAsRoot(arguments)
            try command.run()
            return ExitStatus.ok.rawValue
        } catch let failure as Failure {
            Output.error(failure)
            return failure.status.rawValue
        } catch let code as ExitCode {
            return code.rawValue
        } catch {
            // Help and the version were asked for, or the usage is wrong.
            let text = Nftlbctl.fullMessage(for: error)
            if Nftlbctl.exitCode(for: error) == .success {
                if text.isEmpty == false { Output.data(text) }
                return ExitStatus.ok.rawValue
            }
            Output.message(text)
            return ExitStatus.usage.rawValue
        }
    }
}
