"""What the register records, marks and refuses; handover, second check, alarms, standing; the public chronology."""
import json, random, shutil, sqlite3, subprocess

from harness import *

SIGNED = dict(rulebook="us-sv 2026.1", rulebook_author="ana", rulebook_reviewer="ben")


def test_records():
    db, keys, _ = new_register()
    r = receipts(record(db, keys, "sender", event("DetentionBegan", "sender", at="2025-03-12T09:00:00-05:00", place="EL-VALLE", grounds="removal"),
                        event("CheckRecorded", "sender", at="2025-03-14T09:00:00-05:00", verdict="BARRED", rulebook="us-sv"),
                        event("Departed", "sender", at="2025-03-15T17:26:00-05:00", place="EL-VALLE", destination="CECOT", due_at="2025-03-15T21:00:00-06:00")))
    check([x["event"] for x in r] == [6, 7, 8], "numbers follow one another")
    check({"moved-barred", "no-second-check", "no-notice", "no-escort-record"} <= set(r[2]["irregular"]), "a barred move is recorded and marked")
    c = custody(db)
    check(c["state"] == "IN TRANSIT" and c["answerable"] == "ICE" and c["destination"] == "CECOT", "in transit, the sender answers")
    code, open_ = alarms(db, "2025-03-16T01:30:00-06:00")
    check(code == 1 and ("A4", "P-1") in open_ and ("A9", "P-1") in open_ and ("A5", "P-1") in open_, "barred, overdue and unprepared alarm")
    check(("A9", "P-1") not in alarms(db, "2025-03-16T00:30:00-06:00")[1], "transit alarms only 4 hours after it is due")
    r = receipts(record(db, keys, "facility", event("Admitted", "facility", **ADMIT)))
    c = custody(db)
    check(c["state"] == "IN CUSTODY" and c["place"] == "CECOT" and c["answerable"] == "ICE", "arrived, and the sender still answers")
    # Seen elsewhere: two places, the first stays.
    r = receipts(record(db, keys, "facility", event("Admitted", "facility", at="2025-03-16T10:00:00-06:00", **dict(ADMIT, place="MARIONA"))))
    c = custody(db)
    check("two-places" in r[0]["irregular"] and c["place"] == "CECOT" and c["other_place"] == "MARIONA", "two places are shown, none is chosen")
    check(("A7", "P-1") in alarms(db, "2025-03-16T11:00:00-06:00")[1], "two places alarm")
    # Died, then seen: recorded, marked.
    receipts(record(db, keys, "facility", event("Died", "facility", at="2025-03-17T10:00:00-06:00", circumstances="unknown")))
    r = receipts(record(db, keys, "facility", event("LocationConfirmed", "facility", at="2025-03-18T10:00:00-06:00", place="CECOT", method="roll call")))
    check("after-end" in r[0]["irregular"], "alive after a recorded death is recorded and marked")
    # By another role: kept.
    r = receipts(record(db, keys, "counsel", event("LocationConfirmed", "counsel", at="2025-03-18T11:00:00-06:00", place="CECOT", method="visit")))
    check("role" in r[0]["irregular"], "another role's event is kept and marked")
    check(run("register", "verify", *db)[0] == 0, "it verifies")
    roster = json.loads(run("register", "roster", "--ndjson", "--at", "2025-03-16T12:00:00-06:00", *db)[1])
    check(roster["state"] == "IN CUSTODY", "the roster goes back to a time before the death")
    # A correction that voids the death; both stand.
    number = r[0]["event"] - 2
    r = receipts(record(db, keys, ["facility", "monitor"], event("Correction", "facility", at="2025-03-18T12:00:00-06:00", corrects=number, reason="another person", void="yes")))
    check(r and "one-signature" not in r[0]["irregular"] and custody(db)["state"] == "IN CUSTODY", "a correction with two signatures voids, and both events stand")
    check(len(run("register", "person", "P-1", "--ndjson", *db)[1].splitlines()) == 10, "nothing is taken out")


