#!/usr/bin/env python3
"""habeas cost on the scenarios of the repository: figures that were worked out elsewhere, back-tests, and what is refused.
usage: cost.py PROGRAM"""
import copy
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(os.path.join(ROOT, "scenarios"))


def run(path, *options):
    done = subprocess.run([PROGRAM, "cost", path, "--json", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=500)
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr.decode()


def scenario(name):
    return json.load(open(name + ".json", encoding="utf-8"))


def run_changed(document, *options):
    document.pop("list", None)  # the people are another test's subject
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir=tempfile.gettempdir()) as file:
        json.dump(document, file)
        file.flush()
        if "claims" in document:
            options += ("--claims", document["claims"])
        return run(file.name, *options)


def near(got, expected, share, what):
    check(abs(got / expected - 1) <= share, f"{what}: got {got:.6g}, expected {expected:.6g} within {share:.0%}")


# --- sums a pencil can follow ---------------------------------------------------------------------
_, uk, _ = run("uk-rwanda.json", "--draws", "200")
check(abs(uk["sender"]["fee"]["p50"] - (370e6 + 120e6 + 300 * 170874)) < 0.01, "uk-rwanda: the fee for 300 people is 541,262,200")
_, nauru, _ = run("nauru.json", "--draws", "200")
for case, expected in zip(nauru["cases"], (40e6 / 1193, 40e6 / 107)):
    check(abs(case["sender"]["fee_per_person_day"]["p50"] * 365 / 12 - expected) < 0.01, f"nauru: {expected:.2f} a person-month")
_, sweden, _ = run("sweden-estonia.json", "--draws", "2000")
check(sweden["sender"]["fee"]["p05"] >= 5 * 30.6e6 - 1, "sweden-estonia: never below the floor of 30.6 million a year")

# --- the trial figures of the table this scenario was made from: independent inputs, no change of price year -----------
trial = scenario("cecot-2025")
trial.pop("correlations")
for row in trial["prices"]:
    row["factor"] = "1"
_, out, _ = run_changed(trial, "--draws", "60000")
cases = {case["case"]: case for case in out["cases"]}
post, ante, convicts = cases["deportees, as it happened"], cases["deportees, as known 16 Mar 2025"], cases["convicts instead, ex ante"]
year, bare = cases["convicts, full year at 20,000"], cases["the same without law and liability"]
check(abs(post["sender"]["fee_per_person_day"]["p50"] - 4760000 / 31248) < 1e-6, "fee of 152.33 a day over 31,248 days")
check(post["people"]["person_days"]["p50"] == 31248, "252 people for 124 days are 31,248 days")
for what, got, expected in [
        ("ex post total", post["sender"]["total"], (11.2e6, 14.5e6, 19.9e6)), ("ex post a day", post["sender"]["per_person_day"], (357, 462, 638)),
        ("ex post ratio", post["sender"]["ratio_marginal_all_in"], (4.7, 10, 25)), ("ex ante total", ante["sender"]["total"], (15.1e6, 19.8e6, 26.7e6)),
        ("ex ante ratio", ante["sender"]["ratio_marginal_all_in"], (6.5, 14, 34)), ("convicts ratio", convicts["sender"]["ratio_marginal_all_in"], (4.3, 7.4, 15)),
        ("full year, average", year["sender"]["ratio_average_all_in"], (1.08, 1.37, 1.87)), ("full year without law, average", bare["sender"]["ratio_average_all_in"], (0.63, 0.69, 0.77)),
        ("full year without law, marginal", bare["sender"]["ratio_marginal_all_in"], (2.06, 2.80, 4.25))]:
    for part, value in zip(("p10", "p50", "p90"), expected):
        near(got[part], value, 0.05, f"trial run, {what}, {part}")
cheaper = {(c["case"], c["cost"], c["scope"]): c for c in out["claims"] if c["id"] == "cheaper"}
near(cheaper["the same without law and liability", "average", "all_in"]["probability"], 0.96, 0.04, "fairest case: P(R <= 0.8)")
check(cheaper["the same without law and liability", "marginal", "all_in"]["probability"] < 0.005, "fairest case, marginal: never")
check(cheaper["the same without law and liability", "average", "all_in"]["finding"] == "CONFIRMED", "fairest case confirmed on the average basis")
check(cheaper["deportees, as it happened", "marginal", "all_in"]["finding"] == "REFUTED", "what happened was not cheaper")
for case in out["cases"]:
    check(case["unbalanced_draws"] == 0, f"{case['case']}: a draw does not balance")
