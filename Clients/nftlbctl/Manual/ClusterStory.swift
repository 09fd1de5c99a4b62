// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What an operator must know to let several balancers share addresses.
enum ClusterStory {
    static let text =
        "Each node sees every packet to the shared addresses, serves the clients that are its own and drops the rest. Whose a "
        + "client is follows from its address, the names and weights of the nodes and which of them are up: with the same "
        + "nodes on every balancer each client has exactly one. When a node goes down its clients, and nobody else's, are "
        + "divided among the others; when it comes back it gets them again. Nobody watches the nodes here: a program that does "
        + "(keepalived, say) sets `state` of a node, on each node. Frames to the addresses must reach every node, by a hardware "
        + "address of many (an entry for the address in the neighbour tables of clients or routers, like 03:00:5e:00:01:01), or "
        + "by one that all nodes have and the switch floods. Connections to backends must come from addresses of the node's "
        + "own: with masquerading the first address of the interface to the backends must not be a shared one. A connection "
        + "that moves with its client goes on only where its node needs no memory of it: in mode dsr with the schedulers hash "
        + "and maglev; others begin anew."
}
