#!/usr/bin/env python3
"""Validates real input and real output against schemas/. usage: schemas.py PROGRAM"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
from jsonschema import Draft202012Validator, RefResolver  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
SCHEMAS = {}
for path in glob.glob("schemas/*.schema.json"):
    schema = json.load(open(path, encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    SCHEMAS[schema["$id"]] = schema
passed = failed = 0


def validate(name, document, where):
    global passed, failed
    schema = SCHEMAS[name + ".schema.json"]
    validator = Draft202012Validator(schema, resolver=RefResolver(schema["$id"], schema, store=SCHEMAS))
    errors = list(validator.iter_errors(document))
    for error in errors[:3]:
        print(f"{where}: not a {name}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
    passed += not errors
    failed += bool(errors)


def fails(name, document, where):
    """A schema that accepts everything proves nothing: this document must be refused."""
    global passed, failed
    schema = SCHEMAS[name + ".schema.json"]
    is_valid = Draft202012Validator(schema, resolver=RefResolver(schema["$id"], schema, store=SCHEMAS)).is_valid(document)
    if is_valid:
        print(f"{where}: the schema {name} accepts what it should refuse")
    passed += not is_valid
    failed += is_valid


def lines(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def habeas(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=300)


# what is read
for path in glob.glob("agreements/*/list*.ndjson"):
    header, *people = lines(path)
    validate("list-header", header, path)
    for person in people:
        validate("list-person", person, f"{path} {person.get('person')}")
    fails("list-person", dict(people[0], override=True), path)
for name in ["document", "contest"]:
    for path in glob.glob(f"agreements/*/{name}s*.ndjson"):
        for document in lines(path):
            validate(name, document, path)
for path in glob.glob("agreements/*/*.list.json"):
    validate("list-header", json.load(open(path, encoding="utf-8")), path)
for path in glob.glob("agreements/*/*.json"):
    if not path.endswith(".list.json"):
        validate("agreement", json.load(open(path, encoding="utf-8")), path)
for path in glob.glob("facilities/*.json"):
    validate("facility", json.load(open(path, encoding="utf-8")), path)
for path in glob.glob("rulebooks/*/rulebook.json"):
    validate("rulebook", json.load(open(path, encoding="utf-8")), path)
for path in glob.glob("rulebooks/*/cases/*.ndjson"):
    for case in lines(path):
        validate("enddate-question" if "/enddate-" in path else "case", case, f"{path} {case.get('case') or case.get('id')}")

for path in glob.glob("mappings/*.json"):
    mapping = json.load(open(path, encoding="utf-8"))
    validate("import-mapping", mapping, path)
    for column in mapping["columns"][:1]:
        fails("import-mapping", dict(mapping, columns=[dict(column, cap="established")]), path)

# what is written
with tempfile.TemporaryDirectory() as folder:
    out, report = folder + "/list.ndjson", folder + "/report.json"
    habeas("import", "tests/intake/import/generic.csv", "--map", "generic_spreadsheet", "--out", out, "--report", report)
    header, *people = lines(out)
    validate("list-header", header, "imported list")
    for person in people:
        validate("list-person", person, f"imported list {person['person']}")
    validate("import-report", json.load(open(report, encoding="utf-8")), "import --report")
    docket = os.path.join(folder, "docket.json")
    with open(docket, "w", encoding="utf-8") as file:
        json.dump({"id": 1, "court_id": "mdd", "docket_number": "8:25-cv-1", "cause": "28:2241", "date_terminated": None}, file)
    habeas("import", docket, "--map", "courtlistener_docket", "--out", out, "--report", report)
    validate("document", lines(out)[0], "imported document")
    validate("import-report", json.load(open(report, encoding="utf-8")), "import --report of documents")
for path in glob.glob("rulebooks/enddate-*/cases/*.ndjson"):
    for language in ["en", "es"]:
        answers = [json.loads(line) for line in habeas("enddate", path, "--ndjson", "--lang", language).stdout.decode().splitlines()]
        for answer in answers:
            validate("enddate-answer", answer, f"enddate {path} {answer['id']}")
            fails("enddate-answer", dict(answer, status="DATE", end_date=None), path)
for path in ["agreements/us-sv-2025/list.ndjson", "agreements/treaty-306/list.ndjson", "agreements/treaty-306/list-small.csv"]:
    for language in ["en", "es"]:
        out = habeas("check", path, "--ndjson", "--lang", language).stdout.decode().splitlines()
        people = [json.loads(line) for line in out]
        if not people:
            failed += 1
            print(f"check {path} --ndjson wrote nothing")
        for person in people:
            validate("check-line", person, f"check {path} --ndjson --lang {language} {person['person']}")
            if any(not reason["sources"] for reason in person["reasons"]):
                failed += 1
                print(f"{path} {person['person']}: a reason without a source")
        if people:
            fails("check-line", dict(people[0], verdict="APPROVED"), path)
        validate("check-document", json.loads(habeas("check", path, "--json", "--lang", language).stdout), f"check {path} --json")
        if people:
            one = habeas("explain", people[0]["person"], path, "--json", "--lang", language).stdout
            validate("explain", json.loads(one), f"explain {people[0]['person']} {path}")
    for line in habeas("check", path, "--facts").stdout.decode().splitlines():
        validate("facts-line", json.loads(line), f"check {path} --facts")
for model, decision in [("tests/dmn/models/hit-policies.dmn", "first"), ("tests/dmn/models/boxed.dmn", "partial sums")]:
    done = habeas("dmn", "eval", model, "--decision", decision, "--trace")
    validate("dmn-eval", json.loads(done.stdout), f"dmn eval {model}")
for path in sorted(glob.glob("facilities/*.json")):
    for more in [(), ("--against", "facilities/tilburg.json")]:
        validate("facility-assessment", json.loads(habeas("facility", "assess", path, "--json", *more).stdout), f"facility assess {path} {more}")
    told = json.loads(habeas("facility", "assess", path, "--json").stdout)
    fails("facility-assessment", dict(told, result="APPROVED"), path)
    fails("facility-assessment", dict(told, findings=[]), path)
for path in ["facilities/cecot.json", "tests/conditions/filled.csv"]:
    validate("facility-check", json.loads(habeas("facility", "check", path, "--json").stdout), f"facility check {path}")
for path in glob.glob("tests/conditions/bad/*"):
    validate("errors", json.loads(habeas("facility", "check", path, "--json").stdout), f"facility check {path}")
for path in glob.glob("tests/conditions/series/*.json"):
    validate("facility", json.load(open(path, encoding="utf-8")), path)
validate("facility-series", json.loads(habeas("facility", "series", *sorted(glob.glob("tests/conditions/series/*.json")), "--json").stdout), "facility series")
with tempfile.TemporaryDirectory() as folder:
    out = folder + "/paper.json"
    small, large = [("--scenario", f"scenarios/{name}.json", "--draws", "200") for name in ("uk-rwanda", "cecot-2025")]
    us_sv, treaty = "agreements/us-sv-2025/list.ndjson", "agreements/treaty-306/list.ndjson"
    for name, arguments in [("report-person", ("person", "P-001", us_sv)), ("report-person", ("person", "P-001", us_sv, "--for", "court", "--with-name")),
                            ("report-person", ("person", json.loads(open(treaty, encoding="utf-8").readlines()[1])["person"], treaty, "--for", "counsel")),
                            ("report-agreement", ("agreement", us_sv, "--for", "budget", *small)), ("report-agreement", ("agreement", treaty)),
                            ("report-agreement", ("agreement", us_sv, "--memo", "--for", "budget", *large)),
                            ("report-facility", ("facility", "facilities/cecot.json", "--for", "inspector"))]:
        habeas("report", *arguments, "--out", out)
        paper = json.load(open(out, encoding="utf-8"))
        validate(name, paper, f"report {arguments}")
        fails(name, dict(paper, approved=True), f"report {arguments}")
        fails(name, dict(paper, **{"for": "friends"}), f"report {arguments}")
# the register: what it takes and everything it writes
if open("schemas/event.schema.json", encoding="utf-8").read() != habeas("register", "events", "--schema").stdout.decode():
    failed += 1
    print("schemas/event.schema.json is not what `habeas register events --schema` prints")
with tempfile.TemporaryDirectory() as folder:
    db = ("--db", folder + "/r.db")
    habeas("register", "init", "registry.example/custody", *db)
    keys = {role: f"{folder}/{role}.key" for role in ["facility", "sender", "court", "monitor"]}
    for role, key in keys.items():
        habeas("register", "key", "new", f"{'DGCP' if role == 'facility' else 'ICE' if role == 'sender' else role.upper()}/officer", "--role", role, "--out", key, *db)
    base = {"person": "P-1", "authority": "DGCP", "happened_at": "2025-03-15T21:40:00-06:00"}
    events = [dict(base, event="IdentityRecorded", name="Ana Ejemplo", birth_date="1990-02-03", country="VEN"),
              dict(base, event="Admitted", place="CECOT", order="none shown", injuries="none", property="bag", zone="America/El_Salvador"), dict(base, event="Departed", place="CECOT", destination="B", due_at="2025-03-16T00:00:00Z")]
    for language, replay in [("en", events), ("es", [dict(e, person="P-2") for e in events])]:
        with open(folder + "/events.ndjson", "w", encoding="utf-8") as file:
            for event in replay:
                validate("event", event, "an event")
                file.write(json.dumps(event) + "\n")
        for line in habeas("register", "record", folder + "/events.ndjson", "--key", keys["facility"], "--ndjson", *db).stdout.splitlines():
            validate("register-receipt", json.loads(line), "register record")
        for name, arguments in [("register-custody", ("register", "roster")), ("register-alarm", ("register", "alarms")), ("register-alarm-count", ("register", "alarms", "--count")), ("register-officer", ("register", "key", "list"))]:
            told = [json.loads(line) for line in habeas(*arguments, "--ndjson", "--lang", language, *db).stdout.splitlines()]
            failed += not told
            for line in told:
                validate(name, line, " ".join(arguments))
                fails(name, dict(line, cleared=True), " ".join(arguments))
        for key in [(), ("--key", keys["monitor"])]:
            *entries, custody = [json.loads(line) for line in habeas("register", "person", "P-1", "--ndjson", *key, *db).stdout.splitlines()]
            validate("register-custody", custody, "register person")
            for entry in entries:
                validate("register-entry", entry, "register person")
        for who, key in [("P-1", ()), ("Nadie Nunca", ()), ("Ana Ejemplo", ("--key", keys["court"])), ("Nadie Nunca", ("--key", keys["court"]))]:
            answer = json.loads(habeas("locate", who, "--born", "1990-02-03", "--country", "VEN", "--json", "--lang", language, *key, *db).stdout)
            validate("locate-answer", answer, f"locate {who} {key}")
            if answer["answer"] != "place":
                fails("locate-answer", dict(answer, place="CECOT"), f"locate {who} {key}")
    for line in habeas("register", "readings", "--ndjson", "--key", keys["monitor"], *db).stdout.splitlines():
        validate("register-reading", json.loads(line), "register readings")
    for line in habeas("locate", "asked", "--ndjson", "--key", keys["monitor"], *db).stdout.splitlines():
        validate("locate-asking", json.loads(line), "locate asked")
    validate("register-finding", json.loads(habeas("register", "verify", "--json", *db).stdout), "register verify")
    for bad in [dict(base), dict(base, event="Relesed"), dict(events[1], place=None), {k: v for k, v in events[1].items() if k != "order"}, dict(events[1], colour="red"), dict(events[1], happened_at="yesterday")]:
        fails("event", bad, "a bad event")
for arguments in [("check", "no-such-list.ndjson"), ("check",), ("chekc", "x"), ("check", "x", "--jobs", "0")]:
    done = habeas(*arguments, "--json")
    validate("errors", json.loads(done.stdout), "habeas " + " ".join(arguments))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
