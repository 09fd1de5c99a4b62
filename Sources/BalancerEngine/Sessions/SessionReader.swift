// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import Nftables

/// Reads the learnt sessions of some farms, by their numbers, some milliseconds in each turn of the loop, apart from the path of changes:
/// what traffic has learnt is nobody's declaration.
final class SessionReader {
    /// The sessions of one table.
    typealias Found = (reading: SessionReading, sessions: [LearntSession])
    typealias Completion = (Result<[Found], KernelFailure>) -> Void

    private let engine: Engine
    private let farms: Set<UInt16>
    private let completion: Completion
    private var readings: [SessionReading]
    private var reader: SetReader<TimedElements>?
    /// What the reader has brought so far.
    private var elements: TimedElements?
    private var read: [TimedElements] = []
    private var found: [Found] = []

    /// How long one turn reads: a dump that is not interrupted by our own commits is not torn by them.
    private static let turnBudget: UInt64 = 4_000_000

    /// - Parameter completion: called once, in a later turn.
    init(_ engine: Engine, _ readings: [SessionReading], farms: Set<UInt16>, completion: @escaping Completion) {
        self.engine = engine
        self.farms = farms
        self.completion = completion
        self.readings = engine.installed(readings)
    }

    func start() {
        engine.scheduler.soon { [self] in turn() }
    }

    private func turn() {
        let end = engine.scheduler.now + Self.turnBudget
        do throws(KernelFailure) {
            while engine.scheduler.now < end {
                guard let reading = readings.first else { return completion(.success(found)) }
                try advance(reading)
            }
            start()
        } catch {
            completion(.failure(error))
        }
    }

    private func advance(_ reading: SessionReading) throws(KernelFailure) {
        let forms = reading.forms
        guard read.count < forms.count else {
            found.append((reading, reading.sessions(read, of: farms)))
            read = []
            readings.removeFirst()
            return
        }
        let form = forms[read.count]
        if reader == nil {
            reader = SetReader(engine.kernel, all: form)
            elements = TimedElements(form)
        }
        switch try reader!.advance() {
        case .part(let part): elements?.append(contentsOf: part)
        case .tear: elements = TimedElements(form)
        case .end:
            read.append(elements ?? TimedElements(form))
            reader = nil
        }
    }
}
