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
    /// Another program changed our tables; they were corrected: who it was, when the kernel said, and how much was wrong.
    case drift(author: String?, elements: Int, objects: Int)
    /// Another program keeps changing our tables: they are corrected less often from now on.
    case fight(author: String?, seconds: Int)
    /// What another program did to our tables could not be corrected; it is tried again, and told once for each reason.
    case notCorrected(String)
    /// Cleaning up left something behind that no packet can reach; it is tried again at the next start.
    case leftBehind(String)
    /// Connections of backends that are gone could not be looked for: clients that keep sending datagrams from one port may
    /// stay with them.
    case connectionsNotReviewed(String)
    /// The host's network could not be read or followed: farms that depend on it may be behind.
    case networkUnseen(String)
    /// A drain is over: the backend is down. How many connections it had when they were counted last; nil: they were not.
    case drained(farm: Name, backend: Name, left: Int?)
    /// Connections that should have been cut could not be: they go on.
    case connectionsNotCut(String)
}

/// Why an engine did not start.
public enum StartFailure: Error, Equatable, Sendable {
    /// The tables carry another owner's id (or none): the id found.
    case otherOwner(String)
    /// The kernel refused what the store says, or could not be read.
    case kernel(String)
    /// The store could not be read.
    case store(StoreFailure)
    /// The configuration that was to be what tables of another owner are brought to was refused: they are as they were.
    case refused(BalancerError)
}