def test_refusals():
    db, keys, _ = new_register()
    size = lambda: json.loads(run("register", "verify", "--json", *db)[1])["entries"]
    before = size()
    code, out, said = record(db, keys, "sender", event("Admitted", "facility", **ADMIT))
    check(code == 3 and not out and "in the name of" in said, "another authority's name is refused")
    check(size() == before + 1, "the refusal is recorded")
    code, signed, _ = run("register", "sign", "--origin", ORIGIN, "--key", f"{keys}/facility", stdin=json.dumps(event("Admitted", "facility", **ADMIT)))
    line = json.loads(signed)
    line["fields"]["place"] = "MARIONA"
    code, out, said = run("register", "record", *db, stdin=json.dumps(line))
    check(code == 3 and "does not verify" in said, "a changed value is refused")
    check(run("register", "record", *db, stdin=signed)[0] == 0, "the signed line as it was is taken")
    code, wrong, _ = run("register", "sign", "--origin", "another.example/log", "--key", f"{keys}/facility", stdin=json.dumps(event("Admitted", "facility", **ADMIT)))
    check(run("register", "record", *db, stdin=wrong)[0] == 3, "an event signed for another register is refused")
    check(run("register", "record", *db, stdin=json.dumps(event("Admitted", "facility", **ADMIT)))[0] == 3, "an unsigned event is refused")
    check(record(db, keys, "facility", event("Admitted", "facility", zone="America/San_Salvador", **ADMIT))[0] == 3, "a zone that is none is refused")
    check("zone" not in receipts(record(db, keys, "facility", event("Admitted", "facility", zone="America/El_Salvador", **ADMIT)))[0]["irregular"] and
          "zone" in receipts(record(db, keys, "facility", event("Admitted", "facility", zone="America/New_York", **ADMIT)))[0]["irregular"], "an offset that is not the zone's is marked")
    n = size()
    bad = [{"event": "Relesed"}, event("Admitted", "facility"), event("Admitted", "facility", **dict(ADMIT, colour="red")),
           event("Admitted", "facility", at="2025-03-15T21:40:00", **ADMIT), event("CheckRecorded", "facility", verdict="FINE", rulebook="x")]
    code, out, said = record(db, keys, "facility", event("Admitted", "facility", **ADMIT), *bad)
    check(code == 3 and all(f"line {i}" in said for i in range(2, 7)) and size() == n, "every bad line is named, and nothing is written")
    run("register", "key", "end", [l for l in run("register", "key", "list", "--ndjson", *db)[1].splitlines() if "DGCP" in l] and
        json.loads([l for l in run("register", "key", "list", "--ndjson", *db)[1].splitlines() if "DGCP" in l][0])["key"], "--reason", "left the service", *db)
    code, _, said = record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
    check(code == 3 and "has ended" in said, "an ended key is refused")
    check(run("register", "verify", *db)[0] == 0, "what it signed before still verifies")


