#!/usr/bin/env python3
"""Writes a transfer list of N people of about SIZE bytes each to FOLDER/list.ndjson, from the people of a real list:
their facts in turn until the size is reached, a fact given again (as records that agree are) when they run out.
usage: list.py LIST N SIZE FOLDER"""
import json
import os
import sys


def of_size(person, size):
    person = dict(person, facts={})
    return person, size - len(json.dumps(dict(person, person="X" * 12)))


def grow(source, size):
    person, left = of_size({"person": "X"}, size)
    again = 0
    while left > 0:
        for name, fact in source["facts"].items():
            facts = fact if isinstance(fact, list) else [fact]
            left -= len(json.dumps({name: facts[0]})) + (0 if again else 1)
            if again:
                person["facts"][name].append(facts[0])
            else:
                person["facts"][name] = [facts[0]]
            if left <= 0:
                break
        again += 1
    person["facts"] = {name: facts[0] if len(facts) == 1 else facts for name, facts in person["facts"].items()}
    return person


def main(path, n, size, folder):
    with open(path, encoding="utf-8") as file:
        header, *people = [json.loads(line) for line in file if line.strip()]
    base = os.path.dirname(os.path.abspath(path))
    header["agreement"] = os.path.join(base, header["agreement"])
    for name in ["documents", "contests"]:
        header[name] = [os.path.join(base, beside) for beside in header.get(name, [])]
    tails = [json.dumps(grow(person, size))[len('{"person": "X"'):] for person in people if person.get("facts")]
    with open(os.path.join(folder, "list.ndjson"), "w", encoding="utf-8") as out:
        out.write(json.dumps(header) + "\n")
        for i in range(n):
            out.write('{"person": "B/%d"%s\n' % (i, tails[i % len(tails)]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
