#!/usr/bin/env python3
"""Papers of the pages as PDF: made by a process beside the server, tagged, with bookmarks, page numbers, hash,
checkpoint and code; two asked for at once come one after the other while other pages are answered; a paper whose making
is killed, and a maker that is gone, end in a page that says so, and the server goes on. With HABEAS_LONG a maker that
hangs. usage: papers.py PROGRAM"""
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


maker = children(server.process.pid)
count.check(len(maker) == 1, f"the server has one process beside it: {maker}")
status = open(f"/proc/{maker[0]}/status", encoding="ascii").read()
if sandboxed:
    count.check("Seccomp:\t2" in status and "NoNewPrivs:\t1" in status and "CapEff:\t0000000000000000" in status, f"it is confined: {status}")
count.check(len(os.listdir(f"/proc/{maker[0]}/fd")) == 4, "it holds /dev/null and its line to the server, nothing else")

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

# What may go wrong.
def kill_weasyprint(how):
    for _ in range(200):
        found = children(maker[0])
        if found:
            os.kill(found[0], how)
            return
        time.sleep(0.02)
    count.check(False, "no weasyprint was started")


def says_so(answer, what):
    count.check(answer.status == 503 and "No PDF was made" in answer.text and "printed by the browser" in answer.text, f"{what}: {answer.status}")


killer = threading.Thread(target=kill_weasyprint, args=(signal.SIGKILL,))
killer.start()
says_so(clerk.get("/en/money/memo.pdf"), "weasyprint is killed")
killer.join()
if os.environ.get("HABEAS_LONG"):
    killer = threading.Thread(target=kill_weasyprint, args=(signal.SIGSTOP,))
    killer.start()
    begun = time.time()
    says_so(clerk.get("/en/money/memo.pdf"), "weasyprint hangs")
    killer.join()
    count.check(55 < time.time() - begun < 80, f"after a minute: {time.time() - begun:.0f} s")
    count.check(clerk.get("/en/money/memo.pdf").status == 200, "the next is made")
    os.kill(maker[0], signal.SIGSTOP)
    says_so(clerk.get("/en/money/memo.pdf"), "the maker hangs")
    os.kill(maker[0], signal.SIGCONT)
else:
    os.kill(maker[0], signal.SIGKILL)
says_so(clerk.get("/en/money/memo.pdf"), "the maker is gone")
count.check(clerk.get("/en/money").status == 200, "the pages go on")
count.check(server.stop() == 0, "the server ends")
count.check("made no PDF" in server.said and "is gone" in server.said and "runtime error" not in server.said and "Sanitizer" not in server.said, server.said)
count.end()
