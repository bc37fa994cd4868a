#!/usr/bin/env python3
"""More people than one page holds: a copy of a list leaves in parts, whole and each person on record, and one that
cannot go on is never taken for whole; what takes long holds nobody up. usage: large.py PROGRAM"""
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from serving import Browser, Count, ROOT, Server

N = 2500
program = os.path.abspath(sys.argv[1])
count = Count()
check = count.check
AGREEMENT = os.path.join(ROOT, "agreements/us-sv-2025")
lines = open(os.path.join(AGREEMENT, "list.ndjson"), encoding="utf-8").read().splitlines()
header, one = json.loads(lines[0]), json.loads(lines[1])
for name in ("agreement", "facility"):
    header[name] = os.path.join(AGREEMENT, header[name])
for name in ("documents", "contests"):
    header[name] = [os.path.join(AGREEMENT, file) for file in header[name]]

aside = tempfile.TemporaryDirectory()
folder = aside.name


def habeas(*arguments, given=None):
    done = subprocess.run([program, *arguments, "--db", f"{folder}/register.db"], input=given, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode in (0, 1), done.stdout.decode())


def record(*events):
    habeas("register", "record", "--key", f"{folder}/DGCP.key", given=b"\n".join(json.dumps({"authority": "DGCP", **event}).encode() for event in events))


habeas("register", "init", "registry.example/large")
habeas("register", "key", "new", "DGCP/one", "--role", "facility", "--out", f"{folder}/DGCP.key")
record(*({"event": "Admitted", "person": f"L-{i:04}", "happened_at": f"2025-03-16T{i // 60 % 24:02}:{i % 60:02}:00Z", "place": "cecot" if i % 2 else f"PLACE-{i % 250:03}",
          "order": "none", "injuries": "none", "property": "none"} for i in range(N)))
with open(f"{folder}/list.ndjson", "w", encoding="utf-8") as file:
    file.writelines(json.dumps(line) + "\n" for line in [header, *({**one, "person": f"L-{i:04}"} for i in range(N))])
server = Server(program, "--unlimited", "--list", f"{folder}/list.ndjson", "--db", f"{folder}/register.db", "--jobs", "1", "--facilities", "facilities", store=f"{folder}/large.db")
clerk = Browser(server)
clerk.sign_in("clerk")
large = re.search(r"/en/lists/(L-[0-9a-f]{8})", clerk.get("/en/lists").text)[1]


def exported():
    with open(server.store + ".audit", encoding="utf-8") as file:
        return [entry["object"] for entry in map(json.loads, file) if entry["act"] == "EXPORT"]


# ---- copies --------------------------------------------------------------------------------------------------------
COPY = f"/en/lists/{large}/copy"
copy = clerk.get(COPY)
everybody = sorted(f"L-{i:04}" for i in range(N))
check(copy.status == 200 and sorted(row.split(",")[5] for row in copy.text.splitlines()[1:]) == everybody, "a large list goes out whole")
check(sorted(exported()) == everybody, "each person of it is on record")
head = clerk.ask("HEAD", COPY)
check(head.status == 200 and head.text == "" and head.headers["Content-Length"] is None, "its head says no length")
cookies = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
old = server.raw(f"GET {COPY} HTTP/1.0\r\nHost: x\r\nCookie: {cookies}\r\n\r\n".encode())
check(b" 505 " in old.splitlines()[0] and b"L-0001" not in old, "a client that could not tell a cut copy from a whole one gets none")

# ---- what takes long holds nobody up -------------------------------------------------------------------------------
REPORT, N_REPORTS = "/en/facilities/cecot/report", 6
answered, quick = [], []
with ThreadPoolExecutor(N_REPORTS) as pool:
    for _ in range(N_REPORTS):
        pool.submit(lambda: answered.append(clerk.get(REPORT).status))
    while len(answered) < 2:   # the others wait for their turn
        time.sleep(0.01)
    quick = [(clerk.get("/en/me").status, len(answered)) for _ in range(3)]
check(answered == [200] * N_REPORTS and quick[-1] == (200, quick[0][1]) and quick[0][1] < N_REPORTS, f"a quick page is shown between long ones: {quick} {answered}")

# ---- a copy that cannot go on --------------------------------------------------------------------------------------
tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-p", str(server.process.pid), "-P", server.store + ".audit",
                           "-e", "trace=write", "-e", "inject=write:error=ENOSPC:when=1500+"], stderr=subprocess.PIPE)
check(b"attached" in tracer.stderr.readline(), "the disk is made to fill")
try:
    check(clerk.get(COPY).status == 500, "what cannot be recorded is not sent")
except http.client.IncompleteRead as cut:
    check(0 < cut.partial.count(b"\n") < N, "what cannot be recorded is not sent, and the reader sees that it was cut")
tracer.terminate()
tracer.communicate()
check(server.stop() == 0 and "runtime error" not in server.said and "Sanitizer" not in server.said, server.said)
check("the audit cannot be written" in server.said, f"the operator is told: {server.said}")
count.end()
