"""Rows of the fault table of docs/register.md: bytes changed, an old copy put back, killed, two writers, a failing sync, a full disk."""
import json, os, random, shutil, signal, sqlite3, subprocess, time

from harness import *


def small_register():
    """Six keys, an identity, an admission; a copy of then; a roll call."""
    db, keys, _ = new_register()
    record(db, keys, "facility", event("IdentityRecorded", "facility", name="X", birth_date="1990-01-01", country="VEN"), event("Admitted", "facility", **ADMIT))
    if STORE == "sqlite":
        run("register", "backup", f"{db[1]}.old", *db)
    record(db, keys, "facility", SEEN)
    return db, keys


SEEN = event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll")


def node_key(level, at):
    """Under which number the store keeps a node: its band of eight levels, the last node of the band's lowest level under it, its level."""
    return (7 - level // 8) << 60 | ((at + 1 << level % 8) - 1) << 3 | level % 8


def by_sql(db, *statements):
    """What whoever owns the database can do: the guards taken away first."""
    if STORE == "postgresql":
        guards = [f"ALTER TABLE {t} DISABLE TRIGGER ALL" for t in ("setting", "leaf", "node", "checkpoint", "officer", "event")]
        name = db[1].split("/")[3].split("?")[0]
        subprocess.run([f"{BIN}/psql", "-h", SOCKET, "-U", "habeas", "-d", name, "-qc", ";".join([*guards, *statements])], check=True)
        return
    c = sqlite3.connect(db[1])
    for (trigger,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        c.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        c.execute(statement)
    c.commit()
    c.close()


def test_altered():
    """Every column of every row that proof rests on, changed by whoever owns the database: verify names it."""
    db, keys = small_register()
    run("register", "backup", "whole.db", *db)
    changes = ["UPDATE event SET happened = happened + 1 WHERE seq = 7", "UPDATE event SET kind = 'Released' WHERE seq = 7",
               "UPDATE event SET opened = replace(opened, 'CECOT', 'OTHER') WHERE seq = 7", "UPDATE event SET recorded = recorded - 60 WHERE seq = 7",
               "UPDATE event SET signers = '[]' WHERE seq = 7", "UPDATE event SET digests = upper(digests) WHERE seq = 7",
               "UPDATE event SET sealed = x'00' WHERE seq = 7", "UPDATE leaf SET entry = x'00' WHERE seq = 7", "UPDATE leaf SET hash = zeroblob(32) WHERE seq = 7",
               f"UPDATE node SET hash = zeroblob(32) WHERE at = {node_key(1, 1)}", f"DELETE FROM node WHERE at = {node_key(2, 0)}", "DELETE FROM event WHERE seq = 7", "DELETE FROM leaf WHERE seq = 8",
               "UPDATE checkpoint SET note = upper(note) WHERE size = 3", "DELETE FROM officer", "UPDATE officer SET authority = 'X'", "UPDATE officer SET key = replace(key, 'officer', 'other')",
               "UPDATE event SET person = 'other' WHERE seq = 7"]
    for change in changes:
        shutil.copy("whole.db", "bad.db")
        by_sql(["--db", "bad.db"], change)
        code, out, said = run("register", "restore", "bad.db", "--check", *db)
        check(code == 1 and "ALTERED" in out, f"not found: {change}")
        code, out, said = run("register", "verify", "--tree", "--db", "bad.db", "--local", db[1])
        is_public = any(table in change for table in (" leaf", " node"))
        check((code == 1) == is_public and ("ALTERED" in out or "signatures, values and standing were not" in out), f"--tree: {change}")


def test_guards():
    """Update and delete by SQL: the store refuses."""
    db, keys = small_register()
    c = sqlite3.connect(db[1])
    for sql in ("UPDATE event SET happened = 0", "DELETE FROM leaf", "DELETE FROM checkpoint", "INSERT OR REPLACE INTO leaf SELECT seq, entry, zeroblob(32) FROM leaf"):
        try:
            c.execute(sql)
            check(False, f"the store allowed {sql}")
        except sqlite3.Error as e:
            check("only grows" in str(e), sql)
    c.close()


def test_flips():
    """A bit of the file flipped: found, or without meaning for any row."""
    db, keys = small_register()
    run("register", "backup", "whole.db", *db)
    whole = open("whole.db", "rb").read()
    rows = lambda p: [sqlite3.connect(p).execute(f"SELECT * FROM {t} ORDER BY 1, 2").fetchall() for t in ("leaf", "event", "node", "checkpoint", "officer", "setting")]
    good, silent = rows("whole.db"), 0
    random.seed(7)   # the same bits in every run; REGISTER_FLIPS=4000 tries more
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
    check(silent == 0, f"{silent} changed bits changed a row and were not found")


def test_old_copy():
    """Yesterday's copy put back: reads say so, and nothing is written to it."""
    db, keys = small_register()
    for suffix in ("-wal", "-shm"):
        if os.path.exists(db[1] + suffix):
            os.remove(db[1] + suffix)
    shutil.copy(f"{db[1]}.old", db[1])
    code, out, said = run("register", "verify", *db)
    check(code == 1 and "older than a checkpoint" in out + said and "ROLLED BACK" in said, "an old copy says so")
    check("ROLLED BACK" in run("register", "person", "P-1", *db)[2], "whoever asks about a person is told too")
    rolled = [a for a in map(json.loads, run("register", "alarms", "--ndjson", *db)[1].splitlines()) if a["alarm"] == "A14" and "older" in a["text"]]
    check(rolled, "and it alarms")
    code, out, said = record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
    check(code == 3 and "old or another copy" in said, "and is not written to")


def test_torn_anchor():
    """The anchor's last line was cut short, or came with a hole, when the power went: the line before still holds an old copy up, and
    so does the next line written after."""
    for torn in (b"12 QUJD", b"12 \0\0\0QUJD=\n", b"\0" * 300 + b"13 QUJD\n", b"\0" * 300):
        db, keys = small_register()
        with open(db[1] + ".anchor", "ab") as anchor:
            anchor.write(torn)
        whole = {suffix: open(db[1] + suffix, "rb").read() for suffix in ("", ".anchor")}
        shutil.copy(f"{db[1]}.old", db[1])
        check("ROLLED BACK" in run("register", "verify", *db)[2], f"an old copy is found after {torn[:12]}")
        for suffix, was in whole.items():
            open(db[1] + suffix, "wb").write(was)
        check(record(db, keys, "facility", SEEN)[0] == 0, f"the newest copy goes on after {torn[:12]}")
        lines = open(db[1] + ".anchor", "rb").read().splitlines()
        check(all(len(line.split()) == 2 and b"\0" not in line for line in lines), f"the next line is one: {lines[-1]}")
        open(db[1], "wb").write(whole[""])
        check("ROLLED BACK" in run("register", "verify", *db)[2], f"and holds up the copy before it, after {torn[:12]}")


def test_signed_over():
    """What the next checkpoint would rest on was changed in the store, before a machine whose anchor has seen nothing of it: it is not
    signed over."""
    zeros = "'\\x" + "00" * 32 + "'" if STORE == "postgresql" else "zeroblob(32)"
    for change in (f"UPDATE node SET hash = {zeros} WHERE at = {node_key(1, 4)}", f"UPDATE node SET hash = {zeros} WHERE at = {node_key(3, 0)}", "DELETE FROM checkpoint WHERE size = 10",
                   "INSERT INTO leaf SELECT 10, entry, hash FROM leaf WHERE seq = 9"):
        db, keys = small_register()
        record(db, keys, "facility", SEEN)
        by_sql(db, change)
        os.truncate((db[3] if len(db) > 3 else db[1]) + ".anchor", 0)
        before = run("register", "checkpoint", *db)[1]
        code, out, said = record(db, keys, "facility", SEEN)
        check(code in (1, 3) and not out and "does not match its last checkpoint" in said and "register verify" in said, f"not signed over: {change} {code} {said}")
        check(run("register", "checkpoint", *db)[1] == before, f"no checkpoint over it: {change}")


def test_other_form():
    """A register made by a newer program, or by one too old: neither read nor written, in words that say what to do."""
    for form, code_of, what in (("4", "newer-register", "bring habeas up to date"), ("1", "older-register", "the version that wrote it")):
        db, keys = small_register()
        by_sql(db, f"UPDATE setting SET value = '{form}' WHERE name = 'form'")
        for command in (("register", "verify"), ("register", "roster"), ("register", "person", "P-1"), ("register", "alarms"), ("register", "export", f"of{form}")):
            code, out, said = run(*command, "--json" if command[1] == "verify" else "--lang", *(["en"] if command[1] != "verify" else []), *db)
            check(code == 3 and (f"form \"{form}\"" in said or code_of in said + out), f"not read: {command} {code} {out} {said}")
        code, out, said = record(db, keys, "facility", SEEN)
        check(code == 3 and f"form \"{form}\"" in said and what in said, f"not written: {code} {said}")
        by_sql(db, "UPDATE setting SET value = '3' WHERE name = 'form'")
        check(json.loads(run("register", "verify", "--json", *db)[1])["entries"] == 9, "nothing was written to it")


def test_flood():
    """A quarter of a million questions about people: what waits for a human still alarms, once the days are over too, and the next question is kept."""
    db, keys, _ = new_register()
    folder = db[1] + ".asked"
    os.mkdir(folder)
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 40 * 86400))
    with open(f"{folder}/{day}.ndjson", "w") as f:
        for i in range(250000):
            due = f'"{day}T02:00:00Z"' if i % 25000 == 7 else "null                  "
            f.write(f'{{"reference":"{i:06}","at":"{day}T01:00:00Z","due_at":{due},"sealed":"{"A" * 500}"}}\n')
        f.write(f'{{"answered":"{25007:06}","at":"{day}T03:00:00Z"}}\n')
    code, out, said = run("register", "alarms", "--ndjson", *db)
    waiting = [a["text"] for a in map(json.loads, out.splitlines()) if a["alarm"] == "A17"]
    check(code == 1 and len(waiting) == 9 and "(reference 025007)" not in "".join(waiting) and os.listdir(folder) != [f"{day}.ndjson"], f"a flood of questions hides no alarm: {code} {said} {len(waiting)}")
    run("register", "record", "--key", f"{keys}/facility", *db, stdin=json.dumps(event("Admitted", "facility", **ADMIT)) + "\n")
    code, out, said = run("locate", "P-1", "--born", "1990-02-03", "--country", "VEN", *db)
    check(code in (0, 1) and run("locate", "asked", "--ndjson", *db)[1].count("\n") == 10, f"nor answers: {code} {said}")


