#!/bin/sh
# Measures every promise of speed and prints one table: what, value, unit, number of measurements; then the
# ratios to the peers of npm and to the floors, all of one run. usage: tools/bench.sh BUILD
# EVENTS=n: of the large register (200000), built once and kept under BUILD/bench/register; 10000000 takes half an hour and 25 GB.
# PEOPLE=n: people on the lists that `check` is given, of 600 bytes; a tenth of it of 20 KB (a million is 2.5 GB of
# lists). SECONDS_EACH=s: for each peer.
set -eu
cd "$(dirname "$0")/.."
build=$1
people=${PEOPLE:-50000}
work=$build/bench/work
kit=${DMN_TCK:-../shared/tck}
mkdir -p "$work/small" "$work/large"
ninja -C "$build" --quiet habeas bench/bench-feel bench/bench-tables bench/bench-model bench/bench-json bench/bench-kit bench/bench-register bench/bench-hello src/verify-export/habeas-verify bench/bench-money

if [ ! -d bench/peers/node_modules ]; then
    (cd bench/peers && npm ci --silent --no-audit --no-fund --ignore-scripts) || {
        echo "npm could not install what bench/peers/package-lock.json lists: nothing can be measured" >&2; exit 1; }
fi
node bench/peers/people.mjs 10000 42 "$work"

# What `check` takes on a list of n people: processor seconds (user and system) on one core; seconds by the clock on
# one and on two, the best of three each; the most memory it holds.
measure_check() {
    python3 - "$build/habeas" "$@" <<'PY'
import os, subprocess, sys, time
program, form, path, n = sys.argv[1:]
cores = sorted(os.sched_getaffinity(0))
def run(jobs):
    start = time.monotonic()
    running = subprocess.Popen([program, "check", path, "--csv", "--jobs", str(jobs)], stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, preexec_fn=lambda: os.sched_setaffinity(0, cores[:jobs]))
    _, status, usage = os.wait4(running.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (1, 5): sys.exit(f"check {path} ended with {status}")
    return usage.ru_utime + usage.ru_stime, time.monotonic() - start, usage.ru_maxrss / 1024
one, two = ([run(jobs) for _ in range(3)] for jobs in (1, 2))
print(f"check, {form} people\t{min(used for used, _, _ in one):.3f}\ts\t{n}")
print(f"check, {form} people, processor time of two threads\t{min(used for used, _, _ in two):.3f}\ts\t{n}")
print(f"check, {form} people, one core by the clock\t{min(clock for _, clock, _ in one):.3f}\ts\t{n}")
print(f"check, {form} people, two cores by the clock\t{min(clock for _, clock, _ in two):.3f}\ts\t{n}")
print(f"check, {form} people, most memory\t{max(memory for _, _, memory in one + two):.0f}\tMiB\t{n}")
print(f"check, {form} people, memory allowed\t{64 + 16 * int(n) / 2 ** 20:.1f}\tMiB\t{n}")
PY
}

# Processor seconds of a command; its answer may end with 1.
seconds() {
    python3 - "$@" <<'PY'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{used.ru_utime + used.ru_stime:.3f}")
PY
}

measure() {
    "$build/bench/bench-feel"
    "$build/bench/bench-tables"
    "$build/bench/bench-model" bench/model.dmn "$work/people.ndjson" "$work/answers.ndjson"
    if [ -d "$kit" ]; then
        "$build/bench/bench-kit" "$kit/compliance-level-2" "$kit/compliance-level-3"
    else
        echo "The DMN compliance kit is not here (DMN_TCK=dir names it): its cases are not measured." >&2
    fi
    for form in small large; do
        [ $form = small ] && n=$people size=600 || n=$((people / 10)) size=20000
        python3 bench/list.py agreements/treaty-306/list.ndjson "$n" "$size" "$work/$form"
        "$build/bench/bench-json" "$form people" "$work/$form/list.ndjson"
        measure_check $form "$work/$form/list.ndjson" "$n"
        rm -f "$work/$form/list.ndjson"
    done
    sh bench/peers/money.sh "$build"
    printf 'habeas cost, cecot-2025 whole, a million draws\t%s\ts\t1000000\n' "$(seconds "$build/habeas" cost scenarios/cecot-2025.json --draws 1000000 --json)"
    python3 bench/import.py "$build/habeas" 100000
    "$build/bench/bench-register" "$build/bench/register" "$build/src/verify-export/habeas-verify" "${EVENTS:-200000}"
    python3 bench/postgres.py "$build/bench/bench-register" "$build/bench/postgres"
    node bench/peers/hypercore.mjs "$build/bench"
    if command -v wrk >/dev/null; then
        python3 bench/web.py "$build"
    else
        echo "wrk is not here (apt-get install wrk): requests a second are not measured." >&2
    fi
    python3 bench/first_byte.py "$build" $((${EVENTS:-200000} / 10)) "$build/bench/register/${EVENTS:-200000}.db"
    node bench/peers/measure.mjs "$work/people.ndjson" "${SECONDS_EACH:-3}"
}

measure > "$work/results.tsv"
echo "machine: $(uname -m), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1 /proc/loadavg)"
python3 tools/bench_table.py "$work/results.tsv"
