#!/bin/sh
# Builds every fuzz target with clang's libFuzzer and runs each for so many seconds on its corpus.
# A finding is written to build-fuzz/findings and ends the run with status 1. usage: tools/fuzz.sh SECONDS
set -eu
cd "$(dirname "$0")/.."
seconds=$1
[ -f build-fuzz/build.ninja ] || CC=clang CXX=clang++ meson setup build-fuzz --buildtype=debugoptimized \
    -Db_sanitize=address,undefined -Db_lundef=false -Dfuzz=true >/dev/null
ninja -C build-fuzz --quiet
mkdir -p build-fuzz/findings
for target in build-fuzz/fuzz/fuzz-*; do
    [ -f "$target" ] && [ -x "$target" ] || continue
    name=${target##*/fuzz-}
    mkdir -p "build-fuzz/corpus/$name"
    echo "fuzz $name for $seconds s"
    "$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
        -artifact_prefix=build-fuzz/findings/"$name"- "build-fuzz/corpus/$name" "fuzz/corpus/$name"
done
