"""What the tests of whole lists share: running the program, and asking an answer what a case expects."""
import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def habeas(program, *arguments, expect=None):
    done = subprocess.run([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if expect is not None and done.returncode not in expect:
        sys.exit(f"habeas {' '.join(arguments)}: exit {done.returncode}\n{done.stderr.decode()[-4000:]}")
    return done


def check(program, path, *options):
    """Answers of a list, by person."""
    out = habeas(program, "check", path, "--ndjson", *options, expect=(1, 5)).stdout.decode()
    return {answer["person"]: answer for answer in map(json.loads, out.splitlines())}


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def problems(answer, expect):
    """What an answer lacks of what a case expects, in words."""
    outcomes = {reason["rule"]: reason["outcome"] for reason in answer["reasons"]}
    missing = {row["fact"] for row in answer["missing"]}
    verdicts = [expect["verdict"], *expect.get("also_accept", [])]
    found = []
    if answer["verdict"] not in verdicts:
        found.append(f"verdict {answer['verdict']}, expected {' or '.join(verdicts)}"
                     + ("" if outcomes or missing else " (no reason given)")
                     + f"; reasons {sorted(outcomes)} missing {sorted(missing)}" * (answer["verdict"] == "UNRESOLVED"
                                                                                  and "NO BAR FOUND" in verdicts)
                     + f"; bars {[r for r, o in outcomes.items() if o == 'bars']}" * (answer["verdict"] == "BARRED"))
    found += [f"does not cite {rule}" for rule in expect.get("must_cite", []) if rule not in outcomes]
    found += [f"cites {rule} ({outcomes[rule]})" for rule in expect.get("must_not_cite", []) if rule in outcomes]
    found += [f"{rule} does not bar ({outcomes.get(rule)})" for rule in expect.get("must_bar", [])
              if outcomes.get(rule) != "bars"]
    found += [f"does not name {fact} as missing" for fact in expect.get("missing", []) if fact not in missing]
    return found


def report(passed, failed):
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0 or passed == 0)
