#!/usr/bin/env python3
"""Writes a transfer list of N people to standard output: those of a list, over and over, under new ids, each with the
first FACTS of its facts (all when not said). Paths in the header are made absolute.
usage: million.py LIST N [FACTS] >big.ndjson

With --run PROGRAM first it checks such a list instead, and fails when the answers are not those of the list repeated, or
when memory passes 64 MiB plus 16 bytes a person plus what the list's own documents take."""
import json
import os
import resource
import subprocess
import sys
import tempfile


def write(path, n, out, n_facts=None):
    with open(path, encoding="utf-8") as file:
        header, *people = [json.loads(line) for line in file if line.strip()]
    base = os.path.dirname(os.path.abspath(path))
    for name in ["agreement", "facility"]:
        if name in header:
            header[name] = os.path.join(base, header[name])
    for name in ["documents", "contests"]:
        header[name] = [os.path.join(base, path) for path in header.get(name, [])]
    out.write(json.dumps(header) + "\n")
    for person in people:
        person["facts"] = dict(list(person["facts"].items())[:n_facts])
    tails = [json.dumps(dict(person, person="X"))[len('{"person": "X"'):] for person in people]
    for i in range(n):
        out.write('{"person": "%s/%d"%s\n' % (people[i % len(people)]["person"], i, tails[i % len(people)]))
    return len(people)


def run(program, path, n, n_facts):
    with open(program, "rb") as file:
        is_sanitized = b"__asan_init" in file.read()   # its shadow memory is not ours to count
    with tempfile.TemporaryDirectory() as folder:
        big, small = (os.path.join(folder, name) for name in ["big.ndjson", "small.ndjson"])
        with open(big, "w", encoding="utf-8") as file:
            n_small = write(path, n, file, n_facts)
        with open(small, "w", encoding="utf-8") as file:
            write(path, n_small, file, n_facts)
        once = subprocess.run([program, "check", small, "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        expected = [line.split(",", 3) for line in once.stdout.decode().split("\r\n")[1:] if line]
        rows = wrong = 0
        running = subprocess.Popen([program, "check", big, "--csv"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        next(running.stdout)
        for rows, line in enumerate(running.stdout, 1):
            person, _, verdict, _ = line.decode().split(",", 3)
            like = expected[(rows - 1) % n_small]
            wrong += person.rsplit("/", 1) != [like[0].rsplit("/", 1)[0], str(rows - 1)] or verdict != like[2]
        status = running.wait()
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        limit = (64 << 20) + 16 * n + 3 * os.path.getsize(os.path.join(os.path.dirname(path), "documents.ndjson"))
        print(f"{rows} people, exit {status}, {wrong} wrong, peak {peak >> 20} MiB of {limit >> 20} MiB")
        return status in (1, 5) and not wrong and rows == n and (peak <= limit or is_sanitized)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    facts = [int(argument) for argument in arguments[-1:] if len(arguments) in (3, 5)] or [None]
    if arguments[:1] == ["--run"]:
        sys.exit(not run(arguments[1], arguments[2], int(arguments[3]), facts[0]))
    write(arguments[0], int(arguments[1]), sys.stdout, facts[0])
