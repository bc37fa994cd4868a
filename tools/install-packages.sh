#!/bin/sh
# Installs the Debian packages of packages.txt that this machine lacks; says what it does, does nothing when
# nothing lacks. A package counts as present when dpkg has it, or when the command named behind it is there.
set -eu
list=$(dirname "$0")/../packages.txt
lacking=
while read -r package command; do
    case "$package" in ''|'#'*) continue ;; esac
    if [ -n "$command" ] && command -v "$command" >/dev/null 2>&1; then continue; fi
    if dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed'; then continue; fi
    lacking="$lacking $package"
done < "$list"
[ -n "$lacking" ] || exit 0

echo "installing:$lacking" >&2
if [ "$(id -u)" = 0 ]; then as_root=; elif command -v sudo >/dev/null 2>&1; then as_root=sudo; else
    echo "this needs root: as root, run  apt-get install$lacking" >&2
    exit 4
fi
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
# shellcheck disable=SC2086 # the list is words on purpose
$as_root apt-get install -y -qq --no-install-recommends $lacking >/dev/null
