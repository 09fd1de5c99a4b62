// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

public import Nftables

/// The one door to the kernel, as the engine sees it: the three tables `ip nftlb`, `ip6 nftlb` and `netdev nftlb`.
///
/// Everything is called on the engine's thread. Calls that return are short (at most some ten milliseconds for the
/// transactions the engine sends); what may take longer answers through a completion, in a later turn of the loop.
public protocol KernelPort: AnyObject {
    /// Reads what our tables hold: tables with their owner, chains and sets with digests, verdict maps.
    func inventory() throws(KernelFailure) -> KernelInventory

    /// Runs a skeleton script through libnftables, in a helper process; all of it or nothing.
    ///
    /// - Parameter completion: called once, in a later turn of the loop.
    func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void)

    /// Sends element operations as one netlink batch: the kernel takes all of it or changes nothing.
    func commit(_ transaction: Transaction) throws(KernelFailure)

    /// Deletes the elements that stand for all keys without one of their own, from those of these sets that have one. Reading
    /// leaves them out.
    ///
    /// - Returns: how many sets had one.
    func deleteCatchAlls(of sets: [SetReference]) throws(KernelFailure) -> Int

    /// Puts counters in the place of others, in one netlink batch: those with the given keys go, and elements come that have
    /// counted already.
    func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure)

    /// Begins to read all elements of one set, in parts, on a socket of its own.
    ///
    /// The first part that is read after a commit of anybody's fails with `.refused(errno: EINTR)`: see ``SetReader``.
    func beginDump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type
    ) throws(KernelFailure) -> any KernelDump<Records>

    /// Reads the elements with these keys, in their order. Keys the set does not hold are absent from the answer.
    ///
    /// 2 to 4 µs an element, whatever the size of the set (limits.md A4).
    func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type
    ) throws(KernelFailure) -> Records

    /// The ruleset's generation (NFT_MSG_GETGEN): it grows with every committed transaction of any program.
    func generation() throws(KernelFailure) -> UInt32
}

/// A dump under way.
public protocol KernelDump<Records>: AnyObject {
    /// What is read of each element.
    associatedtype Records: ElementRecords

    /// The next part, or nil at the end. Parts may be empty.
    func next() throws(KernelFailure) -> Records?
}

extension KernelPort {
    /// Reads the elements with these keys: keys and data alone.
    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList {
        try lookup(keys, dataLength: dataLength, as: ElementList.self)
    }
}
