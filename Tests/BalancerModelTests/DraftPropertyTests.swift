// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@Suite("Draft against the naive model")
struct DraftPropertyTests {
    /// 60 seeds × 30 drafts × 8 requests.
    @Test("Random requests with random failures", arguments: 0..<60 as Range<UInt64>)
    func requests(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var committed = Configuration()
        var naive = NaiveModel()
        for _ in 0..<30 {
            let base = committed
            var draft = Draft(on: base)
            var stepwise = base
            naive.rebase()
            for _ in 0..<8 {
                let steps = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                    NaiveModel.randomStep(using: &generator)
                }
                let before = draft.delta
                let expected = Result { () throws(NaiveModel.Refusal) in try naive.applying(steps) }
                let actual = Result { () throws(BalancerError) in try draft.apply(steps.map(\.change)) }
                switch (expected, actual) {
                case (.success(let next), .success):
                    naive = next
                    let request = draft.takeRequestDelta()
                    let undone = stepwise
                    stepwise.merge(request)
                    var back = stepwise
                    back.merge(request.inverse)
                    #expect(back == undone)
                case (.failure(.kind(let kind)), .failure(let error)):
                    #expect(error.kind == kind, "\(error)")
                    #expect(draft.delta == before)
                    #expect(draft.takeRequestDelta().isEmpty)
                default:
                    Issue.record("\(expected) but \(actual) of \(steps.map { text($0.change.json) })")
                    return
                }
            }
            let delta = draft.delta
            try checkOrigins(delta, naive)
            committed.merge(delta)
            #expect(try committed == Configuration(json: .object(naive.document)))
            #expect(stepwise == committed)
            for name in ["a", "b", "c", "d"] {
                #expect(try draft.farm(Name(name)) == committed.farms[Name(name)])
            }
            for name in ["v", "w"] {
                #expect(try draft.address(Name(name)) == committed.addresses[Name(name)])
            }
            #expect(committed.backendCount == naive.farms.reduce(0) { $0 + $1.backends.count })

            var back = committed
            back.merge(delta.inverse)
            #expect(back == base)
            var again = base
            again.merge(base.difference(to: committed))
            #expect(again == committed)
        }
    }

    /// Objects that lived through the draft are the same objects, whatever their names were meanwhile.
    private func checkOrigins(_ delta: ConfigurationDelta, _ naive: NaiveModel) throws {
        for difference in delta.farms {
            guard let after = difference.after else { continue }
            let farm = try #require(naive.farms.first { $0.name == after.name.text })
            if let origin = farm.origin {
                #expect((difference.renamedFrom ?? difference.name).text == origin)
                #expect(difference.before?.name.text == origin)
            } else {
                #expect(difference.renamedFrom == nil)
            }
            for (backend, index) in zip(farm.backends, difference.originsOfBackends) {
                guard farm.origin != nil, let origin = backend.origin else { continue }
                #expect(index.flatMap { difference.before?.backends[$0].name.text } == origin)
            }
        }
    }
}
