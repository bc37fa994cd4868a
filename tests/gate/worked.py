#!/usr/bin/env python3
"""The worked legal cases of the kit beside the project, turned into transfer lists as their README says: evidence that
is established becomes a document verified on the day of decision by a named person; anything else is not verified.
Skipped (77) where the kit is not there; rulebooks/us-sv/cases has the same people in the project's own form.
usage: worked.py PROGRAM [WORKED.ndjson]"""
import json
import os
import sys
import tempfile

from check import ROOT, check, problems, read_lines, report

program = os.path.abspath(sys.argv[1])
source = sys.argv[2] if len(sys.argv) > 2 else os.path.join(ROOT, "../shared/cases/worked.ndjson")
if not os.path.exists(source):
    print("the worked cases are not here: not run")
    sys.exit(77)


def document(evidence, as_of):
    out = {"id": evidence["id"], "kind": evidence["kind"], "issuer": f"issuer of the {evidence['kind'].replace('_', ' ')}",
           "date": evidence["date"]}
    if evidence["established"]:
        out["verified"] = {"by": "A. Named Person", "role": "registry", "on": as_of}
    return out


passed = failed = 0
with tempfile.TemporaryDirectory() as folder:
    for case in read_lines(source):
        facts = {name: {"value": fact["value"], "evidence": [document(e, case["as_of"]) for e in fact["evidence"]]}
                 for name, fact in case["facts"].items()}
        path = os.path.join(folder, "list.ndjson")
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"list": case["id"], "as_of": case["as_of"], "author": "the kit"}) + "\n")
            file.write(json.dumps({"person": case["id"], "host": case["host"], "facts": facts}) + "\n")
        found = problems(check(program, path)[case["id"]], case["expect"])
        for problem in found:
            print(f"{case['id']}: {problem}")
        passed += not found
        failed += bool(found)
report(passed, failed)
