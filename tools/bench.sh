#!/bin/sh
# Measures every promise of speed and prints one table: what, value, unit, number of measurements; then the
# ratios to the peers of npm and to the floors, all of one run. usage: tools/bench.sh BUILD
# PEOPLE=n: people on the lists that `check` is given, of 600 bytes; a tenth of it of 20 KB. SECONDS_EACH=s: for each peer.
set -eu
cd "$(dirname "$0")/.."
build=$1
people=${PEOPLE:-1000000}
work=$build/bench/work
kit=${DMN_TCK:-../shared/tck}
mkdir -p "$work/small" "$work/large"
ninja -C "$build" --quiet habeas bench/bench-feel bench/bench-tables bench/bench-model bench/bench-json bench/bench-kit bench/bench-money

if [ ! -d bench/peers/node_modules ]; then
    (cd bench/peers && npm ci --silent --no-audit --no-fund --ignore-scripts) || {
        echo "npm could not install what bench/peers/package-lock.json lists: nothing can be measured" >&2; exit 1; }
fi
node bench/peers/people.mjs 10000 42 "$work"

# Processor seconds (user and system) that a command takes; its own output is thrown away.
seconds() {
    python3 - "$@" <<'PY'
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
if status not in (0, 1, 5): sys.exit(f"{sys.argv[1:]} ended with {status}")
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"{usage.ru_utime + usage.ru_stime:.3f}")
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
        printf 'check, %s people\t%s\ts\t%s\n' "$form" \
            "$(seconds "$build/habeas" check "$work/$form/list.ndjson" --csv --jobs 1)" "$n"
        rm -f "$work/$form/list.ndjson"
    done
    "$build/bench/bench-money" scenarios/cecot-2025.json
    # Debian's own python, for which its python3-numpy is installed; the best of three.
    if /usr/bin/python3 -c "import numpy" 2>/dev/null; then
        for round in 1 2 3; do /usr/bin/python3 bench/peers/money_numpy.py scenarios/cecot-2025.json; done | sort -t "$(printf '\t')" -k 2,2n | head -1
    else
        echo "numpy is not here (apt-get install python3-numpy): the same model in it is not measured." >&2
    fi
    printf 'habeas cost, cecot-2025 whole, a million draws\t%s\ts\t1000000\n' "$(seconds "$build/habeas" cost scenarios/cecot-2025.json --draws 1000000 --json)"
    node bench/peers/measure.mjs "$work/people.ndjson" "${SECONDS_EACH:-3}"
}

measure > "$work/results.tsv"
echo "machine: $(uname -m), $(nproc) processors, $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1); load $(cut -d' ' -f1 /proc/loadavg)"
python3 tools/bench_table.py "$work/results.tsv"
