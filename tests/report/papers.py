#!/usr/bin/env python3
"""Papers hold all their parts, in both languages; what a reader may not see is in no form of a copy; names only where asked
for; the foot of each page carries the hash of the JSON form; a memo has two pages; nothing says that a person may be sent.
usage: papers.py PROGRAM [--short]   (--short: no PDFs, fewer readers: for a program that a sanitizer slows down)"""
import csv
import hashlib
import html
import http.server
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
import warnings

warnings.simplefilter("ignore", DeprecationWarning)
from jsonschema import Draft202012Validator, RefResolver  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
IS_SHORT = "--short" in sys.argv
os.chdir(ROOT)
passed = failed = 0
LIST = "agreements/us-sv-2025/list.ndjson"
NAME = "Quetzalina Zurdo-Íñiguez"


def check(is_so, what):
    global passed, failed
    passed += bool(is_so)
    failed += not is_so
    if not is_so:
        print("not so:", what)


def habeas(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)


def is_valid(name, document):
    schemas = {path: json.load(open("schemas/" + path, encoding="utf-8")) for path in os.listdir("schemas")}
    schema = schemas[name + ".schema.json"]
    return Draft202012Validator(schema, resolver=RefResolver(schema["$id"], schema, store=schemas)).is_valid(document)


folder = tempfile.TemporaryDirectory()


def at(name):
    return os.path.join(folder.name, name)


def paper(kind, subject, form, *options):
    """Writes a paper and gives its text: of the file itself, or of the PDF."""
    out = at("paper." + form)
    if os.path.exists(out):
        os.remove(out)
    done = habeas("report", kind, *subject, "--out", out, *options)
    check(done.returncode in (1, 5) and os.path.exists(out), f"report {kind} {subject} {options}: {done.stderr[-300:]}")
    if form == "pdf":
        return subprocess.run(["pdftotext", "-layout", out, "-"], stdout=subprocess.PIPE).stdout.decode()
    return open(out, encoding="utf-8").read()


