#!/usr/bin/env python3
"""Papers of the pages as PDF: made by a process beside the server, tagged, with bookmarks, page numbers, hash,
checkpoint and code; two asked for at once come one after the other while other pages are answered; a paper whose making
is killed ends in a page that says so, and the next is made; so it is when either keeper of the makers is killed, and again
the next. With HABEAS_LONG makers and keepers that hang. usage: papers.py PROGRAM"""
import os
import re
import signal
import subprocess
import sys
import threading
import time

from serving import Browser, Count, Server

count = Count()
sandboxed = not os.environ.get("HABEAS_SANITIZED")
server = Server(sys.argv[1], "--unlimited", "--scenario", "scenarios/cecot-2025.json", "--facilities", "facilities", register=True)
clerk = Browser(server)
clerk.sign_in("clerk")


def children(process):
    found = []
    for task in os.listdir(f"/proc/{process}/task"):
        with open(f"/proc/{process}/task/{task}/children", encoding="ascii") as file:
            found += [int(one) for one in file.read().split()]
    return found


def text_of(pdf, tool="pdftotext", *options):
    return subprocess.run([tool, *options, "-"] + ["-"] * (tool == "pdftotext"), input=pdf, stdout=subprocess.PIPE, check=True).stdout.decode()


def read(process, name):
    with open(f"/proc/{process}/{name}", encoding="ascii") as file:
        return file.read()


keepers = children(server.process.pid)
count.check(len(keepers) == 2, f"the server has two processes beside it: {keepers}")
for keeper in keepers:
    status = read(keeper, "status")
    if sandboxed:
        count.check("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status and "CapEff:\t0000000000000000" in status, f"it is confined: {status}")
    count.check(len(os.listdir(f"/proc/{keeper}/fd")) == 4, "it holds /dev/null and its line to the server, nothing else")

# One is made while another waits and pages are answered.
got, slowest = {}, 0.0
asked = {"memo": "/en/money/memo.pdf", "place": "/es/facilities/cecot/report.pdf"}
threads = [threading.Thread(target=lambda name=name, path=path: got.update({name: clerk.get(path)})) for name, path in asked.items()]
for one in threads:
    one.start()
while any(one.is_alive() for one in threads):
    begun = time.time()
    count.check(clerk.get("/en/help").status == 200, "a page beside a paper")
    slowest = max(slowest, time.time() - begun)
    time.sleep(0.3)
count.check(slowest < 2.0, f"a page waits for a paper: {slowest:.1f} s")
for name in asked:
    count.check(got[name].status == 200 and got[name].headers["Content-Type"] == "application/pdf" and got[name].body.startswith(b"%PDF-"), name)
memo, place = got["memo"].body, got["place"].body
count.check(re.search(r"Pages:\s+2\n", text_of(memo, "pdfinfo")), "the memo has two pages")
info = text_of(place, "pdfinfo")
count.check(re.search(r"Tagged:\s+yes", info) and b"/Outlines" in place and b"/Lang (es)" in place, f"tagged, bookmarks, language: {info}")
text = text_of(place, "pdftotext", "-layout")
n_pages = int(re.search(r"Pages:\s+(\d+)", info)[1])
count.check(f"{n_pages} de {n_pages}" in text or f"{n_pages} / {n_pages}" in text, "page numbers")
count.check(re.search(r"documento [0-9a-f]{4}…[0-9a-f]{4}", text) and re.search(r"checkpoint|punto de control", text), "hash and checkpoint in the foot of each page")
same = clerk.get("/es/facilities/cecot/report").text
count.check('role="img"' in same and "<svg" in same, "the code")
count.check("abogado" in text, "it says that no Spanish-speaking lawyer read it")

# What may go wrong. A keeper has a child a paper, and that one weasyprint.
def soon(find):
    for _ in range(400):
        if found := find():
            return found
        time.sleep(0.01)
    count.check(False, "nothing was started")
    return []


def is_gone(process):
    try:
        return read(process, "stat").rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def is_keeper(process):
    """Which waits for its child: SIGCHLD is blocked."""
    return not is_gone(process) and int(re.search(r"SigBlk:\s+(\w+)", read(process, "status"))[1], 16) >> (signal.SIGCHLD - 1) & 1


def maker():
    return [child for keeper in keepers for child in children(keeper) if not is_gone(child) and not is_keeper(child)]


def weasyprint():
    return [one for child in maker() for one in children(child) if "python3" in read(one, "cmdline")]


def says_so(answer, what):
    count.check(answer.status == 503 and "No PDF was made" in answer.text and "printed by the browser" in answer.text, f"{what}: {answer.status}")


def print_while(act):
    """A paper, during whose making something is done."""
    other = threading.Thread(target=act)
    other.start()
    answer = clerk.get("/en/money/memo.pdf")
    other.join()
    return answer


def look_at_limits():
    limits = read(soon(weasyprint)[0], "limits")
    count.check(re.search(r"address space +3221225472 +3221225472", limits) and re.search(r"cpu time +60 +60", limits), f"memory and time are limited: {limits}")
    count.check(re.search(r"file size +0 +0", limits), "it may write no file")


count.check((print_while(look_at_limits) if sandboxed else clerk.get("/en/money/memo.pdf")).status == 200, "a paper")
says_so(print_while(lambda: os.kill(soon(weasyprint)[0], signal.SIGKILL)), "weasyprint is killed")
orphan = []


def kill_maker():
    orphan.extend(soon(weasyprint))
    os.kill(maker()[0], signal.SIGKILL)


says_so(print_while(kill_maker), "its maker is killed")
count.check(soon(lambda: is_gone(orphan[0])), "what it had started ends with it")
for keeper in list(keepers):   # the first, and then the one that replaced it by a new one
    os.kill(keeper, signal.SIGKILL)
    soon(lambda: is_gone(keeper))
    count.check(clerk.get("/en/money/memo.pdf").status == 200, "a keeper was killed: the other prints")
    left = [other for other in keepers if other != keeper]
    keepers = left + soon(lambda: [child for child in children(left[0]) if is_keeper(child)])
    count.check(len(keepers) == 2, f"and there are two again: {keepers}")
if os.environ.get("HABEAS_LONG"):
    for what, which in [("weasyprint", weasyprint), ("its maker", maker)]:
        begun = time.time()
        says_so(print_while(lambda: os.kill(soon(which)[0], signal.SIGSTOP)), f"{what} hangs")
        count.check(55 < time.time() - begun < 80, f"after a minute: {time.time() - begun:.0f} s")
        count.check(clerk.get("/en/money/memo.pdf").status == 200, f"{what} hung: the next is made")
    for keeper in keepers:
        os.kill(keeper, signal.SIGSTOP)
    says_so(clerk.get("/en/money/memo.pdf"), "a keeper hangs")
    for keeper in keepers:
        os.kill(keeper, signal.SIGCONT)
    count.check(clerk.get("/en/money/memo.pdf").status == 200, "the next is made")
    keepers = [keeper for keeper in keepers if not is_gone(keeper)]
    keepers += [child for keeper in keepers for child in children(keeper) if is_keeper(child) and child not in keepers]
for keeper in keepers:
    os.kill(keeper, signal.SIGKILL)
says_so(clerk.get("/en/money/memo.pdf"), "both at once")
count.check(clerk.get("/en/money").status == 200, "the pages go on")
count.check(server.stop() == 0, "the server ends")
count.check("made no PDF" in server.said and "is gone" in server.said and "runtime error" not in server.said and "Sanitizer" not in server.said, server.said)
count.end()
