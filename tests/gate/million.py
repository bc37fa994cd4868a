#!/usr/bin/env python3
"""Writes a transfer list of N people to standard output: those of a list, over and over, under new ids.
usage: million.py LIST N >big.ndjson        (paths in the header are made absolute; inline evidence ids stay the people's own)

With --run PROGRAM it checks such a list instead, and fails when the answers are not those of the list repeated, or when
memory passes 64 MiB plus 16 bytes a person plus what the list's own documents take."""
import json
import os
import resource
import subprocess
import sys
import tempfile


def write(path, n, out):
    with open(path, encoding="utf-8") as file:
        header, *people = [json.loads(line) for line in file if line.strip()]
    base = os.path.dirname(os.path.abspath(path))
    for name in ["agreement", "facility"]:
        if name in header:
            header[name] = os.path.join(base, header[name])
    for name in ["documents", "contests"]:
        header[name] = [os.path.join(base, path) for path in header.get(name, [])]
    out.write(json.dumps(header) + "\n")
    tails = [json.dumps(dict(person, person="X"))[len('{"person": "X"'):] for person in people]
    for i in range(n):
        out.write('{"person": "%s/%d"%s\n' % (people[i % len(people)]["person"], i, tails[i % len(people)]))
    return len(people)


def run(program, path, n):
    with tempfile.TemporaryDirectory() as folder:
        big, out = os.path.join(folder, "big.ndjson"), os.path.join(folder, "out.csv")
        with open(big, "w", encoding="utf-8") as file:
            write(path, n, file)
        with open(out, "wb") as to:
            status = subprocess.run([program, "check", big, "--csv"], stdout=to, stderr=subprocess.DEVNULL).returncode
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        small = subprocess.run([program, "check", path, "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        verdicts = [line.split(",")[:3] for line in small.stdout.decode().split("\r\n")[1:] if line]
        wrong = rows = 0
        with open(out, encoding="utf-8", newline="") as file:
            next(file)
            for rows, line in enumerate(file, 1):
                person, _, verdict = line.split(",")[:3]
                of = verdicts[(rows - 1) % len(verdicts)]
                wrong += person != f"{of[0]}/{rows - 1}" or verdict != of[2]
        limit = (64 << 20) + 16 * n + 3 * os.path.getsize(os.path.join(os.path.dirname(path), "documents.ndjson"))
        print(f"{rows} people, exit {status}, {wrong} wrong, peak {peak >> 20} MiB of {limit >> 20} MiB")
        return status not in (1, 5) or wrong or rows != n or peak > limit


if __name__ == "__main__":
    arguments = sys.argv[1:]
    if arguments[:1] == ["--run"]:
        sys.exit(1 if run(arguments[1], arguments[2], int(arguments[3])) else 0)
    write(arguments[0], int(arguments[1]), sys.stdout)
