#!/bin/sh
# Every text the program says has its Spanish: what xgettext finds in the sources against po/es.po.
# usage: translations.sh ROOT
set -eu
cd "$1"
pot=$(mktemp)
trap 'rm -f "$pot"' EXIT
xgettext --from-code=UTF-8 --keyword=words_in:2 --keyword=WORDS_LATER --keyword=N_ --keyword=say:2 --keyword=EVENT:5 --keyword=WEB_ROLE_ROW:3 --keyword=WEB_ACT_ROW:3 --keyword=WEB_PAGE:5 --keyword=WEB_LONG_PAGE:5 --language=C --output="$pot" src/web/*.c src/web/*.def src/register/events.def src/gate/*.c src/register/*.c src/conditions/*.c src/enddate/*.c src/report/*.c src/money/*.c src/cli/*.c 2>/dev/null
n=$(grep -c '^msgid' "$pot")
[ "$n" -gt 100 ] || { echo "xgettext found only $n texts"; exit 1; }
if said=$(msgcmp po/es.po "$pot" 2>&1); then
    echo "$n passed, 0 failed"
else
    echo "$said" | grep -v 'not used'
    echo "0 passed, 1 failed"
    exit 1
fi
