#!/usr/bin/env python3
"""What somebody who means harm would try, against a running server: hidden requests over a raw socket, bodies past the
limit, forms from elsewhere, stolen or old cookies, guessed passwords, codes used twice, floods, an altered audit.
usage: hardening.py PROGRAM; with HABEAS_LONG=1 also a client that trickles for more than a minute."""
import json
import os
import re
import subprocess
import sys
import threading
import time

from serving import Browser, Count, PASSWORD, Server, code, demo_secret

program = os.path.abspath(sys.argv[1])
count = Count()
check = count.check
server = Server(program, "--unlimited")

# ---- how the program is built (readelf is part of binutils, as the linker is) -----------------------------------------
built = subprocess.run(["readelf", "--wide", "--dynamic", "--segments", "--dyn-syms", program], capture_output=True, text=True, check=True).stdout
check("__stack_chk_fail" in built, "the compiler's checks of the stack are in")
check("Flags: NOW PIE" in built and "GNU_RELRO" in built, "position-independent, and its tables of addresses cannot be changed")

# ---- slow clients, begun first and looked at last ------------------------------------------------------------------
slow = {}


def idle():
    begun = time.time()
    got = server.raw(b"GET /en/help HTTP/1.1\r\nHost: x\r\n", wait=40)
    slow["idle"] = (time.time() - begun, got)


def trickle():
    import socket
    begun = time.time()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.settimeout(0.1)
        try:
            line.sendall(b"GET /en/help HTTP/1.1\r\nHost: x\r\nX: ")
            while time.time() - begun < 100:
                line.sendall(b"a")
                try:
                    if line.recv(10) == b"":
                        break
                except TimeoutError:
                    time.sleep(2)
        except OSError:
            pass
    slow["trickle"] = time.time() - begun


threads = [threading.Thread(target=idle)] + ([threading.Thread(target=trickle)] if os.environ.get("HABEAS_LONG") else [])
for thread in threads:
    thread.start()

# ---- what may be read in two ways (RFC 9112 section 6.3) ------------------------------------------------------------
HIDDEN = b"GET /en/demo HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /en/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
CHUNK = b"0\r\n\r\n"
for what, request in {
    "a length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
    "chunks and a length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + CHUNK,
    "two lengths that differ": POST + b"Content-Length: 3\r\nContent-Length: 0\r\n\r\na=b",
    "two lengths that agree": POST + b"Content-Length: 3\r\nContent-Length: 3\r\n\r\na=b",
    "a length with a sign": POST + b"Content-Length: +3\r\n\r\na=b",
    "a length with a list": POST + b"Content-Length: 3, 3\r\n\r\na=b",
    "an unknown coding": POST + b"Transfer-Encoding: gzip\r\n\r\n" + CHUNK,
    "an unknown coding before chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n" + CHUNK,
    "chunked twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + CHUNK,
    "a coding in disguise": POST + b"Transfer-Encoding: xchunked\r\n\r\n" + CHUNK,
    "a space before the colon": POST + b"Content-Length : 3\r\n\r\na=b",
    "chunks before HTTP/1.1": POST.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n\r\n" + CHUNK,
    "two hosts": b"GET /en/help HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
}.items():
    got = server.raw(request + HIDDEN, wait=10)
    statuses = re.findall(rb"HTTP/1\.[01] (\d+)", got)   # libmicrohttpd writes the head of its own refusals twice
    check(statuses and set(statuses) == {b"400"} and b"demo" not in got, f"{what}: {got[:200]!r}")
