#!/usr/bin/env python3
"""Every mapping in every form it can be read in, over generated files of its own columns: a blanked cell or a dropped row moves no
verdict toward NO BAR FOUND, takes no reason away that stands on what is missing, and loses nobody. usage: blanks.py PROGRAM [N]"""
import collections
import glob
import json
import os
import random
import sys
import tempfile

from program import ROOT, run
from workbook import workbook

from checks import check, finish  # found by program.py

N = int(sys.argv[2]) if len(sys.argv) > 2 else 1
PEOPLE = 12
RANK = {"BARRED": 0, "UNRESOLVED": 1, "NO BAR FOUND": 2}


def listed(value):
    return value if isinstance(value, list) else [value]


def names_of(mapping):
    """The columns that the mapping speaks of, in its order."""
    names = [mapping["person"]["id"][0], *mapping["person"].get("id2", []), *mapping["match"].get("required", [])]
    for column in mapping["columns"]:
        names += [*listed(column["from"]), *column.get("when", {})]
    names += [name for part, name in mapping["person"].get("names", {}).items() if part != "order"]
    # A spreadsheet's own headers may be facts.
    names += ["habeas_pending", "lpr_status", "cat_grant", "alien_number"] if "*" in names else []
    return [name for name in dict.fromkeys(names) if name != "*"]


COUNTRIES = ["Honduras", "El Salvador", "UNITED STATES", "COLOMBIA", "Puerto Rico", "nowhere", "ES"]
DATES = ["1990-01-31", "2012-05-06", "2024-11-30", "01/02/2025", "1900-01-01", "32874", "99999-99-99"]
POOLS = {"country": COUNTRIES, "list_country": COUNTRIES, "country_is_host": COUNTRIES, "date": DATES, "present_is": DATES,
         "datetime_local": ["2024-03-05 01:38:00", "2025-03-16T08:00:00-07:00"], "year_youngest": ["1985", "2010", "19"],
         "cite_ina": ["212a6Ci", "237a2Aiii", "212a07AiI"], "number": ["0", "5", "none", "many"],
         "truth": ["yes", "no", "none"], "yes_no": ["yes", "no", "none"]}


def pools_of(mapping):
    """What the cells of each column may hold: its listed values, what its type reads, a word nobody listed, and a mark."""
    pools = collections.defaultdict(list)
    for column in mapping["columns"]:
        for name in listed(column["from"]):
            pools[name] += list(column.get("values", {})) + POOLS.get(column["type"], ["x"])
            if mapping["name"] == "eoir_case" and "country" in column["type"]:
                pools[name] += ["SV", "HO", "US"]
        for name, values in column.get("when", {}).items():
            pools[name] += 2 * values
    for name in names_of(mapping):
        pools[name] += ["", "N/A", "b(6), b(7)c", "other"] if name in pools else ["Ejemplo", "Muestra", "yes"]
    pools["alien_number"] = [""]
    return pools


def identifier(mapping, i):
    return {"bop_locator": f"{i + 1:05d}-999", "eoir_case": str(15010000 + i), "courtlistener_docket": 70000000 + i,
            "federal_register": f"2025-{i + 10000}"}.get(mapping["name"], f"A{i + 1000}ZZ")


def rows_of(mapping, rng):
    names, pools = names_of(mapping), pools_of(mapping)
    rows = [{name: rng.choice(pools[name]) for name in names} for _ in range(PEOPLE)]
    for i, row in enumerate(rows):
        row[listed(mapping["person"]["id"])[0]] = identifier(mapping, i)
        if "same_key" in mapping["rows"]:
            row.update({name: f"K{i}" for name in mapping["rows"]["same_key"] if name in row and name not in mapping["person"]["id"] and "date" not in name})
    return rows


def blanked(mapping, rows, rng):
    """Each row without one of its cells, some rows dropped; the person keeps its number, or nobody could compare."""
    others = [dict(row) for row in rows if rng.random() < 0.9]
    fixed = set(listed(mapping["person"]["id"]))
    for row in others:
        row[rng.choice([name for name in row if name not in fixed])] = ""
        # A joined table may lack its row as well.
        row.update({"-" + table: True for table in mapping.get("tables", {}) if rng.random() < 0.1})
    return others


def quoted(text):
    return '"' + str(text).replace('"', '""') + '"'


def write(folder, mapping, form, rows):
    """The file of this form, and the mapping that reads it: the mapping's own, with another form where it is not the file's."""
    names = list(rows[0])
    other = json.loads(json.dumps(mapping))
    path = os.path.join(folder, "file." + form)
    if form == "xlsx":
        workbook(path, [[names, *[[str(row[name]) for name in names] for row in rows]]])
    else:
        with open(path, "w", encoding="utf-8", newline="") as file:
            if form == "json":
                records = listed(mapping["file"].get("records", ""))[0]
                file.write(json.dumps({records[1:]: rows} if records else rows))
            elif form == "ndjson":
                file.writelines(json.dumps(row) + "\n" for row in rows)
            else:
                mark = "," if form == "csv" else "\t"
                file.writelines(mark.join(map(quoted, line)) + "\n" for line in [names, *[[row[name] for name in names] for row in rows]])
    own = "csv" if form == "xlsx" else form
    if own == mapping["file"]["form"]:
        return path, mapping["name"]
    other["file"]["form"] = own
    for key in ("delimiter", "quote", "skip_rows", "extra_fields", "extra_columns", "records", "accept_object_as_one", "refuse_if"):
        other["file"].pop(key, None)
    if own in ("csv", "tsv"):
        other["file"].update({"delimiter": "," if own == "csv" else "\t", "quote": '"', "skip_rows": [0]})
    map_path = os.path.join(folder, "map.json")
    json.dump(other, open(map_path, "w", encoding="utf-8"))
    return path, map_path


