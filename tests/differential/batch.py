#!/usr/bin/env python3
"""One person at a time, a batch, and a batch on several jobs give the same, and it is what the oracle of bench/peers
answered for these people (people.ndjson, answers.ndjson; written by bench/peers/people.mjs).
usage: batch.py HABEAS"""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.join(HERE, "..", "..", "bench", "model.dmn")
PEOPLE = os.path.join(HERE, "people.ndjson")


def run(*arguments, **options):
    return subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options).stdout


def main(habeas):
    with open(os.path.join(HERE, "answers.ndjson"), encoding="utf-8") as file:
        answers = [json.loads(line) for line in file]
    with open(PEOPLE, encoding="utf-8") as file:
        people = file.read().splitlines()
    n_passed = n_failed = 0

    def check(what, wanted, got):
        nonlocal n_passed, n_failed
        if wanted == got:
            n_passed += 1
        else:
            n_failed += 1
            print(f"{what}\n  expected: {wanted}\n  got:      {got}")

    for decision in answers[0]:
        batch = run(habeas, "dmn", "batch", MODEL, "--decision", decision, "--in", PEOPLE, "--jobs", "1")
        check(f"{decision}: four jobs", batch, run(habeas, "dmn", "batch", MODEL, "--decision", decision, "--in", PEOPLE, "--jobs", "4"))
        results = [json.loads(line) for line in batch.splitlines()]
        check(f"{decision}: number of results", len(answers), len(results))
        for i, (answer, result) in enumerate(zip(answers, results)):
            check(f"{decision}, person {i + 1}: oracle", answer[decision], result)
        for i in range(0, len(people), 27):
            single = run(habeas, "dmn", "eval", MODEL, "--decision", decision, "--input", "-", input=people[i])
            check(f"{decision}, person {i + 1}: alone", results[i], json.loads(single) if single else single)
    print(f"{n_passed} passed, {n_failed} failed")
    return n_failed > 0 or n_passed == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
