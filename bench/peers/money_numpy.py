#!/usr/bin/env python3
"""The ex ante case of scenarios/cecot-2025.json in numpy, as an analyst would write it: columns of draws, a loop over months.
Prints processor seconds, n and the percentiles of the sender's total, to be held beside bench-money. usage: money_numpy.py SCENARIO [N]"""
import json
import sys
import time

import numpy as np

scenario = json.load(open(sys.argv[1], encoding="utf-8"))
n = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
start = time.process_time()
random = np.random.Generator(np.random.Philox(42))
factors = {(p["currency"], p["from"]): float(p["factor"]) for p in scenario["prices"] if p["to"] == scenario["price_year"]}


def draw(name):
    i = scenario["inputs"][name]
    scale = factors.get((i["unit"][:3], i.get("price_year")), 1.0)
    if "value" in i:
        return np.full(n, float(i["value"]) * scale)
    low, mode, high = (float(i[k]) * scale for k in ("low", "mode", "high"))
    return low + (high - low) * random.beta(1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low), n)


x = {name: draw(name) for name in scenario["inputs"]}
months = scenario["months"]
first = np.array([(np.datetime64("2025-03") + m).astype("datetime64[D]") - np.datetime64("2025-03-01") for m in range(months + 1)]).astype(float)
people, stay = np.round(x["deportees_sent"]), np.round(x["days_held"])
returned = random.binomial(people.astype(np.int64), x["p_return_at_sender_cost"])
wrongful = random.binomial(np.round(people * x["wrongful_share"]).astype(np.int64), x["p_wrongful_paid"])
gravest = random.random(n) < x["p_gravest"]
seats = np.floor(x["people_per_plane"])
plane = x["flight_hours_per_rotation"] * x["flight_rate"]
bias = 1 + x["optimism_bias"]
term = first[12]
rates = [float(r["rate"]) for r in scenario["discount"]]
sender, host, days_held = np.zeros(n), np.zeros(n), np.zeros(n)
pv_sender, pv_host = [np.zeros(n) for _ in rates], [np.zeros(n) for _ in rates]
monthly = []
closing = stay
later = np.maximum(closing, term)
for m in range(months):
    begin, end = first[m], first[m + 1]
    days = people * np.clip(np.minimum(stay, end) - begin, 0, None)
    leaves = (closing >= begin) & (closing < end)
    part = np.clip(np.minimum(closing, end) - begin, 0, None) / (end - begin) / 12
    part_later = np.clip(np.minimum(later, end) - begin, 0, None) / (end - begin) / 12
    pays = x["inspection_and_welfare"] * part + x["sender_admin"] * part_later
    pays = pays + leaves * (np.ceil(returned / seats) * plane + x["fee_award_class_cases"] + wrongful * x["wrongful_payment"] + gravest * x["wrongful_payment_gravest"])
    fee = np.zeros(n)
    if m == 0:
        fee = (x["fee_lump"] + people * x["fee_per_person"]) * bias
        pays = pays + np.ceil(people / seats) * plane + people * x["petitions_per_person"] * x["cost_per_petition"]
    pays = pays * bias + fee
    gains = fee - days * x["host_cost_day"]
    sender += pays
    host += gains
    days_held += days
    for k, rate in enumerate(rates):
        factor = (1 + rate) ** (-(m + 0.5) / 12)
        pv_sender[k] += pays * factor
        pv_host[k] += gains * factor
    monthly.append((pays.mean(), gains.mean()))
saved = people * x["us_avoided_days"] * x["us_avoided_day_ice"]
average = people * x["us_avoided_days"] * x["us_average_day_ice"]
results = [sender, host, days_held, saved, average, sender / saved, sender / average, sender / days_held, *pv_sender, *pv_host]
spreads = [np.percentile(r, [5, 10, 20, 50, 80, 90, 95]) for r in results]
took = time.process_time() - start
p = spreads[0]
print(f"{took:8.3f} s   n={n}   numpy {np.__version__}   {took / n * 1e9:.0f} ns a draw   p10 {p[1]:.4g} p50 {p[3]:.4g} p90 {p[5]:.4g}")
