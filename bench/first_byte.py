#!/usr/bin/env python3
"""How long each page takes to its first byte with a large list and a large register: every GET address of
src/web/routes.def, asked by the first role that may read it, and by a custody officer too where she sees her own alone;
median and 99 of 100; the last line names what takes more than 100 ms or has no answer at all. PDFs are left out: another
program makes them. Prints what, value, unit, n, as the other programs here. usage: first_byte.py BUILD PEOPLE REGISTER [ONLY]
REGISTER: a store bench-register has kept, of at least as many people; it is only read. ONLY: addresses with this (regex)"""
import csv
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "web"))
from serving import Browser, ROOT, Server, routes

build, n_people, register = os.path.abspath(sys.argv[1]), int(sys.argv[2]), os.path.abspath(sys.argv[3])
only = re.compile(sys.argv[4] if len(sys.argv) > 4 else "")


def first_bytes(path, browser):
    """Milliseconds to the first byte of an address, again and again for three seconds, at most forty times; {p} in
    it is another person each time, so that no page is one that was kept. And the status of the last, empty without answer."""
    taken, ends = [], time.perf_counter() + 3
    while not taken or (len(taken) < 40 and time.perf_counter() < ends):
        head = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
        person = f"P-{(len(taken) + 1) * 7919 % n_people}"
        with socket.create_connection(("127.0.0.1", server.port), timeout=120) as line:
            begun = time.perf_counter()
            line.sendall(f"GET {path.replace('{p}', person)} HTTP/1.1\r\nHost: x\r\nCookie: {head}\r\nConnection: close\r\n\r\n".encode())
            status = line.recv(12)[9:].decode()
            taken.append((time.perf_counter() - begun) * 1000)
            if status != "200":
                break
    return sorted(taken), status


def accounts():
    """The demonstration's account of each role, as the server prints them when it starts."""
    found = {}
    for line in server.process.stdout:
        words = line.decode().split()
        if words[:1] == ["the"]:
            return found
        if len(words) >= 2 and words[0] != "sign":
            found.setdefault(words[1], words[0])
    return found


def linked(browser, page, before):
    """The id in the first address on that page which begins so; nothing found is said by the status of what is asked."""
    found = re.search(f'/en{before}([^"/?#]+)', browser.get("/en" + page).text)
    return found[1] if found else "none"


def measure(address, act, role):
    """Says how long that address takes for that role."""
    address = ("" if address.startswith("/v1/") else "/en") + address
    for place, value in ids.items():
        address = address.replace(place, value)
    if grants[act][role] == "own" and role == "registry_clerk":
        role = "counsel" if grants[act]["counsel"] == "own" else role   # whose client is P-001
    if grants[act][role] == "own":
        address = address.replace("{p}", "P-001")
    taken, status = first_bytes(address, signed_in[role])
    if status != "200":
        over.extend([] if status else [address])
        print(f"first byte of {address}, {role}: {f'not measured, it answers {status}' if status else 'NO ANSWER'}\t{taken[-1]:.1f}\tms\t1", flush=True)
        return
    print(f"first byte of {address}, {role}, median\t{taken[len(taken) // 2]:.1f}\tms\t{len(taken)}")
    print(f"first byte of {address}, {role}, 99 of 100\t{taken[int(len(taken) * 0.99)]:.1f}\tms\t{len(taken)}", flush=True)
    over.extend([address] if taken[int(len(taken) * 0.99)] > 100 else [])


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
        tails = [json.dumps({**one, "person": "?"}).partition('"?"') for one in people]
        for i in range(n_people):   # the ids that bench-register gives
            before, _, after = tails[i % len(tails)]
            out.write(f'{before}"P-{i}"{after}\n')
        out.write(f'{tails[0][0]}"P-001"{tails[0][2]}\n')   # whose counsel and court the demonstration has
    begun = time.time()
    server = Server(f"{build}/habeas", "--unlimited", "--list", path, "--scenario", "scenarios/cecot-2025.json", "--facilities", "facilities",
                    "--db", register)
    print(f"start with a list decided ahead\t{time.time() - begun:.1f}\ts\t{n_people}", flush=True)
    table = list(csv.DictReader(io.StringIO(subprocess.run([f"{build}/habeas", "roles"], stdout=subprocess.PIPE, check=True).stdout.decode())))
    grants, signed_in = {row["act"]: row for row in table}, {}
    for role, name in accounts().items():
        signed_in[role] = Browser(server)
        signed_in[role].sign_in(name)
    clerk = signed_in["registry_clerk"]
    ids = {"{f}": linked(clerk, "/facilities", "/facilities/"), "{rule}": linked(clerk, "/rulebook", "/rulebook/(?!model)"), "{kind}": linked(clerk, "/record", "/record/"),
           "/lists/{id}": "/lists/" + re.findall(r"/en/lists/(L-[0-9a-f]{8})", clerk.get("/en/lists").text)[0],
           "{e}": linked(clerk, f"/register/people/P-{n_people // 2}", "/register/events/")}
    over = []
    for kind, method, address, act, of_person in routes():
        if method != "GET" or address.endswith(".pdf") or not only.search(address):
            continue
        first = next((one for grant in ("all", "own", "counts") for one in signed_in if grants[act][one] == grant), None)
        measure(address, act, first)
        if grants[act]["facility_officer"] == "own" and first != "facility_officer" and not of_person:
            measure(address, act, "facility_officer")
    print(f"addresses over 100 ms: {' '.join(over) or 'none'}\t{len(over)}\taddresses\t{n_people}", flush=True)
    server.stop()
