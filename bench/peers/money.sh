#!/bin/sh
# The money beside numpy: the same model a million times, turn about, the best of three rounds of each, in processor seconds on
# one core and by the clock. Ratios: sh bench/peers/money.sh build | python3 tools/bench_table.py /dev/stdin. usage: money.sh BUILD
set -eu
python=/usr/bin/python3  # Debian's own, for which its python3-numpy is installed
scenario=scenarios/cecot-2025.json
"$python" -c "import numpy" 2>/dev/null || {
    echo "numpy is not here (apt-get install python3-numpy): the same model in it is not measured." >&2
    python=true
}
for round in 1 2 3; do
    "$1/bench/bench-money" "$scenario"
    "$python" bench/peers/money_numpy.py "$scenario"
done | awk -F '\t' '
    !($1 in best) { order[++n] = $1 }
    !($1 in best) || $2 + 0 < best[$1] + 0 { best[$1] = $2; row[$1] = $0 }
    END { for (i = 1; i <= n; i++) print row[order[i]] }'
