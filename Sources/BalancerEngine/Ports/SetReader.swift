// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Nftables

/// Reads a set, a part in each turn.
///
/// Any commit of any program tears a dump of ours (NLM_F_DUMP_INTR). It is begun again; where the commits never pause, what
/// is known to be wanted is looked up by key instead.
struct SetReader<Records: ElementRecords> {
    /// What a turn brought.
    enum Step {
        /// More elements.
        case part(Records)
        /// The dump was torn: what came so far may lack elements, or have some twice. It comes again.
        case tear
        /// That was all.
        case end
    }

    private enum Stage {
        case beginning
        case dumping(any KernelDump<Records>)
        case lookingUp(next: Int)
    }

    private let kernel: any KernelPort
    private let form: ElementForm
    private let keys: ElementList?
    private var stage: Stage
    private var tears = 0

    /// errno(3), EINTR: what a dump ends with when a transaction was committed meanwhile.
    static var torn: Int32 { 4 }
    /// How often a torn dump is begun again.
    private static var patience: Int { 10 }
    /// Keys of one look-up: 2 to 4 µs each (limits.md A4).
    private static var lookUps: Int { 2048 }

    /// All elements of a set.
    ///
    /// - Parameter keys: what to look up when the dump is torn too often; nil: then reading fails.
    init(_ kernel: any KernelPort, all form: ElementForm, orElse keys: ElementList? = nil) {
        self.kernel = kernel
        self.form = form
        self.keys = keys
        stage = .beginning
    }

    /// The elements with these keys.
    ///
    /// A dump walks from the set's start for every part: beyond some 100,000 elements this is faster, and far below it,
    /// when few of many are wanted.
    init(_ kernel: any KernelPort, keys: ElementList, dataLength: Int) {
        self.kernel = kernel
        form = keys.form.with(dataLength: dataLength)
        self.keys = keys
        stage = .lookingUp(next: 0)
    }

    /// Reads the next part.
    mutating func advance() throws(KernelFailure) -> Step {
        switch stage {
        case .beginning:
            let dump = try kernel.beginDump(form, as: Records.self)
            stage = .dumping(dump)
            return try next(of: dump)
        case .dumping(let dump): return try next(of: dump)
        case .lookingUp(let next):
            guard let keys, next < keys.count else { return .end }
            let end = min(next + Self.lookUps, keys.count)
            stage = .lookingUp(next: end)
            let part = keys.slice(next..<end).keys
            return .part(try kernel.lookup(part, dataLength: form.dataLength, as: Records.self))
        }
    }

    private mutating func next(of dump: any KernelDump<Records>) throws(KernelFailure) -> Step {
        do throws(KernelFailure) {
            return try dump.next().map { .part($0) } ?? .end
        } catch {
            guard error.kind == .refused(errno: Self.torn) else { throw error }
            tears += 1
            if tears <= Self.patience {
                stage = .beginning
            } else if keys != nil {
                stage = .lookingUp(next: 0)
            } else {
                throw error
            }
            return .tear
        }
    }
}

/// Reads a set as `SetReader` does, and keeps all of it.
struct WholeSetReader<Records: ElementRecords> {
    private var reader: SetReader<Records>
    private let form: ElementForm
    private var read: Records

    init(_ reader: SetReader<Records>, form: ElementForm) {
        self.reader = reader
        self.form = form
        read = Records(form)
    }

    /// Reads the next part.
    ///
    /// - Returns: everything, once all is read.
    mutating func advance() throws(KernelFailure) -> Records? {
        switch try reader.advance() {
        case .part(let part): read.append(contentsOf: part)
        case .tear: read = Records(form)
        case .end: return read
        }
        return nil
    }
}
