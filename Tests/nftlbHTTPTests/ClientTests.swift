// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import JSON
import Testing

@testable import nftlb_http

/// The programs that drive this interface, call by call.
@Suite("Clients of the C program", .timeLimit(.minutes(10)))
struct ClientTests {
    // MARK: kube-nftlb

    /// What Go's client sends: no type of content, no keep-alive.
    static func go(_ verb: String, _ path: String, _ body: String? = nil) -> String {
        var head = "\(verb) \(path) HTTP/1.1\r\nHost: 127.0.0.1:5555\r\nUser-Agent: kube-nftlb-client/1.0\r\n"
        head += "Connection: close\r\n"
        if let body { head += "Content-Length: \(body.utf8.count)\r\n" }
        return head + "Accept: */*\r\nKey: HoLa\r\nAccept-Encoding: gzip\r\n\r\n" + (body ?? "")
    }

    @Test("kube-nftlb: a service, its backends, another version of it, and its end")
    func kube() async throws {
        try await EdgeTests.with { bench in
            func call(_ verb: String, _ path: String, _ body: String? = nil) throws -> RawAnswer {
                let client = try bench.client(seconds: 60)
                try client.send(Self.go(verb, path, body))
                let answer = try client.answer()
                #expect(client.isClosed())
                return answer
            }
            let service = #"""
                {"farms":[{"name":"svc--http","mode":"snat","scheduler":"rr","sched-param":"none","helper":"none","log":"none","state":"up","intra-connect":"on","persistence":"none","persist-ttl":"ahg","est-connlimit":"0","addresses":[{"name":"svc--http--address","family":"ipv4","ip-addr":"10.98.1.2","ports":"8080","protocol":"tcp"}]}]}
                """#
            let backends = #"""
                {"farms":[{"name":"svc--http","backends":[{"name":"pod--http","ip-addr":"172.17.0.4","state":"up","port":"80"}]}]}
                """#
            let success = #"{"response": "success"}"#
            for _ in 0..<2 {
                // An update deletes what is there first; an address that went with its farm is unknown, and that is all.
                _ = try call("DELETE", "/farms/svc--http")
                #expect([200, 404].contains(try call("DELETE", "/addresses/svc--http--address").status))
                #expect(try call("POST", "/farms", service).text == success)
                #expect(try call("POST", "/farms", backends).text == success)
            }
            let farm = try JSONValue(parsing: try call("GET", "/farms/svc--http").body)["farms"]?[0]
            #expect(farm?["persist-ttl"] == "0" && farm?["intra-connect"] == "on")
            #expect(farm?["addresses"]?[0]?["used"] == "1")
            #expect(farm?["backends"]?[0]?["state"] == "up")
            #expect(try call("DELETE", "/farms/svc--http/backends/pod--http").text == success)
            #expect(try call("DELETE", "/farms/svc--http").text == success)
            let nodePort = service.replacing("10.98.1.2", with: "").replacing("8080", with: "30080")
            #expect(try call("POST", "/farms", nodePort).text == success)
            #expect(try call("GET", "/addresses").text.contains(#""ip-addr": "","#))
            // A service with direct return names its interface; that makes no address beside its own.
            let direct = service.replacing("svc--http", with: "dsr--http").replacing("snat", with: "dsr")
                .replacing(#""est-connlimit":"0""#, with: #""est-connlimit":"0","iface":"eth0""#)
            #expect(try call("POST", "/farms", direct).text == success)
            let made = try JSONValue(parsing: try call("GET", "/farms/dsr--http").body)["farms"]?[0]
            #expect(made?["virtual-addr"] == "10.98.1.2" && made?["addresses"]?.array?.count == 1)
        }
    }

    // MARK: adc-loadbalancer

    /// Shells out as that program does; the status and the body.
    static func curl(
        _ bench: Bench, _ verb: String, _ path: String, _ data: String? = nil, in folder: URL
    ) throws -> (status: String, body: String) {
        let file = folder.appending(path: "answer").path
        var words = ["curl", "-w", "%{http_code}", "-s", "-H", "Key: HoLa", "-X", verb]
        if let data { words.append("-d" + data) }
        words += ["http://127.0.0.1:\(bench.port)/\(path)", "-o", file]
        let run = try Command.run(words, in: folder)
        return (run.output, (try? String(contentsOfFile: file, encoding: .utf8)) ?? "")
    }

    /// What that program does with the lines of an answer: it takes single lines out, and reads the first that fits.
    static let perl = #"""
        use strict; use warnings;
        my ($mode, $file, $name) = @ARGV;
        open my $in, '<', $file or die; my @lines = <$in>; close $in;
        if ($mode eq 'save') {
            my ($skip, @kept) = (0);
            for my $line (@lines) {
                if ($line =~ /^[\s]{24}"policies": \[$/) { $skip = 1; next; }
                if ($skip) { $skip = 0 if $line =~ /^[\s]{24}\],?$/; next; }
                next if $line =~ /^[\s]{24}"policies": \[\],?$/;
                next if $line =~ /^[\s]{24}.(est-connlimit|new-rtlimit|rst-rtlimit|tcp-strict|queue|priority)/;
                push @kept, $line;
            }
            my $text = join '', @kept;
            $text =~ s/,(\s*[}\]])/$1/g;
            print $text;
        } elsif ($mode eq 'parameter') {
            for my $line (@lines) { if ($line =~ /^[\s]{24}.$name": "(.*)",?$/) { print $1; exit 0; } }
            exit 1;
        } elsif ($mode eq 'backends') {
            my $current = '';
            for my $line (@lines) {
                $current = $1 if $line =~ /^[\s]{40}"name": "(.*)",$/;
                print "$current $1\n" if $line =~ /^[\s]{40}"state": "(.*)"$/;
            }
        } elsif ($mode eq 'sessions') {
            for my $line (@lines) { print "$1\n" if $line =~ /^[\s]{24}"client": "(.*)",$/; }
        }
        """#

    @Test("adc-loadbalancer: curl and Perl, line by line; what was saved is posted again")
    func adc() async throws {
        let folder = try ScratchFolder()
        try await EdgeTests.with { bench in
            let script = folder.url.appending(path: "lines.pl").path
            try Self.perl.write(toFile: script, atomically: true, encoding: .utf8)
            func curl(_ verb: String, _ path: String, _ data: String? = nil) throws -> (status: String, body: String) {
                try Self.curl(bench, verb, path, data, in: folder.url)
            }
            func perl(_ mode: String, _ name: String = "") throws -> String {
                let answer = folder.url.appending(path: "answer").path
                let run = try Command.run(["perl", script, mode, answer, name])
                #expect(run.errors == "")
                return run.output
            }
            let farm = #"""
                {"farms": [{"name": "F", "virtual-addr": "192.0.2.10", "virtual-ports": "80,443", "mode": "snat", "protocol": "tcp", "scheduler": "weight", "persistence": "srcip", "persist-ttl": "125", "state": "up", "backends": [{"name": "bck0", "ip-addr": "198.51.100.1", "port": "8080", "weight": "3", "priority": "1", "mark": "0x200", "state": "up"}, {"name": "bck1", "ip-addr": "198.51.100.2", "port": "8080", "mark": "0x201", "state": "up"}], "sessions": [{"client": "203.0.113.9", "backend": "bck1"}]}]}
                """#
            #expect(try curl("PUT", "farms", farm).status == "200")
            #expect(try curl("PUT", "farms", #"{"farms" : [ { "name" : "F", "scheduler" : "rr" } ] }"#).status == "200")
            let down = #"{"farms" : [ { "name" : "F", "backends" : [ { "name" : "bck0", "state" : "down" } ] } ] }"#
            #expect(try curl("PUT", "farms", down).status == "200")
            #expect(try curl("GET", "farms/F").status == "200")
            for (name, value) in [
                ("virtual-addr", "192.0.2.10"), ("virtual-ports", "80,443"), ("mode", "snat"), ("scheduler", "rr"),
                ("persistence", "srcip "), ("persist-ttl", "125"), ("state", "up"), ("est-connlimit", "0"),
            ] { #expect(try perl("parameter", name) == value) }
            #expect(try perl("backends") == "bck0 down\nbck1 up\n")
            let saved = try perl("save")
            #expect((try? JSONValue(parsing: Array(saved.utf8))) != nil)
            #expect(!saved.contains("policies"))
            try saved.write(to: folder.url.appending(path: "farm.cfg"), atomically: true, encoding: .utf8)

            #expect(try curl("GET", "farms/F/sessions").status == "200")
            #expect(try perl("sessions") == "203.0.113.9\n")
            #expect(try curl("DELETE", "farms/F/backends/bck1/sessions").status == "200")
            #expect(try curl("DELETE", "farms/F/backends/bck0").status == "200")
            let before = try curl("GET", "farms/F")
            #expect(before.body.contains("bck1") && !before.body.contains("bck0"))
            #expect(try curl("DELETE", "farms/F").status == "200")
            #expect(try curl("GET", "farms/F").status == "500")

            #expect(try curl("POST", "farms", "@farm.cfg").status == "200")
            #expect(try curl("GET", "farms/F").status == "200")
            #expect(try perl("save") == saved)
        }
    }

    @Test("curl: a large body, which it announces first, and its type of content")
    func largeBody() async throws {
        let folder = try ScratchFolder()
        try await EdgeTests.with { bench in
            let farms = (0..<2_000).map { #"{"name":"f\#($0)","log-prefix":"\#(String(repeating: "x", count: 100))"}"# }
            try #"{"farms":[\#(farms.joined(separator: ","))]}"#
                .write(to: folder.url.appending(path: "farms"), atomically: true, encoding: .utf8)
            let words = [
                "curl", "-sv", "-H", "Key: HoLa", "-H", "Expect: 100-continue", "-d", "@farms",
                "http://127.0.0.1:\(bench.port)/farms",
            ]
            let run = try Command.run(words, in: folder.url)
            #expect(run.output == #"{"response": "success"}"#)
            #expect(run.errors.contains("HTTP/1.1 100 Continue"))
            #expect(run.errors.contains("application/x-www-form-urlencoded"))
        }
    }

    @Test("Python's urllib, one request after the other and many at once")
    func python() async throws {
        try await EdgeTests.with { bench in
            let script = #"""
                import json, sys, threading, urllib.error, urllib.parse, urllib.request
                base = 'http://127.0.0.1:%s' % sys.argv[1]
                def ask(method, path, body=None, key='HoLa'):
                    data = None if body is None else json.dumps(body).encode()
                    request = urllib.request.Request(base + path, data, {'Key': key}, method=method)
                    try:
                        with urllib.request.urlopen(request, timeout=20) as reply:
                            return reply.status, json.loads(reply.read())
                    except urllib.error.HTTPError as error:
                        text = error.read()
                        return error.code, json.loads(text) if text else None
                done = {'response': 'success'}
                assert ask('POST', '/farms', {'farms': [{'name': 'a b/c'}]}) == (200, done)
                quoted = '/farms/' + urllib.parse.quote('a b/c', safe='')
                assert ask('GET', quoted)[1]['farms'][0]['name'] == 'a b/c'
                assert ask('DELETE', quoted) == (200, done)
                assert ask('GET', '/farms', key='hola') == (401, None)
                assert ask('DELETE', quoted)[0] == 404
                def many(number):
                    for index in range(20):
                        name = 'f%d-%d' % (number, index)
                        assert ask('POST', '/farms', {'farms': [{'name': name}]}) == (200, done)
                        assert ask('GET', '/farms/' + name)[0] == 200
                threads = [threading.Thread(target=many, args=(number,)) for number in range(8)]
                for thread in threads: thread.start()
                for thread in threads: thread.join()
                print(len(ask('GET', '/farms')[1]['farms']))
                """#
            let run = try Command.run(["python3", "-", "\(bench.port)"], input: script)
            #expect(run.errors == "" && run.output == "160\n")
        }
    }
}