def test_handover():
    db, keys, _ = new_register()
    record(db, keys, "sender", event("DetentionBegan", "sender", at="2025-03-15T08:00:00-05:00", place="EL-VALLE", grounds="removal"))
    offer = receipts(record(db, keys, "sender", event("HandoverOffered", "sender", at="2025-03-15T20:00:00-06:00", to="DGCP", place="SAL-AIRPORT")))[0]["event"]
    check(custody(db)["answerable"] == "ICE", "until it is taken the releasing side answers")
    check(("A8", "P-1") in alarms(db, "2025-03-15T23:00:00-06:00")[1], "an unanswered offer alarms")
    r = receipts(record(db, keys, "counsel", event("HandoverAccepted", "counsel", at="2025-03-15T20:20:00-06:00", offer=offer, place="SAL-AIRPORT")))
    check("no-offer" in r[0]["irregular"] and custody(db)["answerable"] == "ICE", "nobody else can take it")
    record(db, keys, "facility", event("HandoverAccepted", "facility", at="2025-03-15T20:30:00-06:00", offer=offer, place="SAL-AIRPORT"))
    check(custody(db)["answerable"] == "DGCP" and ("A8", "P-1") not in alarms(db, "2025-03-15T23:00:00-06:00")[1], "taken: custody moves, the alarm ends")
    back = receipts(record(db, keys, "facility", event("HandoverOffered", "facility", at="2025-03-16T09:00:00-06:00", to="ICE", place="SAL-AIRPORT")))[0]["event"]
    record(db, keys, "sender", event("HandoverRefused", "sender", at="2025-03-16T09:10:00-06:00", offer=back, reason="no aircraft"))
    check(custody(db)["answerable"] == "DGCP" and ("A8", "P-1") not in alarms(db, "2025-03-16T15:00:00-06:00")[1], "refused: it ends, custody stays")
    e = event("HandedOver", "facility", at="2025-03-17T09:00:00-06:00", **{"from": "DGCP", "to": "ICE"}, place="SAL-AIRPORT")
    one = run("register", "sign", "--origin", ORIGIN, "--key", f"{keys}/facility", stdin=json.dumps(e))[1]
    two = run("register", "sign", "--origin", ORIGIN, "--key", f"{keys}/sender", stdin=one)[1]
    r = receipts(run("register", "record", "--ndjson", *db, stdin=two))
    check("one-signature" not in r[0]["irregular"] and custody(db)["answerable"] == "ICE", "both present: one event, two signatures")
    r = receipts(record(db, keys, "facility", dict(e, happened_at="2025-03-17T10:00:00-06:00")))
    check("one-signature" in r[0]["irregular"], "one signature alone is marked")


def test_confirmed():
    """A key that the register began alone is confirmed by another officer, not by itself and not by the register."""
    db, keys, _ = new_register()
    listed = lambda: {k["key"].split("+")[0]: k for k in map(json.loads, run("register", "key", "list", "--ndjson", *db)[1].splitlines())}
    by = lambda name: listed()[name]["confirmed_by"]
    vkey = listed()[OFFICERS["facility"]]["key"]
    confirm = lambda who, authority: record(db, keys, who, {"event": "KeyConfirmed", "authority": authority, "happened_at": "2025-03-15T09:00:00Z", "key": vkey})
    check(by(OFFICERS["facility"]) is None and "confirmed by nobody" in run("register", "key", "list", *db)[1], "nobody has confirmed a new key")
    shutil.copy((db[3] if STORE == "postgresql" else db[1]) + ".key", f"{keys}/register")
    check(confirm("facility", "DGCP")[0] == 0 and confirm("register", ORIGIN)[0] == 0 and by(OFFICERS["facility"]) is None, "the key itself and the register confirm nothing")
    check(confirm("court", "COURT")[0] == 0 and by(OFFICERS["facility"]).startswith(OFFICERS["court"] + "+") and by(OFFICERS["sender"]) is None, "another officer does, for that key alone")
    check(confirm("court", "DGCP")[0] == 3, "in another authority's name nobody does")


def test_handed():
    """Head count and seals of an offer and its taking, of a departure and the arrival: what differs is recorded, marked, and alarms."""
    db, keys, _ = new_register()
    begin = lambda who: record(db, keys, "sender", event("DetentionBegan", "sender", person=who, at="2025-03-15T08:00:00-05:00", place="EL-VALLE", grounds="removal"))
    cases = [({}, {}, set()), (dict(head_count=3, seals="S-1, S-2"), dict(head_count=3, seals="S-2 S-1"), set()), (dict(head_count=3), dict(head_count=2), {"head-count"}),
             (dict(seals="S-1 S-2"), dict(seals="S-1"), {"seals"}), (dict(head_count=3, seals="S-1"), {}, {"head-count", "seals"}), ({}, dict(seals="S-9"), {"seals"})]
    taken = {}
    for i, (said, again, marks) in enumerate(cases):
        who = f"H-{i}"
        begin(who)
        offer = receipts(record(db, keys, "sender", event("HandoverOffered", "sender", person=who, at="2025-03-15T20:00:00-06:00", to="DGCP", place="A", **said)))[0]["event"]
        sent = event("Departed", "sender", person=f"T-{i}", at="2025-03-15T17:00:00-06:00", place="A", destination="B", due_at="2025-03-15T21:00:00-06:00", **said)
        begin(f"T-{i}"), record(db, keys, "sender", sent)
        events = [event("HandoverAccepted", "facility", person=who, at="2025-03-15T20:30:00-06:00", offer=offer, place="A", **again),
                  event("Arrived", "facility", person=f"T-{i}", at="2025-03-15T20:30:00-06:00", place="B", **again)]
        for e, r in zip(events, receipts(record(db, keys, "facility", *events))):
            check({m for m in r["irregular"] if m in ("head-count", "seals")} == marks, f"{e['event']} after {said} with {again}: {r['irregular']}")
            taken[e["person"]] = marks
    open_ = alarms(db, "2025-03-15T21:00:00-06:00")[1]
    check({who for kind, who in open_ if kind == "A16"} == {who for who, marks in taken.items() if marks}, "every difference alarms, and nothing else")
    check(all(custody(db, f"H-{i}")["answerable"] == "DGCP" and custody(db, f"T-{i}")["place"] == "B" for i in range(len(cases))), "a difference stops nothing")
    check(run("register", "verify", *db)[0] == 0, "it verifies, standings too")


