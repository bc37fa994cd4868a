#!/usr/bin/env python3
"""Pages that are kept (src/web/kept.c): the same page twice is recorded twice; packed it is the same bytes; another
session gets its own; what is entered in the register stands on the next page at once; a session that has ended gets
nothing; after a sync of the audit that failed nobody is shown anything more. usage: kept.py PROGRAM"""
import gzip
import json
import os
import re
import subprocess
import sys
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
    return int(re.search(r"register, entries: (\d+)", answer.text)[1])


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
time.sleep(1.2)   # that reading is synced
tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-p", str(server.process.pid), "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO"],
                          stderr=subprocess.PIPE)
count.check(b"attached" in tracer.stderr.readline(), "the disk is made to fail")
n_before, shown = entries(), []
for _ in range(4):
    shown.append(other.get(PAGE))
    time.sleep(0.8)
tracer.terminate()
tracer.communicate()
shown.append(other.get(PAGE))   # the disk answers again, what it lost stays lost
count.check([one.status for one in shown[-2:]] == [500, 500] and "What is missing" in shown[0].text and "What is missing" not in shown[-1].text, f"nothing is shown: {[one.status for one in shown]}")
count.check(entries() - n_before == sum(one.status == 200 for one in shown), "each page that was shown is recorded")
count.check(server.stop() == 0 and "Sanitizer" not in server.said and "runtime error" not in server.said, server.said)
count.check("the audit cannot be kept on the disk" in server.said, "the operator is told")
count.end()
