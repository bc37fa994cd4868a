"""Rows of the fault table of docs/register.md: bytes changed, an old copy put back, killed, two writers, a failing sync, a full disk."""
import json, os, random, shutil, signal, sqlite3, subprocess, time

from harness import *


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
        code, out, said = run("register", "verify", "--tree", "--db", "bad.db", "--local", path)
        is_public = any(table in change for table in (" leaf", " node"))
        check((code == 1) == is_public and ("ALTERED" in out or "signatures, values and standing were not" in out), f"--tree: {change}")
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


OF_A_FILE = [test_faults, test_fsync, test_full]   # of SQLite's own file
