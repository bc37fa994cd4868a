"""Lists in pages: a roster and the alarms bit by bit are the whole, also when something changes in between; alarms asked by kind, place, owner and
person, and counted."""
import json, re

from harness import *

NOW = "2099-04-20T00:17:23Z"  # after everything recorded: by the tables that are kept
THEN = "2025-04-20T03:31:00Z"  # a time that has gone: by the events


def lines(*arguments):
    code, out, said = run("register", *arguments)
    following = re.search(r"--from (\S+)", said)
    return [json.loads(line) for line in out.splitlines()], following and following[1], said


def pages(*arguments, limit):
    """Each page from the beginning on."""
    found, cursor, said = lines(*arguments, "--limit", str(limit))
    yield found
    while cursor:
        found, cursor, said = lines(*arguments, "--limit", str(limit), "--from", cursor)
        yield found


def many_people():
    db, keys, _ = new_register()
    day = lambda i: f"{2025 if i % 2 else 2099}-03-{1 + i % 9:02}T{i % 24:02}:{7 * i % 60:02}:00Z"
    record(db, keys, "facility", *[event("Admitted", "facility", person=f"P-{i}", at=day(i), **dict(ADMIT, place="AB"[i % 3 == 0])) for i in range(30)])
    record(db, keys, "facility", *[event("Isolated", "facility", person=f"P-{i}", at=day(i), reason="x") for i in range(0, 30, 4)],
           *[event("HandoverOffered", "facility", person=f"P-{i}", at=f"{2025 if i % 2 else 2099}-04-01T00:00:00Z", to="ICE", place="A") for i in range(5)],
           *[event("LocationConfirmed", "facility", person=f"P-{i}", at=f"2099-04-19T00:{i}:00Z", place="A", method="roll") for i in range(10, 30, 4)],
           event("Departed", "facility", person="P-7", at="2025-04-01T00:00:00Z", place="A", destination="B", due_at="2025-04-02T00:00:00Z"))
    record(db, keys, "court", *[event("BasisRecorded", "court", person=f"P-{i}", at=f"{y}-03-20T00:00:00Z", order="J-1\nof that day", lawful_until=f"{y}-04-{10 + i}", review_on=f"{y}-04-12")
                                for i in range(20) for y in [2025 if i % 2 else 2099]])
    return db, keys


def test_pages():
    db, keys = many_people()
    key = lambda a: (a["alarm"], a["person"], a["since"], a["text"])
    for at in (NOW, THEN):
        about = ["alarms", "--ndjson", "--at", at, *db]
        whole = [a for a in lines(*about)[0] if a["person"]]
        check(len(whole) > 30 and len({key(a) for a in whole}) == len(whole), f"alarms of {at}")
        for limit in (17, len(whole)):
            found = list(pages(*about, limit=limit))
            check(sum(found, []) == whole and all(len(p) == limit for p in found[:-1]), f"pages of {limit} are the whole, {at}")
        ask = lambda *options: [key(a) for a in lines(*about, *options)[0]]
        some = lambda wanted: [key(a) for a in whole if wanted(a)]
        check(ask("--place", "B") == some(lambda a: a["place"] == "B") != [], f"of a place, {at}")
        check(ask("--owner", "DGCP") == some(lambda a: a["owner"] == "DGCP") != [], f"of an owner, {at}")
        check(ask("--place", "B", "--owner", "ICE") == some(lambda a: a["place"] == "B" or a["owner"] == "ICE") != [], f"of a place or an owner, {at}")
        check(ask("--kind", "A12") == ask("--kind", "isolation") == some(lambda a: a["alarm"] == "A12"), f"of a kind, {at}")
        check(ask("--person", "P-5") == some(lambda a: a["person"] == "P-5") != [], f"of a person, {at}")
        check(ask("--kind", "A1", "--place", "B", "--limit", "3") == some(lambda a: a["alarm"] == "A1" and a["place"] == "B")[:3], f"of a kind at a place, a page, {at}")
        check(ask("--person", "nobody") == ask("--place", "nowhere") == [], f"of nobody, {at}")
        for options, wanted in (((), lambda a: True), (("--place", "B", "--owner", "ICE"), lambda a: a["place"] == "B" or a["owner"] == "ICE"), (("--person", "P-5"), lambda a: a["person"] == "P-5")):
            counts = {c["alarm"]: c["n"] for c in lines(*about, "--count", *options)[0]}
            check(counts == {k: sum(a["alarm"] == k and wanted(a) for a in whole) for k in counts} and sum(counts.values()) == sum(map(wanted, whole)), f"counted {options}, {at}: {counts}")
        _, _, said = lines(*about, "--limit", "7", "--from", lines(*about, "--limit", "10")[1])
        check(f"11 to 17 of {len(whole)}" in said, f"a page says which part of the list it is: {said}")
    now = ["alarms", "--ndjson", "--at", NOW, *db]
    check(sum(pages(*now, "--kind", "A12", limit=1), []) == lines(*now, "--kind", "A12")[0], "pages of one")
    check(len([a for a in lines(*now)[0] if a["person"] == "P-0" and a["alarm"] in ("A2", "A3")]) == 1, "past a review and past the end is one alarm")
    for cursor in ("x", "A1", "A1.x.y", "A99.5.aa", "A1.5." + "a" * 60, "A1..", "A1.99999999999999999999.a"):
        code, out, said = run("register", *now, "--from", cursor)
        check(code == 3 and not out and "no page begins there" in said, f"no cursor: {cursor}")
    check(run("register", *now, "--kind", "A99")[0] == 3 and run("register", *now, "--limit", "5", "--hook", "/bin/true")[0] == 2, "no such alarm; part of the alarms is not carried out")
    check(run("register", "verify", *db)[0] == 0, "every stored alarm follows from the events")


def test_pages_change():
    """Between two pages an alarm ends, one on each side of the cursor and the one it names, and another begins: the rest is given once."""
    db, keys = many_people()
    about = ["alarms", "--ndjson", "--at", NOW, "--kind", "A1", *db]
    whole = [a["person"] for a in lines(*about)[0]]
    first, cursor, _ = lines(*about, "--limit", "10")
    seen = lambda i: event("LocationConfirmed", "facility", person=whole[i], at="2099-04-19T23:00:00Z", place="A", method="roll")
    record(db, keys, "facility", seen(3), seen(10), seen(20), event("Admitted", "facility", person="NEW", at="2025-02-01T00:00:00Z", **ADMIT))
    rest = [a["person"] for page in [lines(*about, "--limit", "1000", "--from", cursor)[0]] for a in page]
    check([a["person"] for a in first] == whole[:10] and rest == [p for i, p in enumerate(whole) if i > 9 and i not in (10, 20)], f"nobody twice, nobody left out: {rest}")
    check(lines(*about)[0][0]["person"] == "NEW", "the oldest comes first")
    for options in ([], ["--place", "A"], ["--place", "A", "--at", THEN], ["--at", THEN]):
        roster = ["roster", "--ndjson", *options, *db]
        everybody = lines(*roster)[0]
        for limit in (9, 1000):
            check(sum(pages(*roster, limit=limit), []) == everybody != [], f"pages of {limit} are the roster, {options}")
