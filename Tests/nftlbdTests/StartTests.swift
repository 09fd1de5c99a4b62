// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerEngine
import BalancerModel
import Testing

@testable import nftlbd

@Suite("Start")
struct StartTests {
    @Test("Fail points: point, effect, occurrence", arguments: FailPoint.allCases)
    func failPoints(point: FailPoint) throws {
        let name = point.rawValue
        var expected = try FailPointRequest(parsing: name)
        #expect(expected.point == point && expected.effect == .kill && expected.occurrence == 1)
        expected.effect = .error
        #expect(try FailPointRequest(parsing: name + ":error") == expected)
        expected.occurrence = 3
        #expect(try FailPointRequest(parsing: name + ":error:3") == expected)
        expected.effect = .kill
        #expect(try FailPointRequest(parsing: name + ":3") == expected)
        #expect(try FailPointRequest(parsing: name + ":kill:3") == expected)
    }

    @Test(
        "What is no fail point is refused at start, not ignored",
        arguments: ["", "nowhere", "after-sweep:", "after-sweep:0", "after-sweep:die", "after-sweep:kill:1:2"])
    func badFailPoints(text: String) {
        #expect(throws: UsageError.self) { try FailPointRequest(parsing: text) }
    }

    @Test("A fail point strikes once, at its occurrence")
    func strikes() throws {
        let read = try EnvironmentFailPoint.read { $0 == "NFTLB_FAIL_POINT" ? "after-sweep:error:2" : nil }
        let port = try #require(read)
        #expect(!port.reached(.afterSweep))
        #expect(!port.reached(.afterPrepare))
        #expect(port.reached(.afterSweep))
        #expect(!port.reached(.afterSweep))
        #expect(try EnvironmentFailPoint.read { _ in nil } == nil)
    }

    @Test("The helper: as given, beside the program, or where an installation has it")
    func helper() throws {
        func find(_ given: String?, _ existing: String...) throws(Failure) -> String {
            try HelperPath.find(given: given, folder: "/usr/sbin") { existing.contains($0) }
        }
        #expect(try find("/h", "/h", "/usr/sbin/nftlb-nft") == "/h")
        #expect(try find(nil, "/usr/sbin/nftlb-nft", "/usr/sbin/../libexec/nftlb/nftlb-nft") == "/usr/sbin/nftlb-nft")
        #expect(try find(nil, "/usr/sbin/../libexec/nftlb/nftlb-nft") == "/usr/sbin/../libexec/nftlb/nftlb-nft")
        #expect(throws: Failure.self) { try find(nil) }
        #expect(throws: Failure.self) { try find("/h", "/usr/sbin/nftlb-nft") }
    }

    @Test("Every failure has the status that the contract names")
    func statuses() {
        #expect(Failure(StartFailure.otherOwner("x")).status == .owned)
        #expect(Failure(StartFailure.kernel("x")).status == .kernel)
        #expect(Failure(StartFailure.store(StoreFailure(kind: .inUse, message: "x"))).status == .owned)
        #expect(Failure(StartFailure.store(StoreFailure(kind: .damaged, message: "x"))).status == .failure)
        let expected: [ErrorKind: nftlbd.ExitStatus] = [
            .invalid: .refused, .unsupported: .refused, .limit: .refused, .notFound: .refused, .conflict: .refused,
            .refusedByKernel: .kernel, .storage: .failure, .busy: .failure, .notPermitted: .failure,
        ]
        for kind in ErrorKind.allCases {
            #expect(Failure(BalancerError(kind: kind, path: nil, reason: "r"), file: "f").status == expected[kind])
        }
    }
}
