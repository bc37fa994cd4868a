#!/bin/sh
# Gets the US Web Design System (npm, pinned in web/package-lock.json) and puts what the pages need of it,
# with habeas' own styles, into BUILD/web. usage: tools/assets.sh BUILD
set -eu
cd "$(dirname "$0")/.."
out=$1/web
from=web/node_modules/@uswds/uswds/dist
if [ ! -d "$from" ]; then
    (cd web && npm ci --silent --no-audit --no-fund) || {
        echo "npm could not install what web/package-lock.json lists" >&2; exit 4; }
fi
mkdir -p "$out/css"
cp "$from/css/uswds.min.css" "$out/css/styles.css"
# Only the fonts and drawings that the style sheet names.
grep -o 'url(\.\./[^)]*)' "$out/css/styles.css" | sed 's/^url(\.\.\///; s/)$//' | sort -u | while read -r file; do
    case $file in *.woff2 | *.svg) ;; *) continue ;; esac
    mkdir -p "$out/$(dirname "$file")"
    cp "$from/$file" "$out/$file"
done
cp web/habeas.css web/icon.svg "$out/"
cp -r web/verify web/record "$out/"
