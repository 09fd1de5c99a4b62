// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import NetworkService

@main
enum Main {
    static func main() async {
        await Program.run(NftlbExporter.self, prepare: { command throws(Failure) in try command.settings() }) {
            settings in
            try await Service(settings: settings).run()
        }
    }
}
