"""What is shown to whom, restriction and erasure; where somebody is, for those who may know."""
import glob, json, os, sqlite3, time

from harness import *


def test_privacy():
    db, keys, _ = new_register()
    name = "Ana Ejemplo Martínez"
    record(db, keys, "facility", event("IdentityRecorded", "facility", name=name, birth_date="1990-02-03", country="VEN"), event("Admitted", "facility", **ADMIT))
    run("register", "export", "public", *db)
    published = b"".join(open(p, "rb").read() for p in glob.glob("public/**/*", recursive=True) if os.path.isfile(p))
    check(name.encode() not in published and b"CECOT" not in published and b"P-1" not in published and b"DGCP" not in published,
          "what is published has no person, place or officer")
    if STORE == "sqlite":
        stored = b"".join(open(p, "rb").read() for p in glob.glob(db[1] + "*") if not p.endswith((".vault", ".vault-wal", ".key")))
        check(name.encode() not in stored and b'"P-1"' not in stored, "the store has no name and no id of a person")
    check(name not in run("register", "person", "P-1", *db)[1], "details are not shown to nobody in particular")
    code, out, _ = run("register", "person", "P-1", "--key", f"{keys}/facility", "--ndjson", *db)
    check(name in out, "details are shown to the holder of a key")
    check(run("register", "restrict", "P-1", "--order", "O-2", "--key", f"{keys}/court", *db)[0] == 0, "restriction on an order")
    check(run("register", "person", "P-1", "--key", f"{keys}/facility", *db)[0] == 3 and
          name in run("register", "person", "P-1", "--key", f"{keys}/monitor", "--ndjson", *db)[1], "restricted: only court and monitor")


def test_readings():
    """Every read of a sealed row leaves who read, of whom and when; what shows nothing sealed leaves none; a refused read shows nothing."""
    db, keys, _ = new_register()
    record(db, keys, "facility", event("IdentityRecorded", "facility", name="Ana", birth_date="1990-02-03", country="VEN"), event("Admitted", "facility", **ADMIT))
    number = receipts(record(db, keys, "facility", event("Admitted", "facility", person="P-2", **ADMIT)))[0]["event"]
    who_is = dict(ask_store(db, "SELECT seq, person FROM event"))
    left = lambda: sorted((person, reader.split("+")[0]) for person, reader in ask_store(db, "SELECT person, reader FROM reading"))
    run("register", "person", "P-1", *db)
    run("register", "roster", *db)
    run("register", "alarms", *db)
    run("register", "prove", str(number), "--out", "open", "--show", "place", *db)
    check(left() == [], "nothing sealed was shown, and no reading is on record")
    expected = []
    one, two = who_is[str(number - 1)], who_is[str(number)]
    for person, who, command in ((one, "facility", ["person", "P-1"]), (one, "monitor", ["person", "P-1", "--ndjson"]), (two, "court", ["prove", str(number), "--out", "sealed", "--show", "all"])):
        code, out, said = run("register", *command, "--key", f"{keys}/{who}", *db)
        expected.append((person, OFFICERS[who]))
        check(code == 0 and left() == sorted(expected), f"on record: {command} by {who}: {code} {said} {left()}")
    at = int(ask_store(db, "SELECT MAX(at) FROM reading")[0][0])
    check(abs(at - time.time()) < 600, "with the time")
    run("register", "restrict", "P-1", "--order", "O-2", "--key", f"{keys}/court", *db)
    code, out, _ = run("register", "person", "P-1", "--key", f"{keys}/facility", "--ndjson", *db)
    check(code == 3 and "Ana" not in out and left() == sorted(expected), "refused: nothing is shown")
    # A key that never began, or has ended, reads nothing; a court and a monitor alone see who read.
    run("register", "key", "new", "PDDH/never", "--out", f"{keys}/never")
    gone = json.loads([l for l in run("register", "key", "list", "--ndjson", *db)[1].splitlines() if OFFICERS["counsel"] in l][0])["key"]
    run("register", "key", "end", gone, "--reason", "left", *db)
    for who in ("never", "counsel"):
        code, out, said = run("register", "person", "P-2", "--key", f"{keys}/{who}", "--ndjson", *db)
        check(code == 3 and not out and "does not count" in said and left() == sorted(expected), f"{who}: a key that does not count reads nothing: {said}")
    for who in ("facility", "sender", "never"):
        check(run("register", "readings", "--key", f"{keys}/{who}", *db)[0] == 3 and run("register", "readings", *db)[0] == 3 and left() == sorted(expected), f"{who} does not see who read")
    told = lambda *more: [(r["person"], r["reader"].split("+")[0]) for r in map(json.loads, run("register", "readings", *more, "--ndjson", *db)[1].splitlines())]
    check(told("P-1", "--key", f"{keys}/monitor") == [("P-1", OFFICERS["facility"]), ("P-1", OFFICERS["monitor"]), ("P-1", OFFICERS["monitor"])], "a monitor sees who read of one person, the last her own look")
    check(told("--key", f"{keys}/court")[2:] == [("P-2", OFFICERS["court"]), ("P-1", OFFICERS["monitor"]), (None, OFFICERS["court"])], "a court of everybody")
    check(told("--since", "2099-01-01T00:00:00Z", "--key", f"{keys}/court") == [], "since a time")
    if STORE == "sqlite":
        with sqlite3.connect(db[1]) as c:
            for sql in ("DELETE FROM reading", "UPDATE reading SET reader = 'x'"):
                try:
                    c.execute(sql)
                    check(False, f"the store allowed {sql}")
                except sqlite3.Error as e:
                    check("only grows" in str(e), sql)


