// SPDX-License-Identifier: GPL-2.0-or-later
// SPDX-FileCopyrightText: the nftlb in Swift authors

import FuzzDriver
import Fuzzing
import Glibc

// Fuzzer TARGET [ARGUMENT]...: libFuzzer's loop over one target, with libFuzzer's arguments. Fuzzer alone lists the targets;
// `make fuzz` is how one runs it.

nonisolated(unsafe) private var target = FuzzTarget.frame

guard CommandLine.arguments.count > 1 else {
    for target in FuzzTarget.allCases { print(target.rawValue) }
    exit(0)
}
guard let chosen = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
    print("Fuzzer: no target is called \(CommandLine.arguments[1])")
    exit(2)
}
unsafe target = chosen
// The target's word takes the place of the program's name.
let status = unsafe fuzz_driver_run(CommandLine.argc - 1, CommandLine.unsafeArgv + 1) { bytes, count in
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do throws(Finding) {
        try unsafe target.check(input)
    } catch {
        // libFuzzer keeps the input of a process that aborts.
        print("finding: \(error)")
        abort()
    }
    return 0
}
if status < 0 { print("Fuzzer: built without libFuzzer; make fuzz builds one with it") }
exit(status < 0 ? 2 : status)
