#!/usr/bin/env python3
"""The register from outside, on both stores: what it records, refuses, shows, proves; what happens when bytes are changed, an
old copy is put back, the process is killed. With "postgresql" a private cluster is started under an ordinary user.
usage: suite.py HABEAS HABEAS_VERIFY sqlite|postgresql"""
import base64, glob, json, os, random, re, shutil, signal, sqlite3, subprocess, sys, tempfile, time

HABEAS, VERIFY, STORE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
LATER = os.path.join(os.path.dirname(HABEAS), "tests/register/erase-later")
SUITE = os.path.abspath(__file__)
KILLS = int(os.environ.get("REGISTER_KILLS", "10"))
FLIPS = int(os.environ.get("REGISTER_FLIPS", "60"))
passed = failed = 0
top = tempfile.mkdtemp(prefix="habeas-register-")
os.chdir(top)
cluster = None


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED:", what)


def run(*arguments, stdin=None, program=HABEAS):
    done = subprocess.run([program, *arguments], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=300)
    return done.returncode, done.stdout, done.stderr


def erase_later(days, db, person, order, key):
    return run(str(days), db[1], db[3] if len(db) > 3 else "", person, order, key, program=LATER)[0]


# ---- the store ----------------------------------------------------------------------------------

def start_postgres():
    """A cluster of its own, on a socket in the test's folder, run by an ordinary user."""
    global cluster
    bins = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
    if not bins:
        print("no PostgreSQL here")
        sys.exit(77)
    as_user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    data = os.path.join(top, "pg")
    os.mkdir(data)
    os.chmod(top, 0o755)
    if as_user:
        shutil.chown(data, "nobody", "nogroup")
    environment = dict(os.environ, HOME=data, LC_ALL="C.UTF-8")
    subprocess.run([*as_user, f"{bins[-1]}/initdb", "-D", f"{data}/d", "-A", "trust", "-U", "habeas", "-E", "UTF8", "--no-sync"],
                   check=True, stdout=subprocess.DEVNULL, env=environment, cwd=data)
    cluster = subprocess.Popen([*as_user, f"{bins[-1]}/postgres", "-D", f"{data}/d", "-k", data, "-c", "listen_addresses=", "-c", "max_connections=20"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=data)
    for _ in range(100):
        if subprocess.run([f"{bins[-1]}/pg_isready", "-h", data, "-U", "habeas"], stdout=subprocess.DEVNULL).returncode == 0:
            return data, bins[-1]
        time.sleep(0.1)
    raise SystemExit("PostgreSQL did not start")


n_stores = 0


def new_store():
    """Options that name a new, empty store."""
    global n_stores
    n_stores += 1
    if STORE == "sqlite":
        return ["--db", f"r{n_stores}.db"]
    name = f"r{n_stores}"
    subprocess.run([f"{BIN}/createdb", "-h", SOCKET, "-U", "habeas", name], check=True)
    return ["--db", f"postgresql://habeas@/{name}?host={SOCKET}", "--local", f"./{name}"]


if STORE == "postgresql":
    SOCKET, BIN = start_postgres()


# ---- a register with officers -------------------------------------------------------------------

ORIGIN = "registry.example/custody"
OFFICERS = {"facility": "DGCP/officer-1", "sender": "ICE/officer-7", "second_checker": "ICE/checker-2", "court": "COURT/judge-1",
            "monitor": "PDDH/monitor-1", "counsel": "BAR/counsel-3"}


def new_register():
    db = new_store()
    folder = f"keys{n_stores}"
    os.mkdir(folder)
    code, vkey, said = run("register", "init", ORIGIN, *db)
    assert code == 0, said
    for role, name in OFFICERS.items():
        code, _, said = run("register", "key", "new", name, "--role", role, "--out", f"{folder}/{role}", *db)
        assert code == 0, said
    return db, folder, vkey.strip()


def event(kind, who, person="P-1", at="2025-03-15T21:40:00-06:00", **fields):
    return {"event": kind, "person": person, "authority": OFFICERS[who].split("/")[0], "happened_at": at, **fields}


def record(db, folder, who, *events):
    keys = [k for role in ([who] if isinstance(who, str) else who) for k in ("--key", f"{folder}/{role}")]
    return run("register", "record", *keys, *db, "--ndjson", stdin="\n".join(json.dumps(e) for e in events) + "\n")


def receipts(result):
    return [json.loads(line) for line in result[1].splitlines()]


def custody(db, person="P-1"):
    return json.loads(run("register", "person", person, "--ndjson", *db)[1].splitlines()[-1])


def alarms(db, at):
    code, out, _ = run("register", "alarms", "--ndjson", "--at", at, *db)
    return code, {(a["alarm"], a["person"]) for a in map(json.loads, out.splitlines())}


ADMIT = dict(place="CECOT", order="DOC-1", injuries="none seen", property="bag, seal 77")


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


SIGNED = dict(rulebook="us-sv 2026.1", rulebook_author="ana", rulebook_reviewer="ben")


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


def test_privacy():
    db, keys, _ = new_register()
    name = "Ana Ejemplo Martínez"
    record(db, keys, "facility", event("IdentityRecorded", "facility", name=name, birth_date="1990-02-03", country="VEN"), event("Admitted", "facility", **ADMIT))
    run("register", "export", "public", *db)
    published = b"".join(open(p, "rb").read() for p in glob.glob("public/**/*", recursive=True) if os.path.isfile(p))
    check(name.encode() not in published and b"CECOT" not in published and b"P-1" not in published and b"DGCP" not in published,
          "what is published has no person, place or officer")
    if STORE == "sqlite":
        stored = b"".join(open(p, "rb").read() for p in glob.glob(db[1] + "*") if not p.endswith((".vault", ".vault-wal", ".key")))
        check(name.encode() not in stored and b'"P-1"' not in stored, "the store has no name and no id of a person")
    check(name not in run("register", "person", "P-1", *db)[1], "details are not shown to nobody in particular")
    code, out, _ = run("register", "person", "P-1", "--key", f"{keys}/facility", "--ndjson", *db)
    check(name in out, "details are shown to the holder of a key")
    check(run("register", "restrict", "P-1", "--order", "O-2", "--key", f"{keys}/court", *db)[0] == 0, "restriction on an order")
    check(run("register", "person", "P-1", "--key", f"{keys}/facility", *db)[0] == 3 and
          name in run("register", "person", "P-1", "--key", f"{keys}/monitor", "--ndjson", *db)[1], "restricted: only court and monitor")
    check(run("register", "erase", "P-1", "--order", "O-3", "--key", f"{keys}/monitor", *db)[0] == 3, "no erasure without notice")
    month_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 31 * 86400))
    record(db, keys, "court", event("ErasureNotice", "court", at=month_ago, order="O-3"))
    check(run("register", "erase", "P-1", "--order", "O-3", "--key", f"{keys}/monitor", *db)[0] == 3, "a notice dated back shortens no term")
    check(erase_later(29, db, "P-1", "O-3", f"{keys}/monitor") == 3, "nor is it over after 29 days")
    check(erase_later(31, db, "P-1", "O-3", f"{keys}/court") == 3, "no erasure by a court's key alone")
    check(erase_later(31, db, "P-1", "O-3", f"{keys}/monitor") == 0, "erasure on order, after notice, by a monitor")
    out = run("register", "person", "P-1", "--key", f"{keys}/monitor", "--ndjson", *db)[1]
    check(name not in out and '"Admitted"' in out, "the details are gone, the fact of custody stays")
    check(run("register", "verify", *db)[0] == 0, "and every proof holds")


