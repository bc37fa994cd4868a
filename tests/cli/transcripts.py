#!/usr/bin/env python3
"""Runs the transcripts: every ```console block of the files given.

    $ habeas check list.ndjson 2>/dev/null
    the exact output, standard error included unless the command sends it away
    [exit 1]

A line `[exit N]` stands at the end of a command that does not give 0. Commands run in the root of the repository
with the built program first in PATH. A line of output that would read as a command is written with a backslash before
it. SHA-256 values are compared as `<sha256>`: they change with every word of the law and prove nothing here.

usage: transcripts.py [--update] PROGRAM FILE...      --update rewrites the files with what the program says"""
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def run(command, program):
    environment = {"PATH": os.path.dirname(os.path.abspath(program)) + ":" + os.environ["PATH"], "LC_ALL": "C.UTF-8",
                   "HOME": os.environ.get("HOME", "/"), "TZ": "UTC"}
    environment.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    done = subprocess.run(["sh", "-c", command], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    text = done.stdout.decode()
    if text and not text.endswith("\n"):
        text += "\n"
    text = re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text)
    text = re.sub(r"^(\$ |```|\[exit )", r"\\\1", text, flags=re.M)
    return text + (f"[exit {done.returncode}]\n" if done.returncode else "")


def commands(lines):
    """(index of the `$` line, command, index past its output) for each command in a console block."""
    inside, start = False, None
    for i, line in enumerate(lines):
        if inside and (line.startswith("$ ") or line.startswith("```")):
            if start is not None:
                yield start, lines[start][2:], i
            start = i if line.startswith("$ ") else None
        if line.startswith("```"):
            inside = line == "```console" if not inside else False


def main():
    arguments = sys.argv[1:]
    update = "--update" in arguments
    program, *files = [a for a in arguments if a != "--update"]
    passed = failed = 0
    for path in files:
        lines = open(path, encoding="utf-8").read().split("\n")
        for start, command, end in reversed(list(commands(lines))):
            got = run(command, program).split("\n")[:-1]
            expected = lines[start + 1:end]
            if got == expected:
                passed += 1
                continue
            if update:
                lines[start + 1:end] = got
                continue
            failed += 1
            print(f"{path}:{start + 1}: $ {command}")
            for at in range(max(len(got), len(expected))):
                want = expected[at] if at < len(expected) else "(nothing)"
                have = got[at] if at < len(got) else "(nothing)"
                if want != have:
                    print(f"  line {at + 1}\n    expected {want}\n    got      {have}")
                    break
        if update:
            open(path, "w", encoding="utf-8").write("\n".join(lines))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed and not update else 0


sys.exit(main())
