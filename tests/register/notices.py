#!/usr/bin/env python3
"""Alarms carried out: to a command and through a sendmail of our own that keeps what it is given; receipts, failures, a fact that
changes, an alarm that comes back, both languages. usage: notices.py HABEAS"""
import json, os, subprocess, sys, tempfile

HABEAS = os.path.abspath(sys.argv[1])
passed = failed = 0


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED:", what)


def run(*arguments, stdin=None):
    done = subprocess.run([HABEAS, *arguments, "--db", "r.db"], input=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def program(name, text):
    open(name, "w").write("#!/bin/sh\n" + text)
    os.chmod(name, 0o755)
    return os.path.abspath(name)


def record(kind, at, **fields):
    line = {"event": kind, "person": "P-1", "authority": "DGCP", "happened_at": at, **fields}
    return run("register", "record", "--key", "o.key", stdin=json.dumps(line) + "\n")


def mails():
    return [open(f"mail/{name}", encoding="utf-8").read() for name in sorted(os.listdir("mail"), key=int)]


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.mkdir("mail")
    run("register", "init", "registry.example/custody")
    run("register", "key", "new", "DGCP/o-1", "--role", "facility", "--out", "o.key")
    record("Admitted", "2099-03-01T00:00:00Z", place="CECOT", order="J", injuries="none", property="bag")
    record("BasisRecorded", "2099-03-01T00:00:00Z", order="J", lawful_until="2100-01-01")
    record("CounselCall", "2099-03-05T00:00:00Z")
    mailer = program("mailer", 'n=$(ls mail | wc -l); { echo "$@"; cat; } > mail/$n\n')
    hook = program("hook", "cat >> hooked\n")
    tell = lambda at, *more: run("register", "alarms", "--ndjson", "--at", at, "--mail", "duty@example.org", "--sendmail", mailer, *more)
    code, out, said = tell("2099-03-03T00:00:00Z", "--hook", hook)
    open_ = [json.loads(l) for l in out.splitlines()]
    a1 = [m for m in mails() if "A1 " in m]
    check(code == 1 and len(mails()) == len(open_) > 1 and len(a1) == 1, f"each open alarm is one mail: {said}")
    check(a1[0].startswith("-oi -t\nTo: duty@example.org\nSubject: habeas: alarm A1 about P-1\n") and "Not seen in person for 48 h" in a1[0] and "Who must answer: DGCP." in a1[0], "to whom, about whom by id, what, and who must answer")
    check([json.loads(l) for l in open("hooked")] == open_, "the command is given what --ndjson prints")
    receipts = [json.loads(l) for l in open("r.db.told")]
    check(len(receipts) == 2 * len(open_) and all(r["status"] == 0 for r in receipts) and {r["to"] for r in receipts} == {"mail:duty@example.org", f"hook:{hook}"}, "a receipt each")
    n = len(mails())
    tell("2099-03-03T05:00:00Z", "--hook", hook)
    check(len(mails()) == n and len(open("hooked").readlines()) == len(open_), "five hours later nothing is sent again")
    record("LocationConfirmed", "2099-03-03T06:00:00Z", place="CECOT", method="roll")
    tell("2099-03-03T07:00:00Z")
    check(len(mails()) == n, "seen: the alarm ends")
    tell("2099-03-05T07:00:00Z")
    check(len([m for m in mails() if "A1 " in m]) == 2, "not seen again: another fact, another mail")
    # Nobody takes it: a receipt that says so, and another try.
    refusing = program("refusing", "cat >/dev/null; exit 75\n")
    record("Isolated", "2099-03-06T00:00:00Z", reason="x")
    code, _, said = run("register", "alarms", "--at", "2099-03-25T00:00:00Z", "--mail", "duty@example.org", "--sendmail", refusing, "--lang", "es")
    check(code == 1 and "no recibió la alerta A12 (estado 75)" in said and any(json.loads(l).get("status") == 75 for l in open("r.db.told")), "a mailer that refuses is a receipt and a warning")
    n = len(mails())
    tell("2099-03-25T01:00:00Z", "--lang", "es")
    es = [m for m in mails()[n:] if "A12" in m]
    check(len(es) == 1 and "Subject: habeas: alerta A12 sobre P-1" in es[0] and "En aislamiento 19 días (límite 15)." in es[0] and "Debe responder: DGCP." in es[0], f"it is sent by the next run, in Spanish: {es}")
    code, _, said = run("register", "alarms", "--at", "2099-03-26T00:00:00Z", "--hook", "/no/such/program")
    check(code == 1 and "(status 255)" in said, "a program that is not there")
    reads_nothing = program("deaf", "exit 0\n")
    check(run("register", "alarms", "--at", "2099-03-26T00:00:00Z", "--hook", reads_nothing)[0] == 1, "a program that reads nothing harms nothing")
    # The register's own alarm comes back after it ended, and is told again.
    told = [json.loads(l) for l in open("r.db.told")]
    check(any("ended" in l for l in told), "what ended is written too")
    open("r.db.told", "a").write('{"at":"2099-')
    check(tell("2099-03-26T00:00:00Z")[0] == 1, "a receipt cut short by a crash is passed over")
    for bad in ("duty", "a@b\nBcc: c@d", "a@b,c@d", "-oQ/tmp@x", "a b@c"):
        code, _, said = run("register", "alarms", "--mail", bad)
        check(code == 2 and "no address of one mailbox" in said, f"no address: {bad!r}")
    n = len(mails())
    subprocess.run([HABEAS, "register", "alarms", "--db", "r.db", "--at", "2099-03-26T00:00:00Z", "--mail", "other@example.org", "--sendmail", mailer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    check(len(mails()) > n and all("To: other@example.org" in m for m in mails()[n:]), "another address is told by itself")
    os.chdir("/")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