def test_erasure():
    """Only on a court's own order, after restriction and 30 days' notice, by a monitor; the fact of custody and every proof stay."""
    db, keys, _ = new_register()
    name = "Ana Ejemplo Martínez"
    numbers = [r["event"] for r in receipts(record(db, keys, "facility", event("IdentityRecorded", "facility", name=name, birth_date="1990-02-03", country="VEN"), event("Admitted", "facility", **ADMIT)))]
    prove = lambda when: [run("register", "prove", str(n), "--out", f"{when}{n}", "--show", "place,happened_at" if n == numbers[1] else "happened_at", *db) for n in numbers]
    prove("before")
    erase = lambda who="monitor", order="O-3": run("register", "erase", "P-1", "--order", order, "--key", f"{keys}/{who}", *db)
    for said, step in (("no court has put an order", lambda: record(db, keys, "monitor", event("OrderReceived", "monitor", order="O-3"))),
                       ("no court has put an order", lambda: record(db, keys, "court", event("OrderReceived", "court", person="P-2", order="O-3"))),
                       ("no court has put an order", lambda: record(db, keys, "court", event("OrderReceived", "court", order="O-4"))),
                       ("no court has put an order", lambda: record(db, keys, "court", event("OrderReceived", "court", order="O-3"))),
                       ("not restricted yet", lambda: run("register", "restrict", "P-1", "--order", "O-3", "--key", f"{keys}/monitor", *db)),
                       ("nobody was given notice", lambda: record(db, keys, "court", event("ErasureNotice", "court", order="O-4"))),
                       ("nobody was given notice", lambda: record(db, keys, "monitor", event("ErasureNotice", "monitor", at="2025-01-01T00:00:00Z", order="O-3"))),
                       ("0 of 30 days", lambda: None)):
        code, out, found = erase()
        check(code == 3 and not out and said in found and "in this order" in found, f"refused, {said}: {code} {found}")
        step()
    size = lambda: json.loads(run("register", "verify", "--json", *db)[1])["entries"]
    n = size()
    check(erase_later(29, db, "P-1", "O-3", f"{keys}/monitor") == 3, "not after 29 days")
    check(erase_later(31, db, "P-1", "O-3", f"{keys}/court") == 3 and "no monitor" in erase("court")[2], "not by a court's key alone")
    check(erase_later(31, db, "P-1", "O-9", f"{keys}/monitor") == 3, "not on an order that nobody gave")
    check(size() == n and name in run("register", "person", "P-1", "--key", f"{keys}/monitor", "--ndjson", *db)[1], "nothing was written, and the details are there")
    check(erase_later(31, db, "P-1", "O-3", f"{keys}/monitor") == 0, "after a court's order, restriction, notice and 30 days, by a monitor")
    out = run("register", "person", "P-1", "--key", f"{keys}/monitor", "--ndjson", *db)[1]
    check(name not in out and all(f'"{kind}"' in out for kind in ("IdentityRecorded", "Admitted", "Erased")), "the details are gone, the fact of custody stays")
    check(custody(db)["place"] == "CECOT", "and where she is")
    prove("after")
    check(run("register", "verify", *db)[0] == 0 and run("register", "export", "erased", *db)[0] == 0, "it verifies")
    for n in numbers:
        check(open(f"before{n}.entry", "rb").read() == open(f"after{n}.entry", "rb").read(), f"entry {n} is the same, byte for byte")
        check(open(f"before{n}.shown", "rb").read() == open(f"after{n}.shown", "rb").read(), f"and so is what of it stands open: {n}")
        check(all(run(f"{when}{n}", "--keys", "erased/policy", program=VERIFY)[0] == 0 for when in ("before", "after")), f"a proof of {n} made before holds, and so does one made after")