decisive = [c for c in out["claims"] if c["id"] == "relatively-low-budget"]
check(decisive and all(c["finding"] == "NOT_SHOWN" for c in decisive), "a share of the whole budget decides nothing")
stages = {(c["stage"], c["cost"], c["scope"]) for c in out["claims"] if c["id"] == "cheaper"}
check(len(stages) == 8, "each claim on both costs, both scopes, both stages")

# --- back-tests: nothing is tuned, so they may fail; the finding is what is tested -------------------
_, norway, _ = run("norgerhaven.json", "--draws", "60000")
test = norway["back_test"][0]
check(test["within_p10_p90"] and 0.8 < test["percentile"] < 0.9, f"norgerhaven: 906 million at percentile {test['percentile']}")
check(norway["sensitivity"][0]["input"] == "exchange_rate", "norgerhaven: the exchange rate moves most")
for part, value in zip(("p10", "p50", "p90"), (756e6, 828e6, 910e6)):
    near(norway["sender"]["total"][part], value, 0.01, f"norgerhaven {part}")
_, tilburg, _ = run("tilburg.json", "--draws", "5000")
test = tilburg["back_test"][0]
check(not test["within_p10_p90"] and test["error_of_median"] < -0.2, "tilburg: the terms of 2010 did not foresee the fee of 2014")

# --- how many draws ------------------------------------------------------------------------------
_, out, _ = run_changed(scenario("blank"), "--until-error", "0.002")
check(out["sender"]["total"]["standard_error"] / out["sender"]["total"]["mean"] <= 0.002 and out["draws"] < 4000000, "--until-error stops in time")


def spread_of_means(*options):
    means = [run_changed(scenario("sweden-estonia"), "--draws", "1000", "--seed", str(seed), *options)[1]["sender"]["total"]["mean"] for seed in range(8)]
    return max(means) - min(means)


check(spread_of_means("--latin") < spread_of_means() / 3, "a Latin hypercube is nearer to the mean")

# --- what is refused: a change of cecot-2025, the code and a word of the message ------------------
BASE = scenario("cecot-2025")


def put(document, path, value):
    *way, last = path
    for key in way:
        document = document[key]
    if value is None:
        del document[last]
    else:
        document[last] = value


