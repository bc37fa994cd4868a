#!/usr/bin/env python3
"""The API against its own description: every address of routes.def stands in OpenAPI and the other way round, every
answer is what the description says, one person's answer is the one of `habeas check`, what is confidential is left out,
events are recorded once however often they are sent. usage: api.py PROGRAM"""
from concurrent.futures import ThreadPoolExecutor
import csv
import json
import os
import re
import subprocess
import sys

import jsonschema

from serving import Browser, Count, ROOT, Server, routes

program = os.path.abspath(sys.argv[1])
count = Count()
check = count.check
server = Server(program, "--unlimited", register=True)
operator = Browser(server)
operator.sign_in("operator")
tokens = {}
for account in ("clerk", "counsel", "consulate", "budget", "officer", "court", "witness", "operator"):
    page = operator.post("/en/admin/tokens", {"name": f"test of {account}", "account": account}).text
    found = re.search(r'<p class="hb-code">([A-Za-z0-9_-]{43})</p>', page)
    tokens[account] = found[1] if found else ""
check(all(tokens.values()), "a token for each account")


def ask(who, path, method="GET", body=None, **headers):
    head = {name.replace("_", "-"): value for name, value in headers.items()}
    if who:
        head["Authorization"] = f"Bearer {tokens.get(who, who)}"
    if method == "POST":
        head.setdefault("Content-Type", "application/x-ndjson")
    return server.ask(method, path, body, head)


# ---- the description -----------------------------------------------------------------------------------------------
description = json.loads(ask(None, "/v1/openapi.json").text)
listed = {(method.upper(), address) for address, methods in description["paths"].items() for method in methods}
real = {(method, address) for kind, method, address, _, _ in routes() if address.startswith("/v1/")}
check(listed == real, f"OpenAPI and routes differ: {listed ^ real}")
check(not {"PUT", "DELETE", "PATCH"} & {method for method, _ in listed}, "nothing is put or deleted")


def fits(answer, method, address, what):
    of_answer = description["paths"][address][method.lower()]["responses"]
    is_good = answer.status == 200
    content = (of_answer["200"] if is_good else of_answer["default"])["content"]
    kind = "application/json" if is_good else "application/problem+json"
    try:
        check(answer.headers["Content-Type"] == kind, f"{what}: {answer.headers['Content-Type']}")
        check(answer.headers["Content-Disposition"] == 'attachment; filename="api.json"', f"{what} is saved, not shown")
        jsonschema.validate(json.loads(answer.text), {**content[kind]["schema"], "components": description["components"]})
        check(True, what)
    except (jsonschema.ValidationError, json.JSONDecodeError) as wrong:
        check(False, f"{what}: {str(wrong)[:300]}")


for who in (None, *tokens):
    for method, address in sorted(real):
        path = address.replace("{p}", "P-001").replace("{id}", "L-a5f945e2")
        answer = ask(who, path, method)
        fits(answer, method, address, f"{who} {method} {path} {answer.status}")
        if who is None and address not in ("/v1/openapi.json", "/v1/checkpoint"):
            check(answer.status == 401 and json.loads(answer.text)["code"] == "NOT_SIGNED_IN", f"nobody: {path}")
check(ask("A" * 43, "/v1/lists").status == 401, "a token that was never made")
check(ask("clerk", "/v1/nothing").status == 404 and json.loads(ask("clerk", "/v1/nothing").text)["code"] == "NO_ANSWER", "no such")
for method in ("PUT", "DELETE", "PATCH"):
    check(ask("clerk", "/v1/people/P-001", method).status == 405, f"{method} of a person")

# ---- the same as the command line ----------------------------------------------------------------------------------
people = {}
LIST = "agreements/us-sv-2025/list.ndjson"
for line in subprocess.run([program, "check", LIST, "--ndjson"], cwd=ROOT, stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL).stdout.decode().splitlines():
    people[json.loads(line)["person"]] = json.loads(line)
