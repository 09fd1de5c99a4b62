# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Passes the output of `swift test` on, but holds the runners' closing lines back until the skipped tests have been
# printed and counted. Fails when a test was skipped that was meant to run (see test.sh). What failed goes into the file
# `failures` as well: among thousands of lines it is not found, and a log that is cut off has lost it.

function meant(reason) {
    if (require == "all") return 1
    if (ci != "true" && ci != "1" && require == "") return 0
    if (reason ~ /NFTLB_TESTVM/) return require ~ /testvm/
    if (reason ~ /kernel (has|lacks|without)/) return 0
    return 1
}

# XCTest's summary and Swift Testing's.
/^Test Suite 'All tests' (passed|failed)/ || /^[[:space:]]*Executed [0-9]+ test/ || /Test run with [0-9]+ test/ {
    closing[++closings] = $0
    next
}

/^➜ .*(skipped: |was cancelled after )/ {
    skipped[++count] = $0
    if (meant($0)) refused[++refusals] = $0
    next
}

# An issue, and the lines that explain it.
/^✘ / { failing = 1; print > failures }
/^(◇|✔|➜)/ { failing = 0 }
/^↳ / && failing { print > failures }

{ print; fflush() }

END {
    for (i = 1; i <= count; i++) print skipped[i]
    printf "%d skipped\n", count
    for (i = 1; i <= refusals; i++) print "error: skipped where it was meant to run: " refused[i]
    for (i = 1; i <= closings; i++) print closing[i]
    exit refusals > 0
}
