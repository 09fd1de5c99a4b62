// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import BalancerModel
import JSON
import Testing

@testable import nftlbd

@Suite("Configuration file")
struct ConfigurationFileTests {
    func read(_ text: String) throws(Failure) -> ConfigurationFile {
        try ConfigurationFile(bytes: Array(text.utf8), name: "farms.json")
    }

    static let native = """
        {"farms": [{"name": "web", "addresses": [{"name": "a", "ip-addr": "192.0.2.1", "ports": [80]}],
          "backends": [{"name": "b0", "ip-addr": "10.0.0.1", "weight": 5}]}]}
        """
    static let legacy = """
        {"farms": [{"name": "web", "family": "ipv4", "virtual-addr": "192.0.2.1", "virtual-ports": "80",
          "protocol": "tcp", "backends": [{"name": "b0", "ip-addr": "10.0.0.1", "weight": "5"}]}]}
        """

    @Test("Both dialects, by the rule of the contract", arguments: [native, legacy])
    func dialects(text: String) throws {
        let file = try read(text)
        let configuration = try Configuration(json: .object(file.document))
        #expect(configuration.farms.count == 1)
        #expect(try configuration.farms[Name("web")]?.backends.first?.weight == Weight(5))
    }

    @Test(
        "What does not validate: status 5, with file and place",
        arguments: [
            (
                #"{"farms": [{"name": "web", "backends": [{"name": "b0", "weight": 0}]}]}"#,
                "/farms/web/backends/b0/weight"
            ),
            (#"{"farms": [{"name": "web", "colour": 1}]}"#, "/farms/web/colour"),
            (#"{"farms": [{"name": "web", "backends": [{"name": "b0", "weight": "5", "port": 80}]}]}"#, "weight"),
            (#"{"farms": [{"name": "web", "newname": "shop", "mark": "1"}]}"#, "/farms/web/newname"),
            ("{", "farms.json"), ("[]", "farms.json"), ("", "farms.json"), ("\u{0}", "farms.json"),
        ])
    func refused(text: String, place: String) {
        do throws(Failure) {
            _ = try read(text)
            Issue.record("accepted")
        } catch {
            #expect(error.status == .refused)
            #expect(error.reason.hasPrefix("farms.json: ") && error.reason.contains(place), "\(error.reason)")
        }
    }

    @Test("The digest changes with the content")
    func digest() throws {
        #expect(try read(Self.native).digest == read(Self.native).digest)
        #expect(try read(Self.native).digest != read(Self.native + " ").digest)
        #expect(try read("{}").digest != read("{ }").digest)
    }
}
