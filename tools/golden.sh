#!/bin/sh
# Rewrites what is generated or expected from the program's own output: transcripts, README, docs/feel.md.
# The diff is read and explained in the commit. usage: tools/golden.sh BUILD
set -eu
cd "$(dirname "$0")/.."
python3 tests/cli/transcripts.py --update "$1/habeas" tests/cli/*.md README.md
"$1/tests/feel/builtin-docs" --golden docs/feel.md