def test_second_check():
    db, keys, _ = new_register()
    steps = [("sender", event("DetentionBegan", "sender", at="2025-03-10T08:00:00-05:00", place="A", grounds="x")),
             ("sender", event("CheckRecorded", "sender", at="2025-03-11T08:00:00-05:00", verdict="NO BAR FOUND", **SIGNED)),
             ("second_checker", event("SecondCheckRecorded", "second_checker", at="2025-03-11T09:00:00-05:00", agrees="yes")),
             ("sender", event("NoticeGiven", "sender", at="2025-03-11T10:00:00-05:00", to="counsel", language="es")),
             ("facility", event("EscortRecordCompleted", "facility", at="2025-03-12T08:00:00-05:00"))]
    for who, e in steps:
        record(db, keys, who, e)
    for i, lacking in enumerate(({}, dict(rulebook_author="ana"), dict(rulebook_author="ana", rulebook_reviewer="ana"))):
        who = f"L-{i}"
        for role, e in steps:
            fields = {k: v for k, v in e.items() if not k.startswith("rulebook_")}
            record(db, keys, role, dict(fields, person=who, **(lacking if e["event"] == "CheckRecorded" else {})))
        r = receipts(record(db, keys, "sender", event("Departed", "sender", person=who, at="2025-03-12T09:00:00-05:00", place="A", destination="B", due_at="2025-03-12T19:00:00-05:00")))
        check("no-verdict" in r[0]["irregular"], f"no verdict is taken from a rulebook without author and reviewer: {lacking}")
    depart = event("Departed", "sender", at="2025-03-12T09:00:00-05:00", place="A", destination="B", due_at="2025-03-12T19:00:00-05:00")
    r = receipts(record(db, keys, "sender", depart))
    check(set(r[0]["irregular"]) <= {"late"}, "a move with everything it needs bears no mark")
    r = receipts(record(db, keys, "sender", dict(depart, happened_at="2025-03-13T09:00:00-05:00")))
    check("no-verdict" in r[0]["irregular"], "one check serves one move")
    record(db, keys, "sender", event("CheckRecorded", "sender", at="2025-03-14T08:00:00-05:00", verdict="NO BAR FOUND", **SIGNED))
    r = receipts(record(db, keys, "sender", event("SecondCheckRecorded", "sender", at="2025-03-14T09:00:00-05:00", agrees="yes")))
    check("one-signature" in r[0]["irregular"], "the second check needs another key")
    record(db, keys, "court", event("CourtStay", "court", at="2025-03-14T10:00:00-05:00", order="1:25-cv-1"))
    r = receipts(record(db, keys, "sender", dict(depart, happened_at="2025-03-15T09:00:00-05:00")))
    check("stayed" in r[0]["irregular"] and ("A6", "P-1") in alarms(db, "2025-03-15T10:00:00-05:00")[1], "a move against a stay alarms")


