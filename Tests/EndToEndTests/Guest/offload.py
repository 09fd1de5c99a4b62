# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# serve: echoes what it gets, on port 9000. drive SOCKET STEP: the client of offload.sh, in its namespace.
import json
import re
import socket
import socketserver
import struct
import subprocess
import sys
import time

SIZE = 200_000
SERVICES = {
    "dnat 4": "192.0.2.1", "dnat 6": "2001:db8::1", "snat 4": "192.0.2.2", "snat 6": "2001:db8::2"}


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(65536):
            self.request.sendall(data)


class Server(socketserver.ThreadingTCPServer):
    address_family = socket.AF_INET6
    allow_reuse_address = True
    daemon_threads = True


def balancer(*command):
    return subprocess.run(
        ["ip", "netns", "exec", "balancer", *command], capture_output=True, text=True, check=True).stdout


def call(method, parameters):
    """A call of the daemon: frames are a length and JSON."""
    request = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[2])
        connection.sendall(struct.pack(">I", len(request)) + request)
        stream = connection.makefile("rb")
        reply = json.loads(stream.read(struct.unpack(">I", stream.read(4))[0]))
    if "error" in reply:
        raise SystemExit(f"{method}: {reply['error']}")
    return reply["result"]


def apply(document):
    call("configuration.apply", {"configuration": document})


class Conversation:
    def __init__(self, name):
        self.name = name
        self.socket = socket.create_connection((SERVICES[name], 80), timeout=60)
        self.port = self.socket.getsockname()[1]

    def exchange(self, size=SIZE, patience=60):
        """So many bytes there and back; whether all came."""
        self.socket.settimeout(patience)
        sent = got = 0
        try:
            while got < size:
                if sent < size and sent - got < 20_000:
                    sent += self.socket.send(b"x" * min(10_000, size - sent))
                else:
                    data = self.socket.recv(65536)
                    if not data:
                        return False
                    got += len(data)
        except OSError:
            return False
        return True

    def entry(self):
        """What connection tracking says of it."""
        family = "ipv6" if self.name.endswith("6") else "ipv4"
        for line in balancer("conntrack", "-L", "-f", family).splitlines():
            if f" sport={self.port} dport=80 " in line:
                return line
        return ""

    @property
    def is_offloaded(self):
        return "[OFFLOAD]" in self.entry()


def until(what, condition):
    for _ in range(300):
        if condition():
            return
        time.sleep(0.2)
    raise SystemExit(f"never: {what}\n{balancer('nft', 'list', 'ruleset')}\n{balancer('conntrack', '-L')}")


def devices(family):
    text = balancer("nft", "list", "flowtable", family, "nftlb", "flows")
    return sorted(re.search(r"devices = \{ (.*) \}", text).group(1).replace('"', "").split(", "))


def counted():
    """Bytes that rules have counted."""
    return sum(
        int(number) for family in ["ip", "ip6"]
        for number in re.findall(r"bytes (\d+)", balancer("nft", "list", "set", family, "nftlb", "traffic")))


def offloaded(name):
    conversation = Conversation(name)
    if not conversation.exchange():
        raise SystemExit(f"{name}: no answer")
    if not conversation.is_offloaded:
        raise SystemExit(f"{name}: not offloaded: {conversation.entry()}")
    return conversation


def traffic():
    """What is offloaded passes, past the counters of the rules and into those of connection tracking."""
    print("devices", devices("ip"), devices("ip6"))
    conversations = [offloaded(name) for name in SERVICES]
    before = counted()
    for conversation in conversations:
        assert conversation.exchange() and conversation.is_offloaded, conversation.entry()
        figures = [int(number) for number in re.findall(r"bytes=(\d+)", conversation.entry())]
        assert len(figures) == 2 and min(figures) >= 2 * SIZE, conversation.entry()
        print(conversation.name, "offloaded")
    print("past the counters:", counted() - before < SIZE)


def interface():
    """An interface that has gone and come back."""
    until("eth11 in both flow tables", lambda: all("eth11" in devices(family) for family in ["ip", "ip6"]))
    for name in SERVICES:
        until(f"{name} again", lambda name=name: Conversation(name).exchange(1))
        offloaded(name)
        print(name, "offloaded again")


def switch():
    """Switched off: what runs goes on, through the rules; what begins stays there."""
    running = offloaded("dnat 4")
    apply({"farms": [{"name": "dnat", "flow-offload": False}]})
    until("the flow comes back to the rules", lambda: not running.is_offloaded)
    assert running.exchange() and not running.is_offloaded
    began = Conversation("dnat 4")
    assert began.exchange() and not began.is_offloaded
    print("off: goes on, and nothing is offloaded")
    other = offloaded("snat 4")
    apply({"farms": [{"name": "dnat", "flow-offload": True}]})
    assert running.exchange() and running.is_offloaded and other.is_offloaded
    print("on: offloaded where it runs")


def policies():
    """A policy cuts what was offloaded before."""
    running = {name: offloaded(name) for name in ["dnat 4", "dnat 6"]}
    lists = [
        {"name": "l4", "type": "blacklist", "elements": [{"data": "10.9.1.0/24"}]},
        {"name": "l6", "type": "blacklist", "family": "ipv6", "elements": [{"data": "fd09:1::/64"}]}]
    apply({"policies": lists, "farms": [{"name": "dnat", "policies": [{"name": "l4"}, {"name": "l6"}]}]})
    for name, conversation in running.items():
        until(f"{name} back at the rules", lambda conversation=conversation: not conversation.is_offloaded)
        assert not conversation.exchange(1, 5), "the policy was passed by"
        print(name, "cut by its policy")


def cut():
    """A backend that goes down cuts its connections where its farm says so."""
    running = {name: offloaded(name) for name in ["snat 4", "snat 6"]}
    apply({"farms": [{"name": "snat", "backends": [{"name": "one", "state": "down"}, {"name": "six", "state": "down"}]}]})
    for name, conversation in running.items():
        until(f"{name} forgotten", lambda conversation=conversation: conversation.entry() == "")
        assert not conversation.exchange(1, 5)
        print(name, "cut with its backend")


if sys.argv[1] == "serve":
    Server(("::", 9000), Echo).serve_forever()
else:
    {"traffic": traffic, "interface": interface, "switch": switch, "policies": policies, "cut": cut}[sys.argv[3]]()
