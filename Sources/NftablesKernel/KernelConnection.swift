// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

internal import CLinux
internal import Glibc
internal import Netlink
public import Nftables

/// The one door to the kernel: the tables `nftlb` of ip, ip6 and netdev, and no other.
///
/// Skeletons go through the helper program (libnftables), elements as netlink batches of our own. Belongs to one thread and
/// to the network namespace in which that thread made it.
public final class KernelConnection {
    private let tables: NetfilterTables
    private let helper: String
    private let runner: any ChildRunner
    private let dumpSockets = SocketPool()
    /// The last processes of the helper: what they did to the tables was ours.
    private(set) var helperProcesses: [Int32] = []

    /// Who listens to what others do.
    weak var listener: ForeignChanges?
    /// From so many elements on a transaction is not told to ourselves: fewer are told faster than the calls take.
    private static let unheardFrom = 256

    /// Opens the door.
    ///
    /// - Parameters:
    ///   - helper: the path of `nftlb-nft`.
    ///   - runner: starts it.
    public init(helper: String, runner: any ChildRunner) throws(KernelFailure) {
        do {
            tables = try NetfilterTables()
        } catch {
            throw KernelFailure(error)
        }
        self.helper = helper
        self.runner = runner
    }

    /// The netlink port of our transactions: their events carry it.
    public var port: UInt32 { tables.port }

    /// The largest transaction the socket takes, bytes on the wire.
    public var transactionLimit: Int { tables.batchLimit }

    /// Sends element operations as one netlink batch: the kernel takes all of it or changes nothing.
    public func commit(_ transaction: Transaction) throws(KernelFailure) {
        guard !transaction.isEmpty else { return }
        guard let listener, transaction.elementCount >= Self.unheardFrom else { return try send(transaction) }
        try listener.unheard { () throws(KernelFailure) in try send(transaction) }
    }

    private func send(_ transaction: Transaction) throws(KernelFailure) {
        let batch = Self.batch(transaction)
        do {
            try tables.commit(batch)
        } catch {
            throw KernelFailure(error)
        }
    }

    /// Puts counters in the place of others, in one netlink batch: those with the given keys go, and elements come that have
    /// counted already.
    public func replace(_ keys: ElementList, with counters: CountedElements) throws(KernelFailure) {
        var batch = NetfilterBatch(capacity: (keys.count + counters.counts.count) * 96 + 256)
        if !keys.isEmpty { batch.append(.delete, to: SetIdentity(keys.form), elements: keys.keys.bytes) }
        if !counters.elements.isEmpty {
            batch.append(
                to: SetIdentity(counters.elements.form), elements: counters.elements.bytes, counts: counters.numbers)
        }
        do {
            try tables.commit(batch.finished())
        } catch {
            throw KernelFailure(error)
        }
    }

    /// Deletes the elements that stand for all keys without one of their own, from those of these sets that have one: nothing
    /// of ours makes any.
    ///
    /// - Returns: how many sets had one.
    public func deleteCatchAlls(of sets: [SetReference]) throws(KernelFailure) -> Int {
        do {
            return try tables.deleteCatchAlls(
                of: sets.map {
                    SetIdentity(
                        family: $0.family.rawValue, table: tableName, name: $0.name, keyLength: 0, dataLength: 0)
                })
        } catch {
            throw KernelFailure(error)
        }
    }

    /// The bytes of a transaction, as `commit` sends them.
    package static func bytes(of transaction: Transaction) -> [UInt8] {
        batch(transaction).bytes
    }

    private static func batch(_ transaction: Transaction) -> FinishedBatch {
        let size = transaction.steps.reduce(0) { $0 + $1.list.bytes.count * 4 + 256 }
        var batch = NetfilterBatch(capacity: size)
        for step in transaction.steps where !step.list.isEmpty {
            switch step {
            case .delete(let list): batch.append(.delete, to: SetIdentity(list.form), elements: list.keys.bytes)
            case .add(let list): batch.append(.add, to: SetIdentity(list.form), elements: list.bytes)
            case .addTimed(let timed):
                batch.append(
                    to: SetIdentity(timed.elements.form), elements: timed.elements.bytes, lifetimes: timed.numbers)
            }
        }
        return batch.finished()
    }

