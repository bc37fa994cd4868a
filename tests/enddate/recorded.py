#!/usr/bin/env python3
"""End dates in the register: one event a person, with the hash of the answer and of the law; alarms 14 and 2 days before and
every day after, for an end and for a review; the last count stands, but an order's earlier day still counts; nobody falls out.
usage: recorded.py PROGRAM ROOT"""
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta, timezone

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402
from ask import ask  # noqa: E402

program, root = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
today = datetime.now(timezone.utc).date()


def run(*arguments, stdin=None):
    return subprocess.run([program, *arguments], input=stdin, capture_output=True, text=True, timeout=60)


def lines(things):
    return "".join(json.dumps(one) + "\n" for one in things)


def day(n):
    return (today + timedelta(days=n)).isoformat()


def ends_in(person, days, **more):
    """300 days imposed, no good conduct time: the last day is `days` from today."""
    inputs = {"commenced": day(days - 299), "sentences": [{"term": {"d": 300}}], "holidays": [], **more}
    return {"id": person, "system": "us_federal", "inputs": inputs}


def alarms(at, person):
    out = run("register", "alarms", "--db", db, "--ndjson", "--at", f"{at}T12:00:00Z").stdout
    return {a["alarm"] for a in map(json.loads, out.splitlines()) if a["person"] == person}


