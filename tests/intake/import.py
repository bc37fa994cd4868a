#!/usr/bin/env python3
"""Agencies' own files: each case of import/cases.ndjson, the samples beside the project where they are there, every mapping
checked against the dictionary, and over generated files: blanking a cell or dropping a row clears nobody and loses
nobody. usage: import.py PROGRAM [N]"""
import csv
import hashlib
import json
import os
import random
import sys
import tempfile

from program import ROOT, run
from workbook import workbook

from checks import check, finish  # found by program.py

HERE = os.path.join(ROOT, "tests/intake/import")
KIT = os.path.join(ROOT, "../shared/samples")
N = int(sys.argv[2]) if len(sys.argv) > 2 else 40


def read_lines(path):
    return [json.loads(line) for line in open(path, encoding="utf-8") if line.strip()]


def problems(case, done, report, wrote):
    """What of the case does not hold."""
    if done.returncode != case["exit"]:
        yield f"exit {done.returncode}: {done.stderr.decode()[:300]}"
    if wrote != (case["exit"] == 0):
        yield "a list was written although the file was refused" if wrote else "no list was written"
    for what in ("people", "documents"):
        if what in case and report.get(what) != case[what]:
            yield f"{report.get(what)} {what}"
    if case["exit"] == 0 and sorted({w["code"] for w in report["warnings"]}) != sorted(case["warnings"]):
        yield f"warnings {report['warnings']}"
    rows = {(row["line"], row.get("person", row.get("document"))): row for row in report["rows"]}
    first = {row["line"]: row for row in reversed(report["rows"])}
    for want in case.get("rows", []):
        who = want.get("person", want.get("document"))
        got = rows.get((want["line"], who), first.get(want["line"], {"facts": {}, "absent": [], "ids": {}}))
        if got.get("person") != want.get("person") or got.get("document") != want.get("document"):
            yield f"line {want['line']} is {got.get('person', got.get('document'))}"
        for name, value in want.get("facts", {}).items():
            if got["facts"].get(name) != value:
                yield f"{name}: {got['facts'].get(name)}"
        for name in want.get("absent", []):
            if name in got["facts"] or name not in got["absent"]:
                yield f"{name} is not absent"
        for name, value in want.get("ids", {}).items():
            if got["ids"].get(name) != value:
                yield f"{name}: {got['ids'].get(name)}"
    for want in case.get("errors", []):
        if not any(all(got.get(key) == value for key, value in want.items()) for got in report["errors"]):
            yield f"errors {report['errors']}"


def import_file(path, mapping, folder, about=()):
    mapping = os.path.join(ROOT, mapping) if "/" in mapping else mapping
    out, report = os.path.join(folder, "list.ndjson"), os.path.join(folder, "report.json")
    if os.path.exists(out):
        os.remove(out)
    done = run("import", path, "--map", mapping, "--out", out, "--report", report, "--document-date", "2025-03-01",
               *(word for person in about for word in ("--about", person)))
    return done, json.load(open(report, encoding="utf-8")), os.path.exists(out), out