def test_alarms():
    db, keys, _ = new_register()
    record(db, keys, "facility", event("Admitted", "facility", at="2025-03-01T00:00:00Z", **ADMIT))
    at = lambda day, hour=12: alarms(db, f"2025-{day}T{hour:02}:00:00Z")[1]
    check(("A15", "P-1") in at("03-01"), "no lawful end date alarms")
    record(db, keys, "court", event("BasisRecorded", "court", at="2025-03-01T01:00:00Z", order="J-1", lawful_until="2025-06-30"))
    check(("A15", "P-1") not in at("03-01") and ("A1", "P-1") not in at("03-01", 23) and ("A1", "P-1") in at("03-02", 1), "not seen for 24 h")
    check(("A3", "P-1") not in at("06-15") and ("A3", "P-1") in at("06-18") and ("A3", "P-1") in at("06-29"), "end due: 14 days before")
    check(("A2", "P-1") not in at("06-30", 23) and ("A2", "P-1") in at("07-01", 0), "past the end from the next day")
    check(("A11", "P-1") in at("03-05") and ("A11", "P-1") not in at("03-03"), "no counsel for 72 h")
    record(db, keys, "facility", event("Isolated", "facility", at="2025-03-02T00:00:00Z", reason="x"))
    check(("A12", "P-1") in at("03-18") and ("A12", "P-1") not in at("03-16"), "isolated past 15 days")
    record(db, keys, "court", event("OrderReceived", "court", at="2025-03-02T00:00:00Z", order="O-1"))
    check(("A10", "P-1") in at("03-06"), "an unanswered order")
    record(db, keys, "facility", event("OrderAnswered", "facility", at="2025-03-06T13:00:00Z", order="O-1"))
    check(("A10", "P-1") not in at("03-06", 14), "an answered one")
    order = ["A4", "A6", "A7", "A9", "A1", "A2", "A5", "A8", "A10", "A12", "A3", "A11", "A15", "A16"]
    record(db, keys, "facility", *[event("Admitted", "facility", person=f"W-{i}", at=f"2025-02-0{i}T00:00:00Z", **ADMIT) for i in (3, 1, 2)])
    given = [(order.index(a["alarm"]), a["since"]) for a in map(json.loads, run("register", "alarms", "--ndjson", "--at", "2025-03-20T00:00:00Z", *db)[1].splitlines()) if a["alarm"] in order]
    check(given == sorted(given) and len({a for a, _ in given}) > 2 and len(given) > 8, "worst first, then oldest")
    record(db, keys, "facility", *[event("Released", "facility", person=f"W-{i}", at="2025-02-10T00:00:00Z", place="CECOT", order="R") for i in (1, 2, 3)])
    place = {"event": "PlaceOpened", "authority": "DGCP", "happened_at": "2025-01-01T00:00:00Z", "place": "CECOT", "country": "SLV", "capacity": 1}
    record(db, keys, "facility", place, event("Admitted", "facility", person="P-2", at="2025-03-01T00:00:00Z", **ADMIT))
    check(("A13", None) in at("03-02"), "over capacity")
    record(db, keys, "monitor", event("AlarmTaken", "monitor", at="2025-03-02T02:00:00Z", alarm="A1"))
    out = run("register", "alarms", "--ndjson", "--at", "2025-03-02T03:00:00Z", *db)[1]
    taken = [a for a in map(json.loads, out.splitlines()) if a["alarm"] == "A1" and a["person"] == "P-1"]
    check(taken and taken[0]["taken_by"].startswith("PDDH/monitor-1"), "a taken alarm stays open, with a name")
    with open("hours.json", "w") as f:
        f.write('{"alarms":{"not_seen":48}}')
    code, out, _ = run("register", "alarms", "--ndjson", "--at", "2025-03-02T03:00:00Z", "--agreement", "hours.json", *db)
    check(not [1 for l in out.splitlines() if '"A1"' in l], "the agreement sets the hours")
    record(db, keys, "facility", event("Released", "facility", at="2025-03-20T00:00:00Z", place="CECOT", order="R-1"))
    check(not [a for a in at("07-30") if a[1] == "P-1" and a[0] not in ("A16",)], "release ends the alarms of custody")