    /// Runs a skeleton script through libnftables in the helper process: all of it or nothing.
    ///
    /// - Parameter completion: called once; when the runner calls back, that is in a later turn of the loop.
    public func install(_ script: SkeletonScript, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        install(text: script.text(), completion: completion)
    }

    /// Runs a script that already is text.
    package func install(text: String, completion: @escaping (Result<Void, KernelFailure>) -> Void) {
        let file = unsafe Array(text.utf8).withUnsafeBytes { bytes in
            unsafe linux_memory_file("nftlb-script", bytes.baseAddress, bytes.count)
        }
        guard file >= 0 else {
            let words = unsafe String(cString: strerror(-file))
            return completion(.failure(KernelFailure(kind: .helper("no memory file: \(words)"), message: words)))
        }
        defer { close(file) }
        let name = helper
        let process = runner.run(helper, arguments: ["3"], inheriting: file) { end in
            completion(Self.result(end, script: text, helper: name))
        }
        if let process { helperProcesses = helperProcesses.suffix(7) + [process] }
    }

    /// The helper's exit statuses are those of Sources/nftlb-nft/main.c.
    private static func result(_ end: ChildEnd, script: String, helper: String) -> Result<Void, KernelFailure> {
        let report = HelperReport(end.output)
        let what: String
        switch end.outcome {
        case .exited(0): return .success(())
        case .exited(1): return .failure(report.failure(of: script))
        case .exited(let status): what = "\(helper) ended with status \(status)"
        case .signalled(let signal): what = "\(helper) was ended by signal \(signal)"
        case .timedOut: what = "\(helper) took too long"
        case .notStarted(let reason): what = "\(helper) could not be started: \(reason)"
        }
        let words = report.text.isEmpty ? what : "\(what): \(report.text.prefix(500))"
        return .failure(KernelFailure(kind: .helper(what), message: words))
    }

    /// The ruleset's generation (NFT_MSG_GETGEN): it grows with every committed transaction of any program.
    public func generation() throws(KernelFailure) -> UInt32 {
        do {
            return try tables.generation()
        } catch {
            throw KernelFailure(error)
        }
    }

    /// The generation, once all that made it has been told to those who listen; nil: others change so much that none stays.
    func settledGeneration() throws(KernelFailure) -> UInt32? {
        do {
            for _ in 0..<3 {
                let generation = try tables.generation()
                if try tables.isSettled(at: generation) { return generation }
            }
            return nil
        } catch {
            throw KernelFailure(error)
        }
    }

    /// Reads the elements with these keys. Keys the set does not hold are absent from the answer.
    ///
    /// 2-3 us an element at any size of the set; cut long lists so that each call is short.
    public func lookup<Records: ElementRecords>(
        _ keys: ElementList, dataLength: Int, as records: Records.Type = ElementList.self
    ) throws(KernelFailure) -> Records {
        let form = keys.form.with(dataLength: dataLength)
        do {
            let part = try tables.elements(
                of: SetIdentity(form), keys: keys.keys.bytes, detail: ElementDetail(Records.detail))
            return Records(form, part)
        } catch {
            throw KernelFailure(error, in: keys.set)
        }
    }

    /// Begins to read all elements of one set, in parts, on a socket of its own.
    public func beginDump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type = ElementList.self
    ) throws(KernelFailure) -> SetDump<Records> {
        try SetDump(form, on: dumpSockets)
    }

    /// Reads all elements of one set. Torn by a change of somebody's, it is begun again.
    public func dump<Records: ElementRecords>(
        _ form: ElementForm, as records: Records.Type = ElementList.self
    ) throws(KernelFailure) -> Records {
        var attempt = 0
        while true {
            attempt += 1
            do throws(KernelFailure) {
                var all = Records(form)
                let dump = try beginDump(form, as: records)
                while let part = try dump.next() { all.append(contentsOf: part) }
                return all
            } catch  where error.kind == .refused(errno: EINTR) && attempt < 20 {
                continue
            }
        }
    }

    /// Reads what our tables hold: tables with their owner, chains and sets with digests, verdict maps.
    public func inventory() throws(KernelFailure) -> KernelInventory {
        do {
            return try InventoryReader(tables).read()
        } catch {
            throw KernelFailure(error)
        }
    }
}
