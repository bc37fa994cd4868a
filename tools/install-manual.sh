#!/bin/sh
# Installs what the table of commands says of itself: manual pages and shell completion.
# usage: tools/install-manual.sh PROGRAM (called by meson install)
set -eu
program=$1
prefix=${MESON_INSTALL_DESTDIR_PREFIX:?}
mkdir -p "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" "$prefix/share/zsh/site-functions"
"$program" manual >"$prefix/share/man/man1/habeas.1"
"$program" manual | sed -n '/^.SH COMMANDS/,/^.SH EXIT/s/^\.B //p' | while read -r command; do
    # shellcheck disable=SC2086 # a command may be two words
    "$program" manual $command >"$prefix/share/man/man1/habeas-$(echo "$command" | tr ' ' -).1"
done
"$program" completion bash >"$prefix/share/bash-completion/completions/habeas"
"$program" completion zsh >"$prefix/share/zsh/site-functions/_habeas"
