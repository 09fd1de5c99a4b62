// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import Foundation
import Namespaces
import Testing

/// Protocols that announce further connections: a real client and a real server talk through a farm, and the kernel's helper
/// lets through and translates what they announce.
@Suite("Connection tracking helpers", .requiresKernel, .serialized)
struct HelperObjectTests {
    static let modes = ["snat", "dnat"].flatMap { mode in [false, true].map { (mode: mode, ipv6: $0) } }

    /// A server that serves one client after the other, over IPv4 and IPv6, on port 2121: it sends a file that it makes itself.
    static let ftpServer = """
        import socket, re, sys
        listener = socket.create_server(("::", 2121), family=socket.AF_INET6, dualstack_ipv6=True)
        data = bytes(range(256)) * 400
        while True:
            control, _ = listener.accept()
            lines = control.makefile("r", encoding="latin-1")
            def say(text): control.sendall((text + "\\r\\n").encode())
            own = control.getsockname()[0].replace("::ffff:", "")
            passive, active = None, None
            say("220 ready")
            for line in lines:
                word, _, rest = line.strip().partition(" ")
                if word == "USER": say("331 go on")
                elif word in ("PASS", "TYPE", "CWD"): say("230 yes")
                elif word == "PASV" or word == "EPSV":
                    passive = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True)
                    port = passive.getsockname()[1]
                    if word == "PASV": say("227 here (%s,%d,%d)" % (own.replace(".", ","), port >> 8, port & 255))
                    else: say("229 here (|||%d|)" % port)
                elif word == "PORT":
                    n = [int(x) for x in rest.split(",")]
                    active = ("::ffff:" + ".".join(str(x) for x in n[:4]), n[4] * 256 + n[5]); say("200 yes")
                elif word == "EPRT":
                    part = rest.split(rest[0]); active = (part[2], int(part[3])); say("200 yes")
                elif word == "RETR":
                    say("150 coming")
                    if passive: other, _ = passive.accept()
                    else: other = socket.create_connection(active, 5)
                    other.sendall(data); other.close(); passive, active = None, None
                    say("226 done")
                elif word == "QUIT": say("221 bye"); break
                else: say("502 what")
            control.close()
        """

    /// Fetches the file in the mode of the second word; says its length, and whether it came from where it was asked for.
    static let ftpClient = """
        import ftplib, sys
        client = ftplib.FTP()
        client.connect(sys.argv[1], 21, timeout=3)
        client.login()
        client.set_pasv(sys.argv[2] == "passive")
        transfer = client.transfercmd("RETR file")
        peer = transfer.getpeername()[0]
        data = b"".join(iter(lambda: transfer.recv(65536), b""))
        transfer.close()
        client.voidresp()
        client.quit()
        print(len(data), data == bytes(range(256)) * 400, peer == sys.argv[1])
        """

    static func serve(_ lab: Lab, _ program: String, port: Int, udp: Bool) throws -> Program {
        let space = lab.topology.backends[0].namespace
        let server = try space.start(["python3", "-c", program])
        let deadline = Date(timeIntervalSinceNow: 10)
        while try !space.check("ss", udp ? "-lun" : "-ltn").contains(":\(port) ") {
            guard Date() < deadline, server.isRunning else { throw Unexpected(text: server.written.err) }
            usleep(20_000)
        }
        return server
    }

    static func conntrack(_ lab: Lab, _ ipv6: Bool) throws -> String {
        try lab.balancer.check("conntrack", "-L", "-f", ipv6 ? "ipv6" : "ipv4")
    }

