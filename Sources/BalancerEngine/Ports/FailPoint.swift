// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// The places between the steps of a change at which tests may end the daemon or make the next step fail.
///
/// In the order of the path of a change. Named on the command line of a test as
/// `NFTLB_FAIL_POINT=after-kernel-commit[:kill|:error][:N]`.
public enum FailPoint: String, Sendable, CaseIterable {
    /// Validated; the store's transaction is not open yet.
    case beforeStoreWrite = "before-store-write"
    /// Rows are in the open transaction.
    case afterStoreWrite = "after-store-write"
    /// The helper has installed new shapes.
    case afterSkeleton = "after-skeleton"
    /// One transaction of the prepare phase is in the kernel.
    case afterPrepare = "after-prepare"
    /// Everything is prepared; nothing is visible.
    case beforeKernelCommit = "before-kernel-commit"
    /// The switch is in the kernel, the file does not know.
    case afterKernelCommit = "after-kernel-commit"
    /// The change is durable, nobody was told.
    case afterStoreCommit = "after-store-commit"
    /// Answers are queued; what became unreachable is still there.
    case afterAnswer = "after-answer"
    /// One transaction of the sweep is done.
    case afterSweep = "after-sweep"
    /// At start: the kernel has been corrected, READY was not said.
    case afterReconciliation = "after-reconciliation"
}

/// Decides at each fail point whether to go on.
public protocol FailPointPort: AnyObject {
    /// Called when the engine is at `point`. May not return (the process is killed); true means: behave as if the step
    /// that comes next had failed.
    func reached(_ point: FailPoint) -> Bool
}
