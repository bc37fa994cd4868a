#!/usr/bin/env python3
"""An agency's own file, refused or taken: `check --map`, `report --map` and the page for sending in a list say the same of the
same rows. The files are the cases of tests/intake/import, and the samples beside the project where they are there.
usage: uploads.py PROGRAM"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from serving import ROOT, Browser, Count, Server  # noqa: E402

program = os.path.abspath(sys.argv[1])
KIT = os.path.join(ROOT, "../shared/samples")
count = Count()
check = count.check


def said_by_program(*arguments):
    """(line, message, help) of every error."""
    done = subprocess.run([program, *arguments, "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    text = done.stdout.decode()
    if done.returncode != 3:
        return done.returncode, []
    return 3, [(one["line"] or 0, one["message"], one["help"] or "") for one in json.loads(text)["errors"]]


def said_by_report(path, mapping, folder):
    """The text form: the file, "line N", the message; `help:` below."""
    done = subprocess.run([program, "report", "agreement", path, "--map", mapping, "--out", os.path.join(folder, "paper.html")],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    text = done.stderr.decode()
    said = re.findall(rf"^{re.escape(os.path.basename(path))}: (?:line (\d+)[^:]*: )?(.*)\n(?:    .*\n)*(?:  help: (.*)\n)?", text, re.M)
    return done.returncode, [(int(line or 0), message, help) for line, message, help in said]


def said_by_page(text):
    said = []
    for where, wrong, do in re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', text, re.S):
        line = re.search(r" line (\d+)", where)
        said.append((int(line[1]) if line else 0, *(html.unescape(re.sub("<br>.*", "", part, flags=re.S)) for part in (wrong, do))))
    return said


def send(who, path, mapping, more=()):
    mark = "----habeas"
    body = b""
    parts = [("form", "", word.encode()), ("mapping", "", mapping.encode()), ("list", os.path.basename(path), open(path, "rb").read()), *more]
    for name, file, content in parts:
        more = f'; filename="{file}"' if file else ""
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"
    body += f"--{mark}--\r\n".encode()
    return who.ask("POST", "/en/lists/new", body, {"Content-Type": f"multipart/form-data; boundary={mark}"})


with tempfile.TemporaryDirectory() as folder:
    files = []
    for line in open(os.path.join(ROOT, "tests/intake/import/cases.ndjson"), encoding="utf-8"):
        case = json.loads(line)
        if case["mapping"] in ("courtlistener_docket", "federal_register", "eoir_case") or "/" in case["mapping"]:
            continue
        path = os.path.join(folder, case["id"] + (".json" if case["mapping"] == "bop_locator" else ".csv"))
        with open(path, "wb") as file:
            file.write(case["text"].encode(case.get("encoding", "utf-8")))
        files.append((path, case["mapping"], case["exit"]))
    taken = [one for one in files if one[2] == 0][:4]
    files = [one for one in files if one[2] != 0] + taken
    if os.path.isdir(os.path.join(KIT, "nasty")):
        for line in open(os.path.join(KIT, "expect.ndjson"), encoding="utf-8"):
            case = json.loads(line)
            files.append((os.path.join(KIT, case["file"]), case["mapping"], case["exit"]))
    server = Server(program, "--unlimited")
    clerk = Browser(server)
    clerk.sign_in("clerk")
    page = clerk.get("/en/lists/new").text
    word = clerk.word("/en/lists/new")
    check('<option value="generic_spreadsheet">' in page and 'value="courtlistener_docket"' not in page and 'value="eoir_case"' not in page,
          "the page offers the mappings of one file of people")
    for path, mapping, status in files:
        name = os.path.basename(path)
        code, said = said_by_program("check", path, "--map", mapping)
        check((code == 3) == (status == 3), f"{name}: check ends {code}")
        answer = send(clerk, path, mapping)
        if status == 0:
            check(answer.status == 303 and re.search(r"/lists/L-[0-9a-f]{8}$", answer.headers["Location"]), f"{name}: the page {answer.status} {said_by_page(answer.text)}")
            continue
        check(said != [], f"{name}: check says nothing")
        check(answer.status == 200 and said_by_page(answer.text) == said, f"{name}: check says {said}, the page {said_by_page(answer.text)}")
        code, reported = said_by_report(path, mapping, folder)
        check(code == 3 and reported == said, f"{name}: check says {said}, report {reported}")
    # What was taken in is there with everybody, and says of one what check says.
    path, mapping, _ = taken[0]
    place = send(clerk, path, mapping).headers["Location"]
    done = subprocess.run([program, "check", path, "--map", mapping, "--ndjson"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    people = [json.loads(line) for line in done.stdout.decode().splitlines()]
    shown = clerk.get(place).text
    for person in people:
        check(person["person"] in shown, f"{person['person']} is not on the page of the list")
    for name in ("../rulebooks/us-sv", "no_such_mapping", "/etc/passwd", "a" * 300):
        answer = send(clerk, path, name)
        check(answer.status == 200 and "Nothing was saved" in answer.text, f"a mapping {name[:20]}: {answer.status}")
    # Documents that come along establish what the sheet says they do.
    sheet = os.path.join(folder, "with-papers.csv")
    with open(sheet, "w", encoding="utf-8") as file:
        file.write("person,name,habeas_pending,habeas_pending.evidence\nP-1,\"Ejemplo, Alba\",no,D-1\n")
    paper = {"id": "D-1", "kind": "agency_record", "issuer": "court clerk", "date": "2026-01-01"}
    check(send(clerk, sheet, "generic_spreadsheet").status == 200, "a document that is nowhere")
    check(send(clerk, sheet, "generic_spreadsheet", [("documents", "documents.ndjson", json.dumps(paper).encode() + b"\n")]).status == 303, "its document beside it")
    store = server.store
    check(server.stop() == 0 and "ERROR" not in server.said, f"the server: {server.said[-800:]}")
    again = Server(program, store=store)
    clerk = Browser(again)
    clerk.sign_in("second")  # a code counts once
    check(clerk.get(place).status == 200, "the list is there after a new start")
    check(again.stop() == 0, "the second server")
count.end()