def test_standing():
    """The standing kept beside the events is what they amount to, in whatever order they come; verify finds one that is not, rebuild mends it."""
    db, keys, _ = new_register()
    random.seed(11)
    kinds = [lambda t: event("Admitted", "facility", **dict(ADMIT, place=random.choice(["A", "B", "C"]))), lambda t: event("LocationConfirmed", "facility", place=random.choice("AB"), method="roll"),
             lambda t: event("Departed", "facility", place="A", destination="B", due_at=t), lambda t: event("Arrived", "facility", place="B"), lambda t: event("Isolated", "facility", reason="x"),
             lambda t: event("Released", "facility", place="A", order="R"), lambda t: event("HospitalTransfer", "facility", place="H"), lambda t: event("OrderReceived", "court", order="O 1"),
             lambda t: event("HandoverOffered", "facility", to="ICE", place="A"), lambda t: event("BasisRecorded", "court", order="J", lawful_until="2026-01-01"), lambda t: event("CourtStay", "court", order="S")]
    people, numbers = [f"P-{i}" for i in range(12)], {}
    for _ in range(20):
        times = [f"2025-0{random.randrange(1, 8)}-{random.randrange(1, 28):02}T0{random.randrange(10)}:00:00Z" for _ in range(8)]
        batch = [dict(random.choice(kinds)(t), person=random.choice(people), happened_at=t) for t in times]
        for who in ("facility", "court"):
            mine = [e for e in batch if e["authority"] == OFFICERS[who].split("/")[0]]
            for e, r in zip(mine, receipts(record(db, keys, who, *mine))):
                numbers[r["event"]] = e["person"]
        voided = random.choice(list(numbers))
        record(db, keys, ["facility", "monitor"], event("Correction", "facility", person=numbers[voided], at="2025-08-01T00:00:00Z", corrects=voided, reason="error", void="yes"))
    found = json.loads(run("register", "verify", "--json", *db)[1])
    check(found["unaltered"], f"each standing is its fold, after {found['entries']} events in disorder: {found['why']}")
    roster = {l["person"]: l for l in map(json.loads, run("register", "roster", "--ndjson", *db)[1].splitlines())}
    same = [p for p in roster if {k: v for k, v in custody(db, p).items() if k in roster[p]} == roster[p]]
    check(len(roster) == len(same) >= 10, "the roster says of everybody what her events say")
    for at in ("2025-03-01T00:00:00Z", "2025-05-15T05:00:00Z", "2025-09-01T00:00:00Z"):
        everybody = [json.loads(l) for l in run("register", "roster", "--ndjson", "--at", at, *db)[1].splitlines()]
        for place in "ABH":
            here = {l["person"] for l in map(json.loads, run("register", "roster", "--place", place, "--ndjson", "--at", at, *db)[1].splitlines())}
            check(here == {l["person"] for l in everybody if (l["place"] == place and l["state"] not in ("RELEASED", "DIED", "ESCAPED", "NO CUSTODY RECORDED")) or l["other_place"] == place},
                  f"who was said to be at {place} on {at[:10]}")
    record(db, keys, "facility", event("Admitted", "facility", person="Q", at="2025-03-01T00:00:00Z", **ADMIT), event("Isolated", "facility", person="Q", at="2025-03-01T00:00:00Z", reason="x"),
           event("HandoverOffered", "facility", person="Q", at="2025-03-01T00:00:00Z", to="ICE", place="CECOT"), event("Departed", "facility", person="T", at="2025-03-01T00:00:00Z", place="A", destination="B", due_at="2025-03-01T01:00:00Z"))
    record(db, keys, "court", event("OrderReceived", "court", person="Q", at="2025-03-01T00:00:00Z", order="O"), event("BasisRecorded", "court", person="Q", at="2025-03-01T00:00:00Z", order="O", lawful_until="2025-04-01"))
    open_ = alarms(db, "2099-01-01T00:00:00Z")[1]
    check({a for a, p in open_ if p == "Q"} == {"A1", "A2", "A8", "A10", "A11", "A12"} and {"A5", "A9", "A15", "A16"} <= {a for a, p in open_ if p == "T"}, f"long after the last event, each alarm is found by its own clock: {sorted(open_)}")
    if STORE == "sqlite":
        for change in ("UPDATE standing SET place = 'Z' WHERE person = (SELECT MIN(person) FROM standing)", "UPDATE standing SET custody = replace(custody, 'authority', 'destination')",
                       "UPDATE alarm SET starts = starts + 1 WHERE kind = 1", "DELETE FROM alarm WHERE kind = 8", "INSERT INTO alarm SELECT kind, starts, 'x', place, owner, what, more FROM alarm LIMIT 1",
                       "UPDATE alarm SET owner = place WHERE kind = 15", "UPDATE tally SET n = n + 1 WHERE kind = 8", "DELETE FROM tally WHERE kind = 1", "DELETE FROM standing WHERE person = (SELECT MAX(person) FROM standing)", "DELETE FROM stay", "UPDATE stay SET until = since",
                       "INSERT INTO standing SELECT 'x', last_happened, held, place, custody FROM standing LIMIT 1"):
            with sqlite3.connect(db[1]) as c:
                c.execute(change)
            c.close()
            code, out, _ = run("register", "verify", *db)
            check(code == 1 and "standing" in out, f"not found: {change}")
            check(run("register", "rebuild", *db)[0] == 0 and run("register", "verify", *db)[0] == 0, f"rebuild mends: {change}")