def test_locate():
    """Who learns what about whom: the public never the place; names as people remember them; protection, death, tokens, who asked."""
    db, keys, _ = new_register()
    for role, name in (("consulate", "VENCON/consul-1"), ("red_cross", "ICRC/delegate-1")):
        run("register", "key", "new", name, "--role", role, "--out", f"{keys}/{role}", *db)
    local = db[3] if STORE == "postgresql" else db[1]
    identity = lambda person, name, born="1990-02-03", country="VEN": event("IdentityRecorded", "facility", person=person, name=name, birth_date=born, country=country)
    contact = {"event": "ContactGiven", "authority": "DGCP", "happened_at": "2025-01-01T00:00:00Z", "phone": "+503 2222 0000"}
    office = json.dumps({"event": "ContactGiven", "authority": ORIGIN, "happened_at": "2025-01-01T00:00:00Z", "phone": "+503 2233 0000"})
    check(run("register", "record", "--key", f"{local}.key", *db, stdin=office)[0] == 0, "the register's own telephone")
    record(db, keys, "facility", contact, identity("P-1", "Ana María Ejemplo-Martínez"), event("Admitted", "facility", **ADMIT),
           identity("P-2", "José Muñoz Ibarra", born="1961-01-01"), event("Admitted", "facility", person="P-2", **ADMIT),
           identity("P-3", "José Muñoz Ibarra", born="1988-05-05"), event("Admitted", "facility", person="P-3", **ADMIT),
           identity("P-4", "Luz Prueba Solís"), event("Admitted", "facility", person="P-4", **ADMIT), event("Admitted", "facility", person="P-5", **ADMIT))

    def ask(who, born="1990-02-03", country="VEN", key=None, token=None, language="en", now=None):
        more = (["--key", f"{keys}/{key}"] if key else []) + (["--token", token] if token else [])
        code, out, said = run("locate", who, "--born", born, "--country", country, "--json", "--lang", language, *more, *db)
        return json.loads(out) if code == 0 else {"answer": f"exit {code}", "said": said + out}

    public = ask("P-1")
    check(public["answer"] == "custody" and public["answerable"] == "DGCP" and public["phone"] == "+503 2222 0000", "the public: there is custody, who answers, what telephone")
    check("CECOT" not in json.dumps(public) and public["place"] is None and public["since"] is None, "never the place")
    for who in ("ana ejemplo martinez", "Martínez Ejemplo, Ana María", "EJEMPLO MARTINES ANA", "Ana Ejmeplo", "Ana María de Ejemplo", "p1", "Ана Ејемпло Мартинез"):
        check(ask(who)["answer"] == "custody", f"found: {who}")
    for who, born, country in (("Ana", "1990-02-03", "VEN"), ("Ana Exempla Martines", "1990-02-03", "VEN"), ("Ana Ejemplo", "1990-02-04", "VEN"), ("Ana Ejemplo", "1990-02-03", "SLV"),
                               ("P-11", "1990-02-03", "VEN"), ("Juan Nadie", "1970-01-01", "VEN"), ("P-5", "1990-02-03", "VEN")):
        check(ask(who, born, country)["answer"] == "no-answer", f"not found: {who} {born} {country}")
    check(ask("José Munoz", "1961-01-01", key="court")["text"] == ask("P-2", "1961-01-01", key="court")["text"] and ask("Jose Muños Ibarra", "1988-05-05", key="court")["answer"] == "place",
          "father and son of one name are two people")
    miss, refused, hit = ask("Juan Nadie"), ask("P-1", token="/dev/null"), ask("P-1", key="counsel")
    check(set(miss) == set(hit) == set(ask("P-1", key="court")), "hit, miss and refusal have the same members")
    check(len({len(run("locate", w, "--born", "1990-02-03", "--country", "VEN", "--json", *m, *db)[1]) for w, m in (("P-1", []), ("Nadie Juan", []), ("P-1", ["--key", f"{keys}/court"]))}) == 1, "and the same length")
    check(miss["text"].startswith("We cannot give an answer to this request. Call +503 2233 0000") and "No podemos dar respuesta" in ask("Juan Nadie", language="es")["text"], "a miss names an office, in both languages")
    # Who may know.
    court = ask("P-1", key="court")
    check(court["answer"] == "place" and court["place"] == "CECOT" and court["since"] == "2025-03-16T03:40:00Z" and ask("P-1", key="monitor")["place"] == "CECOT", "court and monitor learn the place")
    check("CECOT, desde" in ask("P-1", key="court", language="es")["text"], "in Spanish")
    check(ask("P-5", key="court")["place"] == "CECOT", "admitted without an identity on record: found by id, by those who may know")
    check(ask("P-1", key="counsel")["answer"] == "custody" and ask("P-1", key="facility")["answer"] == "custody", "counsel who is not of record, and officers, do not")
    record(db, keys, "counsel", event("CounselNamed", "counsel", to="BAR/counsel-3"))
    check(ask("P-1", key="counsel")["answer"] == "custody", "counsel cannot name itself")
    record(db, keys, "court", event("CounselNamed", "court", to="BAR/counsel-3"))
    check(ask("P-1", key="counsel")["place"] == "CECOT" and ask("P-4", key="counsel")["answer"] == "custody", "counsel of record does, of this person alone")
    record(db, keys, "monitor", event("ConsulateAgreed", "monitor", to="VENCON", agrees="yes"))
    check(ask("P-1", key="consulate")["place"] == "CECOT", "a consulate, where the person agrees")
    record(db, keys, "monitor", event("ConsulateAgreed", "monitor", to="VENCON", agrees="no"))
    check(ask("P-1", key="consulate")["answer"] == "custody", "and no longer when she does not")
    nothing = ask("Juan Nadie", key="counsel")
    check(nothing["answer"] == "no-record" and "does not mean the person is free" in nothing["text"] and ask("Juan Nadie", key="facility")["answer"] == "no-answer", "counsel hears that there is no record, an officer does not")
    run("register", "export", "located", *db)
    open("answer", "w").write(nothing["signed"])
    check(run("locate", "check", "answer", "--keys", "located/policy")[0] == 0, "and can show it, signed")
    open("answer", "w").write(nothing["signed"].replace("answer no-record", "answer place"))
    check(run("locate", "check", "answer", "--keys", "located/policy")[0] == 1, "but not change it")
    check(ask("P-1", key="nobody")["answer"] in ("exit 3", "exit 4") and run("register", "key", "new", "BAR/other", "--out", f"{keys}/other")[0] == 0 and ask("P-1", key="other")["answer"] == "exit 3", "a key that never began asks nothing")
    # Tokens.
    def token(who, until="2099-01-01T00:00:00Z", person="P-1", name="t"):
        code, out, said = run("locate", "token", person, "--until", until, "--key", f"{keys}/{who}", *db)
        open(name, "w").write(out)
        return code
    for who, answer in (("red_cross", "place"), ("court", "place"), ("counsel", "place"), ("consulate", "custody"), ("facility", "custody")):
        check(token(who) == 0 and ask("P-1", token="t")["answer"] == answer, f"a token of {who}")
    token("red_cross")
    check(ask("P-4", token="t")["answer"] == "custody" and open("t").read().strip() not in run("register", "person", "P-1", "--ndjson", *db)[1], "for one person alone; the register keeps its hash")
    run("locate", "token", "P-1", "--end", "t", "--key", f"{keys}/red_cross", *db)
    check(ask("P-1", token="t")["answer"] == "custody", "ended")
    token("red_cross", until="2026-01-01T00:00:00Z")
    check(ask("P-1", token="t")["answer"] == "custody", "past its day")
    # Answered by a human.
    token("red_cross", person="P-4", name="t4")
    record(db, keys, "court", event("Protected", "court", person="P-4", order="O-1"))
    protected = ask("P-4")
    check(protected["answer"] == "human" and protected["answerable"] is None and protected["deadline"] and ask("P-4", token="t4")["answer"] == "human" and ask("P-4", key="court")["answer"] == "place",
          "protected: a human answers, the court is told")
    record(db, keys, "facility", event("Died", "facility", person="P-2", at="2025-04-01T00:00:00Z", circumstances="unknown"))
    check(ask("P-2", "1961-01-01")["answer"] == "human" and "died" in ask("P-2", "1961-01-01", key="court")["text"], "a death not yet told: a human")
    record(db, keys, "facility", event("NoticeGiven", "facility", person="P-2", at="2025-04-02T00:00:00Z", to="family", language="es"))
    check(ask("P-2", "1961-01-01")["answer"] == "custody", "told: the public asks whom to call")
    record(db, keys, "facility", identity("P-6", "Luz Prueba Solís"), event("Admitted", "facility", person="P-6", **ADMIT))
    check(ask("Luz Prueba", key="court")["answer"] == "human" and ask("P-6", key="court")["answer"] == "place", "two of one name, birth date and country: a human; the id tells them apart")
    late = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 25 * 3600))
    open_ = lambda: run("register", "alarms", "--ndjson", "--at", late, *db)[1].count('"A17"')
    check(open_() == 4 and not [a for a, _ in alarms(db, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))[1] if a == "A17"], f"unanswered after a day: an alarm a question ({open_()})")
    check(run("locate", "answered", protected["reference"], *db)[0] == 0 and open_() == 3 and run("locate", "answered", "XXXX", *db)[0] == 3, "answered: it ends")
    # Who asked.
    asked = [json.loads(l) for l in run("locate", "asked", "--key", f"{keys}/monitor", *db)[1].splitlines()]
    check({"public", "token"} < {a["question"]["asker"] for a in asked} and any(a["question"]["who"] == "Juan Nadie" for a in asked), "the monitor reads who asked")
    check(all(json.loads(l)["question"] is None for l in run("locate", "asked", *db)[1].splitlines()), "nobody else does")
    files = glob.glob(f"{local}.asked/*")
    lines = [l for f in files for l in open(f) if "sealed" in l]
    check(len(files) >= 1 and len({len(l) for l in lines}) == 1 and "Nadie" not in "".join(lines), "sealed, each line as long as the next")
    old = f"{local}.asked/{time.strftime('%Y-%m-%d', time.gmtime(time.time() - 32 * 86400))}.ndjson"
    os.rename(files[0], old)
    n_open = open_()
    ask("Juan Nadie")
    left = [json.loads(l) for l in run("locate", "asked", "--key", f"{keys}/monitor", *db)[1].splitlines()]
    check(not os.path.exists(old) and len([a for a in left if a["question"]]) == 1 and open_() == n_open, "after 30 days it is gone, but not what still waits for a human")
    # Without its form, or without a monitor.
    for born, country in (("1990-02-30", "VEN"), ("3 Feb 1990", "VEN"), ("1990-02-03", "Venezuela")):
        check(ask("P-1", born, country)["answer"] == "exit 3", f"a question without its form is refused: {born} {country}")
    check(ask("P-1\x1b[2J")["answer"] == "exit 3" and ask("x" * 300)["answer"] == "exit 3", "so is a name that is none")
    run("register", "restrict", "P-1", "--order", "O-9", "--key", f"{keys}/court", *db)
    check(ask("P-1")["answer"] == "human", "restricted: a human")
    month_ago = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 31 * 86400))
    record(db, keys, "court", event("ErasureNotice", "court", at=month_ago, order="O-9"))
    check(erase_later(31, db, "P-1", "O-9", f"{keys}/monitor") == 0 and ask("Ana Ejemplo Martinez")["answer"] == "no-answer" and ask("P-1", key="court")["answer"] == "place",
          "erased: the name finds nobody any more; the court still finds the custody by id")
    vkey = [json.loads(l)["key"] for l in run("register", "key", "list", "--ndjson", *db)[1].splitlines() if "PDDH" in l][0]
    run("register", "key", "end", vkey, "--reason", "test", *db)
    check("no monitor" in ask("P-1")["said"], "without a monitor nobody is answered")


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
                       "UPDATE standing SET seen = 9223372036854775807 WHERE seen < 9223372036854775807", "DELETE FROM standing WHERE person = (SELECT MAX(person) FROM standing)", "DELETE FROM stay", "UPDATE stay SET until = since",
                       "INSERT INTO standing SELECT 'x', last_happened, held, place, seen, ending, due, offered, ordered, counsel, isolated, flagged, custody FROM standing LIMIT 1"):
            with sqlite3.connect(db[1]) as c:
                c.execute(change)
            c.close()
            code, out, _ = run("register", "verify", *db)
            check(code == 1 and "standing" in out, f"not found: {change}")
            check(run("register", "rebuild", *db)[0] == 0 and run("register", "verify", *db)[0] == 0, f"rebuild mends: {change}")


