// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

/// A maintenance evening, from plan to rollback: how the commands belong together.
enum MaintenanceStory {
    /// What is done, and with which commands.
    static let steps: [(purpose: String, commands: [String])] = [
        (
            "Look at what is so, and write down the revision: 41, say.",
            ["nftlbctl status", "nftlbctl config history --limit 3"]
        ),
        (
            "See what the new file would do: object by object, then down to the kernel's elements and rules. Nothing changes.",
            ["nftlbctl config diff -f new.json", "nftlbctl config diff -f new.json --rules"]
        ),
        (
            "In two windows beside it, watch what happens and what is served.",
            ["nftlbctl events", "nftlbctl top --sort established"]
        ),
        (
            "Take the server a out: no new connections from now on, those that stand end by themselves or after ten minutes. Work "
                + "on it, put it back, and wait until all is as it should be. The drain, its end and the way back are revisions 42, 43 "
                + "and 44.",
            [
                "nftlbctl backend drain web a --deadline 10m --wait", "nftlbctl backend set web a state=up",
                "nftlbctl wait farm web --for up --timeout 60s",
            ]
        ),
        (
            "Apply the file, if nobody else has changed anything meanwhile. If it cuts you off, it is taken back after two minutes; "
                + "if it does not, say so.",
            [
                "nftlbctl config apply -f new.json --if-revision 44 --confirm 2m --comment 'ticket 4711'",
                "nftlbctl config confirm",
            ]
        ),
        (
            "Later that night something turns out to be wrong. Find out what has changed since, see what the way back would do, "
                + "and go it: in one step, with a revision of its own; sessions and connections stay.",
            [
                "nftlbctl config history", "nftlbctl config diff 44", "nftlbctl config rollback 44 --dry-run",
                "nftlbctl config rollback 44 --comment 'ticket 4711: logins fail'",
            ]
        ),
        (
            "Keep what was tried for tomorrow: the configuration as it was right after revision 45.",
            ["nftlbctl config show 45 > tried.json"]
        ),
    ]

    static func append(to page: inout ManualPage) {
        page.section("A maintenance evening")
        for step in steps {
            page.paragraph(step.purpose)
            page.example(step.commands.joined(separator: "\n"))
        }
    }
}
