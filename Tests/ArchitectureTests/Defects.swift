// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// What went wrong in the C program, numbered as in nftlb-reference.md 8: section and place in it.
enum Defects {
    static let all: [(number: String, what: String)] = [
        ("8.1.2", "Any error of nft tears all rules down: an address and port that another farm has is enough."),
        (
            "8.1.3",
            "One element that is wrong, and all black lists are open; a list assigned again, another time-out: the same."
        ),
        ("8.1.4", "A verdict on a farm without policies ends its service."),
        ("8.1.5", "A refused value stops a farm that runs."),
        ("8.1.6", "Names and values become nft text."),
        ("8.1.9", "Five fields of persistence, or a log prefix of 140 characters, end the process."),
        ("8.1.10", "What is no address is asked for in the DNS."),
        ("8.1.11", "The configuration is in memory alone, and a start deletes the rules that run."),
        ("8.2.2", "Ports outside of 1 to 65535 write outside of a list."),
        ("8.2.4", "Names in log prefixes overflow."),
        ("8.2.5", "A client of a static session of more than 254 characters overflows."),
        ("8.2.7", "Great weights and marks overflow when they are printed."),
        ("8.2.8", "Weights whose sum is beyond 2³¹ break the rules."),
        ("8.3.1", "Chains and maps that nobody uses any more stay, or are deleted twice."),
        ("8.3.3", "A change of a shared address changes memory and not the kernel."),
        ("8.3.4", "A farm of two addresses leaves its chains behind."),
        ("8.3.7", "A static session of a backend that is down cannot be deleted."),
        ("8.3.8", "What others change in the tables is never noticed."),
        (
            "8.4.1",
            "Stateless translation over two interfaces is refused, and of a backend's port there is no way back."
        ),
        ("8.4.2", "The family `dual` never serves IPv6."),
        ("8.4.3", "Any address with more than one port is a syntax error."),
        ("8.4.4", "Mode local with intra-connect refers to a chain before it is there."),
        ("8.4.5", "A hash without fields ends the farm."),
        ("8.4.6", "The time-out of a policy and the time of an element do nothing."),
        (
            "8.4.7",
            "Another family of a policy loses its elements; the RST limit has the burst of the other one; known sources keep an old rate."
        ),
        ("8.4.8", "Gaps between priorities end the service; after 4095 backends the mark is 0."),
        ("8.4.9", "A client of persistence is locked out while its backend is down."),
        ("8.4.10", "A neighbour that is not known gets frames for the hardware address of zeros."),
        ("8.4.11", "Policies of a farm whose address is not local are in error for good."),
        ("8.4.12", "Addresses of several protocols or families in one farm do not work."),
        (
            "8.5",
            "Two farms on one service, two backends of one mark, address or name: accepted, and something else happens."
        ),
        ("8.6.1", "A mark is found by looking at all backends for every candidate."),
        ("8.6.6", "A range of ports is an element for each port."),
        (
            "8.7.1",
            "Packets at ingress are scheduled one by one; fragments but the first are looked up with wrong ports."
        ),
        ("8.7.2", "Every reload draws a new seed for hashes and begins turns anew."),
        (
            "8.7.4",
            "No ICMP, nothing for UDP clients that go on, IPv6 extension headers are not matched, and what was made first takes packets from what is more exact."
        ),
        ("8.7.5", "Limits stop to work beyond 65535 sources, and nobody is told."),
        ("8.7.6", "Marks of others on packets and connections are overwritten."),
        ("8.7.7", "Nothing is counted but elements of lists."),
    ]
}
