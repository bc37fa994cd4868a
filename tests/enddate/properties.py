#!/usr/bin/env python3
"""Generated custodies of the years 1900 to 2200, month ends and leap days more often than not. The program's dates are
those of the oracle; and making one known fact doubtful leaves the answer as it is, or makes it UNRESOLVED with an alarm
no later than before. usage: properties.py PROGRAM [N [SEED]]"""
import copy
import os
import random
import sys
from datetime import date, timedelta

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from checks import check, finish  # noqa: E402
import oracle  # noqa: E402
from ask import ask, first_day  # noqa: E402

program = os.path.abspath(sys.argv[1])
N = int(sys.argv[2]) if len(sys.argv) > 2 else 1500
rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 20261125)


def some_day():
    year = rng.randint(1900, 2150)
    if rng.random() < 0.3:
        return date(year, rng.choice([1, 3, 5, 8, 12]), rng.choice([29, 30, 31]))
    if rng.random() < 0.2 and (year % 4 == 0 and year % 100 or year % 400 == 0):
        return date(year, 2, 29)
    return date(year, 1, 1) + timedelta(days=rng.randrange(365))


def some_term():
    term = {}
    if rng.random() < 0.8:
        term["y"] = rng.randint(0, 12)
    if rng.random() < 0.6:
        term["m"] = rng.randint(0, 30)
    if rng.random() < 0.4 or not any(term.values()):
        term["d"] = rng.randint(1, 300)
    return term


def some_custody(start):
    out = []
    for _ in range(rng.randint(1, 3)):
        first = start - timedelta(days=rng.randint(1, 400))
        last = first + timedelta(days=rng.randint(0, 300))
        out.append({"from": first.isoformat(), "to": last.isoformat(), "credited_elsewhere": "no", "proven": True})
    return out


def federal():
    start = some_day()
    sentences = [{"term": some_term()} for _ in range(rng.choice([1, 1, 2, 3]))]
    inputs = {"commenced": start.isoformat(), "sentences": sentences}
    if len(sentences) > 1:
        inputs["relation"] = rng.choice(["concurrent", "consecutive", "silent"])
        for s in sentences:
            s["imposed"] = (start - timedelta(days=rng.choice([0, 0, 0, 9]))).isoformat()
    if rng.random() < 0.5:
        inputs["prior_custody"] = some_custody(start)
    if rng.random() < 0.2:
        inputs["gct_disallowed"] = rng.randint(0, 90)
    if rng.random() < 0.2:
        inputs["inoperative_days"] = rng.randint(0, 90)
    if rng.random() < 0.3:
        yes_no = lambda: rng.choice(["yes", "no"])
        inputs["fsa"] = {"offence_eligible": yes_no(), "final_removal_order": yes_no(), "supervised_release": yes_no(), "certified": True}
        inputs["fsa"].update(rng.choice([{"days": rng.randint(0, 500)}, {"program_days": rng.randint(0, 900), "rate": rng.choice([10, 15])}]))
    return {"system": "us_federal", "inputs": inputs}


def salvadoran():
    stage = rng.choice(["administrative", "provisional", "sentence"])
    start = some_day()
    if stage == "administrative":
        hour, minute, zone = rng.randint(0, 23), rng.randint(0, 59), rng.choice(["Z", "-06:00", "-05:00", "-04:00", "+09:00"])
        return {"system": "sv", "inputs": {"stage": stage, "captured_at": f"{start}T{hour:02d}:{minute:02d}{zone}",
                                           "exception_in_force": rng.choice(["yes", "no"])}}
    if stage == "provisional":
        inputs = {"stage": stage, "start": start.isoformat(), "offence_class": rng.choice(["grave", "menos_grave"]), "organised": "no"}
        if rng.random() < 0.4:
            inputs.update(extension_order="yes", appeal_pending="yes")
        return {"system": "sv", "inputs": inputs}
    inputs = {"stage": stage, "start": start.isoformat(), "sentences": [{"term": some_term()} for _ in range(rng.choice([1, 2]))],
              "benefits_excluded": rng.choice(["yes", "no"])}
    if len(inputs["sentences"]) > 1:
        inputs["relation"] = "real"
    if rng.random() < 0.4:
        inputs["abono"] = some_custody(start)
    if rng.random() < 0.3:
        inputs["redencion"] = {"days": rng.randint(0, 200), "certified": True}
    return {"system": "sv", "inputs": inputs}


def paths(value, at=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in items:
        yield at + (key,)
        yield from paths(child, at + (key,))


def doubtful(question):
    path = rng.choice(list(paths(question["inputs"])))
    out = copy.deepcopy(question)
    at = out["inputs"]
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = rng.choice(["unknown", None])
    return dict(out, source=repr(path))


questions = [dict(rng.choice([federal, federal, salvadoran])(), id=f"g-{i}") for i in range(N)]
answers = ask(program, questions)
n_settled = 0
for question, got in zip(questions, answers, strict=True):
    end, review, is_settled = (oracle.us_federal if question["system"] == "us_federal" else oracle.sv)(question["inputs"])
    review = sorted({day.isoformat() for day in review + ([] if is_settled else [end])})
    n_settled += is_settled
    want = ("DATE" if is_settled else "UNRESOLVED", end.isoformat() if is_settled else None, review)
    check((got["status"], got["end_date"], got["review_dates"]) == want, question, "expected", want, "got", got)
check(n_settled > N / 3, "too few of the generated custodies are settled")

both = [{"id": f"b-{i}", "system": "both", "inputs": {"us": federal()["inputs"], "host_credits_us_time": "yes", "mode": "continued", "sv": one["inputs"]}}
        for i, one in enumerate(q for q in questions if q["system"] == "sv" and q["inputs"]["stage"] == "sentence")]
for question, got in zip(both, ask(program, both), strict=True):
    us, host = oracle.us_federal(question["inputs"]["us"]), oracle.sv(question["inputs"]["sv"])
    if us[2] and host[2]:
        check(got["end_date"] == min(us[0], host[0]).isoformat(), question, "the earlier day does not govern", got)

pairs = [(q, a, doubtful(q)) for q, a in zip(questions + both, answers + ask(program, both))]
for (question, was, doubt), now in zip(pairs, ask(program, [doubt for _, _, doubt in pairs]), strict=True):
    is_same = all(was[key] == now[key] for key in ("status", "end_date", "review_dates"))
    alarm, before = first_day(now), first_day(was)
    is_earlier = now["alarm_now"] or (alarm is not None and (before is None or alarm <= before))
    check(is_same or (now["status"] == "UNRESOLVED" and is_earlier), doubt["source"], doubt, "was", was, "now", now)
finish()
