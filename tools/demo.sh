#!/bin/sh
# Answers every question built so far for the seed's agreement, on real input. usage: tools/demo.sh BUILD
# `check` ends with 1 when somebody is barred or unresolved, 5 when nobody is: both are answers here.
set -eu
cd "$(dirname "$0")/.."
habeas=$1/habeas
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

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

say "One cell of one table changed by a tired hand, and the person whom it would clear"
cp -r rulebooks/us-sv "$scratch/us-sv"
sed -i '/id="sent-consent_row3_out"/,/<\/outputEntry>/s/"unmet"/"satisfied"/' "$scratch/us-sv/rulebook.dmn"
show 6 rules verify "$scratch/us-sv" --property fail-closed

say "Until when? The last lawful day, step by step"
show 14 enddate rulebooks/enddate-both/cases/worked.ndjson

say "In what place? CECOT, standard by standard"
show 40 facility assess facilities/cecot.json

say "2. What does it cost, and whom does it carry? The 252 people sent in March 2025, and every claim"
show 44 cost scenarios/cecot-2025.json

say "Next"
cat <<'TXT'
  build/habeas check agreements/us-sv-2025/list.ndjson --lang es      the same in Spanish
  build/habeas check agreements/treaty-306/list.ndjson --ndjson       one JSON line a person, for programs
  build/habeas rules show rulebooks/us-sv                             every rule, row by row, with its source
  build/habeas facility assess facilities/cecot.json --against facilities/norgerhaven.json
  build/habeas cost scenarios/denmark-kosovo.json --plots plots       charts whose titles are their findings
  build/habeas feel 'date("2025-03-15") - date("2025-02-03")'         the language the law is written in
  make test                                                          shows that the answers are right
TXT