def words(page):
    """What a reader sees of a page of HTML, without its head."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", page.split("</head>")[1])))


# ---- a list with one invented person, and a register -----------------------------------------------------------------
people = [json.loads(line) for line in open(LIST, encoding="utf-8")]
header = dict(people[0], agreement=os.path.abspath("agreements/us-sv-2025/agreement.json"), contests=[os.path.abspath("agreements/us-sv-2025/contests.ndjson")],
              documents=[os.path.abspath("agreements/us-sv-2025/documents.ndjson")], facility=os.path.abspath("facilities/cecot.json"))
one = dict(next(p for p in people if p.get("person") == "P-001"), name=NAME, person="X-1")
own_list = at("list.ndjson")
with open(own_list, "w", encoding="utf-8") as file:
    two = dict(one, person="X-2", custody={"system": "us_federal", "inputs": {"commenced": "2024-03-01", "sentences": [{"term": {"y": 3}}]}})
    for row in [header, *people[1:], one, two]:
        file.write(json.dumps(row, ensure_ascii=False) + "\n")
db = at("register.db")
habeas("register", "init", "registry.example/test", "--db", db)
for officer, role in [("ICE", "sender"), ("DDC", "court"), ("SCOTUS", "court"), ("DGCP", "facility")]:
    habeas("register", "key", "new", officer + "/test", "--role", role, "--out", at(officer + ".key"), "--db", db)
    events = subprocess.run([sys.executable, "tools/chronology.py", "agreements/us-sv-2025/chronology.csv", officer], stdout=subprocess.PIPE)
    open(at("events"), "wb").write(events.stdout)
    done = habeas("register", "record", at("events"), "--key", at(officer + ".key"), "--db", db)
    check(done.returncode == 0, f"events of {officer}: {done.stderr[-200:]}")

# ---- the dossier: parts, hash, tags -----------------------------------------------------------------------------------
PARTS = {
    "en": ["Annex on", "2. Finding", "3. Grounds, worst first", "4. What is missing", "5. What would change", "6. Custody", "7. The place",
           "8. Table of exhibits", "9. Table of authorities", "10. Method and limits", "11. How to check"],
    "es": ["Anexo sobre", "2. Resultado", "3. Fundamentos", "4. Qué falta", "5. Qué cambiaría", "6. Custodia", "7. El centro",
           "8. Índice de documentos", "9. Índice de fuentes", "10. Método y límites", "11. Cómo comprobar"],
}
# NO BAR FOUND is the shortest file, so it is the one made into a PDF
clear = "agreements/treaty-306/list.ndjson"
short = next(json.loads(line)["person"] for line in habeas("check", clear, "--ndjson").stdout.decode().splitlines()
             if json.loads(line)["verdict"] == "NO BAR FOUND")
document = paper("person", (short, clear), "json", "--for", "court", "--db", db)
digest = hashlib.sha256(document.encode()).hexdigest()
if not IS_SHORT:
    text = paper("person", (short, clear), "pdf", "--for", "court", "--db", db)
    where = 0
    for part in PARTS["en"]:
        where = text.find(part, where)
        check(where >= 0, f"the PDF has the part {part!r}, in its order")
    pages = text.split("\f")[:-1]
    foot = f"document {digest[:4]}…{digest[-4:]}"
    check(len(pages) > 3 and all(foot in page for page in pages), "each page of the PDF carries the hash of the JSON form")
    check(" ".join(digest[i:i + 4] for i in range(0, 64, 4)) in text, "the PDF holds the whole hash, in groups of four")
    check(all(f"page {i + 1} of {len(pages)}" in page for i, page in enumerate(pages)), "each page of the PDF is numbered")
    check("Rules that give no reason" in text and json.loads(document)["exhibits"] and "D-OAS" in text, "NO BAR FOUND shows the evidence it rests on")
    check("NO BAR FOUND. This is not permission." in text and text.count("NO BAR FOUND") <= text.count("permission"), "NO BAR FOUND never stands alone")
    check("This does not mean the" in text, "a person of whom the register knows nothing is not said to be free")
    info = subprocess.run(["pdfinfo", at("paper.pdf")], stdout=subprocess.PIPE).stdout.decode()
    check(re.search(r"Tagged:\s+yes", info) and "letter" in info, "the PDF is tagged, on letter")
    raw = open(at("paper.pdf"), "rb").read()
    check(b"/Outlines" in raw and b"/Lang (en)" in raw and b"pdfuaid:part" in raw, "the PDF has bookmarks, its language and says PDF/UA")
page = paper("person", (short, clear), "html", "--for", "court", "--db", db)
check(f"document {digest[:4]}…{digest[-4:]}" in page, "the HTML carries the same hash")
check("http" not in re.sub(r"https?://www\.w3\.org/2000/svg", "", page), "the HTML asks for nothing outside itself")

# ---- citations in form; times in the place's zone -----------------------------------------------------------------------
page = html.unescape(paper("person", ("P-001", LIST), "html", "--for", "court", "--db", db)).replace("\u00a0", " ")
for cite in ["8 U.S.C. §§ 1101(a)(47), 1229a, 1231(a)(1)", "8 U.S.C. § 1231(b)(3)", "8 C.F.R. §§ 208.16-.18", "FARRA § 2242, Pub. L. 105-277 (8 U.S.C. § 1231 note)",
             "8 U.S.C. § 1254a(a)(1)(A), (b)(3), (b)(5)(A), (d)(4)", "18 U.S.C. ch. 306"]:
    check(cite in page, f"cites {cite}")
check(not re.search(r"(U\.S\.C|C\.F\.R)\. \d", page), "no section without its sign")
lane = re.search(r'<figure class="chart lanes"[^>]*>.*?</figure>', page, re.S)
check(lane and all(f">{place}</text>" in lane[0] for place in ["USA", "CECOT", "in transit"]) and lane[0].count("url(#lane-hatch)") == 2,
      "custody is drawn: a lane a place, and the two journeys")
route = re.search(r'<figure class="chart route".*?</figure>', page, re.S)
moves = re.search(r"<table><caption>Moves</caption>.*?</table>", page, re.S)
check(route and route[0].count("<rect") == 3 and route[0].count("stroke-dasharray") == 0 and "from 6 Jun 2025" in route[0], "the way she went: three places, nothing unsure")
check(moves and words("</head>" + moves[0]).split("From Left To Arrived ")[-1].strip() ==
      "USA 15 Mar 2025, 15:30 El Salvador (21:30 UTC) CECOT 16 Mar 2025, 12:00 El Salvador (18:00 UTC) "
      "CECOT 6 Jun 2025, 10:00 El Salvador (16:00 UTC) USA 6 Jun 2025, 18:00 El Salvador (00:00 UTC)", "and the same as a table")
open(at("events"), "w").write("".join(json.dumps({"event": kind, "person": "X-2", "authority": "DGCP", "happened_at": when, **says}) + "\n" for kind, when, says in [
    ("Admitted", "2025-04-01T10:00:00-06:00", {"place": "Prison-1", "order": "o", "injuries": "none", "property": "none"}),
    ("Admitted", "2025-04-03T10:00:00-06:00", {"place": "CECOT", "order": "o", "injuries": "none", "property": "none"}),
    ("Departed", "2025-04-05T10:00:00-06:00", {"place": "CECOT", "destination": "Santa-Ana", "due_at": "2025-04-05T14:00:00-06:00"})]))
done = habeas("register", "record", at("events"), "--key", at("DGCP.key"), "--db", db)
check(done.returncode == 0, f"a way with gaps is recorded: {done.stderr[-200:]}")
gaps = html.unescape(paper("person", ("X-2", own_list), "html", "--for", "court", "--db", db)).replace("\u00a0", " ")
route = re.search(r'<figure class="chart route".*?</figure>', gaps, re.S)
check(route and route[0].count("<rect") == 3 and route[0].count("stroke-dasharray") == 3 and "left not recorded" in route[0] and "no arrival recorded" in route[0],
      "where no departure or no arrival is recorded, the way is dashed and says so")
check("Docket:" in page, "a caption for the court")
check("10 Apr 2025, 10:00 El Salvador (16:00 UTC)" in page, "times stand in the agreement's zone, beside UTC")
check("10 Apr 2025, 12:00 New York (16:00 UTC)" in paper("person", ("P-001", LIST), "html", "--for", "court", "--db", db, "--tz", "America/New_York"),
      "or in the zone asked for")
check(habeas("report", "person", "P-001", LIST, "--tz", "Mars/Base", "--out", at("x.html")).returncode == 2, "an unknown zone is refused")

# ---- until when ----------------------------------------------------------------------------------------------------------
page = words(paper("person", ("X-2", own_list), "html", "--for", "counsel"))
answer = json.loads(paper("person", ("X-2", own_list), "json", "--for", "counsel"))["end_date"]
year, month, day = answer["end_date"].split("-")
check("Custody must end on: " in page and f" {year} ." in page.replace(year + ".", year + " ."), "the end date is said")
check(all(step["step"] in page for step in answer["breakdown"]) and len(answer["breakdown"]) > 1, "step by step")
check("holds no sentence, order or credit" in words(paper("person", ("X-1", own_list), "html", "--for", "counsel")), "or why it is not known")

# ---- both languages ---------------------------------------------------------------------------------------------------
ENGLISH = re.compile(r"approv|cleared|eligible|authori[sz]ed to|safe to|\bpassed\b|\bOK to\b", re.I)
SPANISH = re.compile(r"aprobad|autorizad|\bapt[oa]s?\b|habilitad|visto bueno|procede el traslado|impedid", re.I)


def strings(tree):
    if isinstance(tree, dict):
        for value in tree.values():
            yield from strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from strings(value)
    elif isinstance(tree, str):
        yield tree


def own_words(page, document):
    """The page without what it quotes: every text of the document behind it."""
    for quoted in sorted(set(strings(json.loads(document))), key=len, reverse=True):
        if len(quoted) > 3:
            page = page.replace(re.sub(r"\s+", " ", quoted), " ")
    return page


own = re.findall(r'^msgid "(.*)"\nmsgstr "(.*)"', open("po/es.po", encoding="utf-8").read(), re.M)
only_english = [en.replace('\\"', '"') for en, es in own if len(en) > 14 and "%" not in en and en not in es and " " in en]
# what of each claim would have to change takes seconds in the large scenario: it speaks Spanish, where English could be left
small = ["--scenario", "scenarios/nauru.json" if IS_SHORT else "scenarios/uk-rwanda.json", "--draws", "300"]
large = small if IS_SHORT else ["--scenario", "scenarios/cecot-2025.json", "--draws", "300"]
TIME = ["--at", "2025-03-20T12:00:00Z"]
for kind, subject, options in [
        ("person", ("P-001", LIST), ["--for", "counsel", "--db", db]),
        ("person", ("P-002", LIST), ["--for", "host"]),
        ("agreement", (LIST,), ["--for", "sender", "--db", db, *TIME]),
        ("agreement", (LIST,), ["--for", "budget", "--memo"]),
        ("facility", ("facilities/cecot.json",), ["--for", "inspector", "--db", db, "--place", "CECOT", *TIME])]:
    for language in ["en", "es"]:
        of_money = ([] if kind != "agreement" else large if language == "es" and "--memo" in options else small)
        more = [*options, *of_money, "--lang", language]
        document = paper(kind, subject, "json", *more)
        page = words(paper(kind, subject, "html", *more))
        check(json.loads(document)["language"] == language, f"{kind}: the document names its language")
        said = own_words(page, document)
        for banned in (ENGLISH, SPANISH):
            found = banned.search(said)
            check(not found, f"{kind} {more}: says {found and said[max(0, found.start() - 40):found.end() + 40]!r}")
        if kind == "person":
            where = 0
            for part in PARTS[language]:
                where = page.find(part, where)
                check(where >= 0, f"{kind} {language}: has the part {part!r}")
        if language == "es":
            left = [en for en in only_english if en in said]
            check(not left, f"{kind}: English left in Spanish: {left[:4]}")
            check("no han sido revisados" in page, f"{kind}: says that its Spanish was not reviewed")

# ---- who sees what -----------------------------------------------------------------------------------------------------
facts = {row["name"]: row for row in csv.DictReader(open("rulebooks/us-sv/facts.csv", encoding="utf-8", newline=""))}
rules = {row["id"]: row for row in csv.DictReader(open("rulebooks/us-sv/rules.csv", encoding="utf-8", newline=""))}
secret_facts = {name for name, row in facts.items() if row["confidential"] == "yes"}
secret = [name for name in secret_facts if "_" in name]   # "orders" is a word of its own
secret += [row["question_en"] for row in facts.values() if row["confidential"] == "yes"]
secret_rules = [text for row in rules.values() if row["confidential"] == "yes" for text in (row["id"], row["title_en"], row["because_en"])]
everything = paper("person", ("P-001", LIST), "json", "--for", "counsel")
check("Abrego" not in json.loads(paper("person", ("P-001", LIST), "json", "--for", "host", "--db", db))["custody"].__str__(), "no caption in custody")
check(any(s in everything for s in secret) and any(s in everything for s in secret_rules), "counsel sees what is confidential")
check("<svg" in json.loads(everything)["place_chart"], "the chart of the place is in the document")
check("P-001/ij-decision" in everything, "counsel sees the decision that the confidential facts rest on")
tree = json.loads(paper("person", ("P-001", LIST), "json", "--for", "counsel", "--db", db))
check(is_valid("report-person", tree) and len(tree["custody"]["entries"]) > 4, "a dossier with custody fits its schema")
for reader in ["host"] if IS_SHORT else ["host", "consulate", "family", "public", "budget"]:
    for form in ["json", "html"]:
        copy = paper("person", ("P-001", LIST), form, "--for", reader, "--db", db)
        plain = html.unescape(copy)
        shown = {f["name"] for r in json.loads(copy)["reasons"] for f in r["facts"]} if form == "json" else set()
        check(not shown & secret_facts, f"{reader}: a confidential fact in the JSON")
        found = [s for s in secret_rules + secret if s in plain and re.search(r"(?<![\w-])" + re.escape(s) + r"(?![\w-])", plain)]
        check(not found, f"{reader} {form}: holds what is confidential: {found[:3]}")
        check(form == "json" or "Docket:" not in copy, f"{reader}: no caption for a court")
        check("ij-decision" not in plain and "withholding" not in plain.lower().replace("withholding of removal and", ""),
              f"{reader} {form}: the decision that the confidential facts rest on shows through")
        check("may leave out" in copy if form == "html" else json.loads(copy)["withheld"], f"{reader} {form}: says that it may leave out")
    check("BARRED" in copy, f"{reader}: the verdict is the same")
public = json.loads(paper("person", ("P-001", LIST), "json", "--db", db))
check(public["for"] == "public" and public["custody"] is None, "without --for a copy is the public's, without custody")
check(json.loads(paper("person", ("P-001", LIST), "json", "--for", "host", "--db", db))["custody"]["known"], "the host sees custody")
for form in ["json", "html"]:
    for reader in ["counsel", "host", "public"]:
        copy = html.unescape(paper("person", ("X-1", own_list), form, "--for", reader))
        check(not any(part in copy for part in ["Quetzalina", "Zurdo", "Íñiguez"]), f"{reader} {form}: a name without --with-name")
    check(NAME in html.unescape(paper("person", ("X-1", own_list), form, "--for", "counsel", "--with-name")), f"{form}: the name, asked for")
curable = ("T-02c", clear)
explained = json.loads(habeas("explain", *curable, "--json").stdout)["would_change"]
check(explained, "a file that documents would complete")
for reader, sees in [("counsel", True), ("court", True), ("sender", False)]:
    copy = json.loads(paper("person", curable, "json", "--for", reader))["would_change"]
    check(copy is None if not sees else [[d["fact"] for d in c["documents"]] for c in copy] == [[d["fact"] for d in c["documents"]] for c in explained],
          f"{reader}: what would change it, {'as explain says' if sees else 'is not told'}")
check("told to the court and to counsel alone" in words(paper("person", curable, "html", "--for", "sender")), "and the sender's copy says who is told")
refused = habeas("report", "person", "X-1", own_list, "--for", "host", "--with-name", "--out", at("no.html"))
check(refused.returncode == 2 and not os.path.exists(at("no.html")), "no copy with a name for the host")
for arguments in [("--out", at("x.txt")), (), ("--out", at("x.pdf"), "--for", "counsell"), ("--out", at("x.pdf"), "--paper", "legal")]:
    refused = habeas("report", "person", "P-001", LIST, *arguments)
    check(refused.returncode == 2 and b"help" in refused.stderr or b"letter or a4" in refused.stderr, f"{arguments}: refused as wrong usage")

# ---- agreement: few people are not counted out -------------------------------------------------------------------------
check(is_valid("report-agreement", json.loads(paper("agreement", (LIST,), "json", "--for", "sender", "--db", db, *TIME))), "with alarms it fits its schema")
few = json.loads(paper("agreement", (LIST,), "json", "--for", "budget"))
many = json.loads(paper("agreement", (LIST,), "json", "--for", "sender"))
check(any(0 < bar["people"] < 5 for bar in many["bars"]), "the sender sees a rule that bars fewer than five")
check(all(bar["people"] == "<5" or bar["people"] >= 5 for bar in few["bars"]) and any(bar["people"] == "<5" for bar in few["bars"]),
      "a budget office sees fewer than five as such")
check({bar["rule"] for bar in many["bars"]} - {bar["rule"] for bar in few["bars"]} <= {i for i, r in rules.items() if r["confidential"] == "yes"},
      "and misses only confidential rules")

# ---- the memo: two pages ------------------------------------------------------------------------------------------------
for path in [] if IS_SHORT else ["scenarios/cecot-2025.json", "scenarios/uk-rwanda.json"]:
    text = paper("agreement", (LIST,), "pdf", "--memo", "--for", "budget", "--scenario", path, "--draws", "300")
    check(text.count("\f") == 2, f"{path}: the memo has exactly two pages")
    for part in ["Question:", "p50", "Break-even", "What was said", "Fixed parts", "Not counted", "Present value", "(G)", "draws, seed 42"]:
        check(part in text, f"{path}: the memo has {part!r}")

# ---- the inspection: the draw by hand, the difference by id ---------------------------------------------------------------
open(at("counted"), "w").write("\n".join(f"V-{i:03d}" for i in range(2, 239)) + "\nNOBODY-1\n")
visit = json.loads(paper("facility", ("facilities/cecot.json",), "json", "--for", "inspector", "--db", db, "--place", "CECOT", *TIME,
                         "--counted", at("counted"), "--counted-by", "three officers", "--seed", "lottery of 19 March"))
roster = [person["person"] for person in visit["roster"]]
check(len(roster) == 239 and roster == sorted(roster), "everybody on the roster, in order")
check(visit["counted"]["not_counted"] == ["P-001", "V-001"] and visit["counted"]["not_on_roster"] == ["NOBODY-1"], "roster against heads, by id")
lots = sorted(roster, key=lambda id: hashlib.sha256(f"lottery of 19 March\n{id}".encode()).digest())
check(visit["drawn"]["people"] == lots[:5], "the draw is repeated by hand")
check(visit["alarms"] and all(alarm["place"] == "CECOT" for alarm in visit["alarms"]), "alarms of the place")
check(is_valid("report-facility", visit) and not is_valid("report-facility", dict(visit, roster=1)), "the inspection fits its schema")
text = words(paper("facility", ("facilities/cecot.json",), "html", "--for", "inspector", "--db", db, "--place", "CECOT", *TIME))
for part in ["Roster against heads", "Nelson Mandela Rules", "Alarms open", "Deaths, injuries", "Entries late", "Five people drawn", "To be written and signed"]:
    check(part in text, f"the inspector's report has {part!r}")
check("V-001 to V-238" in text, "ids that follow each other are written by the first and the last")
for told in re.findall(r"\d+ people: (?:[\w-]+(?: to [\w-]+)?(?:, )?)+", text):
    n, ids = told.split(" people: ")
    named = sum(int(one.split(" to ")[1].split("-")[1]) - int(one.split(" to ")[0].split("-")[1]) + 1 if " to " in one else 1 for one in ids.strip(" ,").split(", "))
    check(int(n) == named, f"and name everybody: {told[:80]}")
for reader in ["public", "family", "consulate", "counsel"]:
    quiet = json.loads(paper("facility", ("facilities/cecot.json",), "json", "--db", db, "--place", "CECOT", "--for", reader))
    check(quiet["roster"] is None and quiet["alarms"] is None and quiet["drawn"] is None, f"no roster for {reader}")
    quiet = json.loads(paper("agreement", (LIST,), "json", "--db", db, "--for", reader))
    check(quiet["alarms"] is None and not any(0 < n < 5 for n in quiet["people"].values() if n != "<5"), f"no alarms for {reader}")

# ---- the helper that makes PDFs fetches nothing, and its absence is said plainly ---------------------------------------------
if not IS_SHORT:
    hits = []


    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *ignored):
            pass


    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    asking = f'<html><head><title>t</title><link rel=stylesheet href="{address}a.css"><style>@import "{address}b.css";</style></head>' \
             f'<body><img src="{address}c.png"><img src="file:///etc/passwd"><p style="background:url({address}d)">x</p></body></html>'
    made = subprocess.run(["/usr/bin/python3", "-I", "-c", open("src/report/pdf.py").read(), "0"], input=asking.encode(), stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    check(made.stdout.startswith(b"%PDF") and not hits, f"making a PDF fetches nothing: {hits}")
    server.shutdown()
    hide = "mount -t tmpfs none $(dirname $(/usr/bin/python3 -c 'import weasyprint; print(weasyprint.__file__)')) && exec \"$@\""
    if subprocess.run(["unshare", "-rm", "sh", "-c", hide, "sh", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        done = subprocess.run(["unshare", "-rm", "sh", "-c", hide, "sh", PROGRAM, "report", "person", short, clear, "--out", at("none.pdf")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        check(done.returncode == 4 and b"weasyprint" in done.stderr and b".html" in done.stderr and not os.path.exists(at("none.pdf")),
              f"without weasyprint: {done.stderr[-300:]}")
    else:
        print("not tested here: a machine without weasyprint (this one lets nobody hide it)")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