def test_proofs():
    db, keys, vkey = new_register()
    events = [event("LocationConfirmed", "facility", person=f"P-{i}", at="2025-03-15T12:00:00Z", place="CECOT", method="roll") for i in range(300)]
    record(db, keys, "facility", *events)
    old = run("register", "checkpoint", *db)[1]
    open("old.note", "w").write(old)
    record(db, keys, "facility", *events[:5])
    folder = f"pub{n_stores}"
    check(run("register", "export", folder, *db)[0] == 0, "export")
    policy = f"{folder}/policy"
    check(run(folder, "--keys", policy, "--from", "old.note", program=VERIFY)[0] == 0, "habeas-verify: the export holds, and goes on from the old checkpoint")
    check(run("register", "verify", "--from", "old.note", *db)[0] == 0, "verify --from")
    for number in (0, 5, 255, 256, 310):
        run("register", "prove", str(number), "--out", "p", *db)
        check(run("p", "--keys", policy, program=VERIFY)[0] == 0, f"habeas-verify: proof of {number}")
    data = open("p.entry").read()
    open("p.entry", "w").write(data.replace("T", "t", 1))
    check(run("p", "--keys", policy, program=VERIFY)[0] == 1, "another entry is not proved")
    # Every published file, one byte changed: found.
    for path in sorted(glob.glob(f"{folder}/**/*", recursive=True)):
        if not os.path.isfile(path) or path.endswith("policy"):
            continue
        whole = open(path, "rb").read()
        for at in sorted({0, len(whole) // 3, len(whole) - 1} | {random.randrange(len(whole)) for _ in range(5)}):
            open(path, "wb").write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            code = run(folder, "--keys", policy, program=VERIFY)[0]
            check(code in (1, 3), f"{path} byte {at} changed and not found")
        open(path, "wb").write(whole[:-1])
        check(run(folder, "--keys", policy, program=VERIFY)[0] in (1, 3), f"{path} cut short and not found")
        open(path, "wb").write(whole)
    check(run(folder, "--keys", policy, program=VERIFY)[0] == 0, "mended, it holds again")


def test_witness():
    w1, w2 = (run("register", "key", "new", f"witness.example/{name}", "--witness", "--out", f"w{i}.key")[1] for i, name in ((1, "abroad"), (2, "court")))
    open("policy.in", "w").write(f"witness abroad {w1}witness court {w2}group outside any abroad\ngroup both all abroad court\nquorum both\n")
    db = new_store()
    code, vkey, said = run("register", "init", ORIGIN, "--policy", "policy.in", *db)
    check(code == 0, "init with a policy")
    run("register", "key", "new", OFFICERS["facility"], "--role", "facility", "--out", f"wf{n_stores}", *db)
    held = {1: 0, 2: 0}

    def cosign(i, options=db):
        open("request", "w").write(run("register", "checkpoint", "--request", str(held[i]), *options)[1])
        code, line, said = run("register", "witness", "request", "--key", f"w{i}.key", "--log", vkey.strip(), "--state", f"held{i}")
        if code == 0:
            held[i] = int(open(f"held{i}").read().split("\n")[1])
            open("answer", "w").write(line)
            return run("register", "cosign", "answer", *options)[0]
        return code

    def witnessed():
        return json.loads(run("register", "verify", "--json", *db)[1])

    check(not witnessed()["independently_witnessed"], "not witnessed at first")
    check(cosign(1) == 0 and not witnessed()["independently_witnessed"], "one of two is no quorum")
    check(cosign(2) == 0 and witnessed()["independently_witnessed"], "both, one of them outside: witnessed")
    add = lambda options, who: run("register", "record", "--key", f"wf{n_stores}", *options, stdin=json.dumps(event("Admitted", "facility", person=who, **ADMIT)))
    add(db, "P-1")
    check(not witnessed()["independently_witnessed"], "a new checkpoint is not yet witnessed")
    if STORE == "sqlite":
        # A copy grows another way: its branch is cosigned by nobody who saw the first.
        for suffix in ("", ".key", ".vault", ".anchor"):
            shutil.copy(db[1] + suffix, "fork.db" + suffix)
        fork = ["--db", "fork.db"]
        check(cosign(1) == 0 and cosign(2) == 0, "the first branch is cosigned")
        add(fork, "P-2")
        add(db, "P-3")
        check(cosign(1) == 0, "the first branch goes on")
        check(cosign(1, fork) == 1, "a split view is not cosigned")


def test_witness_http():
    """A witness over HTTP: each answer of C2SP tlog-witness, what it holds after each, and two at once."""
    import concurrent.futures, hashlib, urllib.error, urllib.request
    run("register", "key", "new", "witness.example/http", "--witness", "--out", "wh.key")
    db, keys, vkey = new_register()
    server = subprocess.Popen([HABEAS, "register", "witness", "serve", "--key", "wh.key", "--log", vkey, "--state", "wh.held", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    port = re.search(r"127\.0\.0\.1:(\d+)/", server.stderr.readline()).group(1)

    def http(path="add-checkpoint", body=None, method=None):
        try:
            with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data=body.encode() if body is not None else None, method=method), timeout=20) as r:
                return r.status, r.read().decode(), r.headers["Content-Type"]
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode(), e.headers["Content-Type"]
    latest = f"{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    request = lambda old, options=db: run("register", "checkpoint", "--request", str(old), *options)[1]
    try:
        check(http(latest)[0] == 404, "it holds nothing yet")
        first = request(0)
        status, line, kind = http(body=first)
        check(status == 200 and line.startswith("\u2014 witness.example/http ") and kind.startswith("text/plain"), "200: a cosignature")
        status, note, _ = http(latest)
        held = note.split("\n")[1]
        check(status == 200 and note.startswith(ORIGIN) and note.endswith(line) and open("wh.held").read() == note, "what it holds is the note it cosigned, on disk")
        open("answer", "w").write(line)
        check(run("register", "cosign", "answer", *db)[0] == 0, "the register takes the cosignature")
        status, body, kind = http(body=first)
        check((status, body, kind) == (409, held + "\n", "text/x.tlog.size"), "409: not what it holds; it says what")
        check(http(body=request(held))[0] == 200, "the same checkpoint again")
        note = http(latest)[1]
        record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
        good = request(held)
        lines = good.split("\n")
        proof = next(i for i in range(1, len(lines)) if lines[i])
        bad = "\n".join(lines[:proof] + [base64.b64encode(bytes(32)).decode()] + lines[proof + 1:])
        check(http(body=bad)[0] == 422 and http(latest)[1] == note, "422: a proof that does not hold, and nothing is changed")
        check(http(body=good.replace(f"old {held}", "old 99999"))[0] == 400, "400: smaller than it says it was")
        check(http(body=good.replace(ORIGIN, "other.example/log"))[0] == 404, "404: another log")
        check(http(body=good[:-20] + "A" + good[-19:])[0] == 403 or http(body=re.sub(r"(\u2014 \S+ )\S+", r"\1" + "A" * 96, good))[0] == 403, "403: not signed by the log")
        for junk in ("", "old", "old x\n\n", good[:40], "\0" * 100, "old 0\n" + "A\n" * 90):
            check(http(body=junk)[0] in (400, 403, 404), f"400: {junk[:12]!r}")
        check(http(body="x" * 70000)[0] == 413 and http("elsewhere", body="x")[0] == 404 and http(method="PUT")[0] == 405 and http("checkpoint")[0] == 404, "413, 404, 405")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = sorted(s for s, _, _ in pool.map(lambda _: http(body=good), range(8)))
        check(answers == [200] + [409] * 7, f"eight at once: one goes on, seven hear what it holds now: {answers}")
        if STORE == "sqlite":
            for suffix in ("", ".key", ".vault", ".anchor"):
                shutil.copy(db[1] + suffix, "httpfork.db" + suffix)
            now = http(latest)[1].split("\n")[1]
            record(db, keys, "facility", event("LocationConfirmed", "facility", place="A", method="x"))
            record(["--db", "httpfork.db"], keys, "facility", event("LocationConfirmed", "facility", place="B", method="x"))
            check(http(body=request(now))[0] == 200, "one branch goes on")
            ahead = http(latest)[1].split("\n")[1]
            check(http(body=request(now, ["--db", "httpfork.db"]))[0] == 409 and http(body=request(ahead, ["--db", "httpfork.db"]))[0] == 422, "a fork is cosigned neither from before nor beside it")
        server.kill()
        server.wait()
        open("wh.held", "a").write("x")
        code, _, said = run("register", "witness", "serve", "--key", "wh.key", "--log", vkey, "--state", "wh.held", "--listen", "127.0.0.1:0")
        check(code == 3 and "no checkpoint it cosigned" in said, "a changed state is not served from")
    finally:
        server.kill()
        server.wait()


def test_faults():
    """SQLite's own file: bytes changed, rows changed, an old copy put back, two writers."""
    db, keys, _ = new_register()
    path = db[1]
    record(db, keys, "facility", event("IdentityRecorded", "facility", name="X", birth_date="1990-01-01", country="VEN"), event("Admitted", "facility", **ADMIT))
    run("register", "backup", "yesterday.db", *db)
    record(db, keys, "facility", event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
    run("register", "backup", "today.db", *db)
    # Every column of every row that proof rests on.
    changes = ["UPDATE event SET happened = happened + 1 WHERE seq = 7", "UPDATE event SET kind = 'Released' WHERE seq = 7",
               "UPDATE event SET opened = replace(opened, 'CECOT', 'OTHER') WHERE seq = 7", "UPDATE event SET recorded = recorded - 60 WHERE seq = 7",
               "UPDATE event SET signers = '[]' WHERE seq = 7", "UPDATE event SET digests = upper(digests) WHERE seq = 7",
               "UPDATE event SET sealed = x'00' WHERE seq = 7", "UPDATE leaf SET entry = x'00' WHERE seq = 7", "UPDATE leaf SET hash = zeroblob(32) WHERE seq = 7",
               "UPDATE node SET hash = zeroblob(32) WHERE level = 1 AND at = 1", "DELETE FROM event WHERE seq = 7", "DELETE FROM leaf WHERE seq = 8",
               "UPDATE checkpoint SET note = upper(note) WHERE size = 3", "DELETE FROM officer", "UPDATE officer SET authority = 'X'", "UPDATE officer SET key = replace(key, 'officer', 'other')",
               "UPDATE event SET person = 'other' WHERE seq = 7"]
    for change in changes:
        shutil.copy("today.db", "bad.db")
        c = sqlite3.connect("bad.db")
        for (trigger,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            c.execute(f"DROP TRIGGER {trigger}")
        c.execute(change)
        c.commit()
        c.close()
        code, out, said = run("register", "restore", "bad.db", "--check", *db)
        check(code == 1 and "ALTERED" in out, f"not found: {change}")
    c = sqlite3.connect("today.db")
    for sql in ("UPDATE event SET happened = 0", "DELETE FROM leaf", "DELETE FROM checkpoint"):
        try:
            c.execute(sql)
            check(False, f"the store allowed {sql}")
        except sqlite3.Error as e:
            check("only grows" in str(e), sql)
    c.close()
    # Bytes of the file: found, or without meaning for any row.
    whole = open("today.db", "rb").read()
    rows = lambda p: [sqlite3.connect(p).execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in ("leaf", "event", "node", "checkpoint", "officer", "setting")]
    good, silent = rows("today.db"), 0
    random.seed(7)   # the same bytes in every run; REGISTER_FLIPS=4000 tries more
    for _ in range(FLIPS):
        at = random.randrange(len(whole))
        open("bad.db", "wb").write(whole[:at] + bytes([whole[at] ^ (1 << random.randrange(8))]) + whole[at + 1:])
        code, out, said = run("register", "restore", "bad.db", "--check", *db)
        if code == 0:
            try:
                same = rows("bad.db") == good
            except sqlite3.Error:
                same = False
            silent += not same
        check(code in (0, 1, 3, 4), f"byte {at}: exit {code}")
    check(silent == 0, f"{silent} changed bytes changed a row and were not found")
    # Yesterday's copy put back.
    for suffix in ("-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    shutil.copy("yesterday.db", path)
    code, out, said = run("register", "verify", *db)
    check(code == 1 and "older than a checkpoint" in out + said and "ROLLED BACK" in said, "an old copy says so")
    code, out, said = record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
    check(code == 3 and "old or another copy" in said, "and is not written to")


def test_copy():
    """To other stores and back: every byte that proof rests on is the same, and only one of them goes on."""
    db, keys, _ = new_register()
    (admitted,) = receipts(record(db, keys, "facility", event("Admitted", "facility", **ADMIT)))
    local = db[3] if STORE == "postgresql" else db[1]
    run("register", "prove", str(admitted["event"]), "--out", f"before{n_stores}.tlog-proof", *db)
    proof = f"before{n_stores}.tlog-proof"
    note = run("register", "checkpoint", *db)[1]
    stores = [db]
    for i in range(2 if STORE == "postgresql" else 1):
        other = [*(["--db", f"copy{n_stores}-{i}.db"] if i == 0 else new_store()[:2]), "--local", local]
        code, out, said = run("register", "copy", other[1], *stores[-1])
        check(code == 0 and "naltered" in out, f"a copy verifies: {out} {said}")
        check(run("register", "checkpoint", *other)[1] == note, "the same checkpoint, byte for byte")
        check(custody(other) == custody(db), "the same custody")
        code, out, said = run("register", "copy", other[1], *stores[-1])
        check(code == 3 and "register here already" in said, "a register is never written over")
        stores.append(other)
    code, out, said = record(stores[-1], keys, "facility", event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
    check(code == 0, f"the copy goes on: {said}")
    for old in stores[:-1]:
        code, out, said = record(old, keys, "facility", event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
        check(code == 3 and "old or another copy" in said, f"the store left behind takes nothing more: {said}")
    run("register", "export", f"moved{n_stores}", *stores[-1])
    code, out, said = run(proof, "--keys", f"moved{n_stores}/policy", program=VERIFY)
    check(code == 0, f"a proof made before the move holds: {out} {said}")


def test_two_writers():
    db, keys, _ = new_register()
    line = json.dumps(event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
    many = [subprocess.Popen([HABEAS, "register", "record", "--key", f"{keys}/facility", "--ndjson", *db], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(8)]
    outs = [p.communicate(line + "\n") + (p.wait(),) for p in many]
    numbers = [json.loads(l)["event"] for out, _, _ in outs for l in out.splitlines()]
    check(len(numbers) == len(set(numbers)) == sum(code == 0 for _, _, code in outs) > 0, "writers at the same time: each event its own number")
    check(all(code in (0, 4) for _, _, code in outs), "a writer that cannot write says so")
    check(json.loads(run("register", "verify", "--json", *db)[1]) ["unaltered"], "one log, unforked")


def test_kill():
    """kill -9 at any moment: what was acknowledged is there, and the register verifies."""
    db, keys, _ = new_register()
    acknowledged = {}
    for k in range(KILLS):
        p = subprocess.Popen([HABEAS, "register", "record", "--key", f"{keys}/facility", "--ndjson", *db], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        events = [json.dumps(event("LocationConfirmed", "facility", person=f"K-{k}", at="2025-03-16T12:00:00Z", place="CECOT", method="roll")) for _ in range(20)]
        p.stdin.write("\n".join(events) + "\n")
        p.stdin.close()
        time.sleep(random.random() * 0.06)
        p.send_signal(signal.SIGKILL)
        for line in p.stdout.read().splitlines():
            try:
                r = json.loads(line)
                acknowledged[r["event"]] = r["leaf"]
            except ValueError:
                pass   # a line cut short was not read as acknowledged
        p.wait()
    found = json.loads(run("register", "verify", "--json", *db)[1])
    check(found["unaltered"], f"after {KILLS} kills it verifies")
    check(all(n < found["entries"] for n in acknowledged), "every acknowledged event is there")
    code, out, _ = record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
    check(code == 0, "and it goes on")


def test_chronology():
    """The public chronology of March to July 2025, replayed: who was where on four days, and what shouts."""
    root = os.path.dirname(os.path.dirname(os.path.dirname(SUITE)))
    db = new_store()
    run("register", "init", "registry.example/us-sv-2025", *db)
    for name, role in (("ICE", "sender"), ("DDC", "court"), ("SCOTUS", "court"), ("DGCP", "facility")):
        run("register", "key", "new", f"{name}/demo", "--role", role, "--out", f"{name}{n_stores}", *db)
        lines = subprocess.run([f"{root}/tools/chronology.py", f"{root}/agreements/us-sv-2025/chronology.csv", name], stdout=subprocess.PIPE, text=True).stdout
        check(run("register", "record", "--key", f"{name}{n_stores}", *db, stdin=lines)[0] == 0, f"events of {name}")

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


def faulty(db, keys, before, who):
    """Records three events under a fault; gives exit status and how many were acknowledged."""
    lines = "\n".join(json.dumps(event("LocationConfirmed", "facility", person=who, at="2025-03-16T12:00:00Z", place="CECOT", method="roll")) for _ in range(3)) + "\n"
    # A leak sanitizer cannot work under strace.
    quiet = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")
    p = subprocess.run([*before, HABEAS, "register", "record", "--key", f"{keys}/facility", "--ndjson", *db], input=lines, stdout=subprocess.PIPE,
                       stderr=subprocess.PIPE, text=True, timeout=120, env=quiet)
    return p.returncode, len([l for l in p.stdout.splitlines() if l.startswith('{"event"')]), p.stderr


def test_fsync():
    """Each sync in turn fails: nothing is acknowledged that is not there, and the register goes on afterwards."""
    if not shutil.which("strace") or subprocess.run(["strace", "-e", "inject=fsync:error=EIO:when=1", "true"], stderr=subprocess.DEVNULL).returncode:
        print("no strace here: failing syncs are not tested")
        return
    db, keys, _ = new_register()
    refused = 0
    for n in range(1, 9):
        size = json.loads(run("register", "verify", "--json", *db)[1])["entries"]
        code, acknowledged, said = faulty(db, keys, ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync,fdatasync", "-e", f"inject=fsync,fdatasync:error=EIO:when={n}"], f"F-{n}")
        found = json.loads(run("register", "verify", "--json", *db)[1])
        check(found["unaltered"], f"sync {n} failed: it verifies")
        check(found["entries"] >= size + acknowledged and (acknowledged in (0, 3)) and (code == 0) == (acknowledged == 3), f"sync {n} failed: acknowledged is there")
        refused += code != 0
    check(refused > 0, "a failed sync is not acknowledged")


def test_full():
    """No more room: refused in words, readable, and it goes on when there is room again."""
    import resource
    db, keys, _ = new_register()
    refused = 0
    for room in range(0, 120000, 12000):
        def limit(bytes_=room):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (max(bytes_, 1), resource.RLIM_INFINITY))
        p = subprocess.run([HABEAS, "register", "record", "--key", f"{keys}/facility", "--ndjson", *db], preexec_fn=limit, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           input=json.dumps(event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll")) + "\n")
        found = json.loads(run("register", "verify", "--json", *db)[1])
        check(found["unaltered"], f"with room for {room} bytes a file it verifies")
        check(p.returncode in (0, 4) and (p.returncode == 0) == bool(p.stdout), f"room {room}: acknowledged or refused in words ({p.returncode})")
        refused += p.returncode == 4
    check(refused > 0, "a full disk refuses")
    check(record(db, keys, "facility", event("Admitted", "facility", **ADMIT))[0] == 0, "with room again it goes on")


TESTS = [test_records, test_refusals, test_handover, test_second_check, test_alarms, test_privacy, test_locate, test_standing, test_proofs, test_witness, test_witness_http, test_chronology, test_copy, test_two_writers, test_kill]
if STORE == "sqlite":
    TESTS += [test_faults, test_fsync, test_full]
wanted = sys.argv[4:]
try:
    for test in TESTS:
        if not wanted or test.__name__ in wanted:
            test()
finally:
    if cluster:
        cluster.terminate()
        cluster.wait()
    os.chdir("/")
    shutil.rmtree(top, ignore_errors=True)
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
