#!/usr/bin/env python3
"""How fast the pages are: requests a second of a person's page, signed in, beside libmicrohttpd's own hello page in the
same run (wrk); and the time to the first byte of each start page with PEOPLE people on the list. Prints what, value, unit,
n, as the other programs here. usage: web.py BUILD [PEOPLE]"""
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "web"))
from serving import Browser, ROOT, Server

build = os.path.abspath(sys.argv[1])
n_people = int(sys.argv[2]) if len(sys.argv) > 2 else 20000


def wrk(url, cookie=None, seconds=5, packed=False):
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", url] + (["-H", f"Cookie: {cookie}"] if cookie else [])
    command += ["-H", "Accept-Encoding: gzip"] if packed else []
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    if "Non-2xx" in said:
        sys.exit(f"{url}: {said}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1])


with socket.socket() as line:
    line.bind(("127.0.0.1", 0))
    port = line.getsockname()[1]
hello = subprocess.Popen([f"{build}/bench/bench-hello", str(port)])
server = Server(f"{build}/habeas", "--unlimited")
clerk = Browser(server)
clerk.sign_in("clerk")
cookie = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
time.sleep(0.3)
person = f"http://127.0.0.1:{server.port}/en/people/P-001"
n_bytes = len(clerk.get("/en/people/P-001").body)
taken = []   # other people's pages: each is made for the first time
for i in range(2, 30):
    begun = time.perf_counter()
    clerk.get(f"/en/people/P-{i:03d}")
    taken.append((time.perf_counter() - begun) * 1000)
rates = [(wrk(f"http://127.0.0.1:{port}/"), wrk(person, cookie), wrk(person, cookie, packed=True)) for _ in range(3)]
hello.terminate()
server.stop()
first, second, third = (sorted(one)[1] for one in zip(*rates))
print(f"libmicrohttpd's hello page\t{first:.0f}\trequests/s\t3")
print(f"a person's page\t{n_bytes}\tbytes\t1")
print(f"a person's page made for the first time in a session, median\t{sorted(taken)[len(taken) // 2]:.1f}\tms\t{len(taken)}")
print(f"a person's page, signed in, each reading audited\t{second:.0f}\trequests/s\t3")
print(f"a person's page beside the hello page\t{100 * second / first:.1f}\t%\t3")
print(f"the same packed, as browsers ask for it\t{third:.0f}\trequests/s\t3")
print(f"the same packed, beside the hello page\t{100 * third / first:.1f}\t%\t3")

with tempfile.TemporaryDirectory() as folder:
    lines = open(os.path.join(ROOT, "agreements/us-sv-2025/list.ndjson"), encoding="utf-8").read().splitlines()
    header = json.loads(lines[0])
    for name in ("agreement", "facility"):
        header[name] = os.path.join(ROOT, "agreements/us-sv-2025", header[name])
    for name in ("documents", "contests"):
        header[name] = [os.path.join(ROOT, "agreements/us-sv-2025", one) for one in header[name]]
    people = [json.loads(line) for line in lines[1:]]
    people = [one for one in people if len(json.dumps(one)) < 2500] or people
    path = os.path.join(folder, "large.ndjson")
    with open(path, "w", encoding="utf-8") as out:
        out.write(json.dumps(header) + "\n")
        for i in range(n_people):
            out.write(json.dumps({**people[i % len(people)], "person": f"Q-{i:07d}"}) + "\n")
    begun = time.time()
    server = Server(f"{build}/habeas", "--unlimited", "--list", path)
    print(f"start with a list decided ahead\t{time.time() - begun:.1f}\ts\t{n_people}")
    clerk = Browser(server)
    clerk.sign_in("clerk")
    large = re.findall(r"/en/lists/(L-[0-9a-f]{8})", clerk.get("/en/lists").text)[0]
    for shown, path in {"all lists": "/en/lists", "a list": f"/en/lists/{large}", "the board": "/en/board",
                        "the middle of a list": f"/en/lists/{large}?after=Q-{n_people // 2:07d}",
                        "a person": f"/en/people/Q-{n_people - 1:07d}"}.items():
        taken = []
        for _ in range(9):
            with socket.create_connection(("127.0.0.1", server.port)) as line:
                head = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
                begun = time.perf_counter()
                line.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: {head}\r\nConnection: close\r\n\r\n".encode())
                if line.recv(12) != b"HTTP/1.1 200":
                    sys.exit(f"{path}: no answer")
                taken.append((time.perf_counter() - begun) * 1000)
        print(f"first byte of {shown}, the slowest of nine, people on the list\t{max(taken):.1f}\tms\t{n_people}")
    server.stop()
