#!/bin/sh
# Seeded faults in a rulebook: at least 95 of 100 must be noticed. usage: mutants.sh PROGRAM RULEBOOK PUBLISHED N
set -eu
here=$(dirname "$0")
cache=$(mktemp)
trap 'rm -f "$cache" "$cache.list"' EXIT
python3 "$here/mutate.py" "$2" "$4" > "$cache.list"
"$1" "$2" "$3" "$cache" < "$cache.list"
