#!/usr/bin/env python3
"""What an estimate must print (OMB A-94, CBO, GAO-20-195G, the UK Green Book; docs/money-sources.md, S6), each thing looked for in what
habeas cost writes: on the screen, in --json, among the plots and in the workbook. usage: must_print.py PROGRAM"""
import html
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(os.path.join(ROOT, "scenarios"))


def run(scenario, *options):
    done = subprocess.run([PROGRAM, "cost", scenario, "--draws", "3000", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=300, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(done.stderr)
    return done.stdout


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


with tempfile.TemporaryDirectory() as folder:
    book = os.path.join(folder, "book.xlsx")
    screen = run("cecot-2025.json", "--long", "--plots", folder, "--xlsx", book)
    plots = {name: open(os.path.join(folder, name), encoding="utf-8").read() for name in os.listdir(folder) if name.endswith((".svg", ".csv"))}
    sheets = html.unescape("".join(zipfile.ZipFile(book).read(name).decode() for name in zipfile.ZipFile(book).namelist() if name.endswith(".xml")))
short = run("cecot-2025.json")
spanish = run("cecot-2025.json", "--lang", "es")
out = json.loads(run("cecot-2025.json", "--json"))
norway = json.loads(run("norgerhaven.json", "--json"))
source = json.load(open("cecot-2025.json", encoding="utf-8"))

check(out["price_year"] == 2025 and "prices of 2025" in screen, "base year")
check(any(c.get("from") == 2023 and c["factor"] == "1.057" and c["source"] for c in out["conversions"]), "index between price years, with its source")
check(any(c.get("rate") and c.get("on") and c["source"] for c in norway["conversions"]), "exchange rate, its date and source")
check({i["name"] for i in out["inputs"]} == set(source["inputs"]), "every input")
check(all(i["source"] and i["mark"] in "VGC" and re.fullmatch(r"\d{4}-\d\d-\d\d", i["read_on"]) for i in out["inputs"]), "each input's source, mark and date")
check(all(i["source"] in sheets for i in out["inputs"]), "sources in the workbook")
check(is_number(out["point_estimate"]["sender_total"]) and 0 <= out["point_estimate"]["percentile"] <= 1, "point estimate and its percentile")
check(re.search(r"at their modes: [\d.]+ million, percentile \d+", screen), "point estimate on the screen")
for p in ("p10", "p50", "p80", "p90"):
    check(is_number(out["sender"]["total"][p]) and p in screen, p)
check("chance_percent,total" in plots["s-curve.csv"] and "<path" in plots["s-curve.svg"], "S-curve")
swings = [abs(s["high"] - s["low"]) for s in out["sensitivity"]]
check(len(swings) > 10 and swings == sorted(swings, reverse=True), "tornado by swing, widest first")
check("cost per petition" in plots["tornado.svg"], "tornado drawn")
check(out["seed"] == 42 and out["draws"] == 3000 and "3000 draws, seed 42" in screen, "seed and draws")
check({line["fixed"] for line in out["sender"]["lines"]} == {True, False} and is_number(out["sender"]["fee_fixed"]["p50"]), "fixed and variable parts")
for key in ("per_person_sent", "per_place_day", "per_person_day"):
    check(is_number(out["sender"][key]["p50"]), "cost " + key.replace("_", " "))
check("USD for each day used" in screen and "for each person sent" in screen, "cost of each day used on the screen")
check(is_number(out["break_even"]["people_to_cover_prisons"]["p50"]) and "people held all year" in screen, "break-even number of people")
check({"days_average", "days_marginal"} <= set(out["break_even"]), "break-even days")
check({"exchange_average", "exchange_marginal"} <= set(out["break_even"]), "break-even exchange rate")
check(out["excluded"] == source["excluded"] and all(text in sheets for text in ("building CECOT", "diplomatic concessions")), "excluded items by name")
check({line["line"] for side in ("sender", "host") for line in out[side]["lines"]} == {line["line"] for line in source["lines"]}, "who bears each cost")
check(norway["back_test"] and is_number(norway["back_test"][0]["error_of_median"]) and 0 <= norway["back_test"][0]["percentile"] <= 1, "back-test and its error")
check(any(c["flips"] and is_number(c["flips"][0]["value"]) and c["flips"][0]["to"] for c in out["claims"]), "what would change a finding")
check([v["rate"] for v in out["sender"]["present_value"]] == ["0.02", "0.03", "0.07"] and all("OMB" in v["name"] for v in out["sender"]["present_value"]), "discount rates with circular")
check(abs(out["sender"]["confirmed_mean"] - 4760000) < 0.01, "the total without what is not confirmed: the fee that was paid")
check("CONFIRMED from 0.9 of draws, REFUTED to 0.1" in screen, "cut-offs of findings")
check(is_number(out["people"]["peak"]["p50"]) and out["people"]["places"] == 300 and "p_over_places" in out["people"] and "Capacity: 300 places" in screen, "capacity")
check(is_number(out["host"]["fee_share_of_prisons"]["p50"]) and is_number(out["host"]["own_cost_per_year"]["p50"]) and "When the fee stops" in screen, "what ends with the fee")
check(is_number(out["break_even"]["one_person_more"]["sender_net_marginal"]) and "One person more" in screen, "what one person more changes")
check(out["break_even"]["stopped_early"] and "Stopped after 3 months" in screen, "what each side loses in an early stop")
check("(not permission)" in " ".join(screen.split()) and "not permission" in plots["break-even.svg"], "people on the list with no bar beside the numbers")
page = open("../docs/money.md", encoding="utf-8").read()
check(len(out["gao"]) == 16 and all(f"| {g['item']} | {g['state']} | {g['why']} |" in page for g in out["gao"]), "twelve steps and four marks, the same on the page")
check(all("<title>" in svg and "<desc>" in svg and "seed 42" in svg for name, svg in plots.items() if name.endswith(".svg")), "each chart says what it shows and where from")
for part in ("at their modes", "prices of 2025", "seed 42", "USD for each day used", "people held all year", "(not permission)", "No fee serves both", "cut-offs 0.9 and 0.1", "REFUTED", "Other cases"):
    check(part in " ".join(short.split()), "on one screen: " + part)
for part in ("en su moda", "precios de 2025", "semilla 42", "USD por cada día usado", "todo el año", "(no autoriza)", "Ninguna tarifa sirve a ambos", "cortes 0.9, 0.1", "REFUTADA", "Otros casos"):
    check(part in " ".join(spanish.split()), "on one screen in Spanish: " + part)
check(all(claim["statement"] in " ".join(short.split()) for claim in out["claims"]), "every claim on one screen")
for name, text, most in (("one screen", short, 40), ("one screen in Spanish", spanish, 41), ("--long", screen, 56)):
    lines = text.rstrip("\n").split("\n")
    check(max(map(len, lines)) <= 80 and len(lines) <= most, f"{name}: 80 columns and {most} lines, got {max(map(len, lines))} and {len(lines)}")
finish()