def test_chronology():
    """The public chronology of March to July 2025, replayed: who was where on four days, and what shouts."""
    db = new_store()
    run("register", "init", "registry.example/us-sv-2025", *db)
    for name, role in (("ICE", "sender"), ("DDC", "court"), ("SCOTUS", "court"), ("DGCP", "facility")):
        run("register", "key", "new", f"{name}/demo", "--role", role, "--out", f"{name}.key", *db)
        lines = subprocess.run([f"{ROOT}/tools/chronology.py", f"{ROOT}/agreements/us-sv-2025/chronology.csv", name], stdout=subprocess.PIPE, text=True).stdout
        check(run("register", "record", "--key", f"{name}.key", *db, stdin=lines)[0] == 0, f"events of {name}")

    def counted(at):
        count = {}
        for line in map(json.loads, run("register", "roster", "--ndjson", "--at", at, *db)[1].splitlines()):
            key = line["state"], line["place"], line["answerable"]
            count[key] = count.get(key, 0) + 1
        return count
    check(counted("2025-03-15T23:00:00Z") == {("IN TRANSIT", "USA", "ICE"): 239}, "15 March: 239 in transit")
    check(counted("2025-03-20T12:00:00Z") == {("IN CUSTODY", "CECOT", "ICE"): 239}, "20 March: at CECOT, and no handover: the sender answers")
    check(counted("2025-06-10T12:00:00Z") == {("IN CUSTODY", "CECOT", "ICE"): 238, ("IN CUSTODY", "USA", "ICE"): 1}, "10 June: one is back")
    check(sum(n for (state, _, _), n in counted("2025-07-20T12:00:00Z").items() if state == "RELEASED") == 252, "20 July: 252 released")
    open_ = [a for a, _ in alarms(db, "2025-03-20T12:00:00Z")[1]]
    check(open_.count("A6") == 137 and open_.count("A1") == 239 and open_.count("A5") == 239, "stays, nobody seen, no verdict")


# What each field holds in the test of every kind; any other field is text.
FIELDS = dict(agrees="yes", alarm="A1", answers=1, birth_date="1990-02-03", capacity=10, country="VEN", due_at="2025-03-17T00:00:00Z", offer=1, corrects=1, sha256="ab" * 32,
              until="2099-01-01T00:00:00Z", verdict="BARRED", to="DGCP", place="CECOT", destination="CECOT", access="yes", language="es", fit_to_travel="unknown", role="facility")
