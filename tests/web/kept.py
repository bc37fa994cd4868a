#!/usr/bin/env python3
"""Pages that are kept (src/web/kept.c): the same page twice is recorded twice; packed it is the same bytes; another
session gets its own; what is entered in the register stands on the next page at once; a session that has ended gets
nothing; after a sync of the audit that failed nobody is shown anything more. With the register on PostgreSQL a page is
kept too, and what is entered stands on the next. usage: kept.py PROGRAM"""
import contextlib
import glob
import gzip
import http.client
import io
import json
import os
import re
import subprocess
import sys
import threading
import time

from serving import ROOT, Browser, Count, Server

count = Count()
program = os.path.abspath(sys.argv[1])
server = Server(program, "--unlimited", register=True)
clerk, other = Browser(server), Browser(server)
clerk.sign_in("clerk")
other.sign_in("second")
PAGE = "/en/people/P-001"


def entries():
    with open(server.store + ".audit", encoding="utf-8") as file:
        return sum(1 for line in file if json.loads(line)["object"] == "P-001")


def size(answer):
    body = gzip.decompress(answer.body) if answer.headers["Content-Encoding"] == "gzip" else answer.body
    return int(re.search(rb"register, entries: (\d+)", body)[1])


def audit_says():
    return subprocess.run([program, "audit", server.store + ".audit"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode


before = entries()
# The minute may turn between two; of three neighbours two are of one minute.
shown = [clerk.get(PAGE) for _ in range(3)]
count.check(all(one.status == 200 for one in shown) and (shown[0].body == shown[1].body or shown[1].body == shown[2].body), "the same page")
count.check(entries() == before + 3, "each showing is recorded")
count.check(all(one.headers["Cache-Control"] == "no-store" and "default-src 'none'" in one.headers["Content-Security-Policy"]
                for one in shown), "a kept page has the headers of every page")
packed = clerk.get(PAGE, headers={"Accept-Encoding": "gzip, deflate"})
plain = clerk.get(PAGE)
count.check(packed.headers["Content-Encoding"] == "gzip" and len(packed.body) < len(plain.body) / 3, "packed for who takes it")
count.check(gzip.decompress(packed.body) == plain.body or gzip.decompress(packed.body) == shown[2].body, "packed it is the same page")
count.check(clerk.get(PAGE + "?x=1", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] is None, "never packed beside a stranger's words")
count.check("gzip" not in (clerk.get("/en/me", headers={"Accept-Encoding": "gzip"}).headers["Content-Encoding"] or ""), "nor other pages")

word = re.compile(r'name="form" value="([^"]+)"')
count.check(word.search(plain.text)[1] != word.search(other.get(PAGE).text)[1], "another session has its own page")
count.check(clerk.ask("GET", "/es/people/P-001").text != plain.text, "another language too")

box = "Read this page in 20 seconds"
count.check(box in clerk.get(PAGE).text, "the box of a new reader")
count.check(clerk.post("/en/help/boxes", {"close": "c", "to": "/people/P-001"}, form=PAGE).status == 303, "she closes it")
count.check(box not in clerk.get(PAGE).text and box in other.get(PAGE).text, "then her page has none, whatever was kept")

n = size(clerk.get(PAGE))
folder = server.folder.name
for step in range(3):
    event = {"event": "LocationConfirmed", "person": "P-001", "authority": "DGCP", "happened_at": f"2025-11-0{step + 1}T10:00:00-06:00", "place": "CECOT", "method": "seen in person"}
    with open(os.path.join(folder, "event"), "w", encoding="utf-8") as file:
        file.write(json.dumps(event) + "\n")
    done = subprocess.run([program, "register", "record", os.path.join(folder, "event"), "--key", os.path.join(folder, "DGCP.key"),
                           "--db", os.path.join(folder, "register.db")], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    count.check(done.returncode in (0, 1), done.stdout.decode())
    for browser in (clerk, other, clerk):
        count.check(size(browser.get(PAGE)) == n + step + 1, "what was just entered stands on the page")

cookies = dict(clerk.cookies)
count.check(clerk.post("/en/sign-out", {}, form="/en/me").status == 303, "she signs out")
clerk.cookies = cookies
count.check(clerk.get(PAGE).status == 303, "then her kept page is nobody's")

count.check(other.get(PAGE).status == 200, "the other session reads on")
n_before, n_bytes = entries(), os.path.getsize(server.store + ".audit")
subprocess.run(["prlimit", "--pid", str(server.process.pid), f"--fsize={n_bytes + 100}:"], check=True)
count.check([other.get(PAGE).status for _ in range(2)] == [500, 500], "no room for more than a part of an entry: nothing is shown")
subprocess.run(["prlimit", "--pid", str(server.process.pid), "--fsize=unlimited:"], check=True)
count.check(other.get(PAGE).status == 200 and entries() == n_before + 1, "when there is room again the part is gone")
count.check(audit_says() == 0, "and the audit is whole")
time.sleep(1.2)   # that reading is synced
tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-p", str(server.process.pid), "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"],
                          stderr=subprocess.PIPE)
count.check(b"attached" in tracer.stderr.readline(), "the disk is made to fail")
n_before, shown = entries(), [other.get(PAGE)]
until = time.time() + 10
while shown[-1].status == 200 and time.time() < until:
    time.sleep(0.1)
    shown.append(other.get(PAGE))
tracer.terminate()
tracer.communicate()
shown.append(other.get(PAGE))   # the disk answers again, what it lost stays lost
count.check([one.status for one in shown[-2:]] == [500, 500] and "What is missing" in shown[0].text and "What is missing" not in shown[-1].text, f"nothing is shown: {[one.status for one in shown]}")
count.check(entries() - n_before == sum(one.status == 200 for one in shown), "each page that was shown is recorded")
count.check(server.stop() == 0 and "Sanitizer" not in server.said and "runtime error" not in server.said, server.said)
count.check("the audit cannot be kept on the disk" in server.said, "the operator is told")

# ---- the register on PostgreSQL --------------------------------------------------------------------------------------
if glob.glob("/usr/lib/postgresql/*/bin") and not os.environ.get("HABEAS_SANITIZED"):
    sys.argv[1:] = [program, program, "postgresql"]
    sys.path.insert(0, os.path.join(ROOT, "tests/register"))
    import harness
    db, keys, _ = harness.new_register()
    seen = harness.event("LocationConfirmed", "facility", "P-001", place="CECOT", method="seen in person")
    count.check(harness.record(db, keys, "facility", seen)[0] in (0, 1), "an entry")
    server = Server(program, "--unlimited", "--db", db[1], "--local", os.path.abspath(db[3]))
    clerk, other = Browser(server), Browser(server)
    clerk.sign_in("clerk")
    other.sign_in("second")
    n = size(clerk.get(PAGE))
    for day in range(3):
        for browser in (clerk, other, clerk):
            answer = browser.get(PAGE, headers={"Accept-Encoding": "gzip"})
            count.check(answer.headers["Content-Encoding"] == "gzip", "a page is kept: only such a one is packed")
            count.check(size(answer) == n + day, f"with what was just entered: {size(answer)}, {n} + {day}")
        again = dict(seen, happened_at=f"2025-03-{16 + day}T21:40:00-06:00")
        count.check(harness.record(db, keys, "facility", again)[0] in (0, 1), "another entry")

    # killed while everybody reads: no page was shown that is not recorded
    n_before, shown, is_killed = entries(), [], threading.Event()

    def read():
        while not is_killed.is_set():
            with contextlib.suppress(OSError, http.client.HTTPException):
                if browser.get(PAGE).status == 200:
                    shown.append(1)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for one in readers:
        one.start()
    time.sleep(0.5)
    server.process.kill()
    time.sleep(0.1)
    is_killed.set()
    for one in readers:
        one.join()
    count.check(len(shown) > 20 and len(shown) <= entries() - n_before <= len(shown) + 4, f"{len(shown)} shown, {entries() - n_before} recorded")
    count.check(audit_says() == 0, "the audit is whole")
    server.stop()
    with contextlib.redirect_stdout(io.StringIO()):
        harness.finish()
count.end()