    @Test("FTP, active and passive, through a farm with another port; without helper it fails", arguments: modes)
    func ftp(mode: String, ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let server = try Self.serve(lab, Self.ftpServer, port: 2121, udp: false)
        defer { server.signal(SIGKILL) }
        let service = TrafficTests.service(ipv6, 1, port: 21)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, mode: mode, backends: [Declared.backend(1, ipv6: ipv6, port: 2121)], ["helper": "ftp"]
            )
        ])
        let fetch = { (way: String) in
            try lab.client.start(["python3", "-c", Self.ftpClient, service.address, way]).end(within: 20)
        }
        for way in ["passive", "active"] {
            let output = try fetch(way)
            #expect(output.out == "102400 True True\n", "\(way): \(output.err)")
        }
        #expect(try Self.conntrack(lab, ipv6).contains("helper=ftp"))
        // The data connections are the backend's, and counted as such.
        let figures = try daemon.remote().call("statistics.get", ["farms": ["f"]])["farms"][0]
        let bytes = (figures["bytesIn"].integer ?? 0) + (figures["bytesOut"].integer ?? 0)
        // An active one begins at the backend, so it is what comes in; without a translation of the client's address the
        // kernel does not call its destination translated, and it is nobody's.
        #expect(bytes > (mode == "snat" ? 2 : 1) * 102_400)
        #expect(figures["connections"].integer == 2)

        try daemon.set("f", ["helper": "none"])
        for way in ["passive", "active"] {
            #expect(try fetch(way).out != "102400 True True\n", "\(way)")
        }
        try daemon.set("f", ["helper": "ftp"])
        #expect(try fetch("passive").out == "102400 True True\n")
    }

    /// Answers a request from another port, block by block.
    static let tftpServer = """
        import socket
        door = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
        door.bind(("::", 69))
        data = bytes(range(256)) * 5
        while True:
            request, client = door.recvfrom(600)
            other = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            other.settimeout(2)
            try:
                for block in range(len(data) // 512 + 1):
                    other.sendto(b"\\0\\3" + bytes([0, block + 1]) + data[block * 512:block * 512 + 512], client)
                    other.recvfrom(600)
            except OSError: pass
        """

    /// Takes blocks from the service's address alone; says the length of all.
    static let tftpClient = """
        import socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        client = socket.socket(family, socket.SOCK_DGRAM)
        client.settimeout(2)
        client.sendto(b"\\0\\1file\\0octet\\0", (sys.argv[1], 69))
        length = 0
        while True:
            block, server = client.recvfrom(600)
            assert server[0] == sys.argv[1], server
            length += len(block) - 4
            client.sendto(b"\\0\\4" + block[2:4], server)
            if len(block) < 516: break
        print(length)
        """

    @Test("TFTP: the answer comes from another port, and from the service's address", arguments: modes)
    func tftp(mode: String, ipv6: Bool) throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let server = try Self.serve(lab, Self.tftpServer, port: 69, udp: true)
        defer { server.signal(SIGKILL) }
        let service = TrafficTests.service(ipv6, 1, port: 69)
        try daemon.apply(farms: [
            Declared.farm(
                "f", at: service, over: "udp", mode: mode, backends: [Declared.backend(1, ipv6: ipv6, port: nil)],
                ["helper": "tftp"])
        ])
        let fetch = { try lab.client.start(["python3", "-c", Self.tftpClient, service.address]).end(within: 20) }
        let output = try fetch()
        #expect(output.out == "1280\n", "\(output.err)")
        try daemon.set("f", ["helper": "none"])
        #expect(try fetch().status != 0)
    }

    @Test("Each helper is one object for all farms of a family, and goes with the last (defect 8.1.5)")
    func objects() throws {
        let lab = try Lab(backends: 1)
        let daemon = try Daemon(on: lab)
        let words = [("ftp", "tcp"), ("pptp", "tcp"), ("sip", "tcp"), ("sip", "udp"), ("snmp", "udp"), ("tftp", "udp")]
        let farms = words.enumerated().flatMap { index, word in
            (0..<2).map { copy in
                Declared.farm(
                    "\(word.0)-\(word.1)-\(copy)", at: TrafficTests.service(false, 1 + index * 2 + copy, port: 80),
                    over: word.1, backends: [Declared.backend(1)], ["helper": word.0])
            }
        }
        let all = Declared.farm(
            "all", at: TrafficTests.service(true, 1, port: 80), over: "all",
            backends: [Declared.backend(1, ipv6: true)],
            ["helper": "sip"])
        try daemon.apply(farms: farms + [all])
        let helpers = { (family: String) -> [String] in
            let text = try lab.balancer.check("nft", "-j", "list", "table", family, "nftlb")
            return try Reply(json: text)["nftables"].array.compactMap { $0["ct helper"]["name"].string }.sorted()
        }
        #expect(try helpers("ip") == ["ftp-tcp", "pptp-tcp", "sip-tcp", "sip-udp", "snmp-udp", "tftp-udp"])
        #expect(try helpers("ip6") == ["sip-tcp", "sip-udp"])
        // That of SNMP reads every packet, and drops what it cannot read.
        for (index, word) in words.enumerated() where word.0 != "snmp" {
            let service = TrafficTests.service(false, 1 + index * 2, port: 80)
            let held = try lab.hold(service, udp: word.1 == "udp")
            #expect(try Self.conntrack(lab, false).contains("helper=\(word.0)"), "\(word)")
            held.expectAlive()
        }
        // What does not fit is refused with its place, and nothing else happens.
        let generation = try lab.balancer.generation()
        for (farm, helper) in [("ftp-tcp-0", "tftp"), ("tftp-udp-0", "ftp"), ("all", "pptp"), ("all", "snmp")] {
            let error = try daemon.refusal(of: [["name": farm, "helper": helper]])
            #expect(error?.kind == "invalid" && error?.path == "/farms/\(farm)/helper", "\(farm) \(helper)")
        }
        let error = try daemon.refusal(of: [["name": "ftp-tcp-0", "protocol": "udp"]])
        #expect(error?.path == "/farms/ftp-tcp-0/helper")
        #expect(try lab.balancer.generation() == generation)
        daemon.kill()
        try daemon.start()
        #expect(try lab.balancer.generation() == generation, "a start finds what it looks for")
        #expect(try lab.spread(2, to: TrafficTests.service(false, 1)) == ["b1": 2])
    }
}
