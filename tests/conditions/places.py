#!/usr/bin/env python3
"""The facilities as their sources have them: CECOT fails nearly all that is known of it, the intake cell alone differs;
Norgerhaven's comfort cures no legal gap; Tilburg has good staff and bad dormitories. And what an assessment tells the
gate makes no verdict better. usage: places.py PROGRAM"""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(ROOT)


def habeas(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300)


def assess(path, *more):
    done = habeas("facility", "assess", path, "--json", *more)
    check(done.returncode == 1, f"{path}: exit {done.returncode}: {done.stderr.decode()[:300]}")
    return json.loads(done.stdout)


def findings(assessment):
    return {one["standard"]: one for one in assessment["findings"]}


cecot = assess("facilities/cecot.json")
found = findings(cecot)
check(cecot["result"] == "BARRED", cecot["result"])
check({line["standard"]: line["finding"] for line in cecot["offer"]} == dict.fromkeys(
    ["light-nat", "mattress", "sp-cpt-multi", "visits", "surv", "light-night"], "NOT_MET"), cecot["offer"])
for line in cecot["offer"]:
    one = found[line["standard"]]
    check(one["sources"] and one["threshold"]["fails_when"] and any(a["counted"] for a in one["evidence"]), line)
known = [one for one in cecot["findings"] if any(a["weight"] != "not_counted" for a in one["evidence"])]
check(sum(one["finding"] == "NOT_MET" for one in known) >= 0.8 * len(known), "CECOT: not nearly all that is known fails")
check(cecot["counts"]["MET"] == 0, "CECOT: something is met")
space = found["sp-cpt-multi"]
passing = [a for a in space["evidence"] if a["alone"] == "passes"]
check(space["mixed"] and passing and all(a["scope"] == "unit" and not a["counted"] for a in passing), "CECOT: space is mixed for the intake cell only")
check(all(a["formula"] and len(a["from"]) == 2 for a in space["evidence"]), "derived values show their inputs")
check(found["combined"]["finding"] == "NOT_MET" and found["sp-mursic-34"]["finding"] == "NOT_MET", "defects add up")
check({a["definition"] for a in found["occ-design"]["evidence"] if a["field"] == "occupancy_pct"} == {"design", "claimed"}, "capacity by definition")
check(cecot["assurance_weight"] == "none", "CECOT: the assurances weigh something")
factors = {one["factor"]: one for one in cecot["assurances"]}
for factor in ("oth-1", "oth-2", "oth-3", "oth-4", "oth-7", "oth-8", "oth-9", "oth-10"):
    check(factors[factor]["finding"] == "bad" and factors[factor]["because"], factor)

norgerhaven = findings(assess("facilities/norgerhaven.json"))
for standard, finding in [("sp-cpt-multi", "UNKNOWN"), ("sp-mursic-3", "UNKNOWN"), ("gap-investigate", "NOT_MET"), ("restraint", "NOT_MET"), ("bed", "UNKNOWN")]:
    check(norgerhaven[standard]["finding"] == finding, f"Norgerhaven: {standard} {norgerhaven[standard]['finding']}")
tilburg = findings(assess("facilities/tilburg.json"))
check(tilburg["occ-dorm"]["finding"] == "NOT_MET", "Tilburg: dormitories")
torture = tilburg["torture"]["evidence"]
check(tilburg["torture"]["finding"] == "UNKNOWN" and [a["value"] for a in torture] == ["no"] and "free inspection" in torture[0]["why_not_counted"],
      "Tilburg: good staff is shown, and counts only when the visit is known to have been unannounced")
for path in glob.glob("facilities/*.json"):
    for one in assess(path)["findings"]:
        for account in one["evidence"]:
            check(account["evidence"] and account["weight"], f"{path}: {one['standard']}")

both = assess("facilities/cecot.json", "--against", "facilities/fci-sheridan.json")
check(sum(both["compared"].values()) == len(cecot["findings"]), both["compared"])
pairs = [(line["one"], line["other"]) for line in both["standards"]]
check(both["compared"] == {"same": sum(a == b != "UNKNOWN" for a, b in pairs), "differ": sum(a != b and "UNKNOWN" not in (a, b) for a, b in pairs),
                           "one_known": sum((a == "UNKNOWN") != (b == "UNKNOWN") for a, b in pairs),
                           "neither_known": sum(a == b == "UNKNOWN" for a, b in pairs)}, both["compared"])

# A free inspection in date shows that a standard is met; the same refused, aged, escorted or of one wing does not.
place = {"facility": "made", "country": "SLV", "sender": "USA", "as_of": "2026-06-01", "host_treaties": [], "evidence": [
    {"id": "e", "kind": "inspection_independent", "src": "an inspector", "date": "2026-05-01", "access": "free", "independent": "yes",
     "unannounced": "yes", "private_talks": "yes", "scope": "facility", "published": "2026-05-20"}],
    "claims": [{"f": "floor_m2_pp", "v": "5", "unit": "m2/person", "e": "e"}, {"f": "outdoor_h_day", "v": "2", "unit": "h/day", "e": "e"}]}


def of(change):
    made = copy.deepcopy(place)
    change(made)
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(made, file)
        file.flush()
        done = habeas("facility", "assess", file.name, "--json")
        return {k: v["finding"] for k, v in findings(json.loads(done.stdout)).items()}


def second(**claim):
    def change(made):
        made["evidence"].append({"id": "x", "kind": "court_declaration", "src": "a sworn account", "date": claim.pop("date"), "access": "detainee",
                                 "independent": "yes", "scope": "unit"})
        made["claims"].append(dict(claim, e="x"))
    return change


