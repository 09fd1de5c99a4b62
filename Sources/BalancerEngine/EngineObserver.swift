// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import BalancerModel

/// Is told what the engine does: for the journal.
public protocol EngineObserver: AnyObject {
    /// A request was accepted (it is in the kernel and on disk) or refused.
    func requestEnded(_ request: ChangeRequest, result: Result<ChangeOutcome, BalancerError>)
    /// Something the administrator should know that is nobody's request.
    func notice(_ notice: EngineNotice)
}

/// What an engine has to say by itself.
public enum EngineNotice: Equatable, Sendable {
    /// The kernel did not hold what it should; it does now. How many elements, how many chains and sets.
    case repaired(elements: Int, objects: Int)
    /// Another program had changed elements that a change was about to change; they were corrected with it.
    case foreignChange(String)
    /// Cleaning up left something behind that no packet can reach; it is tried again at the next start.
    case leftBehind(String)
}

/// Why an engine did not start.
public enum StartFailure: Error, Equatable, Sendable {
    /// The tables carry another owner's id (or none): the id found.
    case otherOwner(String)
    /// The kernel refused what the store says, or could not be read.
    case kernel(String)
    /// The store could not be read.
    case store(StoreFailure)
}