schema = json.load(open(os.path.join(ROOT, "schemas/check-line.schema.json"), encoding="utf-8"))
store = {}
for name in os.listdir(os.path.join(ROOT, "schemas")):
    one = json.load(open(os.path.join(ROOT, "schemas", name), encoding="utf-8"))
    store[one.get("$id", name)] = one
    store[name] = one
with __import__("warnings").catch_warnings():
    __import__("warnings").simplefilter("ignore")
    resolver = jsonschema.RefResolver("", schema, store)
for person in list(people)[:12]:
    answer = json.loads(ask("clerk", f"/v1/people/{person}").text)
    without_sources = {key: value for key, value in people[person].items()}
    check(answer == without_sources, f"{person}: the API says what habeas check says")
    jsonschema.validate(answer, schema, resolver=resolver)

page, seen = ask("clerk", "/v1/lists/L-a5f945e2"), []
seen = [row["person"] for row in json.loads(page.text)["people"]]
check(sorted(seen) == sorted(people), "the list is whole")
half = json.loads(ask("clerk", f"/v1/lists/L-a5f945e2?after={seen[29]}").text)
check([row["person"] for row in half["people"]] == seen[30:], "the cursor goes on behind the last one read")
check(ask("clerk", "/v1/lists/L-a5f945e2?after=nobody").status == 422, "a cursor of nobody")
RANK = {"BARRED": 0, "UNRESOLVED": 1, "NO BAR FOUND": 2}
ranks = [RANK[row["verdict"]] for row in json.loads(page.text)["people"]]
check(ranks == sorted(ranks), "worst first")

# ---- what is confidential ------------------------------------------------------------------------------------------
secret = set()
for name in ("rules.csv", "facts.csv"):
    for row in csv.DictReader(open(os.path.join(ROOT, "rulebooks/us-sv", name), encoding="utf-8", newline="")):
        key = next((column for column in row if "confidential" in column), None)
        if key and row[key].strip().lower() in ("yes", "true", "1"):
            secret.add(row.get("id") or row.get("name") or row.get("fact"))
check(len(secret) > 5, f"the rulebook marks what is confidential: {len(secret)}")


def told(value):
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("rule", "name", "fact"):
                yield one
            yield from told(one)
    elif isinstance(value, list):
        for one in value:
            yield from told(one)


n_hidden = 0
for person in ("P-001", "P-002"):   # the consulate's own
    full, less = (json.loads(ask(who, f"/v1/people/{person}").text) for who in ("clerk", "consulate"))
    n_hidden += bool(secret & set(told(full)))
    check(not secret & set(told(less)), f"{person}: a consulate is told {secret & set(told(less))}")
    check(full["verdict"] == less["verdict"], f"{person}: the verdict stays")
check(n_hidden > 0, "there was something to leave out")
check("fewer than 5" in ask("budget", "/v1/lists").text or all(
    n == 0 or n >= 5 for n in json.loads(ask("clerk", "/v1/lists").text)["lists"][0]["counts"].values()), "small numbers")
check(json.loads(ask("budget", "/v1/lists/L-a5f945e2").text)["people"] == [], "a budget office is told no persons")
mine = [row["person"] for row in json.loads(ask("counsel", "/v1/lists/L-a5f945e2").text)["people"]]
check(sorted(mine) == ["P-001", "P-004", "P-015"], f"counsel's own alone: {mine}")

# ---- kept by who read it -------------------------------------------------------------------------------------------
first = ask("clerk", "/v1/people/P-001")
again = ask("clerk", "/v1/people/P-001", If_None_Match=first.headers["ETag"])
check(again.status == 304 and again.text == "", "unchanged since")
check(ask("clerk", "/v1/people/P-002", If_None_Match=first.headers["ETag"]).status == 200, "another person is another")

# ---- events --------------------------------------------------------------------------------------------------------
folder = server.folder.name


