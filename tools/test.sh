#!/bin/sh
# Runs every test of the release build and of the build under AddressSanitizer and UBSan, then prints
# one closing count. usage: tools/test.sh BUILD SANITIZED
set -u
cd "$(dirname "$0")/.." || exit 4
build=$1 sanitized=$2
export ASAN_OPTIONS=detect_leaks=1:abort_on_error=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS="suppressions=$PWD/tools/lsan.txt:print_suppressions=0"

[ -d "${DMN_TCK:-../shared/tck}" ] || echo "The DMN compliance kit is not here (DMN_TCK=dir names it): its cases are not run."
[ -f ../shared/cases/worked.ndjson ] || echo "../shared/cases is not here: the worked cases run from rulebooks/us-sv/cases alone."
for folder in tests/portable tests/web; do
    [ -d "$folder/node_modules" ] || (cd "$folder" && npm ci --silent --no-audit --no-fund) || {
        echo "npm could not install what $folder/package-lock.json lists"; exit 1; }
done

status=0
for dir in "$build" "$sanitized"; do
    meson test -C "$dir" --print-errorlogs --quiet --num-processes "$(nproc)" || status=1
done
python3 - "$build" "$sanitized" <<'PY' || status=1
import json, sys
passed = failed = skipped = 0
for build in sys.argv[1:]:
    for line in open(f"{build}/meson-logs/testlog.json"):
        result = json.loads(line)["result"]
        if result == "OK": passed += 1
        elif result == "SKIP": skipped += 1
        else: failed += 1
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(failed > 0 or passed == 0)
PY
exit $status
