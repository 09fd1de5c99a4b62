// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerCompiler
import BalancerModel
import EngineSupport
import Testing

@testable import BalancerEngine

@Suite("Which connections a start judges again")
struct WholeJudgementTests {
    typealias Backend = JudgementTests.Backend

    static func judgement(
        _ farms: CompiledFarm..., lost: [UInt32: Set<Judgement.Place>] = [:]
    ) -> WholeJudgement {
        var judgement = WholeJudgement(lost: lost)
        for farm in farms { judgement.add(farm.ip!) }
        return judgement
    }

    static func connection(_ number: UInt32, backendPort: UInt16 = 8080, replied: Bool = false) -> TrackedConnection {
        JudgementTests.connection(number, backendPort: backendPort, replied: replied)
    }

    @Test("another farm with the same server keeps nobody, whatever the port there")
    func otherFarm() throws {
        let own = try JudgementTests.farm(Backend(number: 1, state: "down"), Backend(number: 2))
        for port in [80, 8080] {
            let other = try JudgementTests.farm(
                [Backend(number: 7, port: port, host: 1)], number: 2, address: "192.0.2.77")
            let judgement = Self.judgement(other, own)
            #expect(judgement.isStale(Self.connection(1)))
            #expect(judgement.isStale(Self.connection(1, replied: true)))
            #expect(!judgement.isStale(Self.connection(2)))
        }
    }

    @Test("a backend made anew on the same host keeps those at its own port")
    func sameHost() throws {
        let judgement = Self.judgement(try JudgementTests.farm(Backend(number: 9, port: 53, host: 1)))
        #expect(judgement.isStale(Self.connection(1, backendPort: 5999)))
        #expect(!judgement.isStale(Self.connection(1, backendPort: 53)))
        let asked = Self.judgement(try JudgementTests.farm(Backend(number: 9, port: nil, host: 1)))
        #expect(!asked.isStale(Self.connection(1, backendPort: 80)))
        #expect(asked.isStale(Self.connection(1, backendPort: 8080)))
    }

    @Test("who is with a backend that stands by stays, until that is lost")
    func standby() throws {
        let farm = { (state: String) in
            try JudgementTests.farm(Backend(number: 1, state: state, priority: 9), Backend(number: 2))
        }
        #expect(!Self.judgement(try farm("up")).isStale(Self.connection(1, replied: true)))
        #expect(Self.judgement(try farm("down")).isStale(Self.connection(1, replied: true)))
        let change = JudgementTests.judgement(from: try farm("up"), to: try farm("down"))
        #expect(change.isStale(Self.connection(1, replied: true)))
        #expect(!change.isStale(Self.connection(2, replied: true)))
        let deletion = JudgementTests.judgement(
            from: try farm("up"), to: try JudgementTests.farm(Backend(number: 2)))
        #expect(deletion.isStale(Self.connection(1)))
    }

    @Test("a farm of any address: what is answered and may be another program's stays")
    func anyAddress() throws {
        let judgement = Self.judgement(try JudgementTests.farm([Backend(number: 1)], address: nil))
        // Somebody's mark 0x4d, a translation elsewhere, or a mark that is the number of a backend of ours.
        #expect(!judgement.isStale(Self.connection(77, replied: true)))
        #expect(!judgement.isStale(Self.connection(1, backendPort: 9999, replied: true)))
        #expect(!judgement.isStale(Self.connection(1)))
        #expect(judgement.isStale(Self.connection(77)))
        var masqueraded = Self.connection(77)
        masqueraded.isSourceTranslated = true
        #expect(!judgement.isStale(masqueraded))
    }

    @Test("what the store says is lost is lost, whoever has the address now; what has come back is not")
    func lost() throws {
        let place = Judgement.Place(address: .v4(0x0a00_0001), port: 8080)
        let nobody = Self.judgement(lost: [1: [place]])
        #expect(!nobody.isEmpty)
        #expect(nobody.isStale(Self.connection(1, replied: true)))
        #expect(!nobody.isStale(Self.connection(1, backendPort: 8081, replied: true)))
        #expect(!nobody.isStale(Self.connection(2, replied: true)))
        let anywhere = Self.judgement(
            try JudgementTests.farm([Backend(number: 2)], address: nil), lost: [1: [place]])
        #expect(anywhere.isStale(Self.connection(1, replied: true)))
        let back = Self.judgement(try JudgementTests.farm(Backend(number: 1)), lost: [1: [place]])
        #expect(!back.isStale(Self.connection(1, replied: true)))
    }
}
