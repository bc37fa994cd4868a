#!/usr/bin/env python3
"""More people than one page holds: the register and its alarms part by part, nobody twice and nobody left out; a copy of a list leaves in parts, whole and each person on record, and one that
cannot go on is never taken for whole; what takes long holds nobody up. usage: large.py PROGRAM"""
import html
import http.client
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from serving import Browser, Count, ROOT, Server

N = 2500
program = os.path.abspath(sys.argv[1])
count = Count()
check = count.check
AGREEMENT = os.path.join(ROOT, "agreements/treaty-306")   # its list has every verdict
lines = open(os.path.join(AGREEMENT, "list.ndjson"), encoding="utf-8").read().splitlines()
header, *some = map(json.loads, lines)
header["agreement"] = os.path.join(AGREEMENT, header["agreement"])
for name in ("documents", "contests"):
    header[name] = [os.path.join(AGREEMENT, file) for file in header[name]]

aside = tempfile.TemporaryDirectory()
folder = aside.name


def habeas(*arguments, given=None):
    done = subprocess.run([program, *arguments, "--db", f"{folder}/register.db"], input=given, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    check(done.returncode in (0, 1), done.stdout.decode())


def record(*events):
    habeas("register", "record", "--key", f"{folder}/DGCP.key", given=b"\n".join(json.dumps({"authority": "DGCP", **event}).encode() for event in events))


def place_of(i):
    """The officers and health staff of the demonstration are of CECOT; the server's facility file is of cecot."""
    return ("CECOT" if i % 10 == 1 else "cecot") if i % 2 else f"PLACE-{i % 250:03}"


habeas("register", "init", "registry.example/large")
habeas("register", "key", "new", "DGCP/one", "--role", "facility", "--out", f"{folder}/DGCP.key")
record(*({"event": "Admitted", "person": f"L-{i:04}", "happened_at": f"2025-03-16T{i // 60 % 24:02}:{i % 60:02}:00Z", "place": place_of(i),
          "order": "none", "injuries": "none", "property": "none"} for i in range(N)))
with open(f"{folder}/list.ndjson", "w", encoding="utf-8") as file:
    file.writelines(json.dumps(line) + "\n" for line in [header, *({**some[i % len(some)], "person": f"L-{i:04}"} for i in range(N))])
# An audit of forty megabytes, whose oldest entry alone is about OLD-1.
with open(f"{folder}/large.db.audit", "w", encoding="utf-8") as file:
    file.writelines('{"at":1742040000,"account":"clerk","role":"registry_clerk","act":"READ_PERSON","object":"%s","from":"127.0.0.1","status":200,"prev":"%064d"}\n'
                    % ("OLD-1" if i == 0 else "OLD-2", i) for i in range(200000))
os.chmod(f"{folder}/large.db.audit", 0o600)
server = Server(program, "--unlimited", "--list", f"{folder}/list.ndjson", "--db", f"{folder}/register.db", "--jobs", "1", "--facilities", "facilities", store=f"{folder}/large.db")
clerk = Browser(server)
clerk.sign_in("clerk")
large = re.search(r"/en/lists/(L-[0-9a-f]{8})", clerk.get("/en/lists").text)[1]


def exported():
    with open(server.store + ".audit", encoding="utf-8") as file:
        return [json.loads(line)["object"] for line in file if '"EXPORT"' in line]


# ---- the register and its alarms, part by part ---------------------------------------------------------------------
def parts(path, what, browser=clerk):
    """Each part of the answer from that address on."""
    while path:
        answer = json.loads(browser.get(path).text)
        yield [one["person"] for one in answer[what]]
        path = answer["next"]


def walk(path, browser, way="next"):
    """Rows of the pages from that address on: whom they lead to, and what they say of the rows."""
    while True:
        answer = browser.get(path)
        yield re.findall(r'href="/../register/people/([^"]+)"', answer.text), re.findall(r'hb-rows">([^<]*)', answer.text)
        link = re.findall(rf'href="([^"]+)" class="usa-pagination__link usa-pagination__{way}-page', answer.text)
        if not link:
            return
        path = path.split("?")[0] + html.unescape(link[-1])


everybody = {f"L-{i:04}" for i in range(N)}
whole = sum(parts("/v1/register", "people"), [])
check(sorted(whole) == sorted(everybody), "the register's parts are everybody, once")
at_cecot = {f"L-{i:04}" for i in range(N) if place_of(i) == "cecot"}
inspector, officer = Browser(server), Browser(server)
inspector.sign_in("inspector")
officer.sign_in("officer")
pages = list(walk("/es/register?place=cecot", inspector))
check(len(pages) == 10 and set(sum((people for people, _ in pages), [])) == at_cecot and pages[1][1] == ["Filas 101 a 200 de 1,000."], f"a place's roster: {pages[1][1]}")
last = re.findall(r'href="([^"]+)" class="usa-pagination__link usa-pagination__next', inspector.get("/en/register?place=cecot").text)[0]
back = list(walk("/en/register" + html.unescape(last), inspector, "previous"))
check(len(back) == 2 and sorted(back[0][0] + back[1][0]) == sorted(pages[0][0] + pages[1][0]), "and back again, nobody passed over")
for day, n in (("2025-03-14", 0), ("2025-03-16", 1000)):
    page = inspector.get(f"/en/register?place=cecot&as-of={day}").text
    check(f'name="at" value="{day}T23:59"' in re.sub(r' (?:id|class|type|autocomplete)="[^"]*"', "", page) and ("of 1,000." in page) == (n > 0) and len(re.findall(r'/register/people/', page)) == min(n, 100), f"the roster as of the end of {day}")
check(inspector.get("/en/register?as-of=2025-02-30").status == 400, "as of no day that is none")
front = inspector.get("/en/register").text
places = dict(re.findall(r'href="\?place=([^"]+)" class="usa-link">[^<]*</a></th><td class="hb-number">(\d[\d,]*)<', front))
check(len(places) == 100 and places.get("PLACE-000") == "10" and "places=PLACE-198" in front, f"the places come first, in parts: {len(places)}")
jump = inspector.get("/en/register?place=cecot&person=L-0777").text
check(re.findall(r'/register/people/([^"]+)"', jump)[0] == "L-0777", "a reader jumps to a person")
check("does not stand on this roster" in inspector.get("/en/register?place=cecot&person=L-0778").text, "who is elsewhere is said to be")
check(officer.get("/en/register?place=cecot").status == 404 and officer.get("/en/alarms?place=cecot").status == 404, "an officer of another place")
check("more people than stand on one page" in officer.get("/en/register?place=DGCP").text, "an authority that answers for many")

path = "/v1/register?place=cecot"
first = json.loads(clerk.get(path).text)
mine = [one["person"] for one in first["people"]]
ahead = json.loads(clerk.get(first["next"]).text)["people"][0]["person"]
check(first["n_all"] == 1000 and len(mine) == 200, "a part says how many there are in all")
record(*({"event": "Released", "person": person, "happened_at": "2025-03-18T09:00:00Z", "place": "cecot", "order": "none"} for person in (mine[0], ahead)),
       *({"event": "Admitted", "person": f"NEW-{i}", "happened_at": "2025-03-18T09:00:00Z", "place": "cecot", "order": "none", "injuries": "none", "property": "none"} for i in range(40)))
rest = sum(parts(first["next"], "people"), [])
check(sorted(person for person in mine + rest if person[0] == "L") == sorted(at_cecot - {ahead}), "who stays stands on one part, whatever changed in between")

alarms = list(walk("/en/alarms?kind=A1", clerk))
check([said for _, said in alarms][1] == ["Rows 101 to 200 of 2,538."], f"alarms of a kind: {alarms[1][1]}")
counted = dict(re.findall(r'href="\?kind=(A\d+)" class="usa-link">[^<]*</a></th><td class="hb-number">(\d[\d,]*)<', clerk.get("/en/alarms").text))
check(counted["A1"] == counted["A15"] == "2,538", f"counted by kind: {counted}")
first = json.loads(clerk.get("/v1/alarms").text)
gone = [one["person"] for one in json.loads(clerk.get(first["next"]).text)["alarms"]][:3]
record(*({"event": "LocationConfirmed", "person": person, "happened_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 60)), "place": place_of(int(person[2:])),
          "method": "roll"} for person in gone))
given = [(one["alarm"], one["person"]) for one in first["alarms"]]
path = first["next"]
while path:
    part = json.loads(clerk.get(path).text)
    given += [(one["alarm"], one["person"]) for one in part["alarms"]]
    path = part["next"]
check(len(given) == len(set(given)) and not any(("A1", person) in given for person in gone) and len([1 for kind, _ in given if kind == "A1"]) == 2535,
      "an alarm that ends in between is given no more, the others once")
check(clerk.get("/v1/alarms?from=x").status == 422 and clerk.get("/en/alarms?from=x").status == 400 and officer.get("/v1/register?from=9.x").status == 422, "what is no cursor is said to be none")

# ---- a list by one of its columns ----------------------------------------------------------------------------------
def list_rows(path, browser):
    """Of each row from that address on: person, verdict, first reason, how many facts are missing."""
    while path:
        answer = browser.get(path).text
        for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", answer.split("hb-list")[1].split("</table>")[0], re.S):
            cells = [" ".join(re.sub("<[^>]+>", " ", cell).split()) for cell in re.split("</t[hd]>", row)]
            yield cells[0].split()[0], next(v for v in ("BARRED", "UNRESOLVED", "NO BAR FOUND") if v in cells[1]), cells[2], int(cells[3])
        link = re.findall(r'href="([^"]+)" class="usa-pagination__link usa-pagination__next-page', answer)
        path = link and f"/en/lists/{large}" + html.unescape(link[-1])


def by_id(row):
    return row[0]


WORST = ("BARRED", "UNRESOLVED", "NO BAR FOUND")
LIST = f"/en/lists/{large}"
worst = list(list_rows(LIST, clerk))
check({row[1] for row in worst} == set(WORST) and worst == sorted(worst, key=lambda row: (WORST.index(row[1]), row[0])), "a list stands worst first, then by id")
for ask, key in (("id", by_id), ("missing", lambda row: -row[3])):
    rows = list(list_rows(f"{LIST}?sort={ask}", clerk))
    check(rows == sorted(worst, key=lambda row: (row[1] == "NO BAR FOUND", key(row))), f"by {ask}, everybody once, whoever is found free of bars last: {rows[:3]}")
for reader in (inspector, officer):   # who sees nothing confidential; who sees her own
    mine = list(list_rows(LIST, reader))
    check(100 < len(mine) and list(list_rows(f"{LIST}?sort=missing", reader)) == sorted(mine, key=lambda row: (row[1] == "NO BAR FOUND", -row[3])), f"by what she sees: {len(mine)}")
rows = list(list_rows(f"{LIST}?sort=reason", clerk))
runs = [row[1:3] for i, row in enumerate(rows) if i == 0 or (rows[i - 1][1] == "NO BAR FOUND", rows[i - 1][2]) != (row[1] == "NO BAR FOUND", row[2])]
check(sorted(rows) == sorted(worst) and len(runs) == len({(verdict == "NO BAR FOUND", reason) for verdict, reason in runs}) > 3 and rows[-1][1] == "NO BAR FOUND",
      f"by first reason, each reason in one run: {runs[:4]}")
rows = list(list_rows(f"{LIST}?sort=missing&verdict=UNRESOLVED&id=L-1", clerk))
check(rows == [row for row in sorted(worst, key=lambda row: -row[3]) if row[1] == "UNRESOLVED" and row[0].startswith("L-1")], "so does a part of it")
front = clerk.get(f"{LIST}?sort=missing&id=L-1").text
check(re.findall(r'aria-sort="(\w+)"', front) == ["none", "none", "none", "descending"] and 'href="?id=L-1&amp;sort=id"' in front and
      'name="sort" value="missing"' in front, "each head leads to its order and keeps what is asked")
check(re.findall(r'aria-sort="(\w+)"', clerk.get(f"{LIST}?sort=verdicts").text) == ["none", "descending", "none", "none"], "there is no other order")
back = clerk.get(f"{LIST}?sort=id&from={sorted(row[0] for row in worst if row[1] != WORST[2])[250]}").text
check("Rows 251 to 350 of 2,500" in back, "a part of an order begins at any of its rows: " + str(re.findall(r'hb-rows">([^<]*)', back)))

# ---- copies --------------------------------------------------------------------------------------------------------
COPY = f"/en/lists/{large}/copy"
copy = clerk.get(COPY)
everybody = sorted(f"L-{i:04}" for i in range(N))
check(copy.status == 200 and sorted(row.split(",")[5] for row in copy.text.splitlines()[1:]) == everybody, "a large list goes out whole")
check(sorted(exported()) == everybody, "each person of it is on record")
head = clerk.ask("HEAD", COPY)
check(head.status == 200 and head.text == "" and head.headers["Content-Length"] is None, "its head says no length")
cookies = "; ".join(f"{name}={value}" for name, value in clerk.cookies.items())
old = server.raw(f"GET {COPY} HTTP/1.0\r\nHost: x\r\nCookie: {cookies}\r\n\r\n".encode())
check(b" 505 " in old.splitlines()[0] and b"L-0001" not in old, "a client that could not tell a cut copy from a whole one gets none")

# ---- whom health staff have to see ----------------------------------------------------------------------------------
health = Browser(server)
health.sign_in("health")
page, rows, n_pages = "/en/health", [], 0
while page and n_pages < 10:
    answer = health.get(page)
    check(answer.status == 200, f"{page}: {answer.status}")
    rows += re.findall(r"<th[^>]*>(L-\d+)</th>", answer.text)
    found = re.search(r'<a [^>]*usa-pagination__next-page[^>]*>', answer.text)
    page, n_pages = found and html.unescape(re.search(r'href="([^"]+)"', found[0])[1]), n_pages + 1
    page = page and ("/en/health" + page if page.startswith("?") else page)
check(n_pages == 3 and sorted(rows) == [f"L-{i:04}" for i in range(1, N, 10)], f"everybody at the place, once, on pages of a hundred: {n_pages}, {len(rows)}")
check(health.get("/en/health?place=PLACE-002").status == 404, "another place is not hers")
check(health.get("/en/health?from=" + 80 * "x").status == 400, "nor is a part that no page named")

# ---- the paper of a place ------------------------------------------------------------------------------------------
paper = inspector.get("/en/facilities/cecot/report?place=PLACE-004&at=2025-03-17T12:00").text
check({f"L-{i:04}" for i in range(N) if place_of(i) == "PLACE-004"} == set(re.findall(r"L-\d{4}", paper)) and "Place in the register: " in re.sub("<[^>]*>", "", paper), "an inspection of a place that the register names otherwise")
check(inspector.get("/en/facilities/cecot/report?at=soon").status == 422, "at no time that is one")
check("L-0" not in officer.get("/en/facilities/cecot/report?place=PLACE-004").text, "an officer of another place is told nobody")

# ---- a long audit --------------------------------------------------------------------------------------------------
auditor = Browser(server)
auditor.sign_in("auditor")
looked = auditor.get("/en/audit?person=OLD-1").text
check("a part at a time is looked through" in looked and "<td>OLD-1</td>" not in looked, "a long audit is looked through part by part")
while (link := re.findall(r'href="([^"]+)" class="usa-pagination__link usa-pagination__next', looked)) and "<td>OLD-1</td>" not in looked:
    looked = auditor.get("/en/audit" + html.unescape(link[0])).text
check("<td>OLD-1</td>" in looked and 'value="OLD-1"' in looked, "to its first entry")

# ---- what takes long holds nobody up -------------------------------------------------------------------------------
REPORT, N_REPORTS = "/en/facilities/cecot/report", 6
answered, quick = [], []
with ThreadPoolExecutor(N_REPORTS) as pool:
    for _ in range(N_REPORTS):
        pool.submit(lambda: answered.append(clerk.get(REPORT).status))
    while len(answered) < 2:   # the others wait for their turn
        time.sleep(0.01)
    n_before = len(answered)
    quick = [(clerk.get("/en/me").status, len(answered)) for _ in range(3)]
check(answered == [200] * N_REPORTS and all(status == 200 for status, _ in quick), f"long pages and quick ones are shown: {quick} {answered}")
check(quick[0][1] <= n_before + 1 and quick[-1][1] < N_REPORTS, f"a quick page does not wait for the long ones: {n_before}, then {quick}")

# ---- a copy that cannot go on --------------------------------------------------------------------------------------
tracer = subprocess.Popen(["strace", "-f", "-o", "/dev/null", "-p", str(server.process.pid), "-P", server.store + ".audit",
                           "-e", "trace=write", "-e", "inject=write:error=ENOSPC:when=1500+"], stderr=subprocess.PIPE)
check(b"attached" in tracer.stderr.readline(), "the disk is made to fill")
try:
    check(clerk.get(COPY).status == 500, "what cannot be recorded is not sent")
except http.client.IncompleteRead as cut:
    check(0 < cut.partial.count(b"\n") < N, "what cannot be recorded is not sent, and the reader sees that it was cut")
tracer.terminate()
tracer.communicate()
check(server.stop() == 0 and "runtime error" not in server.said and "Sanitizer" not in server.said, server.said)
check("the audit cannot be written" in server.said, f"the operator is told: {server.said}")
count.end()