def custody(person):
    return json.loads(run("register", "person", person, "--db", db, "--ndjson").stdout.splitlines()[-1])


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    db = "custody.db"
    assert run("register", "init", "registry.example/custody", "--db", db).returncode == 0
    for role in ["facility", "court"]:
        assert run("register", "key", "new", f"{role}/officer", "--role", role, "--out", role, "--db", db).returncode == 0
    admitted = {"event": "Admitted", "authority": "facility", "happened_at": day(-1) + "T00:00:00Z", "place": "CECOT", "order": "D-1",
                "injuries": "none", "property": "bag"}
    people = ["P-1", "P-2", "P-3"]
    done = run("register", "record", "--db", db, "--key", "facility", stdin=lines(dict(admitted, person=p) for p in people))
    assert done.returncode == 0, done.stderr

    questions = [ends_in("P-1", 30), ends_in("P-2", 60, inoperative_days="unknown")]
    done = run("register", "enddate", "-", "--db", db, "--key", "facility", stdin=lines(questions))
    check(done.returncode == 0 and done.stdout.count("recorded") == 2, f"two people recorded: {done.stdout}{done.stderr}")
    answers = {a["id"]: a for a in ask(program, questions)}
    weekend = answers["P-1"]["review_dates"]
    first = weekend[0] if weekend else day(30)
    before = (datetime.fromisoformat(first).date() - today).days
    for n, wanted, what in [(-16, set(), "16 days before"), (-14, {"A3"}, "14 days before"), (-2, {"A3"}, "2 days before"),
                            (0, {"A3"}, "on the day")]:
        got = alarms(day(before + n), "P-1") & {"A2", "A3", "A15"}
        check(got == wanted, f"P-1 {what} {first}: {got}")
    for n in [1, 2, 3, 40, 400]:
        check("A2" in alarms(day(30 + n), "P-1"), f"P-1, {n} days past the end: no alarm")
    due = answers["P-2"]["review_dates"][0]
    in_days = (datetime.fromisoformat(due).date() - today).days
    check(answers["P-2"]["end_date"] is None and "A15" in alarms(day(1), "P-2"), "P-2 is UNRESOLVED: no end date is on record")
    check("A3" in alarms(day(in_days - 14), "P-2") and "A2" in alarms(day(in_days + 1), "P-2"), f"P-2: the review {due} alarms like an end")
    check("A15" in alarms(day(1), "P-3"), "P-3, of whom nothing was counted, alarms")

    entries = [json.loads(line) for line in run("register", "person", "P-1", "--db", db, "--ndjson", "--key", "court").stdout.splitlines()]
    entry = next(e for e in entries if e.get("kind") == "EndDateCounted")
    value = {name: pair[1] for name, pair in {**entry["open"], **entry["sealed"]}.items()}
    canonical = json.dumps(value["details"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    check(hashlib.sha256(canonical).hexdigest() == value["sha256"], "the event's hash is that of the answer it holds")
    check(value["details"]["breakdown"] == answers["P-1"]["breakdown"], "the answer it holds has every step")
    check(value["lawful_until"] == answers["P-1"]["end_date"], "the event's day is the answer's")
    law = f"{root}/rulebooks/enddate-us-federal/"
    files = sorted(["rulebook.json", *(json.load(open(law + "rulebook.json"))[k] for k in ["model", "facts", "rules", "sources", "to_gate"])])
    sums = "".join(f"{hashlib.sha256(open(law + name, 'rb').read()).hexdigest()}  {name}\n" for name in files)
    check(value["rulebook"].endswith("sha256:" + hashlib.sha256(sums.encode()).hexdigest()), f"the law's hash: {value['rulebook']}")

    def until():
        return custody("P-1")["lawful_until"]

    run("register", "enddate", "-", "--db", db, "--key", "facility", stdin=lines([ends_in("P-1", 100)]))
    check(until() == day(101) + "T00:00:00Z", f"a new fact, counted anew: {until()}")
    basis = {"event": "BasisRecorded", "person": "P-1", "authority": "court", "happened_at": day(0) + "T00:00:00Z", "order": "J-1"}
    run("register", "record", "--db", db, "--key", "court", stdin=lines([dict(basis, lawful_until=day(900))]))
    check(until() == day(101) + "T00:00:00Z", f"an order's later day does not win: {until()}")
    run("register", "record", "--db", db, "--key", "court", stdin=lines([dict(basis, lawful_until=day(20))]))
    check(until() == day(21) + "T00:00:00Z", f"an order's earlier day counts: {until()}")
    run("register", "enddate", "-", "--db", db, "--key", "facility", stdin=lines([ends_in("P-1", 100)]))
    check(until() == day(21) + "T00:00:00Z", f"and stays when the law's later day is counted again: {until()}")

    listed = json.loads(run("enddate", "--db", db, "--json").stdout)
    check([d["id"] for d in listed["due"]] == ["P-3", "P-1", "P-2"] or [d["id"] for d in listed["due"]] == ["P-3", "P-2", "P-1"],
          f"worst first, and everybody: {listed['due']}")
    check([d["date"] for d in listed["due"][1:]] == sorted(d["date"] for d in listed["due"][1:]), "sorted by day")

    done = run("register", "enddate", "-", "--db", db, "--key", "facility", stdin=lines([{"list": "x"}, {"person": "P-3"}]))
    check(done.returncode == 0 and "nothing" in done.stderr and done.stdout == "", f"nothing to record is said: {done.stderr}")
    done = run("register", "enddate", "-", "--db", db, "--key", "facility", stdin=lines([ends_in("P-3", 9), {"id": "P-2", "system": "sv"}]))
    check(done.returncode == 3 and custody("P-3")["lawful_until"] is None, "one question that is refused records none")

    listed = run("enddate", "-", stdin=lines([{"list": "flight", "as_of": day(0)}, {"person": "Q-1", "custody": {k: ends_in("", 5)[k] for k in ["system", "inputs"]}},
                                              {"person": "Q-2"}]))
    check(listed.returncode == 1 and listed.stdout.index("Q-2  UNRESOLVED") and "2 custodies" in listed.stdout, f"a transfer list: {listed.stdout}")
    facts = {"sentence_end": [{"value": day(50)}, {"value": day(20)}, {"value": "unknown"}], "birth_date": {"value": "1990-01-01"}}
    claimed = json.loads(run("enddate", "-", "--ndjson", stdin=lines([{"person": "Q-3", "facts": facts}])).stdout)
    check(claimed["status"] == "UNRESOLVED" and claimed["review_dates"] == [day(20), day(50)] and claimed["system"] is None,
          f"days that are only claimed are reviews: {claimed}")
    tail = listed.stdout[listed.stdout.index("Who must"):]
    check(tail.index("Q-2") < tail.index("Q-1"), "who is not described stands first")
finish()
