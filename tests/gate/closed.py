#!/usr/bin/env python3
"""What goes wrong inside makes no verdict better. Copies of the law are broken in one place each, and the machine is
taken away: the answer is never a better one, and where there is no answer nothing is printed for the person.
usage: closed.py PROGRAM"""
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile

import million
from check import ROOT, check, habeas, report

program = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
LIST = "agreements/treaty-306/list.ndjson"
ORDER = ["NO BAR FOUND", "UNRESOLVED", "BARRED"]
passed = failed = 0


def expect(is_right, what):
    global passed, failed
    passed += bool(is_right)
    failed += not is_right
    if not is_right:
        print("not so: " + what)


def broken(folder, *changes):
    """A copy of the law in which the output of a row, by its id, says something else."""
    copy = os.path.join(folder, "law")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree("rulebooks/us-sv", copy)
    path = os.path.join(copy, "rulebook.dmn")
    text = open(path, encoding="utf-8").read()
    for row, output in changes:
        text, n = re.subn(rf'(<outputEntry id="{row}_out">\s*<text>)[^<]*(</text>)', lambda m: m[1] + output + m[2], text)
        if n != 1:
            sys.exit(f"the model has no row {row} any more: mend this test")
    open(path, "w", encoding="utf-8").write(text)
    return copy


sound = check(program, LIST)
clear = [person for person, answer in sound.items() if answer["verdict"] == "NO BAR FOUND"]
expect(len(clear) >= 5, "five complete files at least have no bar")
with tempfile.TemporaryDirectory() as folder:
    # The model's own verdict lies, either way: the worse counts, and the answer says that they differ.
    fine = '"NO BAR FOUND"'
    rosy = check(program, LIST, "--rulebook", broken(folder, ("verdict_row1", fine), ("verdict_row3", fine)))
    for person, answer in sound.items():
        expect(rosy[person]["verdict"] == answer["verdict"], f"{person}: a model that calls everything fine changes nothing")
        expect(("notes" in rosy[person]) == bool(answer["reasons"]), f"{person}: the difference is noted")
    grim = check(program, LIST, "--rulebook", broken(folder, ("verdict_row2", '"UNRESOLVED"')))
    for person in clear:
        expect(grim[person]["verdict"] == "UNRESOLVED" and grim[person]["notes"], f"{person}: the model's doubt counts")

    # An outcome that is none: refused, or not answered.
    misspelt = broken(folder, ("dp-identity_row1", '"fine"'))
    answers = habeas(program, "check", LIST, "--ndjson", "--rulebook", misspelt)
    if answers.returncode == 3:
        expect(not answers.stdout, "a model refused answers nobody")
    else:
        for answer in map(json.loads, answers.stdout.splitlines()):
            expect(ORDER.index(answer["verdict"]) >= ORDER.index(sound[answer["person"]]["verdict"])
                   and answer["verdict"] != "NO BAR FOUND", f"{answer['person']}: a misspelt outcome is no outcome")

    # A decision that never ends reaches a limit: exit 4, and nobody has an answer.
    endless = broken(folder, ("dp-identity_row1",
                              'if count(for i in 1..2000000000 return i) &gt; 0 then "satisfied" else "satisfied"'))
    for form in [["--ndjson"], ["--csv"], []]:
        ended = habeas(program, "check", LIST, "--rulebook", endless, *form)
        expect(ended.returncode == 4, f"{form}: a limit is exit 4, not {ended.returncode}")
        expect(all(person + "," not in ended.stdout.decode() and f'"{person}"' not in ended.stdout.decode() for person in clear),
               f"{form}: nobody is answered after it")
        expect(b"NO BAR FOUND \xc2\xb7" not in ended.stdout, f"{form}: no verdict in text")

# Output that cannot be written is no output.
with open("/dev/full", "wb") as full:
    for form in [[], ["--json"], ["--ndjson"], ["--csv"], ["--facts"]]:
        done = subprocess.run([program, "check", LIST, *form], stdout=full, stderr=subprocess.PIPE)
        expect(done.returncode == 4 and done.stderr, f"{form} on a full disk: exit 4, not {done.returncode}")

# A list that changes between its two readings is of no one file: exit 4.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "big.ndjson")
    with open(path, "w", encoding="utf-8") as file:
        million.write(LIST, 3000, file)
    running = subprocess.Popen([program, "check", path, "--csv", "--jobs", "1"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    said = running.stderr.readline() + running.stderr.readline()
    with open(path, "r+b") as file:
        text = file.read()
        at = text.rindex(b'"name": "') + len(b'"name": "')
        file.seek(at)
        file.write(b"#")
    _, rest = running.communicate()
    expect(running.returncode == 4 and b"changed" in rest, f"a list changed while it is read: exit 4, not {running.returncode}")

# Memory taken away step by step: the whole answer, or exit 3 or 4; never a better verdict, never a crash.
# (AddressSanitizer reserves more address space than any such limit.)
with open(program, "rb") as file:
    is_sanitized = b"__asan_init" in file.read()
if not is_sanitized:
    whole = habeas(program, "check", LIST, "--csv", "--jobs", "2").stdout
    for mebibytes in range(24, 400, 24):
        limit = mebibytes << 20
        done = subprocess.run([program, "check", LIST, "--csv", "--jobs", "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
        expect(done.returncode in (1, 3, 4, 127), f"with {mebibytes} MiB: exit {done.returncode}")
        expect(whole.startswith(done.stdout) and (done.returncode != 1 or done.stdout == whole),
               f"with {mebibytes} MiB: what is written is the beginning of the whole")
report(passed, failed)
