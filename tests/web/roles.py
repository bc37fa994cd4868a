#!/usr/bin/env python3
"""Who may do what, asked of the server itself: every role against every page and act of src/web/routes.def, as
`habeas roles` prints the table. Refused is 403 (404, the neutral page, where the address names a person; the sign-in
page for nobody); everything else is any other answer. usage: roles.py PROGRAM"""
import csv
import io
import subprocess
import sys

from serving import Browser, Count, Server, routes

program = sys.argv[1]
count = Count()
table = list(csv.DictReader(io.StringIO(subprocess.run([program, "roles"], stdout=subprocess.PIPE, check=True).stdout.decode())))
roles = [name for name in table[0] if name not in ("act", "what")]
grants = {row["act"]: {role: row[role] for role in roles} for row in table}
count.check(len(roles) == 19 and len(table) > 30, "the table has its roles and acts")

# No role has an act by that name: the table itself has none.
for row in table:
    for word in ("override", "delete", "bulk", "approve"):
        count.check(word not in (row["act"] + row["what"]).lower(), f"{row['act']} speaks of {word}")
for role in roles:   # nobody alone runs the register, the law and the accounts
    both = grants["ADMIN_PEOPLE"][role] and (grants["RECORD_EVENT"][role] or grants["READ_PERSON"][role])
    count.check(not both, f"{role} administers accounts and reads or records persons")
    count.check(not (grants["PROPOSE_LIST"][role] and grants["SECOND_CHECK"][role]), f"{role} checks its own list")

server = Server(program, "--unlimited", register=True)
people = {}
for line in server.process.stdout:
    words = line.decode().split()
    if words and words[0] == "the":
        break
    if len(words) >= 2 and words[0] != "sign":
        people.setdefault(words[1], words[0])
count.check(set(people) | {"public"} == set(roles), "the demonstration has an account for every role")

OWN = {"counsel": "P-001", "family": "P-001", "court": "P-001", "person": "P-001", "escort": "P-001", "consulate": "P-001"}
FOREIGN = "P-060"
for role in roles:
    browser = Browser(server)
    if role != "public":
        answer = browser.sign_in(people[role])
        count.check(answer.status == 303, f"{role} signs in")
    for kind, method, address, act, of_person in routes():
        if act == "HELP" or address == "/sign-out":
            continue
        grant = grants[act][role]
        path = address.replace("{p}", OWN.get(role, "P-001")).replace("{", "").replace("}", "")
        is_api = address.startswith("/v1/")
        path = path if is_api else "/en" + path
        if method == "POST":
            answer = browser.post(path, {}, form="/en/sign-in")
        else:   # of a PDF only whether it would be sent: making it takes seconds (papers.py makes them)
            answer = browser.ask("HEAD" if path.endswith(".pdf") else "GET", path)
        what = f"{role} {method} {path} ({act}: {grant or 'nothing'}): {answer.status}"
        if not grant and role == "public":
            count.check(answer.status == 401 if is_api else
                        answer.status == 303 and answer.headers["Location"] == "/en/sign-in", what)
        elif not grant:
            count.check(answer.status == (404 if of_person else 403), what)
        elif method == "GET" and not (grant == "own" and of_person and role not in OWN):
            count.check(answer.status in (200, 303, 404, 400, 422) and "Your role (" not in answer.text, what)
        if of_person and method == "GET" and grant != "all":   # somebody else's person, and one there is not: the same bytes
            other = address.replace("{p}", FOREIGN).replace("{", "").replace("}", "")
            none = address.replace("{p}", "P-999").replace("{", "").replace("}", "")
            prefix = "" if is_api else "/en"
            one, two = browser.get(prefix + other), browser.get(prefix + none)
            if role != "public":
                count.check(one.status == two.status == 404 and one.text.replace(FOREIGN, "") == two.text.replace("P-999", ""),
                            f"{role} {address}: the answer tells whether there is a record")
count.check(server.stop() == 0, "the server ends")
count.check("ERROR" not in server.said and "runtime error" not in server.said, server.said)
count.end()