def test_two_writers():
    db, keys, _ = new_register(new_shared_store() if STORE == "postgresql" else None)
    lines = (json.dumps(SEEN) + "\n") * 50
    machines = [db]
    if STORE == "postgresql":   # a lock of files does not reach the other machine
        other = f"{db[3]}-other"
        for suffix in (".key", ".anchor", ".vault"):
            shutil.copy(db[3] + suffix, other + suffix)
        machines.append([*db[:3], other])
    many = [subprocess.Popen([HABEAS, "register", "record", "--key", f"{keys}/facility", "--ndjson", *machines[i % len(machines)]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for i in range(8)]
    for p in many:
        p.stdin.write(lines)
        p.stdin.close()
    outs = [(p.stdout.read(), p.stderr.read(), p.wait()) for p in many]
    numbers = [json.loads(l)["event"] for out, _, _ in outs for l in out.splitlines()]
    check(len(numbers) == len(set(numbers)) == 50 * sum(code == 0 for _, _, code in outs) > 0, "writers at the same time: each event its own number")
    check(all(code == 0 or code == 4 and "another program is writing" in said for _, said, code in outs), f"each waits for its turn, or says so: {outs}")
    check(json.loads(run("register", "verify", "--json", *db)[1])["unaltered"], "one log, unforked")


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


OF_A_FILE = [test_altered, test_flood, test_guards, test_flips, test_old_copy, test_torn_anchor, test_fsync, test_full]   # of SQLite's own file