def test_locate():
    """Who learns what about whom: the public never the place; names as people remember them; protection, death, tokens, who asked."""
    db, keys, _ = new_register()
    for role, name in (("consulate", "VENCON/consul-1"), ("red_cross", "ICRC/delegate-1")):
        run("register", "key", "new", name, "--role", role, "--out", f"{keys}/{role}", *db)
    local = db[3] if STORE == "postgresql" else db[1]
    identity = lambda person, name, born="1990-02-03", country="VEN": event("IdentityRecorded", "facility", person=person, name=name, birth_date=born, country=country)
    contact = {"event": "ContactGiven", "authority": "DGCP", "happened_at": "2025-01-01T00:00:00Z", "phone": "+503 2222 0000"}
    office = json.dumps({"event": "ContactGiven", "authority": ORIGIN, "happened_at": "2025-01-01T00:00:00Z", "phone": "+503 2233 0000"})
    check(run("register", "record", "--key", f"{local}.key", *db, stdin=office)[0] == 0, "the register's own telephone")
    record(db, keys, "facility", contact, identity("P-1", "Ana María Ejemplo-Martínez"), event("Admitted", "facility", **ADMIT),
           identity("P-2", "José Muñoz Ibarra", born="1961-01-01"), event("Admitted", "facility", person="P-2", **ADMIT),
           identity("P-3", "José Muñoz Ibarra", born="1988-05-05"), event("Admitted", "facility", person="P-3", **ADMIT),
           identity("P-4", "Luz Prueba Solís"), event("Admitted", "facility", person="P-4", **ADMIT), event("Admitted", "facility", person="P-5", **ADMIT))

    def ask(who, born="1990-02-03", country="VEN", key=None, token=None, language="en", now=None):
        more = (["--key", f"{keys}/{key}"] if key else []) + (["--token", token] if token else [])
        code, out, said = run("locate", who, "--born", born, "--country", country, "--json", "--lang", language, *more, *db)
        return json.loads(out) if code == 0 else {"answer": f"exit {code}", "said": said + out}

    public = ask("P-1")
    check(public["answer"] == "custody" and public["answerable"] == "DGCP" and public["phone"] == "+503 2222 0000", "the public: there is custody, who answers, what telephone")
    check("CECOT" not in json.dumps(public) and public["place"] is None and public["since"] is None, "never the place")
    for who in ("ana ejemplo martinez", "Martínez Ejemplo, Ana María", "EJEMPLO MARTINES ANA", "Ana Ejmeplo", "Ana María de Ejemplo", "p1", "Ана Ејемпло Мартинез"):
        check(ask(who)["answer"] == "custody", f"found: {who}")
    for who, born, country in (("Ana", "1990-02-03", "VEN"), ("Ana Exempla Martines", "1990-02-03", "VEN"), ("Ana Ejemplo", "1990-02-04", "VEN"), ("Ana Ejemplo", "1990-02-03", "SLV"),
                               ("P-11", "1990-02-03", "VEN"), ("Juan Nadie", "1970-01-01", "VEN"), ("P-5", "1990-02-03", "VEN")):
        check(ask(who, born, country)["answer"] == "no-answer", f"not found: {who} {born} {country}")
    check(ask("José Munoz", "1961-01-01", key="court")["text"] == ask("P-2", "1961-01-01", key="court")["text"] and ask("Jose Muños Ibarra", "1988-05-05", key="court")["answer"] == "place",
          "father and son of one name are two people")
    miss, refused, hit = ask("Juan Nadie"), ask("P-1", token="/dev/null"), ask("P-1", key="counsel")
    check(set(miss) == set(hit) == set(ask("P-1", key="court")), "hit, miss and refusal have the same members")
    check(len({len(run("locate", w, "--born", "1990-02-03", "--country", "VEN", "--json", *m, *db)[1]) for w, m in (("P-1", []), ("Nadie Juan", []), ("P-1", ["--key", f"{keys}/court"]))}) == 1, "and the same length")
    check(miss["text"].startswith("We cannot give an answer to this request. Call +503 2233 0000") and "No podemos dar respuesta" in ask("Juan Nadie", language="es")["text"], "a miss names an office, in both languages")
    # Who may know.
    court = ask("P-1", key="court")
    check(court["answer"] == "place" and court["place"] == "CECOT" and court["since"] == "2025-03-16T03:40:00Z" and ask("P-1", key="monitor")["place"] == "CECOT", "court and monitor learn the place")
    check("CECOT, desde" in ask("P-1", key="court", language="es")["text"], "in Spanish")
    check(ask("P-5", key="court")["place"] == "CECOT", "admitted without an identity on record: found by id, by those who may know")
    check(ask("P-1", key="counsel")["answer"] == "custody" and ask("P-1", key="facility")["answer"] == "custody", "counsel who is not of record, and officers, do not")
    record(db, keys, "counsel", event("CounselNamed", "counsel", to="BAR/counsel-3"))
    check(ask("P-1", key="counsel")["answer"] == "custody", "counsel cannot name itself")
    record(db, keys, "court", event("CounselNamed", "court", to="BAR/counsel-3"))
    check(ask("P-1", key="counsel")["place"] == "CECOT" and ask("P-4", key="counsel")["answer"] == "custody", "counsel of record does, of this person alone")
    record(db, keys, "monitor", event("ConsulateAgreed", "monitor", to="VENCON", agrees="yes"))
    check(ask("P-1", key="consulate")["place"] == "CECOT", "a consulate, where the person agrees")
    record(db, keys, "monitor", event("ConsulateAgreed", "monitor", to="VENCON", agrees="no"))
    check(ask("P-1", key="consulate")["answer"] == "custody", "and no longer when she does not")
    nothing = ask("Juan Nadie", key="counsel")
    check(nothing["answer"] == "no-record" and "does not mean the person is free" in nothing["text"] and ask("Juan Nadie", key="facility")["answer"] == "no-answer", "counsel hears that there is no record, an officer does not")
    run("register", "export", "located", *db)
    open("answer", "w").write(nothing["signed"])
    check(run("locate", "check", "answer", "--keys", "located/policy")[0] == 0, "and can show it, signed")
    open("answer", "w").write(nothing["signed"].replace("answer no-record", "answer place"))
    check(run("locate", "check", "answer", "--keys", "located/policy")[0] == 1, "but not change it")
    check(ask("P-1", key="nobody")["answer"] in ("exit 3", "exit 4") and run("register", "key", "new", "BAR/other", "--out", f"{keys}/other")[0] == 0 and ask("P-1", key="other")["answer"] == "exit 3", "a key that never began asks nothing")
    # Tokens.
    def token(who, until="2099-01-01T00:00:00Z", person="P-1", name="t"):
        code, out, said = run("locate", "token", person, "--until", until, "--key", f"{keys}/{who}", *db)
        open(name, "w").write(out)
        return code
    for who, answer in (("red_cross", "place"), ("court", "place"), ("counsel", "place"), ("consulate", "custody"), ("facility", "custody")):
        check(token(who) == 0 and ask("P-1", token="t")["answer"] == answer, f"a token of {who}")
    token("red_cross")
    check(ask("P-4", token="t")["answer"] == "custody" and open("t").read().strip() not in run("register", "person", "P-1", "--ndjson", *db)[1], "for one person alone; the register keeps its hash")
    run("locate", "token", "P-1", "--end", "t", "--key", f"{keys}/red_cross", *db)
    check(ask("P-1", token="t")["answer"] == "custody", "ended")
    token("red_cross", until="2026-01-01T00:00:00Z")
    check(ask("P-1", token="t")["answer"] == "custody", "past its day")
    # Answered by a human.
    token("red_cross", person="P-4", name="t4")
    record(db, keys, "court", event("Protected", "court", person="P-4", order="O-1"))
    protected = ask("P-4")
    check(protected["answer"] == "human" and protected["answerable"] is None and protected["deadline"] and ask("P-4", token="t4")["answer"] == "human" and ask("P-4", key="court")["answer"] == "place",
          "protected: a human answers, the court is told")
    record(db, keys, "facility", event("Died", "facility", person="P-2", at="2025-04-01T00:00:00Z", circumstances="unknown"))
    check(ask("P-2", "1961-01-01")["answer"] == "human" and "died" in ask("P-2", "1961-01-01", key="court")["text"], "a death not yet told: a human")
    record(db, keys, "facility", event("NoticeGiven", "facility", person="P-2", at="2025-04-02T00:00:00Z", to="family", language="es"))
    check(ask("P-2", "1961-01-01")["answer"] == "custody", "told: the public asks whom to call")
    record(db, keys, "facility", identity("P-6", "Luz Prueba Solís"), event("Admitted", "facility", person="P-6", **ADMIT))
    check(ask("Luz Prueba", key="court")["answer"] == "human" and ask("P-6", key="court")["answer"] == "place", "two of one name, birth date and country: a human; the id tells them apart")
    late = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 25 * 3600))
    open_ = lambda: run("register", "alarms", "--ndjson", "--at", late, *db)[1].count('"A17"')
    check(open_() == 4 and not [a for a, _ in alarms(db, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))[1] if a == "A17"], f"unanswered after a day: an alarm a question ({open_()})")
    check(run("locate", "answered", protected["reference"], *db)[0] == 0 and open_() == 3 and run("locate", "answered", "XXXX", *db)[0] == 3, "answered: it ends")
    # Who asked.
    asked = [json.loads(l) for l in run("locate", "asked", "--key", f"{keys}/monitor", *db)[1].splitlines()]
    check({"public", "token"} < {a["question"]["asker"] for a in asked} and any(a["question"]["who"] == "Juan Nadie" for a in asked), "the monitor reads who asked")
    check(all(json.loads(l)["question"] is None for l in run("locate", "asked", *db)[1].splitlines()), "nobody else does")
    files = glob.glob(f"{local}.asked/*")
    lines = [l for f in files for l in open(f) if "sealed" in l]
    check(len(files) >= 1 and len({len(l) for l in lines}) == 1 and "Nadie" not in "".join(lines), "sealed, each line as long as the next")
    old = f"{local}.asked/{time.strftime('%Y-%m-%d', time.gmtime(time.time() - 32 * 86400))}.ndjson"
    os.rename(files[0], old)
    n_open = open_()
    ask("Juan Nadie")
    left = [json.loads(l) for l in run("locate", "asked", "--key", f"{keys}/monitor", *db)[1].splitlines()]
    check(not os.path.exists(old) and len([a for a in left if a["question"]]) == 1 and open_() == n_open, "after 30 days it is gone, but not what still waits for a human")
    # Without its form, or without a monitor.
    for born, country in (("1990-02-30", "VEN"), ("3 Feb 1990", "VEN"), ("1990-02-03", "Venezuela")):
        check(ask("P-1", born, country)["answer"] == "exit 3", f"a question without its form is refused: {born} {country}")
    check(ask("P-1\x1b[2J")["answer"] == "exit 3" and ask("x" * 300)["answer"] == "exit 3", "so is a name that is none")
    run("register", "restrict", "P-1", "--order", "O-9", "--key", f"{keys}/court", *db)
    check(ask("P-1")["answer"] == "human", "restricted: a human")
    record(db, keys, "court", event("ErasureNotice", "court", order="O-9"))
    check(erase_later(31, db, "P-1", "O-9", f"{keys}/monitor") == 0 and ask("Ana Ejemplo Martinez")["answer"] == "no-answer" and ask("P-1", key="court")["answer"] == "place",
          "erased: the name finds nobody any more; the court still finds the custody by id")
    vkey = [json.loads(l)["key"] for l in run("register", "key", "list", "--ndjson", *db)[1].splitlines() if "PDDH" in l][0]
    run("register", "key", "end", vkey, "--reason", "test", *db)
    check("no monitor" in ask("P-1")["said"], "without a monitor nobody is answered")
