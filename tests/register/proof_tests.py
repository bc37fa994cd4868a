"""Proofs, exports and witnesses; a register moved to another store."""
import base64, glob, json, os, random, re, shutil, subprocess

from harness import *


def test_proofs():
    db, keys, vkey = new_register()
    events = [event("LocationConfirmed", "facility", person=f"P-{i}", at="2025-03-15T12:00:00Z", place="CECOT", method="roll") for i in range(300)]
    record(db, keys, "facility", *events)
    old = run("register", "checkpoint", *db)[1]
    open("old.note", "w").write(old)
    record(db, keys, "facility", *events[:5])
    folder = "pub"
    check(run("register", "export", folder, *db)[0] == 0, "export")
    policy = f"{folder}/policy"
    check(run(folder, "--keys", policy, "--from", "old.note", program=VERIFY)[0] == 0, "habeas-verify: the export holds, and goes on from the old checkpoint")
    check(run("register", "verify", "--from", "old.note", *db)[0] == 0, "verify --from")
    for number in (0, 5, 255, 256, 310):
        run("register", "prove", str(number), "--out", "p", *db)
        check(run("p", "--keys", policy, program=VERIFY)[0] == 0, f"habeas-verify: proof of {number}")
    data = open("p.entry").read()
    open("p.entry", "w").write(data.replace("T", "t", 1))
    check(run("p", "--keys", policy, program=VERIFY)[0] == 1, "another entry is not proved")
    # Every published file, one byte changed: found.
    for path in sorted(glob.glob(f"{folder}/**/*", recursive=True)):
        if not os.path.isfile(path) or path.endswith("policy"):
            continue
        whole = open(path, "rb").read()
        for at in sorted({0, len(whole) // 3, len(whole) - 1} | {random.randrange(len(whole)) for _ in range(5)}):
            open(path, "wb").write(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
            code = run(folder, "--keys", policy, program=VERIFY)[0]
            check(code in (1, 3), f"{path} byte {at} changed and not found")
        open(path, "wb").write(whole[:-1])
        check(run(folder, "--keys", policy, program=VERIFY)[0] in (1, 3), f"{path} cut short and not found")
        open(path, "wb").write(whole)
    check(run(folder, "--keys", policy, program=VERIFY)[0] == 0, "mended, it holds again")


def test_witness():
    w1, w2 = (run("register", "key", "new", f"witness.example/{name}", "--witness", "--out", f"w{i}.key")[1] for i, name in ((1, "abroad"), (2, "court")))
    open("policy.in", "w").write(f"witness abroad {w1}witness court {w2}group outside any abroad\ngroup both all abroad court\nquorum both\n")
    db = new_store()
    code, vkey, said = run("register", "init", ORIGIN, "--policy", "policy.in", *db)
    check(code == 0, "init with a policy")
    run("register", "key", "new", OFFICERS["facility"], "--role", "facility", "--out", "wf", *db)
    held = {1: 0, 2: 0}

    def cosign(i, options=db):
        open("request", "w").write(run("register", "checkpoint", "--request", str(held[i]), *options)[1])
        code, line, said = run("register", "witness", "request", "--key", f"w{i}.key", "--log", vkey.strip(), "--state", f"held{i}")
        if code == 0:
            held[i] = int(open(f"held{i}").read().split("\n")[1])
            open("answer", "w").write(line)
            return run("register", "cosign", "answer", *options)[0]
        return code

    def witnessed():
        found = json.loads(run("register", "verify", "--json", *db)[1])
        alarms_too = ("A14", None) in alarms(db, "2025-03-15T21:40:00-06:00")[1]
        check(alarms_too != found["independently_witnessed"], "a checkpoint alarms until it is independently witnessed, and then no more")
        return found

    check(not witnessed()["independently_witnessed"], "not witnessed at first")
    check(cosign(1) == 0 and not witnessed()["independently_witnessed"], "one of two is no quorum")
    check(cosign(2) == 0 and witnessed()["independently_witnessed"], "both, one of them outside: witnessed")
    add = lambda options, who: run("register", "record", "--key", "wf", *options, stdin=json.dumps(event("Admitted", "facility", person=who, **ADMIT)))
    add(db, "P-1")
    check(not witnessed()["independently_witnessed"], "a new checkpoint is not yet witnessed")
    if STORE == "sqlite":
        # A copy grows another way: its branch is cosigned by nobody who saw the first.
        for suffix in ("", ".key", ".vault", ".anchor"):
            shutil.copy(db[1] + suffix, "fork.db" + suffix)
        fork = ["--db", "fork.db"]
        check(cosign(1) == 0 and cosign(2) == 0, "the first branch is cosigned")
        add(fork, "P-2")
        add(db, "P-3")
        check(cosign(1) == 0, "the first branch goes on")
        check(cosign(1, fork) == 1, "a split view is not cosigned")


def test_witness_http():
    """A witness over HTTP: each answer of C2SP tlog-witness, what it holds after each, and two at once."""
    import concurrent.futures, hashlib, http.client as http_client, urllib.error, urllib.request
    run("register", "key", "new", "witness.example/http", "--witness", "--out", "wh.key")
    db, keys, vkey = new_register()
    server = subprocess.Popen([HABEAS, "register", "witness", "serve", "--key", "wh.key", "--log", vkey, "--state", "wh.held", "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE, text=True)
    port = re.search(r"127\.0\.0\.1:(\d+)/", server.stderr.readline()).group(1)

    def http(path="add-checkpoint", body=None, method=None):
        try:
            with urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/{path}", data=body.encode() if body is not None else None, method=method), timeout=20) as r:
                return r.status, r.read().decode(), r.headers["Content-Type"]
        except urllib.error.HTTPError as e:
            return e.code, e.read().decode(), e.headers["Content-Type"]
    latest = f"{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    request = lambda old, options=db: run("register", "checkpoint", "--request", str(old), *options)[1]
    try:
        check(http(latest)[0] == 404, "it holds nothing yet")
        first = request(0)
        status, line, kind = http(body=first)
        check(status == 200 and line.startswith("\u2014 witness.example/http ") and kind.startswith("text/plain"), "200: a cosignature")
        status, note, _ = http(latest)
        held = note.split("\n")[1]
        check(status == 200 and note.startswith(ORIGIN) and note.endswith(line) and open("wh.held").read() == note, "what it holds is the note it cosigned, on disk")
        open("answer", "w").write(line)
        check(run("register", "cosign", "answer", *db)[0] == 0, "the register takes the cosignature")
        status, body, kind = http(body=first)
        check((status, body, kind) == (409, held + "\n", "text/x.tlog.size"), "409: not what it holds; it says what")
        check(http(body=request(held))[0] == 200, "the same checkpoint again")
        note = http(latest)[1]
        record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
        good = request(held)
        lines = good.split("\n")
        proof = next(i for i in range(1, len(lines)) if lines[i])
        bad = "\n".join(lines[:proof] + [base64.b64encode(bytes(32)).decode()] + lines[proof + 1:])
        check(http(body=bad)[0] == 422 and http(latest)[1] == note, "422: a proof that does not hold, and nothing is changed")
        check(http(body=good.replace(f"old {held}", "old 99999"))[0] == 400, "400: smaller than it says it was")
        check(http(body=good.replace(ORIGIN, "other.example/log"))[0] == 404, "404: another log")
        other = "A" if good[-20] != "A" else "B"
        check(http(body=good[:-20] + other + good[-19:])[0] == 403 or http(body=re.sub(r"(\u2014 \S+ )\S+", r"\1" + "A" * 96, good))[0] == 403, "403: not signed by the log")
        for junk in ("", "old", "old x\n\n", good[:40], "\0" * 100, "old 0\n" + "A\n" * 90):
            check(http(body=junk)[0] in (400, 403, 404), f"400: {junk[:12]!r}")
        hash_line = base64.b64encode(bytes(32)).decode() + "\n"
        for what, junk in (("a leading zero", good.replace("old ", "old 0")), ("two spaces", good.replace("old ", "old  ")), ("64 hashes", good.replace("\n", "\n" + 64 * hash_line, 1)),
                           ("no empty line", good.replace("\n\n", "\n", 1)), ("CRLF", good.replace("\n", "\r\n", 1)), ("no hash", good.replace("\n", "\nAAAA\n", 1))):
            check(http(body=junk)[0] == 400 and http(latest)[1] == note, f"400: {what}")
        check(http(body=good.rstrip("\n"))[0] == 403, "a signature line without its newline is none")
        stranger = "\u2014 other.example/key " + base64.b64encode(bytes(68)).decode() + "\n"
        check(http(body=good.replace("\n\n\u2014", "\n\n" + stranger + "\u2014"))[0] == 200 and "other.example/key" not in http(latest)[1], "signatures of unknown keys are passed over, and not kept")
        held = http(latest)[1].split("\n")[1]
        check(http(body="old " + held + "\n" + hash_line + request(held).split("\n", 1)[1])[0] == 422, "422: a proof where the size is the same")
        kept = http_client.HTTPConnection("127.0.0.1", int(port), timeout=20)
        statuses, sockets = [], set()
        for _ in range(2):
            kept.request("POST", "/add-checkpoint", request(held).encode())
            answer = kept.getresponse()
            statuses.append((answer.status, answer.read()[:3]))
            sockets.add(kept.sock and kept.sock.getsockname())
        check([s for s, _ in statuses] == [200, 200] and len(sockets) == 1 and None not in sockets, f"one connection for both: {statuses}")
        record(db, keys, "facility", event("LocationConfirmed", "facility", place="CECOT", method="roll"))
        good = request(held)
        check(http(body="x" * 70000)[0] == 413 and http("elsewhere", body="x")[0] == 404 and http(method="PUT")[0] == 405 and http("checkpoint")[0] == 404, "413, 404, 405")
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            answers = sorted(s for s, _, _ in pool.map(lambda _: http(body=good), range(8)))
        check(answers == [200] + [409] * 7, f"eight at once: one goes on, seven hear what it holds now: {answers}")
        if STORE == "sqlite":
            for suffix in ("", ".key", ".vault", ".anchor"):
                shutil.copy(db[1] + suffix, "httpfork.db" + suffix)
            now = http(latest)[1].split("\n")[1]
            record(db, keys, "facility", event("LocationConfirmed", "facility", place="A", method="x"))
            record(["--db", "httpfork.db"], keys, "facility", event("LocationConfirmed", "facility", place="B", method="x"))
            check(http(body=request(now))[0] == 200, "one branch goes on")
            ahead = http(latest)[1].split("\n")[1]
            check(http(body=request(now, ["--db", "httpfork.db"]))[0] == 409 and http(body=request(ahead, ["--db", "httpfork.db"]))[0] == 422, "a fork is cosigned neither from before nor beside it")
        server.kill()
        server.wait()
        open("wh.held", "a").write("x")
        code, _, said = run("register", "witness", "serve", "--key", "wh.key", "--log", vkey, "--state", "wh.held", "--listen", "127.0.0.1:0")
        check(code == 3 and "no checkpoint it cosigned" in said, "a changed state is not served from")
    finally:
        server.kill()
        server.wait()


def test_witness_keeps_first():
    """The witness compares, keeps and syncs before it answers: when a sync or the renaming fails, it answers nothing and holds what it held."""
    if STORE != "sqlite":   # a witness has no store
        return
    if not shutil.which("strace") or subprocess.run(["strace", "-e", "inject=fsync:error=EIO:when=1", "true"], stderr=subprocess.DEVNULL).returncode:
        print("no strace here: a witness that cannot keep is not tested")
        return
    run("register", "key", "new", "witness.example/keeps", "--witness", "--out", "wk.key")
    db, keys, vkey = new_register()
    ask = lambda before=(): run("ASAN_OPTIONS=detect_leaks=0", *before, HABEAS, "register", "witness", "wk.request", "--key", "wk.key", "--log", vkey, "--state", "wk.held", program="env")
    open("wk.request", "w").write(run("register", "checkpoint", "--request", "0", *db)[1])
    check(ask()[0] == 0, "a first checkpoint is cosigned")
    note = open("wk.held").read()
    record(db, keys, "facility", event("Admitted", "facility", **ADMIT))
    open("wk.request", "w").write(run("register", "checkpoint", "--request", note.split("\n")[1], *db)[1])
    for fault in ("fsync,fdatasync:error=EIO:when=1", "rename,renameat,renameat2:error=EIO:when=1"):
        code, out, said = ask(["strace", "-f", "-o", "/dev/null", "-e", f"inject={fault}"])
        check(code == 4 and out == "" and open("wk.held").read() == note, f"{fault}: nothing is answered: {code} {out} {said}")
    calls = ["strace", "-f", "-o", "wk.calls", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,write"]
    code, out, _ = ask(calls)
    order = [line.split("(")[0].split()[-1] + (" answer" if "\\342\\200\\224 witness" in line and "write(1," in line else "") for line in open("wk.calls") if "(" in line]
    last = max(i for i, call in enumerate(order) if "sync" in call or "rename" in call)
    check(code == 0 and out and "write answer" in order and order.index("write answer") > last, f"synced and renamed before the answer: {order}")


def test_copy():
    """To other stores and back: every byte that proof rests on is the same, and only one of them goes on."""
    db, keys, _ = new_register()
    (admitted,) = receipts(record(db, keys, "facility", event("Admitted", "facility", **ADMIT)))
    local = db[3] if STORE == "postgresql" else db[1]
    run("register", "prove", str(admitted["event"]), "--out", "before.tlog-proof", *db)
    proof = "before.tlog-proof"
    note = run("register", "checkpoint", *db)[1]
    stores = [db]
    for i in range(2 if STORE == "postgresql" else 1):
        other = [*(["--db", f"copy-{i}.db"] if i == 0 else new_store()[:2]), "--local", local]
        code, out, said = run("register", "copy", other[1], *stores[-1])
        check(code == 0 and "naltered" in out, f"a copy verifies: {out} {said}")
        check(run("register", "checkpoint", *other)[1] == note, "the same checkpoint, byte for byte")
        check(custody(other) == custody(db), "the same custody")
        code, out, said = run("register", "copy", other[1], *stores[-1])
        check(code == 3 and "register here already" in said, "a register is never written over")
        stores.append(other)
    code, out, said = record(stores[-1], keys, "facility", event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
    check(code == 0, f"the copy goes on: {said}")
    for old in stores[:-1]:
        code, out, said = record(old, keys, "facility", event("LocationConfirmed", "facility", at="2025-03-16T12:00:00Z", place="CECOT", method="roll"))
        check(code == 3 and "old or another copy" in said, f"the store left behind takes nothing more: {said}")
    run("register", "export", "moved", *stores[-1])
    code, out, said = run(proof, "--keys", f"moved/policy", program=VERIFY)
    check(code == 0, f"a proof made before the move holds: {out} {said}")