for name, change, standard, finding in [
        ("as it is", lambda m: None, "sp-cpt-multi", "MET"),
        ("as it is", lambda m: None, "air-out", "MET"),
        ("escorted", lambda m: m["evidence"][0].update(access="escorted"), "sp-cpt-multi", "UNKNOWN"),
        ("announced", lambda m: m["evidence"][0].update(unannounced="no"), "sp-cpt-multi", "UNKNOWN"),
        ("not independent", lambda m: m["evidence"][0].update(independent="no"), "sp-cpt-multi", "UNKNOWN"),
        ("no private talks", lambda m: m["evidence"][0].update(private_talks="unknown"), "sp-cpt-multi", "UNKNOWN"),
        ("not published", lambda m: m["evidence"][0].update(published="no"), "sp-cpt-multi", "UNKNOWN"),
        ("published later", lambda m: m["evidence"][0].update(published="2026-06-02"), "sp-cpt-multi", "UNKNOWN"),
        ("of one wing", lambda m: m["claims"][0].update(scope="wing"), "sp-cpt-multi", "UNKNOWN"),
        ("gross area", lambda m: m["claims"][0].update(gross=True), "sp-cpt-multi", "UNKNOWN"),
        ("7 months old: the building stays", lambda m: m["evidence"][0].update(date="2025-11-01"), "sp-cpt-multi", "MET"),
        ("7 months old: the regime may have changed", lambda m: m["evidence"][0].update(date="2025-11-01"), "air-out", "UNKNOWN"),
        ("13 months old", lambda m: m["evidence"][0].update(date="2025-05-01"), "sp-cpt-multi", "UNKNOWN"),
        ("refused", second(date="2026-05-15", f="inspect_indep", v="no"), "sp-cpt-multi", "UNKNOWN"),
        ("reprisal", second(date="2026-05-15", f="reprisal_reports", v="1", unit="reports"), "sp-cpt-multi", "UNKNOWN"),
        ("refused two years before", second(date="2024-05-15", f="inspect_indep", v="no"), "sp-cpt-multi", "MET"),
        ("a later account", second(date="2026-05-15", f="floor_m2_pp", v="2", unit="m2/person"), "sp-cpt-multi", "DISPUTED"),
        ("an earlier account", second(date="2026-04-15", f="floor_m2_pp", v="2", unit="m2/person"), "sp-cpt-multi", "MET"),
        ("feet", lambda m: m["claims"][0].update(v="43", unit="sq ft/person"), "sp-cpt-multi", "NOT_MET"),
        ("feet", lambda m: m["claims"][0].update(v="43.1", unit="sq ft/person"), "sp-cpt-multi", "MET")]:
    got = of(change)[standard]
    check(got == finding, f"{name}: {standard} {got}, expected {finding}")

# The gate: what a return says makes no verdict better.
ORDER = {"BARRED": 0, "UNRESOLVED": 1, "NO BAR FOUND": 2}


def verdicts(*more):
    done = habeas("check", "agreements/treaty-306/list.ndjson", "--ndjson", *more)
    people = [json.loads(line) for line in done.stdout.decode().splitlines()]
    check(people, f"check {more}: {done.stderr.decode()[:300]}")
    return {p["person"]: p["verdict"] for p in people}


def facility_of(assessment):
    file = tempfile.NamedTemporaryFile("w", suffix=".json", delete=False)
    json.dump(assessment, file)
    file.close()
    return file.name


empty = facility_of({"facility": "made", "country": "SLV"})
with tempfile.NamedTemporaryFile("w", suffix=".json") as made:
    nice = copy.deepcopy(place)
    nice["claims"] += [{"f": f, "v": v, "e": "e", **({"unit": u} if u else {})} for f, v, u in [
        ("inspect_indep", "yes", ""), ("register_kept", "yes", ""), ("visits_per_month", "4", "per month"), ("solitary_days_max", "3", "days"), ("torture_credible", "no", "")]]
    json.dump(nice, made)
    made.flush()
    told = assess(made.name)
check(set(told["facts"]) == {"independent_inspection", "register_entry", "visits_calls", "isolation_days_max"}, told["facts"])
nice_path, bad_path = facility_of(told), facility_of(cecot)
without, with_nice, with_bad = verdicts("--facility", empty), verdicts("--facility", nice_path), verdicts("--facility", bad_path)
for person, verdict in without.items():
    check(ORDER[with_nice[person]] <= ORDER[verdict], f"{person}: unverified praise makes {verdict} {with_nice[person]}")
    check(ORDER[with_bad[person]] <= ORDER[verdict], f"{person}: {verdict} -> {with_bad[person]}")
rows = [json.loads(line) for line in habeas("check", "agreements/treaty-306/list.ndjson", "--ndjson", "--facility", bad_path).stdout.decode().splitlines()]
check(any(f["name"] == "independent_inspection" and f["value"] == "no" for row in rows for reason in row["reasons"] for f in reason["facts"]),
      "the refused inspection reaches the gate")
for path in (empty, nice_path, bad_path):
    os.unlink(path)
with tempfile.NamedTemporaryFile("w", suffix=".json") as made:   # an id ends where it ends, not at a NUL
    json.dump(dict(place, evidence=[{"id": "e\0", "kind": "ngo_report", "src": "somebody", "date": "2025-01-10"}], claims=[]), made)
    made.flush()
    refused = habeas("facility", "check", made.name)
    check(refused.returncode == 3 and b"is no id" in refused.stderr, f"an id with a NUL: exit {refused.returncode}")
finish()
