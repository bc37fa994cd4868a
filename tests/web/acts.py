#!/usr/bin/env python3
"""What people do on the pages, without JavaScript: an event is said in a form, taken as a file, signed by `habeas
register sign` with the officer's own key, sent back, recorded once. Handovers with two signatures, an alarm taken, the
second check by another hand, screening, keys begun and ended, cosignatures, copies, rulebooks compared, documents for
court and counsel alone, a family's sign-in by token. usage: acts.py PROGRAM"""
import glob
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from datetime import datetime

from serving import Browser, Count, ROOT, Server, routes

program = os.path.abspath(sys.argv[1])
ORIGIN = "registry.example/us-sv-2025"
count = Count()
check = count.check
server = Server(program, "--unlimited", "--scenario", "scenarios/blank.json", register=True)
folder = server.folder.name


def run(*arguments, given=b""):
    done = subprocess.run([program, *arguments], input=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    return done.stdout.decode(), done.stderr.decode(), done.returncode


# ---- every act has its place ---------------------------------------------------------------------------------------
roles = open(os.path.join(ROOT, "src/web/roles.def"), encoding="utf-8").read()
acts = set(re.findall(r"^WEB_ACT_ROW\((\w+),", roles, re.M))
used = {act for _, _, _, act, _ in routes()}
check(acts == used and len(acts) > 30, f"acts without an address, or addresses without an act: {acts ^ used}")

fields = set(re.findall(r'^FIELD\("(\w+)"', open(os.path.join(ROOT, "src/register/fields.def"), encoding="utf-8").read(), re.M))
labels = set(re.findall(r'^ *\{"(\w+)",\s*WORDS_LATER', open(os.path.join(ROOT, "src/web/page_record.c"), encoding="utf-8").read(), re.M))
check(fields == labels and len(fields) > 40, f"a field of events without its words, or words without a field: {fields ^ labels}")

sessions = {}


def browser(name):
    if name not in sessions:
        sessions[name] = Browser(server)
        sessions[name].sign_in(name)
    return sessions[name]


def multipart(who, path, files, form):
    """Files of a form: (field, file name, content); "" as file name is a plain field."""
    mark = "----habeas"
    parts = [("form", "", who.word(form).encode()), *files]
    body = b""
    for name, file, content in parts:
        more = f'; filename="{file}"' if file else ""
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + content + b"\r\n"
    body += f"--{mark}--\r\n".encode()
    return who.ask("POST", path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"})


def lines_of(answer):
    found = re.search(r'<textarea name="text"[^>]*>(.*?)</textarea>', answer.text, re.S)
    return html.unescape(found[1]).strip() if found else ""


def say(name, kind, **fields):
    """Fills in the form of a kind; what comes back is the page to sign, or the form with what is wrong."""
    fields = {"happened_at": "2025-07-20T12:00", **fields}
    return browser(name).post(f"/en/record/{kind}", fields, form=f"/en/record/{kind}")


def sign(lines, *keys):
    for key in keys:
        lines, said, status = run("register", "sign", "-", "--key", f"{folder}/{key}.key", "--origin", ORIGIN, given=lines.encode())
        check(status == 0, f"signed with {key}: {said}")
    return lines


def send(name, signed):
    return multipart(browser(name), "/en/record", [("signed", "signed.ndjson", signed.encode())], "/en/record/HandoverOffered"
                     if name in ("clerk", "officer", "escort") else "/en/record")


def whole(name, kind, *keys, **fields):
    return send(name, sign(lines_of(say(name, kind, **fields)), *keys))


def custody(person):
    out, _, _ = run("register", "person", person, "--db", "register.db", "--ndjson")
    return [json.loads(line) for line in out.splitlines()]


def size():
    return int(re.search(r'"size":(\d+)', server.ask("GET", "/v1/checkpoint").text)[1])


for name, role in (("SECOND/one", "second_checker"), ("HEALTH/one", "health"), ("PDDH/monitor", "monitor"), ("COUNSEL/demo", "counsel")):
    run("register", "key", "new", name, "--role", role, "--out", f"{name.split('/')[0]}.key", "--db", "register.db")

# ---- saying it -----------------------------------------------------------------------------------------------------
page = browser("clerk").get("/en/record?person=P-001").text
check("HandoverOffered" in page and "HealthChecked" not in page, "a clerk is offered the kinds of the sender")
check("/en/record/NoticeGiven?person=P-001" in page, "for the person it came from")
page = say("clerk", "NoticeGiven", person="P-001", authority="ICE", to="", language="es")
check(page.status == 200 and "is missing" in page.text and 'value="P-001"' in page.text and not lines_of(page),
      "what is missing is said, and what was written is still there")
before = size()
page = say("clerk", "NoticeGiven", person="P-001", authority="ICE", to="counsel", language="es")
line = json.loads(lines_of(page))
check(line == {"event": "NoticeGiven", "person": "P-001", "authority": "ICE", "happened_at": "2025-07-20T12:00:00-06:00",
               "zone": "America/El_Salvador", "to": "counsel", "language": "es"}, f"the line is what was said: {line}")
check("se informó" in page.text or "lang=\"es\"" in page.text, "in both languages")
check(ORIGIN in page.text and "register sign" in page.text, "and how to sign it without JavaScript")
taken = browser("clerk").post("/en/keep/events", {"text": lines_of(page)}, form="/en/record/NoticeGiven")
check(taken.text.strip() == lines_of(page) and "attachment" in taken.headers["Content-Disposition"], "it goes out as a file")
check(size() == before, "nothing is recorded before it is signed")
check("not signed" in send("clerk", lines_of(page)).text and size() == before, "unsigned it is refused")
other = send("clerk", sign(lines_of(page), "DGCP"))
check("another authority" in other.text and size() == before, f"another authority's key is a mistake, not a forgery: {other.text[-900:]}")
signed = sign(lines_of(page), "ICE")
done = send("clerk", signed)
check(done.status == 200 and "Recorded" in done.text and size() == before + 1, f"signed it is recorded: {done.text[-1500:]}")
check(send("clerk", signed).text.count("/register/events/") == 1 and size() == before + 1, "sent twice it is recorded once")
check(send("clerk", signed.replace("counsel", "nobodyy")).status == 400 and size() == before + 2, "a changed word is a forgery, and on record")
check(say("budget", "NoticeGiven", person="P-001").status == 403, "a budget office records nothing")
check(say("counsel", "HandoverOffered", person="P-001", authority="ICE", to="DGCP", place="CECOT").status == 403, "counsel hands nobody over")
check(say("counsel", "ComplaintReceived", person="P-060", authority="COUNSEL", reason="no water").status == 403, "counsel for somebody else's client")
check(whole("counsel", "ComplaintReceived", "COUNSEL", person="P-001", authority="COUNSEL", reason="no water").status == 200, "for the own client")
visit = whole("inspector", "MonitorVisit", "PDDH", authority="PDDH", place="CECOT", access="yes")
check(visit.status == 200 and "Recorded" in visit.text, "an inspector records a visit, which is of no person")

# ---- handovers -----------------------------------------------------------------------------------------------------
check("No handover is on offer" in browser("officer").get("/en/handovers").text, "nothing on offer yet")
offer = whole("clerk", "HandoverOffered", "ICE", person="P-001 P-002", authority="ICE", to="DGCP", place="CECOT", property="seal 0091")
check(offer.text.count("/register/events/") == 2, f"a group is offered with one form: {offer.text[-1200:]}")
page = browser("officer").get("/en/handovers").text
check("take-P-001" in page and "take-P-002" in page and "not signed" in page, "the receiving side sees the offer")
check("take-P-001" not in browser("escort").get("/en/handovers").text or "P-060" not in page, "others see their own")
accept = browser("officer").get("/en/record/HandoverAccepted?person=P-001")
check('value="P-001"' in accept.text and 'name="offer"' not in accept.text, "the offer's number is looked up")
done = whole("officer", "HandoverAccepted", "DGCP", person="P-001", authority="DGCP", place="CECOT", injuries="none seen")
check("Recorded" in done.text, f"accepted: {done.text[-1200:]}")
check(custody("P-001")[-1]["answerable"] == "DGCP", "custody moved")
page = browser("officer").get("/en/handovers").text
check("take-P-001" not in page and "take-P-002" in page, "who was not accepted stays on offer")
done = whole("officer", "HandoverRefused", "DGCP", person="P-002", authority="DGCP", reason="no papers")
check("Recorded" in done.text and "take-P-002" not in browser("officer").get("/en/handovers").text, "refused with a reason")
again = say("officer", "HandoverAccepted", person="P-002", authority="DGCP", place="CECOT")
check("no handover of P-002 is on offer" in again.text, "what nobody offers is not accepted by mistake")
both = say("clerk", "HandedOver", person="P-002", authority="ICE", **{"from": "ICE", "to": "DGCP", "place": "CECOT"})
half = sign(lines_of(both), "ICE")
before = size()
page = send("clerk", half)
check("The other signature" in page.text and size() == before, "one signature of two records nothing")
done = send("clerk", sign(lines_of(page), "DGCP"))
check("Recorded" in done.text and size() == before + 1, f"with both it is recorded: {done.text[-1200:]}")
last = [e for e in custody("P-002") if e.get("event") == "HandedOver" or e.get("kind") == "HandedOver"][-1]
check("one-side" not in last["irregular"], f"and both sides have signed: {last}")

# ---- the second check ----------------------------------------------------------------------------------------------
whole("clerk", "CheckRecorded", "ICE", person="P-003", authority="ICE", verdict="BARRED", rulebook="us-sv 2026.1")
page = browser("second").get("/en/second-check").text
check("P-003" in page and "ICE/demo" in page, "a check waits for another officer")
own = send("second", sign(lines_of(say("second", "SecondCheckRecorded", person="P-003", authority="ICE", agrees="yes")), "ICE"))
check("you made the first" in own.text, "never by the same hand")
done = whole("second", "SecondCheckRecorded", "SECOND", person="P-003", authority="SECOND", agrees="yes")
check("Recorded" in done.text and "P-003" not in browser("second").get("/en/second-check").text.split("<main")[1], "by another it is made")

# ---- an alarm taken ------------------------------------------------------------------------------------------------
page = browser("clerk").get("/en/alarms").text
n_none = re.search(r"<caption>Of the register.*?</table>", page, re.S)[0].count("<tr><th") - 1  # its head
n_people = sum(map(int, re.findall(r'href="\?kind=A\d+" class="usa-link">[^<]*</a></th><td class="hb-number">(\d+)<', page)))
check(n_none > 0 and n_people > 0 and f"<title>Open alarms ({n_none + n_people}) · habeas" in page, f"the number of open alarms is in the title: {n_none} {n_people} {page[page.find('<title'):][:60]}")
check("<title>Alarms · habeas" in browser("clerk").get("/en/alarms?kind=A1").text, "that of a part is not")
page = browser("officer").get("/en/alarms").text
link = re.search(r'href="(/en/alarms/take\?alarm=(A\d+)&amp;person=([^"]+))"', page)
check(link is not None, "an alarm can be taken")
form = browser("officer").get(html.unescape(link[1])).text
check(f'value="{link[2]}"' in form, "the form knows which")
n_open = page.count("<tr")
taken = browser("officer").post("/en/record/AlarmTaken", {"person": html.unescape(link[3]), "alarm": link[2], "authority": "DGCP", "happened_at": ""},
                                form="/en/record/AlarmTaken")
check("no day and time" in taken.text or "is missing" in taken.text, "without its time it is not taken")
now = re.search(r'name="happened_at"[^>]*value="([^"]+)"', form)[1]
done = whole("officer", "AlarmTaken", "DGCP", person=html.unescape(link[3]), alarm=link[2], authority="DGCP", happened_at=now)
page = browser("officer").get("/en/alarms").text
check("Taken by DGCP/demo" in page and "stays open until the fact changes" in page and page.count("<tr") == n_open, "it is taken, and open")

# ---- until when one is signed in -------------------------------------------------------------------------------------
line = re.search(r'class="hb-session">.*?</p>', browser("clerk").get("/en/record?person=P-001").text, re.S)
ends = datetime.fromisoformat(re.search(r'datetime="([^"]+)"', line[0])[1]).timestamp()
check(abs(ends - time.time() - 30 * 60) < 65 and "hb-session" not in Browser(server).get("/en/help").text, f"a page says until when one is signed in: {line[0]}")

# ---- what the words mean -------------------------------------------------------------------------------------------
def picked(barred, unresolved, no_bar):
    page = browser("clerk").get(f"/en/help?barred={barred}&unresolved={unresolved}&no-bar-found={no_bar}").text.split("<main")[1]
    return page.split('role="status"')[1:], re.findall(r'<option value="([^"]*)" selected', page)


check(picked("", "", "x") == ([], ["", "", ""]), "nothing is explained before it is picked, nor what is no meaning")
said, chosen = picked("barred", "no-bar-found", "go")
check(len(said) == 3 and chosen == ["barred", "", ""] and "must not take place" in said[0] and "another verdict" not in said[0], f"each verdict says itself what it says: {chosen}")
check("That is the meaning of another verdict: NO BAR FOUND" in said[1] and "must not be sent on this record" in said[1], "a wrong pick is explained")
check("No verdict ever says that a person may be sent" in said[2] and "This is not permission" in said[2], "that somebody may be sent is what none of them says")

# ---- the newest entries on the board -------------------------------------------------------------------------------
board = browser("clerk").get("/en/board").text.split("<main")[1]
newest = board[board.index("The ten entries recorded last"):].split("</table>")[0]
numbers = [int(n) for n in re.findall(r'href="/en/register/events/(\d+)"', newest)]
last = int(re.search(r'data-size="(\d+)"', board)[1]) - 1
check(numbers == list(range(last, last - 10, -1)) and "an officer answers for an open alarm" in newest.split("</tr>")[1], f"the board has the ten newest entries: {numbers} {last} {newest[:900]}")
check(html.unescape(link[3]) not in newest and "P-0" not in newest, "of nobody by name or id")
check(all("The ten entries" not in browser(who).get("/en/board").text for who in ("ministry", "budget")), "who sees numbers alone sees no single entry")

# ---- health --------------------------------------------------------------------------------------------------------
whole("officer", "Departed", "DGCP", person="P-001", authority="DGCP", place="USA", destination="CECOT", due_at="2025-07-20T19:00", happened_at="2025-07-20T13:00")
whole("officer", "Arrived", "DGCP", person="P-001", authority="DGCP", place="CECOT", injuries="none seen", happened_at="2025-07-20T18:00")
page = browser("health").get("/en/health").text.split("<main")[1]
check("P-001" in page and "due: record it" in page, "who is due for screening: " + " ".join(re.sub("<[^>]+>", " ", page).split())[:900])
check(not re.search(r"BARRED|UNRESOLVED|USD|withholding", page.split("</main")[0]), "nothing of law or money")
done = whole("health", "HealthChecked", "HEALTH", person="P-001", authority="HEALTH", fit_to_travel="no", happened_at=now)
check("Recorded" in done.text, f"screened: {done.text[-900:]}")
row = re.search(r"<tr>(?:(?!</tr>).)*P-001.*?</tr>", browser("health").get("/en/health").text, re.S)[0]
check("record another" in row and "no" not in re.findall(r"fit", row), "seen, and what was found is not told")
check(browser("clerk").get("/en/health").status == 403, "a clerk sees no health")

# ---- keys, cosignatures, state -------------------------------------------------------------------------------------
vkey = run("register", "key", "new", "DGCP/late", "--out", "late.key")[0].strip()
operator = browser("operator")
page = operator.get("/en/admin/keys").text
check("ICE/demo" in page and "P-001" not in page, "keys, and no person")
begun = operator.post("/en/admin/keys", {"key": "nonsense", "role": "facility"})
check(begun.status == 400 and "verifier key" in begun.text, "what is no key is refused")
begun = operator.post("/en/admin/keys", {"key": vkey, "role": "facility"})
check(begun.status == 303, f"the public half of a key made elsewhere begins: {vkey} {begun.text[-500:]}")
page = operator.get("/en/admin/keys").text
late = re.search(r"<code>(DGCP/late[^<]+)</code>", page)
check(late is not None, "it stands among the keys")
ended = operator.post("/en/admin/keys/end", {"key": html.unescape(late[1]), "reason": "left the service"})
check(ended.status == 303 and "ended with entry" in operator.get("/en/admin/keys").text, f"it is ended by an event: {ended.text[-600:]}")
check(operator.post("/en/admin/keys/end", {"key": html.unescape(late[1]), "reason": ""}).status == 400, "never without a reason")
check(browser("clerk").post("/en/admin/keys", {"key": "x"}, form="/en/record").status == 403, "a clerk begins no key")
state = operator.get("/en/admin/state").text
check("Entries of the register" in state and not re.search(r"P-\d{3}", state), "the state: counts, never persons")
witness = browser("witness")
request = witness.get("/en/cosign/request?from=0")
check(request.status == 200 and ORIGIN in request.text and "attachment" in request.headers["Content-Disposition"], "the witness takes its request")
refused = multipart(witness, "/en/cosign", [("answer", "answer.txt", b"nothing\n")], "/en/cosign")
check(refused.status == 400, f"what is no cosignature is refused: {refused.status}")

# ---- copies --------------------------------------------------------------------------------------------------------
copy = browser("clerk").get("/en/lists/L-a5f945e2/copy")
rows = copy.text.strip().splitlines()
check(copy.status == 200 and len(rows) == 66 and rows[1].split(",")[6] == "BARRED" and all(r.endswith(",not permission") and ",LOCAL RULEBOOK," in r for r in rows[1:]),
      f"a list goes out whole, worst first: {rows[:2]}")
less = browser("budget").get("/en/lists/L-a5f945e2/copy").text
check("P-001" not in less and less.count("not permission") == less.count("LOCAL RULEBOOK") == 3, "a budget office takes counts")
own = browser("counsel").get("/en/lists/L-a5f945e2/copy").text
check(len(own.strip().splitlines()) == 4 and "P-015" in own, "counsel takes own clients")
one = json.loads(browser("counsel").get("/en/people/P-001/copy").text)
check(one["answer"]["person"] == "P-001" and one["register"]["events"], "a person's copy is answer and register")
check(browser("counsel").get("/en/people/P-060/copy").status == 404, "nobody else's")

# ---- a file's name -----------------------------------------------------------------------------------------------------
for name in ("../list.ndjson", "/tmp/list.ndjson", ".list.ndjson", "a/b.ndjson", "a\x01.ndjson"):
    page = multipart(browser("clerk"), "/en/lists/new", [("list", name, b'{"person": "X"}\n')], "/en/lists/new")
    check("Nothing was saved" in page.text and "name" in page.text.split("<main")[1].split("</main")[0], f"a file called {name!r}: {page.status}")
check(not glob.glob(f"{folder}/**/list.ndjson", recursive=True), "no such file is kept")

# ---- documents, rulebooks ------------------------------------------------------------------------------------------
page = browser("counsel").get("/en/people/P-015/documents")
check(page.status == 200 and "smallest sets of documents" in page.text, "counsel sees which documents would change it")
check(browser("clerk").get("/en/people/P-015/documents").status == 404, "a clerk does not")
sets = re.search(r"(These documents would change the verdict:.*?</ul>|No document can end this bar\.|No \d documents alone[^<]*)", page.text, re.S)
check(sets and sets[0] in browser("counsel").get("/en/people/P-015/annex").text, "counsel's annex says the same")
source = os.path.join(ROOT, "rulebooks/us-sv")
files = [("rulebook", os.path.basename(path), open(path, "rb").read()) for path in sorted(glob.glob(source + "/*")) if os.path.isfile(path)]
same = multipart(browser("author"), "/en/compare", files, "/en/compare")
check(same.status == 200 and "Nothing: the two say the same" in same.text, f"the same rulebook says the same: {same.status} {same.text[-800:]}")
weaker = [(name, file, content.replace(b'<text>"bars"</text>', b'<text>"unmet"</text>')) for name, file, content in files]
answer = multipart(browser("author"), "/en/compare", weaker, "/en/compare")
text = answer.text.split("<main")[1]
better = text.split("Whose verdict gets better for the transfer")
check(answer.status == 200 and len(better) == 3 and "P-001" in better[2].split("</table>")[0], f"whom it makes better off stands first: {answer.status}")
check("Written differently" in text and "&quot;bars&quot;" in text and "&quot;unmet&quot;" in text, "row beside row")
broken = multipart(browser("author"), "/en/compare", files[:2], "/en/compare")
check(broken.status == 400 and "Error" in broken.text, f"half a rulebook is refused: {broken.status}")
check(not glob.glob(server.store + ".compare-*"), "nothing sent in is kept")

# ---- money with one's own values -----------------------------------------------------------------------------------
budget = browser("budget")
page = budget.get("/en/money").text
values = {html.unescape(name): html.unescape(value) for name, value in re.findall(r'name="([\w.]+)" value="([^"]*)"', page) if "." in name}
check(len(values) > 20, f"every input has its field: {len(values)}")


def run_with(**changed):
    return budget.post("/en/money/runs", {**values, **changed}, form="/en/money").headers["Location"]


check("no value was changed" in budget.post("/en/money/runs", values, form="/en/money").text, "a run without a change is none")
said = budget.post("/en/money/runs", {**values, "days_held.mode": "many"}, form="/en/money")
check(said.status == 400 and "days_held: a number" in said.text, f"a word for a number is said: {said.status}")
address = run_with(**{"days_held.low": "", "days_held.mode": "400", "days_held.high": ""})
page = budget.get(address).text
check("Stop" in page and "<progress" in page and "days_held: 400 days" in page, "a run shows how far it is, and may be stopped")
check(browser("ministry").post(address, {}, form="/en/help").status in (403, 404), "by nobody else")
budget.post(address, {}, form=address)
page = budget.get(address).text
check("You stopped this run" in page and "p50" not in page, f"stopped, it says so and nothing of it stands: {page[-900:]}")
address = run_with(**{"people_sent.value": "120"})
for _ in range(600):
    page = budget.get(address).text
    if "<progress" not in page:
        break
    time.sleep(0.1)
check("Your values, not the file" in page and "people_sent: 120 people" in page and "p50" in page, "a run that ended shows its figures, marked as the reader's own")
check(browser("auditor").get(address).status in (403, 404), "and to nobody else")

# ---- a family's token ----------------------------------------------------------------------------------------------
run("register", "record", "--key", "DGCP.key", "--db", "register.db", given=b"\n".join(json.dumps(e).encode() for e in (
    {"event": "IdentityRecorded", "person": "D-1", "authority": "DGCP", "happened_at": "2025-03-16T08:00:00-06:00", "name": "Ana Ejemplo", "birth_date": "1990-02-03", "country": "VEN"},
    {"event": "Admitted", "person": "D-1", "authority": "DGCP", "happened_at": "2025-03-16T08:00:00-06:00", "place": "CECOT", "order": "none", "injuries": "none", "property": "none"},
    {"event": "CounselNamed", "person": "D-1", "authority": "DGCP", "happened_at": "2025-03-17T08:00:00-06:00", "to": "COUNSEL"})))
# D-2 is found by id alone, by those who may know; nobody is D-9. Hit, refusal and miss are one length, and never packed, which would show it.
run("register", "record", "--key", "DGCP.key", "--db", "register.db", given=json.dumps(
    {"event": "Admitted", "person": "D-2", "authority": "DGCP", "happened_at": "2025-03-16T08:00:00-06:00", "place": "CECOT", "order": "none", "injuries": "none", "property": "none"}).encode())
anybody, answers = Browser(server), {}
for who in ("D-1", "D-2", "D-9"):
    answers[who] = anybody.post("/en/locate", {"who": who, "born": "1990-02-03", "country": "VEN"}, headers={"Accept-Encoding": "gzip"})
check("custody to ask about" in answers["D-1"].text and all("cannot give an answer" in answers[who].text for who in ("D-2", "D-9")), "the public: a hit, a refusal, a miss")
check(len({len(a.body) for a in answers.values()}) == 1 and len({tuple(k for k in a.headers) for a in answers.values()}) == 1 and
      not any(a.headers["Content-Encoding"] for a in answers.values()), "in one form and length: " + str([len(a.body) for a in answers.values()]))
token = run("locate", "token", "D-1", "--key", "COUNSEL.key", "--until", "2030-01-01T00:00:00Z", "--db", "register.db")[0].strip()
family = Browser(server)
right = {"token": token, "born": "1990-02-03", "country": "VEN"}
for wrong in ({"token": "X" * 35}, {"born": "1990-02-04"}, {"country": "SLV"}, {"token": ""}):
    answer = family.post("/en/sign-in/token", {**right, **wrong})
    check(answer.status == 200 and "do not belong together" in answer.text, f"{wrong} signs nobody in: {answer.status}")
answer = family.post("/en/sign-in/token", right)
check(answer.status == 303 and answer.headers["Location"] == "/en/whereabouts", f"token, date and country sign in: {answer.status} {answer.text[-500:]}")
page = family.get("/es/whereabouts")
check(page.status == 200 and "CECOT" in page.text, "and tell where the person is")
check(family.get("/en/people/D-1").status == 404 and family.get("/en/register").status == 403, "and nothing else")
check("Last seen in person: 2025-03-16" in family.get("/en/whereabouts").text and "Responde: DGCP" in page.text, "and since when, last seen when, who answers")
note = html.unescape(re.search(r'<textarea id="note"[^>]*>(.*?)</textarea>', page.text, re.S)[1])
kept = family.post("/es/keep/answer", {"text": note.replace("\n", "\r\n")}, form="/es/whereabouts")  # as browsers send lines
check(kept.status == 200 and "answer.txt" in kept.headers["Content-Disposition"], f"the signed answer is a file to keep: {kept.status}")
open(f"{folder}/answer.txt", "wb").write(kept.body)
open(f"{folder}/policy", "wb").write(browser("auditor").get("/en/register/keys").body)
said, wrong, status = run("locate", "check", "answer.txt", "--keys", "policy")
check(status == 0, f"and anybody can check it: {said} {wrong}")
open(f"{folder}/answer.txt", "wb").write(kept.body.replace(b"CECOT", b"Izalco"))
check(run("locate", "check", "answer.txt", "--keys", "policy")[2] == 1, "changed, it does not hold")
check(family.post("/es/keep/other", {"text": "x"}, form="/es/whereabouts").status == 404, "nothing else is given back")
run("register", "record", "--key", "DGCP.key", "--db", "register.db", given=json.dumps(
    {"event": "Departed", "person": "D-1", "authority": "DGCP", "happened_at": "2025-04-01T08:00:00-06:00", "place": "CECOT", "destination": "Santa-Ana",
     "due_at": "2025-04-01T12:00:00-06:00"}).encode())
check("In transit from CECOT to Santa-Ana since 2025-04-01 14:00 UTC, due 2025-04-01 18:00 UTC. Answerable until accepted: DGCP" in
      re.sub(r"\s+", " ", family.get("/en/whereabouts").text), "under way, from where to where, since when, due when, and who answers")

open(f"{folder}/token", "w").write(token)
run("locate", "token", "D-1", "--end", "token", "--key", "COUNSEL.key", "--db", "register.db")
check("Santa-Ana" not in family.get("/es/whereabouts").text, "a token that has ended tells no place, also in a session begun before")

# ---- was the register altered? ---------------------------------------------------------------------------------------
auditor = browser("auditor")
check("Unaltered" not in auditor.get("/en/register/check").text, "nothing is said before it is asked")
done = auditor.post("/en/register/check", {})
check(done.status == 200 and "Unaltered" in done.text and "does not show that what was recorded is true" in done.text, f"unaltered: {done.text[-900:]}")
stranger = Browser(server)
for _ in range(5):
    stranger.post("/en/sign-in/token", {**right, "country": "USA"})
check("do not belong together" in stranger.post("/en/sign-in/token", right).text, "after five wrong tries the token waits")

check(server.stop() == 0 and "runtime error" not in server.said and "ERROR" not in server.said, server.said[-2000:])
audit = open(server.store + ".audit", encoding="utf-8").read()
for act in ("HAND_OVER", "RECORD_EVENT", "EXPORT", "READ_DOCUMENTS", "READ_HEALTH", "ADMIN_KEYS", "COSIGN", "COMPARE_RULEBOOKS"):
    check(f'"act":"{act}"' in audit, f"{act} is in the audit")
check(token not in audit and '"account":"token-' in audit, "a family's reads are in the audit, the token is not")

# One letter of what an officer said, changed in the store: the same page finds it.
stored = open(f"{folder}/register.db", "rb").read()
check(stored.count(b'"CECOT"') > 0, "what was said stands in the store")
open(f"{folder}/register.db", "wb").write(stored.replace(b'"CECOT"', b'"CECOU"'))
server = Server(program, "--unlimited", "--db", f"{folder}/register.db")
auditor = Browser(server)
auditor.sign_in("auditor")
done = auditor.post("/es/register/check", {})
check("ALTERADO" in done.text and "no coincide" in done.text and "Sin alteración" not in done.text, f"altered, and where: {done.text[-900:]}")
check(server.stop() == 0, "the server ends")

# ---- a cosignature, by a witness that a policy names ---------------------------------------------------------------
elsewhere = tempfile.TemporaryDirectory()
folder = elsewhere.name
witness_key = run("register", "key", "new", "witness.example/abroad", "--witness", "--out", "w.key")[0]
open(f"{folder}/policy", "w").write(f"witness abroad {witness_key}group outside any abroad\nquorum outside\n")
log_key = run("register", "init", ORIGIN, "--policy", "policy", "--db", "register.db")[0].strip()
run("register", "key", "new", "DGCP/one", "--role", "facility", "--out", "one.key", "--db", "register.db")
server = Server(program, "--unlimited", "--db", f"{folder}/register.db", "--list", "agreements/treaty-306/list.ndjson")
witness = Browser(server)
witness.sign_in("witness")
check("0 of 1 witnesses" in witness.get("/en/cosign").text, "not cosigned yet")
open(f"{folder}/request.txt", "wb").write(witness.get("/en/cosign/request?from=0").body)
answer, said, status = run("register", "witness", f"{folder}/request.txt", "--key", f"{folder}/w.key", "--log", log_key, "--state", "held")
check(status == 0, f"the witness cosigns what the page gave: {said}")
done = multipart(witness, "/en/cosign", [("answer", "answer.txt", answer.encode())], "/en/cosign")
check("1 cosignatures taken" in done.text, f"and the page takes it: {done.text[-600:]}")
check("1 of 1 witnesses" in witness.get("/en/cosign").text, "the state is cosigned")
clerk = Browser(server)
clerk.sign_in("clerk")
annex = clerk.get("/en/people/T-02c/annex").text   # whose file one paper would complete
check("told to the court and to counsel alone" in annex and "These documents would change" not in annex, "a clerk's annex says who is told what would change it")
check(server.stop() == 0, "the server ends")
count.end()
