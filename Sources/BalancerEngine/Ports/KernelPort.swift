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

    /// Begins to read all elements of one set, in parts, on a socket of its own.
    func beginDump(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) -> any KernelDump

    /// Reads the elements with these keys. Keys the set does not hold are absent from the answer.
    func lookup(_ keys: ElementList, dataLength: Int) throws(KernelFailure) -> ElementList

    /// The ruleset's generation (NFT_MSG_GETGEN): it grows with every committed transaction of any program.
    func generation() throws(KernelFailure) -> UInt32
}

/// A dump under way.
public protocol KernelDump: AnyObject {
    /// The next part, or nil at the end. Parts may be empty.
    func next() throws(KernelFailure) -> ElementList?
}

extension KernelPort {
    /// Reads a whole set in one go: for the small ones.
    func dump(_ set: SetReference, keyLength: Int, dataLength: Int) throws(KernelFailure) -> ElementList {
        var all = ElementList(set: set, keyLength: keyLength, dataLength: dataLength)
        let dump = try beginDump(set, keyLength: keyLength, dataLength: dataLength)
        while let part = try dump.next() { all.append(contentsOf: part) }
        return all
    }
}
