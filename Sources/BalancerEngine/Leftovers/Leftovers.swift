// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import Nftables

/// What changes leave to be done beside their path, as the store has it: written with the change, so that a daemon that ends
/// before it is done does it after its next start.
struct Leftovers: Equatable {
    /// Where backends are lost, by their numbers: who is there is to be judged again.
    var lost: [UInt32: Set<Judgement.Place>] = [:]
    /// Farms that ask for what they have learnt no more, by where it is.
    var sessions: [SessionReading: Set<UInt16>] = [:]
    /// Backends that are gone, by the farms that may still have learnt sessions of theirs.
    var backends: [UInt16: Set<UInt32>] = [:]
    /// Farms, by the sets in which traffic has written down what their sources have used up of limits of before.
    var sources: [ElementForm: Set<UInt16>] = [:]

    /// Adds what the store has of a change. A line that says nothing is passed over: another version wrote it.
    mutating func add(encoded bytes: [UInt8]) {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            switch (words.first, words.count) {
            case (LeftoverText.lost, 4):
                guard let number = UInt32(words[1]), let address = try? IPAddress(words[2]), let port = UInt16(words[3])
                else { continue }
                lost[number, default: []].insert(Judgement.Place(address: address, port: port))
            case (LeftoverText.sessions, 5):
                guard let farm = UInt16(words[1]), let family = TableFamily(text: words[2]),
                    let fields = SessionFields(name: words[3])
                else { continue }
                let reading = SessionReading(
                    fields: fields, family: family, isAtIngress: words[4] == LeftoverText.ingress)
                sessions[reading, default: []].insert(farm)
            case (LeftoverText.backend, 3):
                guard let farm = UInt16(words[1]), let number = UInt32(words[2]) else { continue }
                backends[farm, default: []].insert(number)
            case (LeftoverText.sources, 5):
                guard let farm = UInt16(words[1]), let family = TableFamily(text: words[2]),
                    let length = Int(words[4]), length > 0, length % 4 == 0
                else { continue }
                let form = ElementForm(
                    set: SetReference(family: family, name: words[3]), keyLength: length, dataLength: 0)
                sources[form, default: []].insert(farm)
            default: continue
            }
        }
    }

    /// Takes out what is asked again: it stays.
    mutating func keep(_ farm: Farm, _ installed: InstalledFarm) {
        let number = installed.identity.number
        if !sessions.isEmpty { for reading in farm.sessionReadings { sessions[reading]?.remove(number) } }
        if !sources.isEmpty { for form in NumberedFarm(farm, installed).meters { sources[form]?.remove(number) } }
    }
}

/// What a change leaves to be done, as the store has it: lines that grow farm by farm.
struct LeftoverText {
    fileprivate static let lost = "lost"
    fileprivate static let sessions = "sessions"
    fileprivate static let backend = "backend"
    fileprivate static let sources = "sources"
    fileprivate static let ingress = "ingress"
    private static let routed = "routed"

    private(set) var bytes: [UInt8] = []
    /// In which respects something is left.
    private(set) var tasks: Set<LeftoverTask> = []

    /// Adds what the change of a farm leaves to be done.
    ///
    /// - Parameter tracksConnections: whether connections are judged again at all.
    mutating func add(_ planned: PlannedFarm, tracksConnections: Bool) {
        guard let before = planned.before else { return }
        if tracksConnections { addLost(planned) }
        let number = before.installed.identity.number
        for reading in before.farm.sessionReadings(unlike: planned.after?.farm) {
            let place = reading.isAtIngress ? Self.ingress : Self.routed
            add(.sessions, "\(Self.sessions) \(number) \(reading.family.text) \(reading.fields.name) \(place)")
        }
        for gone in before.lostSessions(after: planned.after).sorted() {
            add(.sessions, "\(Self.backend) \(number) \(gone)")
        }
        for form in before.meters(unlike: planned.after) {
            add(.sources, "\(Self.sources) \(number) \(form.set.family.text) \(form.set.name) \(form.keyLength)")
        }
    }

    private mutating func addLost(_ planned: PlannedFarm) {
        let (old, new) = (planned.before?.installed.compiled, planned.after?.installed.compiled)
        for family in [TableFamily.ip, .ip6] {
            var judgement = Judgement()
            judgement.add(from: old?[family], to: new?[family])
            for (number, move) in judgement.moved {
                for place in move.from { add(.connections, "\(Self.lost) \(number) \(place.address) \(place.port)") }
            }
        }
    }

    private mutating func add(_ task: LeftoverTask, _ line: String) {
        tasks.insert(task)
        bytes.append(contentsOf: line.utf8)
        bytes.append(UInt8(ascii: "\n"))
    }
}

/// In which respect something is left to be done.
enum LeftoverTask: CaseIterable {
    /// Connections are to be judged again.
    case connections
    /// Learnt sessions are to be forgotten.
    case sessions
    /// What sources have used up is to be forgotten.
    case sources
}