FIELDS["from"] = "ICE"
# ICPPED art. 17(3) and Nelson Mandela Rules 7, 8, 68-71: what the register must be able to say, and in which event.
ASKED_FOR = {"17(3)(a)": ("IdentityRecorded", "name birth_date country"), "17(3)(b)": ("DetentionBegan", "place authority grounds happened_at"), "17(3)(c)": ("BasisRecorded", "order ordered_by lawful_until"),
             "17(3)(d)": ("HandedOver", "from to"), "17(3)(e)": ("Admitted", "place authority happened_at"), "17(3)(f)": ("HealthChecked", "fit_to_travel details"),
             "17(3)(g)": ("Died", "circumstances cause remains"), "17(3)(h)": ("Departed", "place destination authority happened_at"), "NMR 7(d)-(g)": ("Admitted", "injuries complaints property family next_of_kin"),
             "NMR 8(a)": ("HearingHeld", "order"), "NMR 8(b)": ("Classified", "reason"), "NMR 8(c), (e)": ("Disciplined", "reason"), "NMR 8(d)": ("ComplaintReceived", "reason"), "NMR 8(f)": ("Incident", "reason injuries"),
             "NMR 68-70": ("NoticeGiven", "to language reason"), "NMR 71": ("ReportedForInquiry", "to reason")}


def test_every_kind():
    """Every row of the table of events: recorded by each role that may, with what it must say; refused without; marked when another role records it."""
    db, keys, _ = new_register()
    kinds = [json.loads(line) for line in run("register", "events", "--ndjson")[1].splitlines()]
    roles = {role for kind in kinds for role in kind["recorded_by"].split() if role not in ("register", "any")}
    for role in roles - set(OFFICERS):
        run("register", "key", "new", f"{role.upper()}/one", "--role", role, "--out", f"{keys}/{role}", *db)
    authority = {role: OFFICERS.get(role, f"{role.upper()}/one").split("/")[0] for role in roles}
    known = set(json.loads(run("register", "events", "--schema")[1])["properties"])
    line = lambda kind, role, i, **more: {"event": kind["event"], "person": f"E-{i}", "authority": authority[role], "happened_at": "2025-03-16T12:00:00Z", **{f: FIELDS.get(f, "text") for f in kind["needs"].split()}, **more}
    by_role, by_another = {}, {}
    for i, kind in enumerate(kinds):
        can = [role for role in kind["recorded_by"].split() if role in roles] or (["facility"] if "register" not in kind["recorded_by"] else [])
        if not can or kind["event"] in ("Correction", "Erased"):   # each has a test of its own
            continue
        more = {f: FIELDS.get(f, "text") for _, (event_, fields) in ASKED_FOR.items() if event_ == kind["event"] for f in fields.split() if f not in ("authority", "happened_at", "lawful_until")}
        for role in can:
            by_role.setdefault(role, []).append(line(kind, role, f"{i}-{role}", **more))
        others = sorted(roles - set(kind["recorded_by"].split()))
        if kind["recorded_by"] not in ("", "any"):
            by_another.setdefault(others[0], []).append(line(kind, others[0], i))
    for lines, is_own in ((by_role, True), (by_another, False)):
        for role, events in lines.items():
            done = record(db, keys, role, *events)
            check(done[0] in (0, 1) and len(receipts(done)) == len(events), f"recorded by {role}: {done[2]}")
            for e, r in zip(events, receipts(done)):
                check(("role" in r["irregular"]) != is_own, f"{e['event']} by {role}: {r['irregular']}")
    for role, events in by_role.items():
        lacking = [{k: v for k, v in e.items() if k != kind["needs"].split()[0]} for e in events for kind in kinds if kind["event"] == e["event"] and kind["needs"]]
        code, out, said = record(db, keys, role, *lacking) if lacking else (3, "", "")
        check(code == 3 and not out and all(f"line {n}," in said for n in range(1, len(lacking) + 1)), f"{role}: what lacks a field is refused: {said[:300]}")
    for what, (kind, fields) in ASKED_FOR.items():
        check(kind in {k["event"] for k in kinds} and set(fields.split()) <= known, f"{what}: {kind} says {fields}")
    check(run("register", "verify", *db)[0] == 0, "it verifies")
