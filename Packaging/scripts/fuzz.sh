#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# SPDX-FileCopyrightText: the nftlb in Swift authors

# Inputs of nobody: fuzz.sh SECONDS [SEED [TARGET]...]. Each target of Tests/Support/Fuzzing runs SECONDS long under
# libFuzzer with the address sanitizer, beginning with the corpus in the tree and with what earlier runs have learnt
# (.build/fuzz/corpus); then the HTTP bridge does. An input that breaks a law or the program lies in .build/fuzz/findings:
# mend what it shows, and copy it to Tests/FuzzingTests/Corpus, where every test run tries it.
#
# FUZZ_RUNS=N in the environment: so many inputs a target instead, the same ones for the same SEED; no bridge. FUZZ_BRIDGE=no:
# no bridge either, which every run of the tests fuzzes for some seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

seconds=$1
seed=${2:-$RANDOM}
shift $(($# < 2 ? $# : 2))

Packaging/scripts/packages.sh build
runtime=$(dirname "$(realpath "$(command -v swift)")")/../lib/clang
runtime=$(find "$runtime/" -name "libclang_rt.fuzzer_no_main-$(uname -m).a" | head -n 1)
if [ -z "$runtime" ]; then
    echo "fuzz.sh: this toolchain has no libFuzzer" >&2
    exit 1
fi
# Edges as counters of eight bits are what libFuzzer learns from; its driver is taken although nothing but a weak reference
# asks for it. Optimised: ten times as many inputs, and arithmetic and bounds are still checked.
options=(-c release --scratch-path .build/fuzz --product Fuzzer --sanitize=address
    -Xswiftc -enable-testing
    -Xswiftc "-sanitize-coverage=edge,inline-8bit-counters,pc-table,trace-cmp"
    -Xlinker -u -Xlinker LLVMFuzzerRunDriver -Xlinker "$runtime" -Xlinker -lstdc++)
swift build "${options[@]}"
fuzzer=$(swift build "${options[@]}" --show-bin-path)/Fuzzer

# Swift's own report of a crash would wait for a debugger's answer.
export SWIFT_BACKTRACE=enable=no
# An engine that is thrown away with its fakes in the middle of its work leaves cycles; the daemon has one, until it ends.
export ASAN_OPTIONS=detect_leaks=0
status=0
findings=.build/fuzz/findings
mkdir -p "$findings"
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <("$fuzzer")
fuzz() { # fuzz TARGET
    local target=$1
    local arguments=(-seed="$seed" -timeout=20 -rss_limit_mb=4096 -max_len=8192
        -artifact_prefix="$findings/$target-" -print_final_stats=1)
    # libFuzzer adds what it learns to the first folder. An empty one: the same run next time.
    if [ -n "${FUZZ_RUNS:-}" ]; then
        arguments+=(-runs="$FUZZ_RUNS" "$(mktemp -d -p .build/fuzz)")
    else
        mkdir -p ".build/fuzz/corpus/$target"
        arguments+=(-max_total_time="$seconds" ".build/fuzz/corpus/$target")
    fi
    echo "fuzzing $target, seed $seed"
    "$fuzzer" "$target" "${arguments[@]}" "Tests/FuzzingTests/Corpus/$target" 2>&1 |
        awk '/DONE|^==|^SUMMARY|^finding|[Ff]atal|^stat::(number|peak)|^Test unit/'
}
collect() {
    local job
    for job in "${running[@]}"; do
        wait "${job%%:*}" || status=1
        cat ".build/fuzz/${job#*:}.log"
    done
    running=()
}
# As many at a time as there are processors; what one says stays together.
running=()
for target in "${targets[@]}"; do
    (fuzz "$target" > ".build/fuzz/$target.log" 2>&1) &
    running+=("$!:$target")
    [ "${#running[@]}" -lt "$(nproc)" ] || collect
done
collect
if [ "$status" -ne 0 ]; then
    echo "fuzz.sh: see $findings" >&2
    exit 1
fi
if [ -n "${FUZZ_RUNS:-}" ] || [ "${FUZZ_BRIDGE:-}" = no ]; then exit 0; fi

export FUZZ_SECONDS=$seconds FUZZ_SEED=$seed
swift test --filter 'nftlbHTTPTests\.(FuzzTests|SequenceTests)'
