#!/usr/bin/env python3
"""Every scenario and what habeas cost answers of it, against schemas/; and that the schemas refuse. usage: schema.py PROGRAM"""
import glob
import json
import os
import subprocess
import sys

from jsonschema import Draft202012Validator

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
scenario, cost = (Draft202012Validator(json.load(open(f"schemas/{name}.schema.json", encoding="utf-8"))) for name in ("scenario", "cost"))
passed = failed = 0


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print(what)


def errors(validator, document):
    return [f"/{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in list(validator.iter_errors(document))[:3]]


for path in sorted(glob.glob("scenarios/*.json")):
    document = json.load(open(path, encoding="utf-8"))
    check(not errors(scenario, document), f"{path}: {errors(scenario, document)}")
    check(errors(scenario, dict(document, months=0)), f"{path}: months 0 is accepted")
    done = subprocess.run([PROGRAM, "cost", path, "--json", "--draws", "500"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)
    check(done.returncode in (0, 1), f"{path}: exit {done.returncode} {done.stderr.decode()[:300]}")
    if done.returncode in (0, 1):
        answer = json.loads(done.stdout)
        check(not errors(cost, answer), f"cost {path}: {errors(cost, answer)}")
        check(done.returncode == any(c["finding"] == "REFUTED" for c in answer["claims"]), f"cost {path}: exit {done.returncode}")
        check(errors(cost, dict(answer, approved=True)), f"cost {path}: an unknown member is accepted")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
