#!/bin/sh
# Runs a program in a new folder that is gone afterwards. usage: in_folder.sh PROGRAM
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" "$folder"
