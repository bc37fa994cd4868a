#!/bin/sh
# The demonstration: styles, the register of what became public, and the pages on this machine alone.
# usage: tools/serve.sh BUILD [ADDRESS]; DEMO=folder: where the demonstration is kept
set -eu
cd "$(dirname "$0")/.."
build=$1
demo=${DEMO:-$build/serve}
tools/assets.sh "$build"
# Made anew when what it is made of has changed, the tables of a register (src/register/store.c) too.
made_of=$(cat tools/demo-*.sh tools/chronology.py agreements/us-sv-2025/chronology.csv src/register/store.c | sha256sum)
if [ "$(cat "$demo/ready" 2>/dev/null)" != "$made_of" ]; then
    rm -rf "$demo"
    mkdir -p "$demo"
    tools/demo-register.sh "$build/habeas" "$demo" > "$demo/log" 2>&1 || { cat "$demo/log" >&2; exit 4; }
    tools/demo-person.sh "$build/habeas" "$demo" > "$demo/token" 2> "$demo/log" || { cat "$demo/log" >&2; exit 4; }
    echo "$made_of" > "$demo/ready"
fi
echo "to ask where somebody is: Ana Ejemplo Inventada (invented), born 1990-02-03, VEN; her family's token: $(cat "$demo/token")"
exec "$build/habeas" serve --demo --listen "${2:-127.0.0.1:8080}" --agreement agreements/us-sv-2025 \
    --db "$demo/register.db" --store "$demo/web.db" --assets "$build/web" \
    --scenario scenarios/cecot-2025.json --facilities facilities
