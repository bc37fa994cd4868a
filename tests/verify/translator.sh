#!/bin/sh
# Breaks the translator of verify, one fault of translator.faults at a time: the test that holds the encoding against the
# engine must notice each. usage: translator.sh BUILD [EVERY]
set -eu
cd "$(dirname "$0")/../.."
build=$1 every=${2:-1} work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags="-std=c17 -O1 -D_GNU_SOURCE -Isrc -Itests/verify"
libraries="$build/src/verify/libverify.a $build/src/gate/libgate.a $build/src/intake/libintake.a $build/src/words/libwords.a
 $build/src/rulebook/librulebook.a $build/src/dmn/libdmn.a $build/src/feel/libfeel.a $build/src/base/libbase.a"
others="-lz3 $(pkg-config --libs libxml-2.0 libpcre2-8 icu-uc icu-i18n nettle) -lbidgcc000 -lsimdjson -lcsv -lpthread -lm -lstdc++"
caught=0 alive=0 n=0
while IFS='|' read -r file old new; do
    case $file in '#'*|'') continue ;; esac
    n=$((n + 1))
    [ $((n % every)) -eq 0 ] || continue
    python3 - "src/verify/$file" "$work/broken.c" "$old" "$new" <<'PY'
import re
import sys
source, target, old, new = sys.argv[1:]
text = open(source).read()
# where a line is broken does not matter
place = re.search(r"\s*".join(map(re.escape, old.replace(" ", ""))), text)
if not place:
    sys.exit(f"{source} no longer has: {old}")
open(target, "w").write(text[:place.start()] + new + text[place.end():])
PY
    # shellcheck disable=SC2086
    cc $flags "$work/broken.c" tests/verify/agree.c tests/verify/people.c -o "$work/agree" $libraries $others
    if "$work/agree" rulebooks/us-sv 600 > "$work/out" 2>&1; then
        alive=$((alive + 1))
        echo "alive: $file: $new"
    else
        caught=$((caught + 1))
    fi
done < tests/verify/translator.faults
echo "translator: $caught faults caught, $alive alive"
[ "$alive" -eq 0 ] && [ "$caught" -gt 0 ]