def write_tables(folder, mapping, rows):
    """The joined tables, a row of each a case, tabs between."""
    for table, name in mapping["tables"].items():
        columns = ["idncase", *[column.split(".", 1)[1] for column in rows[0] if column.startswith(table + ".")]]
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            lines = [[row["idncase"], *[row[f"{table}.{column}"] for column in columns[1:]]] for row in rows if table == "case" or not row.get("-" + table)]
            file.writelines("\t".join(line) + "\n" for line in [columns, *lines])
    with open(os.path.join(folder, "tblLookupNationality.csv"), "w", encoding="utf-8") as file:
        file.write("ID\tNAT_CODE\tNAT_NAME\tNAT_COUNTRY_NAME\n1\tSV\tEL SALVADOR\tEL SALVADOR\n2\tHO\tHONDURAS\tHONDURAS\n3\tUS\tUNITED STATES\tUNITED STATES\n")
    return folder, mapping["name"]


def people_of(done):
    """The verdict of each person, and of each rule that gives a reason its outcome and facts."""
    return {one["person"]: (one["verdict"], {reason["rule"]: (reason["outcome"], {fact["name"]: fact["value"] for fact in reason["facts"]})
                                             for reason in one["reasons"]})
            for one in map(json.loads, done.stdout.decode().splitlines())}


def verdicts(path, mapping):
    done = run("check", path, "--map", mapping, "--ndjson")
    return people_of(done), done


def compare(where, rows, before, after, done):
    """Nobody is lost or cleared, no reason goes; what barred may become doubt only where the value that barred is the one taken away."""
    check(len(after) == len(rows), where, len(rows), "rows,", len(after), "people:", done.stderr.decode()[:300])
    for person, (verdict, reasons) in after.items():
        was, had = before[person]
        check(verdict != "NO BAR FOUND", where, person, "was cleared")
        check(set(had) <= set(reasons), where, person, "reasons are gone:", sorted(set(had) - set(reasons)))
        for rule, (outcome, values) in had.items():
            if outcome == "bars" and rule in reasons and reasons[rule][0] != "bars":
                taken = [name for name, value in values.items() if value is not None and reasons[rule][1].get(name) is None]
                check(len(taken) > 0, where, person, rule, "no longer bars, and nothing it stood on was taken away")
        if RANK[verdict] > RANK[was]:
            check(all(had[rule][0] != "bars" or reasons[rule][0] != "bars" for rule in had), where, person, was, "became", verdict)


def documents(folder, mapping):
    """A docket is about one person, whom its blanked form may not clear; a notice changes nobody's verdict."""
    row = rows_of(mapping, rng)[0]
    if mapping["name"] == "federal_register":
        row.update({"document_number": "2025-10000", "publication_date": "2025-03-01"})
    else:
        row["date_terminated"] = rng.choice(["", None, "2025-03-14"])
    found = []
    for one in (row, *({**row, name: ""} for name in rng.sample(list(row), 4))):
        if "docket_entries" in one:
            one = {**one, "docket_entries": [{"description": one["docket_entries"]}] if one["docket_entries"] else []}
        path, out = os.path.join(folder, "file.json"), os.path.join(folder, "out.ndjson")
        json.dump(one, open(path, "w", encoding="utf-8"))
        is_docket = mapping["name"] == "courtlistener_docket"
        done = run("import", path, "--map", mapping["name"], "--out", out, "--document-date", "2025-03-01", *(["--about", "P-1"] if is_docket else []))
        if done.returncode == 3:
            check(len(found) > 0, mapping["name"], "the whole document is refused:", done.stderr.decode()[:300])
            continue
        done = run("check", out, "--ndjson") if is_docket else run("check", LIST, "--documents", out, "--ndjson")
        found.append(people_of(done))
        if is_docket:
            compare((mapping["name"], one), ["P-1"], found[0], found[-1], done)
        else:
            check(found[-1] == WITHOUT, mapping["name"], "a notice changed a verdict:", one)


LIST = os.path.join(ROOT, "agreements/us-sv-2025/list.ndjson")
WITHOUT = people_of(run("check", LIST, "--ndjson"))
rng = random.Random(20261125)
with tempfile.TemporaryDirectory() as folder:
    for path in sorted(glob.glob(os.path.join(ROOT, "mappings/*.json"))):
        mapping = json.load(open(path, encoding="utf-8"))
        if mapping.get("makes") == "documents":
            continue
        forms = ["tables"] if "tables" in mapping else ["csv", "tsv", "json", "ndjson", "xlsx"]
        for form in forms * N:
            rows = rows_of(mapping, rng)
            others = blanked(mapping, rows, rng)
            where = mapping["name"], form
            put = (lambda rows: write_tables(folder, mapping, rows)) if form == "tables" else (lambda rows: write(folder, mapping, form, rows))
            before, done = verdicts(*put(rows))
            check(len(before) == len(rows), where, "not every row is a person:", len(before), done.stderr.decode()[:300])
            if len(before) == len(rows):
                compare(where, others, before, *verdicts(*put(others)))
    for name in ("courtlistener_docket", "federal_register"):
        mapping = json.load(open(os.path.join(ROOT, "mappings", name + ".json"), encoding="utf-8"))
        for _ in range(N):
            documents(folder, mapping)
finish()