def document_problems(case, path, lines):
    """What of a file of documents, or of those of a list, does not hold."""
    with open(path, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    for line in lines:
        documents = [line] if "about" not in case else [d for fact in line["facts"].values() for d in fact["evidence"]]
        for one in documents:
            if one.get("sha256") != sha256 or one.get("file") != os.path.basename(path):
                yield f"file and hash of {one}"
            if one.get("about") != case.get("about"):
                yield f"about {one.get('about')}"
    for want, got in zip(case.get("documents_are", []), lines):
        if any(got.get(key) != value for key, value in want.items()):
            yield f"document {got}"


def about_problems(mapping, people):
    """Papers of a row are about the person of the row where the file names its people, and say nothing of it where it does not."""
    path = os.path.join(ROOT, mapping if "/" in mapping else f"mappings/{mapping}.json")
    identifies = json.load(open(path, encoding="utf-8"))["person"].get("identifies", False)
    for person in people:
        for name, said in person["facts"].items():
            papers = [one for fact in (said if isinstance(said, list) else [said]) for one in fact["evidence"] if isinstance(one, dict)]
            # That two share a name is said of the list, not by a row.
            if name != "name_collision" and any(one.get("about") != ([person["person"]] if identifies else None) for one in papers):
                yield f"{name} of {person['person']} rests on papers about {[one.get('about') for one in papers]}"


def verdicts(path, mapping):
    done = run("check", path, "--map", mapping, "--ndjson")
    return {person["person"]: person["verdict"] for person in map(json.loads, done.stdout.decode().splitlines())}, done


def cells(rng):
    """A file of the generic layout, with what tests like to find: namesakes, blanks, marks, protective and permitting words."""
    countries = ["Honduras", "El Salvador", "salvadoreño / estadounidense", "GT", "ES", "", "N/A", "Puerto Rico", "Venezuela"]
    dates = ["1990-01-31", "14/04/1985", "1900-01-01", "07/28/99", "32874", "", "2012-05-06"]
    words = ["yes", "no", "sí", "", "x", "unknown", "0"]
    rows = [["person", "name", "date_of_birth", "country_of_birth", "nationality", "alien_number", "habeas_pending", "lpr_status", "pandilla"]]
    for i in range(rng.randint(2, 6)):
        rows.append([f"P-{i}", rng.choice(["Ejemplo, Alba", "Muestra, Bruno", "Prueba, Carla"]), rng.choice(dates), rng.choice(countries),
                     rng.choice(countries), rng.choice(["", f"A9001{i:05d}"]), rng.choice(words), rng.choice(words), rng.choice(["MS", "", "no"])])
    return rows


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


with tempfile.TemporaryDirectory() as folder:
    for case in read_lines(os.path.join(HERE, "cases.ndjson")):
        path = os.path.join(folder, case["id"] + (".json" if case["mapping"] in ("bop_locator", "courtlistener_docket", "federal_register") else ".csv"))
        with open(path, "wb") as file:
            file.write(case["text"].encode(case.get("encoding", "utf-8")))
        done, report, wrote, out = import_file(path, case["mapping"], folder, case.get("about", ()))
        found = list(problems(case, done, report, wrote))
        if wrote and case["mapping"] in ("courtlistener_docket", "federal_register"):
            found += document_problems(case, path, read_lines(out)["about" in case:])
        elif wrote:
            found += about_problems(case["mapping"], read_lines(out)[1:])
        check(not found, case["id"], found)
        if wrote and "documents" in case:
            checked = run("check", os.path.join(ROOT, "agreements/us-sv-2025/list.ndjson"), "--documents", out, "--ndjson")
            check(checked.returncode == 1, case["id"], "check refuses the documents:", checked.stderr.decode()[:300])
            checked = run("check", path, "--map", case["mapping"])
            check(checked.returncode == 3 and not checked.stdout, case["id"], "documents were checked as people")
        elif wrote:
            checked = run("check", out, "--ndjson")
            check(checked.returncode == 1, case["id"], "check refuses the list:", checked.stderr.decode()[:300])
    if os.path.isdir(KIT):
        for case in read_lines(os.path.join(KIT, "expect.ndjson")):
            done, report, wrote, _ = import_file(os.path.join(KIT, case["file"]), case["mapping"], folder)
            found = list(problems(case, done, report, wrote))
            check(not found, case["id"], found)
        for name, mapping in [("generic_en.csv", "generic_spreadsheet"), ("generico_es.csv", "generic_spreadsheet"), ("manifest.csv", "generic_spreadsheet"),
                              ("deportationdata_removals.csv", "deportationdata_removals"), ("deportationdata_detentions.csv", "deportationdata_detentions"),
                              ("hmpps_basm.csv", "hmpps_basm"), ("bop_locator.json", "bop_locator"), ("eoir", "eoir_case")]:
            done, report, wrote, out = import_file(os.path.join(KIT, name), mapping, folder)
            check(done.returncode == 0 and wrote, name, done.stderr.decode()[:300])
            people = read_lines(out)[1:] if wrote else []
            found = list(about_problems(mapping, people))
            check(not found, name, found[:3])
            check({row["person"] for row in report["rows"]} == {person["person"] for person in people}, name, "somebody fell out")
            checked = run("check", out, "--ndjson")
            check(checked.returncode == 1 and b"NO BAR FOUND" not in checked.stdout, name, "check", checked.stderr.decode()[:300])
    else:
        print("the samples beside the project are not here: not run")

    dockets = json.load(open(os.path.join(ROOT, "mappings/courtlistener_docket.json"), encoding="utf-8"))
    dockets["document"]["about"] = ["petitioners"]
    mapping, path = os.path.join(folder, "about.json"), os.path.join(folder, "dockets.json")
    json.dump(dockets, open(mapping, "w", encoding="utf-8"))
    for petitioners, about in [("P-1; P-2", ["P-1", "P-2"]), ("P-1;;", ["P-1"]), ("", None), ("no person's id!; P-1", "refused")]:
        json.dump({"id": 1, "court_id": "mdd", "docket_number": "8:25-cv-1", "cause": "28:2241", "date_terminated": None,
                   "date_modified": "2025-03-16", "petitioners": petitioners}, open(path, "w", encoding="utf-8"))
        done, report, wrote, out = import_file(path, mapping, folder)
        got = read_lines(out)[0].get("about") if wrote else "refused"
        check(got == about, "whom a docket names:", petitioners, got, done.stderr.decode()[:300])

    many, path = 3000, os.path.join(folder, "many.json")
    answer = [{"inmateNum": f"{i:05d}-999", "nameLast": "Ejemplo", "nameFirst": "Alba", "projRelDate": "04/02/2027"} for i in range(many)]
    json.dump({"InmateLocator": answer}, open(path, "w", encoding="utf-8"))
    done, report, wrote, _ = import_file(path, "bop_locator", folder)
    check(wrote and report["people"] == many, "an answer of many people", done.stderr.decode()[:300])

    header = ["person", "name", "date_of_birth", "nationality"]
    first = [["Transfers"], [], header, ["P1", 'Ejemplo, "Alba"', 32874, "Cuba"], ["P2", "Muestra, Bruno", "", "Honduras"]]
    book = os.path.join(folder, "book.xlsx")
    workbook(book, [first, [header, ["P3", "Prueba, Carla\nMaría", "1990-02-01"]]])
    done, report, wrote, _ = import_file(book, "generic_spreadsheet", folder)
    rows = {row["person"]: row for row in report["rows"]}
    check(wrote and list(rows) == ["P1", "P2", "P3"], "a workbook of two sheets", done.stderr.decode()[:300])
    check(wrote and rows["P1"]["line"] == 4 and rows["P1"]["facts"]["birth_date"]["value"] == "1990-01-01", "a workbook's day", report["rows"])
    with open(book, "rb") as file:
        whole = file.read()
    for name, sheets, mode, cut in [("days from 1904", [first], '<workbookPr date1904="1"/>', None), ("two layouts", [first, [["a", "b"], ["1", "2"]]], "", None),
                                    ("cut short", None, "", len(whole) // 2), ("cut to its mark", None, "", 4)]:
        if sheets:
            workbook(book, sheets, mode)
        else:
            open(book, "wb").write(whole[:cut])
        done, report, wrote, _ = import_file(book, "generic_spreadsheet", folder)
        check(done.returncode == 3 and not wrote and bool(report["errors"]), "a workbook:", name, done.returncode)

    rng = random.Random(20261125)
    path, changed = os.path.join(folder, "whole.csv"), os.path.join(folder, "changed.csv")
    for _ in range(N):
        rows = cells(rng)
        write_csv(path, rows)
        before, done = verdicts(path, "generic_spreadsheet")
        check(len(before) == len(rows) - 1, "not every row is a person", rows, done.stderr.decode()[:300])
        other = [list(row) for row in rows]
        row, column = rng.randrange(1, len(rows)), rng.randrange(1, len(rows[0]))
        other[row][column] = ""
        if rng.random() < 0.3 and len(rows) > 2:
            del other[row]
        write_csv(changed, other)
        after, done = verdicts(changed, "generic_spreadsheet")
        check(len(after) == len(other) - 1, "not every row is a person", other, done.stderr.decode()[:300])
        check("NO BAR FOUND" not in list(before.values()) + list(after.values()), "an import cleared somebody", rows, other)
        # What a label says moves nobody.
        for line in other[1:]:
            line[-1] = "MS"
        write_csv(changed, other)
        check(verdicts(changed, "generic_spreadsheet")[0] == after, "a label moved a verdict", other)

    broken = json.load(open(os.path.join(ROOT, "mappings/hmpps_basm.json"), encoding="utf-8"))
    for where, value in [("to", "no_such_fact"), ("cap", "established"), ("values", {"true": "approved"})]:
        wrong = json.loads(json.dumps(broken))
        wrong["columns"][1][where] = value
        path = os.path.join(folder, "wrong.json")
        json.dump(wrong, open(path, "w", encoding="utf-8"))
        done = run("import", os.path.join(HERE, "generic.csv"), "--map", path)
        check(done.returncode == 3 and not done.stdout, "a mapping that strengthens evidence was taken:", where, done.stderr.decode()[:200])
finish()
