#!/bin/sh
# Answers every question built so far for the seed's agreement, on real input. usage: tools/demo.sh BUILD
# `check` ends with 1 when somebody is barred or unresolved, 5 when nobody is: both are answers here.
set -eu
cd "$(dirname "$0")/.."
habeas=$1/habeas
out=$1/demo
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$out"

say() { printf '\n== %s\n' "$*"; }
# Shows a command and its first lines; only the exit statuses of an answer (0, 1, 5) let the demo go on.
show() {
    lines=$1; shift
    printf '$ habeas %s\n' "$*"
    status=0
    "$habeas" "$@" > "$scratch/out" 2>"$scratch/err" || status=$?
    head -n "$lines" "$scratch/out"
    rest=$(($(wc -l < "$scratch/out") - lines))
    [ "$rest" -le 0 ] || echo "… $rest more lines"
    case $status in 0|1|5) ;; *) cat "$scratch/err"; exit "$status" ;; esac
}

# A step whose output is not worth showing; its failure ends the demo.
quietly() {
    "$habeas" "$@" > "$scratch/out" 2>"$scratch/err" || { cat "$scratch/out" "$scratch/err"; exit 4; }
}

say "1. Is it lawful? The offer of 3 February 2025, a list built from public cases"
show 40 check agreements/us-sv-2025/list.ndjson
echo
echo "Nobody on that list reaches NO BAR FOUND, and could not: the offer is only proposed, so it establishes nothing;"
echo "the fee alone bars custody bought abroad; and the state of exception refers every person to a court."

say "The other way round: prisoner-transfer-treaty files, complete ones and near misses"
show 60 check agreements/treaty-306/list.ndjson

say "One person in full"
show 60 explain P-001 agreements/us-sv-2025/list.ndjson

say "The law itself: its worked cases, and a proof"
show 3 rules test rulebooks/us-sv
show 12 rules verify rulebooks/us-sv --property fail-closed

say "One cell of one table changed by a tired hand: what no longer holds, and for whom"
cp -r rulebooks/us-sv "$scratch/us-sv"
sed -i '/id="sent-consent_row3_out"/,/<\/outputEntry>/s/"unmet"/"satisfied"/' "$scratch/us-sv/rulebook.dmn"
show 6 rules verify "$scratch/us-sv" --property fail-closed

say "Until when? The last lawful day, step by step"
show 14 enddate rulebooks/enddate-both/cases/worked.ndjson

say "An agency's own file, as it comes: it proves nothing by itself, and nobody falls out of it"
show 20 check tests/intake/import/generic.csv --map generic_spreadsheet

quietly import examples/bop_locator.json --map bop_locator --host SLV --document-date 2026-11-20 --out "$scratch/locator.ndjson"
echo "\$ habeas import examples/bop_locator.json --map bop_locator --out locator.ndjson"
show 20 enddate "$scratch/locator.ndjson" --as-of 2026-11-25

say "In what place? CECOT, standard by standard"
show 40 facility assess facilities/cecot.json --html "$out/cecot.html"

say "2. What does it cost, and whom does it carry? The 252 people sent in March 2025, and every claim"
show 56 cost scenarios/cecot-2025.json --plots "$out/plots" --xlsx "$out/cecot-2025.xlsx"

say "3. Where is the person? March to July 2025 as it became public, replayed into a register"
register="$scratch/register.db"
tools/demo-register.sh "$habeas" "$scratch" > "$scratch/out" 2>&1 || { cat "$scratch/out"; exit 4; }
for day in 2025-03-20 2025-06-10 2025-07-20; do show 6 register roster --at ${day}T12:00:00Z --db "$register"; done
show 12 register alarms --at 2025-03-20T12:00:00Z --db "$register"
quietly register prove 482 --out "$scratch/proof" --db "$register"
quietly register export "$scratch/public" --db "$register"
for what in proof public; do
    echo "\$ habeas-verify $what --keys public/policy"
    "$1/src/verify-export/habeas-verify" "$scratch/$what" --keys "$scratch/public/policy" || exit 4
done
echo "one byte of the published entries changed:"
printf '\377' | dd of="$(find "$scratch/public/tile/entries" -type f | head -n 1)" bs=1 seek=100 conv=notrunc 2>/dev/null
if "$1/src/verify-export/habeas-verify" "$scratch/public" --keys "$scratch/public/policy"; then
    echo "the changed byte was not found" >&2
    exit 4
fi

say "Papers: what counsel files, what a budget office reads, what an inspector takes along"
quietly_found() {
    status=0
    "$habeas" "$@" > "$scratch/out" 2>"$scratch/err" || status=$?
    case $status in 0|1|5) tail -n 1 "$scratch/err" ;; *) cat "$scratch/out" "$scratch/err"; exit "$status" ;; esac
}
quietly_found report person P-001 agreements/us-sv-2025/list.ndjson --for counsel --db "$register" --out "$out/P-001.pdf"
quietly_found report agreement agreements/us-sv-2025/list.ndjson --memo --for budget --scenario scenarios/cecot-2025.json --draws 20000 --out "$out/memo.pdf"
quietly_found report facility facilities/cecot.json --for inspector --db "$register" --place CECOT --at 2025-03-20T12:00:00Z --out "$out/inspection.pdf"

say "Next"
echo "  read $out/P-001.pdf, $out/memo.pdf and $out/inspection.pdf"
echo "  look at $out/cecot.html, $out/plots and $out/cecot-2025.xlsx"
cat <<'TXT'
  build/habeas check agreements/us-sv-2025/list.ndjson --lang es      the same in Spanish
  build/habeas check agreements/treaty-306/list.ndjson --ndjson       one JSON line a person, for programs
  build/habeas rules show rulebooks/us-sv                             every rule, row by row, with its source
  build/habeas facility assess facilities/cecot.json --against facilities/norgerhaven.json
  build/habeas register --help                                        open a register and prove an admission to somebody else
  build/habeas feel 'date("2025-03-15") - date("2025-02-03")'         the language the law is written in
  make test                                                          shows that the answers are right
TXT
