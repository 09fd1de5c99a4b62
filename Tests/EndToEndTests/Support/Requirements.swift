// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Testing

extension Trait where Self == ConditionTrait {
    /// Namespaces, nftables and traffic need root; and there must be programs to test.
    static var requiresKernel: ConditionTrait {
        .enabled("not root, or the programs are not built") {
            geteuid() == 0
                && ["nftlbd", "nftlbctl", "nftlb-exporter", "nftlb-http"].allSatisfy {
                    FileManager.default.isExecutableFile(atPath: Programs.path($0))
                }
        }
    }
}
