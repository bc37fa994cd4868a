#!/bin/sh
# Rewrites what is generated or expected from the program's own output: transcripts, README, docs/feel.md, docs/errors.md, lists.
# The diff is read and explained in the commit. usage: tools/golden.sh BUILD
set -eu
cd "$(dirname "$0")/.."
python3 tests/cli/transcripts.py --update "$1/habeas" tests/cli/*.md README.md docs/money.md
"$1/tests/feel/builtin-docs" --golden docs/feel.md
"$1/tests/base/error-docs" --golden docs/errors.md
HABEAS_GOLDEN=1 "$1/tests/intake/intake-cases" rulebooks/us-sv tests/intake/*.txt >/dev/null || true
[ ! -d "$1/web" ] || node tests/web/browser.mjs "$1" --shots docs/screens  # the pictures in the README