got = server.raw(b"GET /en/help HTTP/1.1\r\nHost: x\r\n\r\n" + HIDDEN.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
check(got.count(b"HTTP/1.1 200") == 2, "two honest requests one after the other are both answered")

# ---- sizes and methods ---------------------------------------------------------------------------------------------
check(server.raw(POST + b"Content-Length: 999999999\r\n\r\n").startswith(b"HTTP/1.1 413"), "a body past the limit")
check(server.raw(POST + b"Content-Length: 99999999999999999999\r\n\r\n")[9:12] in (b"413", b"400"), "a length past 64 bits")
chunks = b"".join(b"1000\r\n" + b"a" * 4096 + b"\r\n" for _ in range(64)) + CHUNK
check(b" 200 " not in server.raw(POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks), "chunks past the limit")
check(server.raw(b"GET /en/" + b"a" * 5000 + b" HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 414"), "a long address")
check(b" 200 " not in server.raw(b"GET /en/help HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70000 + b"\r\n\r\n"), "a head past 32 KiB")
for method in (b"PUT", b"DELETE", b"TRACE", b"CONNECT", b"PATCH", b"OPTIONS", b"MAKE"):
    got = server.raw(method + b" /en/help HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    check(re.match(rb"HTTP/1.1 (405|400|501)", got), f"{method}: {got[:60]!r}")
for path in ("/assets/x/../../../../etc/passwd", "/assets/x/%2e%2e/%2e%2e/etc/passwd", "/en/../../etc/passwd", "//etc/passwd",
             "/en/people/..%2f..%2fetc%2fpasswd", "/en/people/%00", "/en/people/%ff", "/en/%", "/xx/help", "/en/lists/%zz"):
    answer = server.ask("GET", path)
    check(answer.status in (303, 404) and "root:" not in answer.text, f"{path}: {answer.status}")

# ---- every answer's head -------------------------------------------------------------------------------------------
for path in ("/en/help", "/es/sign-in", "/nothing", "/", "/assets/x/nothing"):
    head = server.ask("GET", path).headers
    policy = head["Content-Security-Policy"] or ""
    check("default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy and "*" not in policy,
          f"{path}: policy {policy}")
    check(head["X-Content-Type-Options"] == "nosniff" and head["Referrer-Policy"] == "no-referrer" and
          head["X-Frame-Options"] == "DENY", f"{path}: heads")
    check(head["Cache-Control"] == "no-store", f"{path}: kept by caches")
    check(not head["Server"] and not head["X-Powered-By"], f"{path}: says what it runs on")
answer = server.ask("GET", "/en/sign-in?name=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E")
check("<script" not in answer.text and "&lt;script&gt;" in answer.text, "a script in the query stays words")
cookie = answer.headers["Set-Cookie"]
check(cookie.startswith("__Host-") and all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=", "Path=/")), cookie)

# ---- forms ---------------------------------------------------------------------------------------------------------
clerk = Browser(server)
begun = clerk.get("/en/sign-in").headers
clerk.post("/en/sign-in", {"name": "clerk", "password": PASSWORD})
half = dict(clerk.cookies)
answer = clerk.get("/en/lists")
check(answer.status == 303 and "sign-in" in answer.headers["Location"], "after the password alone nothing is shown")
used = code(demo_secret("clerk"))
answer = clerk.post("/en/sign-in/code", {"code": used})
check(answer.status == 303 and answer.headers["Location"] == "/en/lists", "with the code she is at her first page")
strict = answer.headers["Set-Cookie"]
check("SameSite=Strict" in strict and "Secure" in strict and "HttpOnly" in strict, strict)
check(clerk.cookies["__Host-habeas"] != half["__Host-habeas"], "the whole session has a cookie of its own")
stale = Browser(server)
stale.cookies = half
check(stale.get("/en/lists").status == 303, "the cookie of the half session is worth nothing afterwards")

word = clerk.word("/en/me")
other = Browser(server)
other.sign_in("second")
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
check(clerk.ask("POST", "/en/sign-out", "", FORM).status == 403, "a form without its word")
check(clerk.ask("POST", "/en/sign-out", f"form={other.word('/en/me')}", FORM).status == 403, "a form with another's word")
for site in ("cross-site", "same-site"):
    check(clerk.ask("POST", "/en/sign-out", f"form={word}", {**FORM, "Sec-Fetch-Site": site}).status == 403, f"a form from {site}")
check(clerk.ask("GET", "/en/sign-out").status == 405, "what changes something is no link")
for to in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "/me\r\nX: y"):
    led = clerk.post("/en/help/boxes", {"close": "c", "to": to}, form="/en/me").headers["Location"]
    check(re.fullmatch(r"/en/[a-z./]*", led), f"a form leads nowhere else: {to!r}: {led}")
check(clerk.get("/en/lists").status == 200, "she is still signed in")
kept = dict(clerk.cookies)
check(clerk.ask("POST", "/en/sign-out", f"form={word}", FORM).status == 303, "she signs out")
stale.cookies = kept
check(stale.get("/en/lists").status == 303, "the old cookie is worth nothing afterwards")
answer = clerk.post("/en/sign-in", {"name": "clerk", "password": PASSWORD})
check(clerk.post("/en/sign-in/code", {"code": used}).status == 200 and clerk.get("/en/lists").status == 303,
      "a code counts once")
# The body of a form in forms of its own: none makes the server fall, none signs in.
for body in (b"&&&&=&=", b"name=%", b"name=%00", b"a=b&" * 100, b"\xff\xfe", b"name=" + b"a" * 8000, b"form=&name=clerk"):
    check(server.ask("POST", "/en/sign-in", body, FORM).status in (400, 403), f"{body[:20]}")
for body in (b"", b"--x", b"--x\r\n", b"--x--", b"--x\r\n\r\n\r\n--x--", b'--x\r\nContent-Disposition: form-data; name="form\r\n\r\na\r\n--x--'):
    answer = server.ask("POST", "/en/lists/new", body, {"Content-Type": "multipart/form-data; boundary=x"})
    check(answer.status in (303, 400, 403), f"{body!r}: {answer.status}")

# ---- guessed passwords ---------------------------------------------------------------------------------------------
guesser = Browser(server)
answers = [guesser.post("/en/sign-in", {"name": "court", "password": f"guess number {i}"}) for i in range(5)]
check(all(answer.status == 200 and "is wrong" in answer.text for answer in answers), "a wrong password is told so")
check("After 4 more" in answers[0].text and "After 0 more" in answers[4].text, "tries are counted")
check(guesser.post("/en/sign-in", {"name": "court", "password": PASSWORD}).status == 200, "after five tries the right one waits too")
shapes = [re.sub(r'value="[^"]*"', "", guesser.post("/en/sign-in", {"name": name, "password": "a wrong password"}).text)
          for name in ("inspector", "nobody-of-this-name")]
check(shapes[0] == shapes[1], "a name there is and a name there is not get the same page")
taken = {"budget": [], "nobody-two": []}
for _ in range(6):  # in turns, and the least of each: what other programs take only adds
    for name, times in taken.items():
        word = guesser.word("/en/sign-in")
        begun = time.perf_counter()
        guesser.ask("POST", "/en/sign-in", f"form={word}&name={name}&password=a+wrong+password", FORM)
        times.append(time.perf_counter() - begun)
check(0.6 < min(taken["budget"]) / min(taken["nobody-two"]) < 1.6, f"a name there is and one there is not take as long: {taken}")

# ---- two officers for each account ---------------------------------------------------------------------------------
one, two = Browser(server), Browser(server)
one.sign_in("operator")
two.sign_in("operator-2")
new = {"name": "r.alvarado", "role": "court", "party": "", "people": "P-001", "place": "", "password": "a first pass phrase"}
check(one.post("/en/admin/people", {**new, "password": "11 letters."}, form="/en/admin").status == 400, "a short password")
asked = one.post("/en/admin/people", new, form="/en/admin")
secret = re.search(r'<p class="hb-code">([A-Z2-7]{32})</p>', asked.text)
check(asked.status == 200 and secret, "an account is asked for, its secret shown once")
import base64
key = base64.b32decode(secret[1]) if secret else b""
judge = Browser(server)
check(judge.sign_in("r.alvarado", new["password"], key).status != 303 or judge.get("/en/own").status == 303,
      "nobody signs in to an account that one officer made")
check(one.post("/en/admin/people/confirm", {"name": "r.alvarado"}, form="/en/admin").status == 400, "who asked cannot confirm")
check(two.post("/en/admin/people/confirm", {"name": "r.alvarado"}, form="/en/admin").status == 303, "another officer confirms")
check(judge.sign_in("r.alvarado", new["password"], key).status == 303 and judge.get("/en/own").status == 200, "then she signs in")
again = Browser(server)
again.post("/en/sign-in", {"name": "r.alvarado", "password": new["password"]})
check(again.post("/en/sign-in/code", {"code": code(key, time.time() + 30)}).status == 303 and again.get("/en/own").status == 200, "on two devices")
check("this one included: 2" in judge.get("/en/me").text, "which her account tells")
changed = {"password": new["password"], "new": "another phrase, ¡más larga!", "again": "another phrase, ¡más larga!"}


def change(**fields):
    answer = judge.post("/en/me/password", {**changed, **fields}, form="/en/me")
    return answer.status, answer.text


check("present password is wrong" in change(password="not hers at all")[1], "a password is changed by who knows the present one")
check("differ" in change(again="another")[1] and change(new="11 letters.", again="11 letters.")[0] == 400, "and who can repeat a long one")
check(again.get("/en/own").status == 200, "until then nothing has changed")
check("is changed" in change()[1] and judge.get("/en/own").status == 200 and again.get("/en/own").status == 303, "changed, the other device is signed out")
check("is wrong" in again.post("/en/sign-in", {"name": "r.alvarado", "password": new["password"]}).text and
      again.post("/en/sign-in", {"name": "r.alvarado", "password": changed["new"]}).status == 303, "and only the new one counts")
check(two.post("/en/admin/people/end", {"name": "r.alvarado"}, form="/en/admin").status == 303 and
      judge.get("/en/own").status == 303, "an account that ends has no session left")

# ---- the audit -----------------------------------------------------------------------------------------------------
reader = Browser(server)
reader.sign_in("counsel")
check(reader.get("/en/people/P-001").status == 200 and reader.get("/en/people/P-060").status == 404, "own and not own")
for thread in threads:
    thread.join()
check(10 < slow["idle"][0] < 30 and b" 200 " not in slow["idle"][1], f"a client that stops in the middle: {slow['idle'][0]:.0f} s")
if "trickle" in slow:
    check(55 < slow["trickle"] < 75, f"a client that trickles: {slow['trickle']:.0f} s")
status = server.stop()
check(status == 0 and "ERROR" not in server.said and "runtime error" not in server.said, f"{status} {server.said[-2000:]}")
lines = open(server.store + ".audit", encoding="utf-8").read().splitlines()
rows = [json.loads(line) for line in lines]
check(any(row["account"] == "counsel" and row["object"] == "P-001" and row["status"] == 200 for row in rows), "a reading is recorded")
check(any(row["account"] == "counsel" and row["object"] == "P-060" and row["status"] == 404 for row in rows), "so is a refusal")
check(any(row["account"] == "counsel" and row["act"] == "HELP" and row["status"] == 303 for row in rows), "so is a sign-in")
check(any(row["account"] == "" and row["act"] == "HELP" and row["status"] == 200 for row in rows), "and one that failed")
check(not any(secret_word in line for line in lines for secret_word in (PASSWORD, "Abrego")), "no password and no name in the audit")


def audit_says():
    done = subprocess.run([program, "audit", server.store + ".audit"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout.decode()


check(audit_says()[0] == 0, f"the audit is whole: {audit_says()}")
for what, changed in {
    "a line changed": lines[:3] + [lines[3].replace('"status":', '"status":1')] + lines[4:],
    "a line lost": lines[:3] + lines[4:],
    "two lines in another order": lines[:3] + [lines[4], lines[3]] + lines[5:],
    "a line put in": lines[:3] + [lines[2]] + lines[3:],
}.items():
    open(server.store + ".audit", "w", encoding="utf-8").write("\n".join(changed) + "\n")
    check(audit_says()[0] == 1, f"{what} is found: {audit_says()}")

# ---- an audit that cannot be written: nothing is shown ---------------------------------------------------------------
import tempfile
with tempfile.TemporaryDirectory() as full:
    os.symlink("/dev/full", os.path.join(full, "web.db.audit"))
    server = Server(program, "--unlimited", store=os.path.join(full, "web.db"))
    reader = Browser(server)
    reader.sign_in("clerk")
    answer = reader.get("/en/people/P-001")
    check(answer.status == 500 and "BARRED" not in answer.text.split("<main")[1].split("</main")[0], "what cannot be recorded is not shown")
    check("Reference" in answer.text and "space" not in answer.text.lower().split("<main")[1].split("</main")[0],
          "a failure shows a reference, not its cause")
    check(server.stop() == 0 and "No space" in server.said, "and who runs the server is told the cause")

# ---- floods (a server with its limits) -----------------------------------------------------------------------------
server = Server(program)
statuses = [server.ask("GET", "/en/help").status for _ in range(300)]
check(statuses[0] == 200 and 429 in statuses, "a flood of one client waits")
check(server.ask("GET", "/en/help").headers["Retry-After"], "and is told how long")
check(server.stop() == 0, "the server ends")
server = Server(program)
guesser = Browser(server)
word = guesser.word("/en/sign-in")
for n_tries in range(60):
    if guesser.ask("POST", "/en/sign-in", f"form={word}&name=name{n_tries}&password=x", FORM).status == 429:
        break
check(15 <= n_tries < 59, f"one client that tries many names waits: after {n_tries}")
check(server.stop() == 0, "the server ends")
count.end()
