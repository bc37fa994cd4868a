#!/bin/sh
# March to July 2025 as it became public, replayed into a new register.
# usage: tools/demo-register.sh HABEAS FOLDER: the register is FOLDER/register.db, the officers' keys beside it.
set -eu
cd "$(dirname "$0")/.."
habeas=$1 folder=$2
register=$folder/register.db
"$habeas" register init registry.example/us-sv-2025 --db "$register"
for officer in ICE:sender DDC:court SCOTUS:court DGCP:facility; do
    "$habeas" register key new "${officer%:*}/demo" --role "${officer#*:}" --out "$folder/${officer%:*}.key" --db "$register"
done
for authority in ICE DDC SCOTUS DGCP; do
    python3 tools/chronology.py agreements/us-sv-2025/chronology.csv $authority > "$folder/events"
    "$habeas" register record "$folder/events" --key "$folder/$authority.key" --db "$register"
done
rm "$folder/events"
