#!/usr/bin/env python3
"""How fast the pages are: requests a second of a person's page, signed in, beside libmicrohttpd's own hello page in the
same run (wrk). Prints what, value, unit, n, as the other programs here. usage: web.py BUILD"""
import os
import re
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "web"))
from serving import Browser, Server

build = os.path.abspath(sys.argv[1])


def processor(process):
    """Seconds of it that a process has used."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        words = file.read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def wrk(process, url, cookie=None, seconds=5, packed=False):
    """Requests a second, and microseconds of the server's processors that each took, which other programs disturb less."""
    before = processor(process)
    command = ["wrk", "-t1", "-c32", f"-d{seconds}s", url] + (["-H", f"Cookie: {cookie}"] if cookie else [])
    command += ["-H", "Accept-Encoding: gzip"] if packed else []
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode()
    if "Non-2xx" in said:
        sys.exit(f"{url}: {said}")
    spent = processor(process) - before
    return float(re.search(r"Requests/sec:\s*([\d.]+)", said)[1]), spent * 1e6 / int(re.search(r"(\d+) requests in", said)[1])


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
asked = [(hello, f"http://127.0.0.1:{port}/", None, False), (server.process, person, cookie, False), (server.process, person, cookie, True)]
runs = [[wrk(process, url, cookies, packed=packed) for process, url, cookies, packed in asked] for _ in range(3)]
hello.terminate()
server.stop()
first, second, third = (sorted(rate for rate, _ in one)[1] for one in zip(*runs))
costs = [sorted(cost for _, cost in one)[1] for one in zip(*runs)]
print(f"libmicrohttpd's hello page\t{first:.0f}\trequests/s\t3")
print(f"a person's page\t{n_bytes}\tbytes\t1")
print(f"a person's page made for the first time in a session, median\t{sorted(taken)[len(taken) // 2]:.1f}\tms\t{len(taken)}")
print(f"a person's page, signed in, each reading audited\t{second:.0f}\trequests/s\t3")
print(f"a person's page beside the hello page\t{100 * second / first:.1f}\t%\t3")
print(f"the same packed, as browsers ask for it\t{third:.0f}\trequests/s\t3")
print(f"the same packed, beside the hello page\t{100 * third / first:.1f}\t%\t3")
for what, cost in zip(("the hello page", "a person's page", "the same packed"), costs):
    print(f"the server's processors for a request of {what}\t{cost:.1f}\tus\t3")
