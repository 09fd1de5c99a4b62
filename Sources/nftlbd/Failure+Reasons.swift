// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import EventLoop

extension Failure {
    /// The system said no.
    init(_ error: SystemError) {
        self.init(status: .failure, reason: "\(error)")
    }

    /// The engine did not start.
    init(_ reason: StartFailure) {
        switch reason {
        case .otherOwner(let identity):
            self.init(
                status: .owned,
                reason: "the kernel's tables belong to another owner (\(identity)); --adopt takes them over")
        case .kernel(let text):
            self.init(status: .kernel, reason: "the kernel: \(text)")
        case .store(let failure):
            self.init(failure)
        case .refused(let error):
            self.init(status: .refused, reason: error.sentence)
        }
    }

    /// The store did not open, or could not be read.
    init(_ failure: StoreFailure) {
        self.init(status: failure.kind == .inUse ? .owned : .failure, reason: "the store: \(failure.message)")
    }

    /// The file was valid, and still could not be applied.
    init(_ error: BalancerError, file: String) {
        let status: ExitStatus =
            switch error.kind {
            case .refusedByKernel: .kernel
            case .invalid, .unsupported, .limit, .notFound, .conflict: .refused
            case .notPermitted, .busy, .storage: .failure
            }
        self.init(status: status, reason: "\(file): \(error.sentence)")
    }
}
