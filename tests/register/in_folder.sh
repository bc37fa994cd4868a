#!/bin/sh
# Runs a program in a new folder that is gone afterwards. usage: in_folder.sh PROGRAM [ARGUMENT]...
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=$1
shift
"$program" "$folder" "$@"
