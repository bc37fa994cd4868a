#!/bin/sh
# What `make test` has no time for: larger properties, a million people in bounded memory, fuzzing.
# usage: tools/test-long.sh BUILD SANITIZED
set -eu
cd "$(dirname "$0")/.."
build=$1 sanitized=$2

"$build/tests/gate/gate-properties" rulebooks/us-sv 200000
"$sanitized/tests/gate/gate-properties" rulebooks/us-sv 20000
# the mutation score: seeded faults of the law, and of the translator itself
tests/verify/mutants.sh "$build/tests/verify/verify-mutants" rulebooks/us-sv rulebooks/published/us-sv.csv 640
tests/verify/translator.sh "$build"
# whom verify shows, habeas check shows too: 150 seeded faults
python3 tests/verify/proofs.py "$build/habeas" . 150
# what would change a verdict, for 300 random files (some minutes)
"$build/tests/verify/verify-changes" rulebooks/us-sv 1 300
python3 tests/gate/million.py --run "$build/habeas" agreements/treaty-306/list.ndjson 1000000 8
# an agency's file of a million people: memory is 40 MiB and some 150 bytes a person, whose names are kept to find namesakes
python3 bench/import.py "$build/habeas" 1000000 256
# blanked cells and dropped rows of more files, custody in spreadsheets, and end dates, also with sanitizers
python3 tests/intake/import.py "$build/habeas" 400
python3 tests/intake/blanks.py "$build/habeas" 40
python3 tests/intake/custody.py "$build/habeas" 60
for program in "$build" "$sanitized"; do
    python3 tests/intake/custody.py "$program/habeas" 4
    python3 tests/enddate/worked.py "$program/habeas"
done
python3 tests/enddate/properties.py "$build/habeas" 20000 7
# money: the widest vectors of this machine and plain code, the same bytes
for scenario in cecot-2025 denmark-kosovo norgerhaven sweden-estonia; do
    for program in "$build" "$sanitized"; do
        "$program/habeas" cost "scenarios/$scenario.json" --draws 3000 --json > "$program/$scenario.json" || [ $? -eq 1 ]
    done
    cmp "$build/$scenario.json" "$sanitized/$scenario.json"
done
# the register: killed a thousand times while it records, and four thousand single bits of its file
REGISTER_KILLS=1000 REGISTER_FLIPS=4000 python3 tests/register/suite.py "$build/habeas" "$build/src/verify-export/habeas-verify" sqlite test_kill test_flips
# each protection of the register left out in turn: exactly its rows turn red
python3 tools/protections.py
# power lost at 300 moments, SQLite's log moved and begun anew between them
sh tests/register/in_folder.sh "$build/tests/register/register-powerloss" 300 80
# a client that trickles for more than a minute
HABEAS_LONG=1 python3 tests/web/hardening.py "$build/habeas"
# papers whose maker hangs, and the same with sanitizers
HABEAS_LONG=1 python3 tests/web/papers.py "$build/habeas"
HABEAS_SANITIZED=1 python3 tests/web/papers.py "$sanitized/habeas"
# every role, page, language, dark and phone width, in the browser
node tests/web/browser.mjs "$build" --all
tools/fuzz.sh 120
