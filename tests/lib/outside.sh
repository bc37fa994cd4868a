#!/bin/sh
# The library as somebody else's program gets it: installed into a folder, found by pkg-config, the example compiled
# with one command, shared and static; and nothing but habeas_dmn_* is to be seen in it.
# usage: outside.sh BUILD SOURCES
set -eu
build=$1 sources=$2
to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
n_failed=0 n_passed=0
check() {  # what, wanted, got
    if [ "$2" = "$3" ]; then n_passed=$((n_passed + 1)); else n_failed=$((n_failed + 1)); printf '%s\n  expected: %s\n  got:      %s\n' "$1" "$2" "$3"; fi
}

mkdir -p "$to/lib" "$to/include"
cp "$sources/src/lib/habeas-dmn.h" "$to/include"
cp "$build"/src/lib/libhabeas-dmn.so.?.?.? "$build/src/lib/libhabeas-dmn.a" "$to/lib"
shared=$(basename "$to"/lib/libhabeas-dmn.so.*)
ln -s "$shared" "$to/lib/libhabeas-dmn.so"
ln -s "$shared" "$to/lib/$(readelf -d "$to/lib/$shared" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')"
sed -e "s|^prefix=.*|prefix=$to|" -e 's|^libdir=.*|libdir=${prefix}/lib|' -e 's|^includedir=.*|includedir=${prefix}/include|' \
    "$build/meson-private/habeas-dmn.pc" >"$to/lib/habeas-dmn.pc"
export PKG_CONFIG_PATH="$to/lib" LD_LIBRARY_PATH="$to/lib"
model=$sources/tests/lib/loan.dmn

# shellcheck disable=SC2046
cc -Wall -Wextra -Werror "$sources/examples/decide.c" -o "$to/shared" $(pkg-config --cflags --libs habeas-dmn)
check "shared" '"local"' "$("$to/shared" "$model" Offer income 2500 country '"SLV"')"
check "a missing input is told" 'input "income": no value was given' "$("$to/shared" "$model" Offer 2>&1 >/dev/null | head -1)"
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror $(pkg-config --cflags habeas-dmn) "$sources/examples/decide.c" "$to/lib/libhabeas-dmn.a" -o "$to/static" \
    $(pkg-config --static --libs-only-l habeas-dmn | sed 's/-lhabeas-dmn//') -lstdc++
check "static" '"foreign"' "$("$to/static" "$model" Offer income 2500 country '"USA"')"
check "names others can see" "" "$(nm -D --defined-only "$to/lib/$shared" | awk '{print $3}' | grep -v -e '^habeas_dmn_' -e '^HABEAS_DMN_1$' || true)"
check "the header is C++ too" "" "$(echo '#include <habeas-dmn.h>' | c++ -x c++ -Wall -Wextra -Werror -fsyntax-only -I"$to/include" - 2>&1)"
echo "$n_passed passed, $n_failed failed"
[ "$n_failed" -eq 0 ]