def signed(event, key="ICE", **fields):
    line = json.dumps({"event": event, "authority": key, "happened_at": "2025-07-20T12:00:00Z", **fields})
    done = subprocess.run([program, "register", "sign", "-", "--key", f"{folder}/{key}.key", "--origin", "registry.example/us-sv-2025"],
                          input=line.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder)
    return done.stdout.decode() or done.stderr.decode()


def n_events(person):
    return len(json.loads(ask("clerk", f"/v1/people/{person}/custody").text).get("events", []))


before = n_events("P-001")
line = signed("LocationConfirmed", person="P-001", place="CECOT", method="roll call")
answer = ask("clerk", "/v1/events", "POST", line, Idempotency_Key="one")
fits(answer, "POST", "/v1/events", "an event is recorded")
check(answer.status == 200 and n_events("P-001") == before + 1, f"it is in the register: {answer.text}")
again = ask("clerk", "/v1/events", "POST", line, Idempotency_Key="one")
check(again.text == answer.text and n_events("P-001") == before + 1, "sent again with its key it is recorded once")
other = signed("LocationConfirmed", person="P-002", place="CECOT", method="roll call")
check(ask("clerk", "/v1/events", "POST", other, Idempotency_Key="one").status == 409, "a key of another body")
check(ask("clerk", "/v1/events", "POST", other).status == 422, "no key")
check(ask("clerk", "/v1/events", "POST", "", Idempotency_Key="two").status == 422, "no event")
check(ask("clerk", "/v1/events", "POST", "{", Idempotency_Key="three").status == 422, "no JSON")
forged = ask("clerk", "/v1/events", "POST", other.replace("CECOT", "CECOX"), Idempotency_Key="four")
check(forged.status == 422 and json.loads(forged.text)["error"] == "forged", f"a changed word is a forgery: {forged.text}")
before = n_events("P-001")
with ThreadPoolExecutor(8) as pool:
    post = lambda key: ask("clerk", "/v1/events", "POST", line, Idempotency_Key=key)
    same = list(pool.map(post, ["together"] * 8))
    check(len({a.text for a in same}) == 1 and same[0].status == 200 and n_events("P-001") == before + 1, "eight at once with one key are one")
    apart = list(pool.map(post, [f"apart-{i}" for i in range(8)]))
    check(len({json.loads(a.text)["receipts"][0]["event"] for a in apart}) == 8 and n_events("P-001") == before + 9, "eight at once are eight")
mine = signed("ComplaintReceived", person="P-060", reason="no water")
check(ask("counsel", "/v1/events", "POST", mine, Idempotency_Key="five").status == 403, "counsel for somebody else's client")
hand = signed("HandoverOffered", person="P-001", to="DGCP", place="CECOT")
check(ask("counsel", "/v1/events", "POST", hand, Idempotency_Key="six").status == 403, "counsel hands nobody over")
check(ask("budget", "/v1/events", "POST", line, Idempotency_Key="seven").status == 403, "a budget office records nothing")
browser = Browser(server)
browser.sign_in("clerk")
for kind in ("application/x-www-form-urlencoded", "text/plain", "application/json", ""):
    check(ask("clerk", "/v1/events", "POST", line, Idempotency_Key="nine", Content_Type=kind).status == 415, f"events as {kind or 'nothing'}")
check(browser.ask("POST", "/v1/events", line, {"Idempotency-Key": "eight", "Content-Type": "application/x-ndjson"}).status == 403, "a browser's cookie posts no event")

operator.post("/en/admin/tokens/end", {"name": "test of clerk"}, form="/en/admin/tokens")
check(ask("clerk", "/v1/lists").status == 401, "a token that has ended")
check(server.stop() == 0 and "runtime error" not in server.said and "ERROR" not in server.said, server.said[-2000:])
audit = open(server.store + ".audit", encoding="utf-8").read()
check('"account":"counsel"' in audit and '"object":"P-001"' in audit and '"act":"RECORD_EVENT"' in audit, "all of it is in the audit")
check(not any(token in audit for token in tokens.values()), "no token in the audit")
count.end()
