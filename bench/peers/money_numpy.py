#!/usr/bin/env python3
"""The ex ante case of scenarios/cecot-2025.json in numpy, as an analyst would write it: columns of draws, a loop over months, and the
same results as one case of `habeas cost`: totals, days, savings, both sides' present values, what each line costs, bands by month,
percentiles of all of them. Two lines as bench-money prints them, processor seconds and the clock; percentiles of the total to stderr.
usage: money_numpy.py SCENARIO [N]"""
import json
import sys
import time

import numpy as np

scenario = json.load(open(sys.argv[1], encoding="utf-8"))
n = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
start, start_clock = time.process_time(), time.perf_counter()
random = np.random.Generator(np.random.Philox(42))
factors = {(p["currency"], p["from"]): float(p["factor"]) for p in scenario["prices"] if p["to"] == scenario["price_year"]}


def draw(name):
    i = scenario["inputs"][name]
    scale = factors.get((i["unit"][:3], i.get("price_year")), 1.0)
    if "value" in i:
        return np.full(n, float(i["value"]) * scale)
    low, mode, high = (float(i[k]) * scale for k in ("low", "mode", "high"))
    return low + (high - low) * random.beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), n)


# What only claims read, or a group of nobody, is drawn by neither program.
unread = {"us_bop_budget", "deterrence_elasticity", "severity_rise", "reoffend_ratio", "reoffend_base", "cost_per_event", "us_avoided_day_bop", "us_average_day_bop"}
x = {name: draw(name) for name in scenario["inputs"] if name not in unread}
# Rank correlation: each column put in the order of normals that have it (Iman and Conover).
names = sorted({c[k] for c in scenario["correlations"] for k in "ab"}, key=list(x).index)
target = np.eye(len(names))
for c in scenario["correlations"]:
    a, b = names.index(c["a"]), names.index(c["b"])
    target[a, b] = target[b, a] = 2 * np.sin(np.pi * float(c["rank"]) / 6)
normals = np.linalg.cholesky(target) @ random.standard_normal((len(names), n))
for name, z in zip(names, normals):
    placed = np.empty(n)
    placed[np.argsort(z)] = np.sort(x[name])
    x[name] = placed

months = scenario["months"]
day_0 = np.datetime64(scenario["start"])
first = np.array([(np.datetime64(scenario["start"][:7]) + m).astype("datetime64[D]") + (day_0.astype("datetime64[D]") - day_0.astype("datetime64[M]").astype("datetime64[D]")) - day_0
                  for m in range(months + 1)]).astype(float)
people, stay = np.round(x["deportees_sent"]), np.round(x["days_held"])
returned = random.binomial(people.astype(np.int64), x["p_return_at_sender_cost"])
wrongful = random.binomial(np.round(people * x["wrongful_share"]).astype(np.int64), x["p_wrongful_paid"])
gravest = random.random(n) < x["p_gravest"]
seats = np.floor(x["people_per_plane"])
plane = x["flight_hours_per_rotation"] * x["flight_rate"]
bias = 1 + x["optimism_bias"]
rates = [float(r["rate"]) for r in scenario["discount"]]
closing, term = stay, first[int(scenario["inputs"]["term_months"]["value"])]
later = np.maximum(closing, term)
lines = {
    "fee, lump sum": x["fee_lump"] * bias, "fee, by person": people * x["fee_per_person"] * bias,
    "flights out": np.ceil(people / seats) * plane * bias, "petitions": people * x["petitions_per_person"] * x["cost_per_petition"] * bias,
    "flights back": np.ceil(returned / seats) * plane * bias, "fee awards": x["fee_award_class_cases"] * bias,
    "wrongful": wrongful * x["wrongful_payment"] * bias, "gravest": gravest * x["wrongful_payment_gravest"] * bias}
fee = lines["fee, lump sum"] + lines["fee, by person"]
at_opening = fee + lines["flights out"] + lines["petitions"]
at_closing = lines["flights back"] + lines["fee awards"] + lines["wrongful"] + lines["gravest"]
inspection, administration, holding = np.zeros(n), np.zeros(n), np.zeros(n)
sender, host, days_held = np.zeros(n), np.zeros(n), np.zeros(n)
pv_sender, pv_host = [np.zeros(n) for _ in rates], [np.zeros(n) for _ in rates]
monthly = []
for m in range(months):
    begin, end = first[m], first[m + 1]
    days = people * np.clip(np.minimum(stay, end) - begin, 0, None)
    watched = x["inspection_and_welfare"] * (np.clip(np.minimum(closing, end) - begin, 0, None) / (end - begin) / 12) * bias
    managed = x["sender_admin"] * (np.clip(np.minimum(later, end) - begin, 0, None) / (end - begin) / 12) * bias
    held = days * x["host_cost_day"]
    pays = watched + managed + at_closing * ((closing >= begin) & (closing < end))
    gains = -held
    if m == 0:
        pays = pays + at_opening
        gains = gains + fee
    inspection += watched
    administration += managed
    holding += held
    sender += pays
    host += gains
    days_held += days
    for k, rate in enumerate(rates):
        factor = (1 + rate) ** (-(m + 0.5) / 12)
        pv_sender[k] += pays * factor
        pv_host[k] += gains * factor
    monthly.append((pays.mean(), gains.mean(), *np.percentile(pays[:10000], [5, 50, 95]), *np.percentile(gains[:10000], [5, 50, 95])))
years = stay / 365
saved = people * x["us_avoided_days"] * x["us_avoided_day_ice"]
average = people * x["us_avoided_days"] * x["us_average_day_ice"]
place_days = x["places"] * stay
fee_year, host_year = fee / years, holding / years
results = [people, days_held, place_days, np.maximum(people - x["places"], 0), returned, years, fee, fee_year, sender, saved, average, holding, host, fee_year / x["host_prison_spend"], host_year,
           *pv_sender, *pv_host, fee / average, fee / saved, sender / average, sender / saved, fee / days_held, sender / days_held, sender / people, sender / place_days]
spreads = [(r.mean(), r.std(), r.min(), r.max(), *np.percentile(r, [5, 10, 20, 50, 80, 90, 95])) for r in results]
curve = np.percentile(sender, np.linspace(0, 100, 201))
means = [line.mean() for line in (*lines.values(), inspection, administration, holding)]
took, by_clock = time.process_time() - start, time.perf_counter() - start_clock
p = spreads[8][4:]
print(f"money: numpy {np.__version__}\t{took:.4g}\ts\t{n}")
print(f"money: numpy {np.__version__}, by the clock\t{by_clock:.4g}\ts\t{n}")
print(f"numpy:  p10 {p[1]:.4g} p50 {p[3]:.4g} p90 {p[5]:.4g}", file=sys.stderr)