REFUSED = [
    (("inputs", "us_avoided_day_bop", "low"), "40", "range-order", "above mode"),
    (("inputs", "us_avoided_day_bop", "high"), "20", "range-order", "above high"),
    (("inputs", "days_held", "unit"), None, "missing-key", "unit"),
    (("inputs", "days_held", "unit"), "moons", "unknown-unit", "moons"),
    (("inputs", "wrongful_share", "high"), "1.2", "out-of-range", "1.2"),
    (("inputs", "fee_lump", "price_year"), None, "missing-key", "price_year"),
    (("inputs", "fee_lump", "price_year"), 2019, "no-conversion", "2019"),
    (("inputs", "fee_lump", "unit"), "EUR", "no-conversion", "EUR"),
    (("inputs", "fee_lump", "source"), None, "missing-key", "source"),
    (("inputs", "fee_lump", "read_on"), "yesterday", "bad-date", "read_on"),
    (("inputs", "fee_lump", "mark"), "X", "bad-value", "mark"),
    (("inputs", "fee_lump", "dist"), "guess", "bad-value", "dist"),
    (("inputs", "fee_lump", "low"), "-5", "out-of-range", "-5"),
    (("inputs", "fee_lump", "low"), "many", "bad-value", "many"),
    (("inputs", "fee_lump", "colour"), "red", "unknown-key", "colour"),
    # costs.md US4x: 107.85 a day and 35,347 a year, as printed in one notice
    (("inputs", "us_average_day_bop"), {"unit": "USD/day", "price_year": 2025, "value": "107.85", "also": {"year": "35347", "days": 365}, "source": "US4", "mark": "V", "read_on": "2026-11-23"},
     "prices-disagree", "39365"),
    (("lines", 0, "amount"), ["fee_lum"], "no-such-input", "fee_lum"),
    (("lines", 0, "amount"), ["days_held"], "unknown-unit", "money"),
    (("lines", 0, "driver"), "per_moon", "bad-value", "driver"),
    (("lines", 0, "pays"), "host", "bad-value", "pays itself"),
    (("lines", 0, "floating"), True, "bad-value", "floats"),
    (("people", 0, "waves"), [{"day": 0, "share": "0.5"}], "shares-sum", "0.5"),
    (("people", 0, "counterfactual", "average"), None, "missing-key", "average"),
    (("people", 0, "kind"), "guilty", "bad-value", "kind"),
    (("cases", 0, "layers"), ["tomorrow"], "no-such-input", "tomorrow"),
    (("layers", "ex_post", "moon"), {"unit": "days", "value": "1", "source": "s", "mark": "G", "read_on": "2026-11-23"}, "no-such-input", "layer"),
    (("correlations",), [{"a": "days_held", "b": "fee_lump", "rank": "0.9", "source": "s"}, {"a": "fee_lump", "b": "flight_rate", "rank": "0.9", "source": "s"},
                         {"a": "days_held", "b": "flight_rate", "rank": "-0.9", "source": "s"}], "correlation", "exclude"),
    (("correlations",), [{"a": "days_held", "b": "fee_lump", "rank": "1.5", "source": "s"}], "out-of-range", "1.5"),
    (("correlations",), [{"a": "days_held", "b": "days_held", "rank": "0.5", "source": "s"}], "correlation", "itself"),
    (("inputs", "us_avoided_day_bop", "mode"), "20,5", "bad-value", "20,5"),
    (("inputs", "fee_lump", "unit"), "US$", "unknown-unit", "US$"),
    (("inputs", "fee_lump", "read_on"), "2026-02-30", "bad-date", "read_on"),
    (("inputs", "fee_lump", "pice_year"), 2025, "unknown-key", "pice_year"),
    (("curency",), "USD", "unknown-key", "curency"),
    (("lines",), None, "missing-key", "lines"),
    (("months",), 100000, "out-of-range", "100000"),
    (("start",), "16 March", "bad-date", "start"),
    (("cases",), [], "out-of-range", "from 1 to"),
]
for path, value, code, word in REFUSED:
    document = copy.deepcopy(BASE)
    put(document, path, value)
    status, out, _ = run_changed(document, "--draws", "100")
    errors = out.get("errors", []) if out else []
    found = [e for e in errors if e["code"] == code and word in e["message"] + e["pointer"]]
    check(status == 3 and found, f"{path} = {value}: expected {code} and \"{word}\", got {status} {[(e['code'], e['message']) for e in errors]}")
    for error in found:  # where it is, and what to do
        check(error["line"] > 0 and error["column"] > 0 and error["help"], f"{path} = {value}: {error}")
WHOLE = json.dumps(BASE, indent=2)
for text, line in [("", 1), (WHOLE[: WHOLE.index('"inputs"') + 4], WHOLE[: WHOLE.index('"inputs"')].count("\n") + 1), (WHOLE.replace('"months"', "months", 1), WHOLE[: WHOLE.index('"months"')].count("\n") + 1)]:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(text)
        file.flush()
        status, out, _ = run(file.name, "--draws", "100")
    errors = out.get("errors", [])
    check(status == 3 and errors and errors[0]["line"] == line and errors[0]["help"], f"JSON cut or broken in line {line}: exit {status}, {errors}")
for options, status in [(("--draws", "3"), 2), (("--confirm-at", "0.05"), 2), (("--confirm-at", "x"), 2), (("--until-error", "0.1", "--latin"), 2)]:
    got, _, _ = run("blank.json", *options)
    check(got == status, f"{options}: exit {got}, expected {status}")

# --- claims.csv ----------------------------------------------------------------------------------------
HEADER = "id,statement,said_by,said_on,source,quantity,unit,test,limit,needs,note\n"
for row, code in [("a,b,c,d,e,fee +,f,quantity > limit,1,,\n", "feel-syntax"), ("a,b,c,d,e,fee,f,quantity > limit,much,,\n", "bad-value"),
                  ("a,b,c,d,e,fee,f,quantity > limit,1,\n", "wrong-width"), ("a,,c,d,e,fee,f,quantity > limit,1,,\n", "missing-text"),
                  ("a,b,c,d,e,moon,f,quantity > limit,1,,\n", None)]:
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(HEADER + row)
        file.flush()
        status, out, _ = run("blank.json", "--draws", "100", "--claims", file.name)
        codes = [e["code"] for e in out.get("errors", [])]
        check(status == 3 and (code is None or code in codes), f"claim {row.strip()}: exit {status}, {codes}")
finish()
