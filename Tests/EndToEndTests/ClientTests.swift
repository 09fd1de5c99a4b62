// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// nftlbctl against the real daemon.
@Suite("nftlbctl", .requiresKernel, .serialized)
struct ClientTests {
    static let service = Endpoint("192.0.2.1", 80)

    private static func start() throws -> (Lab, Daemon) {
        let lab = try Lab()
        let daemon = try Daemon(on: lab)
        try daemon.apply(farms: [Declared.farm("web", at: service, backends: Declared.backends())])
        return (lab, daemon)
    }

    /// What kube-nftlb sends for a service, then for its pods (clients.md).
    static let kubeService = """
        {"farms":[{"name":"svc--http","mode":"snat","scheduler":"rr","sched-param":"none","helper":"none","log":"none",
        "state":"up","intra-connect":"on","persistence":"none","persist-ttl":"60","est-connlimit":"0",
        "addresses":[{"name":"svc--http--address","family":"ipv4","ip-addr":"192.0.2.8","ports":"8080","protocol":"tcp"}]}]}
        """
    static let kubePods = """
        {"farms":[{"name":"svc--http","backends":[
        {"name":"pod-0--http","ip-addr":"10.9.11.2","state":"up","port":"8080"},
        {"name":"pod-1--http","ip-addr":"10.9.12.2","state":"up","port":"8081"}]}]}
        """

    @Test("The JSON of kube-nftlb goes in and carries traffic")
    func kubernetes() throws {
        let (lab, daemon) = try Self.start()
        for text in [Self.kubeService, Self.kubePods] {
            let output = try daemon.control("config", "apply", "-f", "-", input: text)
            #expect(output.status == 0, "\(output.err)")
        }
        let target = Endpoint("192.0.2.8", 8080)
        #expect(Set(try lab.spread(61, to: target).keys) == ["b1", "b2"])
        try lab.balancer.ip("address add 192.0.2.8/32 dev lo")
        #expect(Set(try lab.spread(61, to: target, from: lab.balancer).keys) == ["b1", "b2"], "intra-connect")
    }

    @Test("Exit statuses")
    func statuses() throws {
        let (_, daemon) = try Self.start()
        let expected: [([String], Int32)] = [
            (["status"], 0), (["farm", "list"], 0), (["farm", "get", "web"], 0), (["farm", "get", "nobody"], 4),
            (["farm", "delete", "nobody"], 4), (["backend", "set", "web", "b1", "weight=2"], 0),
            (["backend", "set", "web", "b1", "weight=0"], 5), (["backend", "set", "web", "b1", "nonsense=1"], 5),
            (["nonsense"], 2), (["farm", "get"], 2), (["--nonsense"], 2), (["call", "service.info"], 0),
            (["call", "no.such"], 1), (["config", "check", "-f", "/nonexistent"], 1), (["config", "get"], 0),
            (["config", "apply", "-f", "-", "--if-revision", "1000"], 7), (["--help"], 0),
            (["farm", "set", "--help"], 0),
        ]
        for (words, status) in expected {
            let output = try Program(
                [Programs.path("nftlbctl"), "--socket", daemon.socket] + words, input: Data(#"{"farms": []}"#.utf8)
            ).end()
            #expect(output.status == status, "\(words): \(output.out) \(output.err)")
            if status != 0 { #expect(output.out.isEmpty, "errors go to standard error: \(words)") }
        }
        #expect(try Program.run(Programs.path("nftlbctl"), "--socket", "/nonexistent", "status").status == 3)
        let readOnly = try Program.run(
            Programs.path("nftlbctl"), "--socket", daemon.readOnlySocket, "farm", "delete", "web")
        #expect(readOnly.status == 6, "\(readOnly.err)")
        let environment = try Program.run(
            Programs.path("nftlbctl"), "status", environment: ["NFTLB_SOCKET": daemon.socket])
        #expect(environment.status == 0)
        daemon.stop()
        #expect(try daemon.control("status").status == 3)
    }

    @Test("config get, applied with replace, changes nothing; diff says so")
    func roundTrip() throws {
        let (lab, daemon) = try Self.start()
        let document = try daemon.control("config", "get", "--output", "json").out
        #expect(try daemon.control("config", "diff", "-f", "-", "--mode", "replace", input: document).status == 0)
        let generation = try lab.balancer.generation()
        #expect(try daemon.control("config", "apply", "-f", "-", "--mode", "replace", input: document).status == 0)
        #expect(try lab.balancer.generation() == generation)
        let other = document.replacing("\"web\"", with: "\"other\"")
        let difference = try daemon.control("config", "diff", "-f", "-", "--mode", "replace", input: other)
        #expect(difference.status == 1)
        #expect(difference.out.contains("web") && difference.out.contains("other"), "\(difference.out)")
        #expect(try daemon.control("config", "diff", "-f", "-", input: "{").status > 1)
        #expect(try daemon.control("config", "check", "-f", "-", input: document).status == 0)
        #expect(try daemon.control("config", "check", "-f", "-", input: #"{"farms": [{"name": ""}]}"#).status == 5)
    }

    @Test("--dry-run prints the transaction and changes nothing")
    func dryRun() throws {
        let (lab, daemon) = try Self.start()
        let generation = try lab.balancer.generation()
        let revision = try daemon.remote().call("configuration.get")["revision"].integer
        let farm = #"{"farms": [{"name": "web", "backends": [{"name": "b1", "state": "down"}]}]}"#
        let output = try daemon.control("config", "apply", "--dry-run", "-f", "-", input: farm)
        #expect(output.status == 0, "\(output.err)")
        #expect(output.out.contains("element ip nftlb slots"), "\(output.out)")
        #expect(try lab.balancer.generation() == generation)
        #expect(try daemon.remote().call("configuration.get")["revision"].integer == revision)
        #expect(try lab.spread(61, to: Self.service).count == 3)
    }

    @Test("What it changes happens at once")
    func changes() throws {
        let (lab, daemon) = try Self.start()
        #expect(try daemon.control("backend", "set", "web", "b2", "state=down").status == 0)
        #expect(Set(try lab.spread(61, to: Self.service).keys) == ["b1", "b3"])
        #expect(try daemon.control("backend", "delete", "web", "b3").status == 0)
        #expect(try lab.spread(10, to: Self.service) == ["b1": 10])
        #expect(try daemon.control("farm", "set", "web", "state=off").status == 0)
        #expect(try lab.refusal(of: Self.service) != nil)
        #expect(try daemon.control("farm", "set", "web", "state=up", "scheduler=weight").status == 0)
        #expect(try lab.spread(10, to: Self.service) == ["b1": 10])
        #expect(try daemon.control("farm", "delete", "web").status == 0)
        #expect(try lab.refusal(of: Self.service) != nil)
        let status = try daemon.control("status")
        #expect(status.status == 0 && status.out.contains("web") == false)
    }
}
