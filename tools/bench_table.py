#!/usr/bin/env python3
"""Prints the results of tools/bench.sh as a table, then the ratios between them, each with its aim.
usage: bench_table.py RESULTS.tsv"""
import sys

MODEL = "model, one person, all results"
FLOOR = "floor: its tables as bitsets"
MICRO = "expression a + b * 2 > 10 and x in [1..5]"
SMALLER = "the smaller of syncs and signatures"
LIMITS = ["syncs, each for 64 clients", "signatures verified on all processors"]
# what is asked, over what, under what; the ratio is above / below, and its aim a least (>=) or a most (<=)
RATIOS = [
    ("zen's own engine time to ours, the model", "model: zen, its own engine time", MODEL, ">=", 100),
    ("our model to the floor of its tables", MODEL, FLOOR, "<=", 10),
    ("our expression to bare decimal128", MICRO, "floor: the same as bare decimal128", "<=", 2),
    ("our table of 10,000 rows to one of 10", "table of 10000 rows", "table of 10 rows", "<=", 3),
    ("our table of 10,000 rows to its floor", "table of 10000 rows", "floor: table of 10000 rows as bitsets", "<=", 4),
    ("zen's table of 10,000 rows to ours", "table of 10000 rows: zen, its own engine time", "table of 10000 rows", ">=", 1000),
    ("check to libsimdjson alone, small people", "check, small people", "libsimdjson alone: small people", "<=", 4),
    ("check to libsimdjson alone, large people", "check, large people", "libsimdjson alone: large people", "<=", 4),
]
RATIOS += [
    ("register: a plain insert and sync to one client", "register: beside it a plain insert and sync in SQLite, half", "register: one client, an event, half", ">=", 0.8),
    ("register: 64 clients to the smaller of syncs and signatures", "register: 64 clients at once, events", SMALLER, ">=", 0.8),
    ("register: 64 clients to 64 appended together by hypercore", "register: 64 clients at once, events", "hypercore: 64 appended together, not synced", ">=", 0.8),
    ("register on PostgreSQL: 64 clients to pgbench's insert", "register on PostgreSQL: 64 clients at once, events",
     "pgbench: an insert and commit, 64 clients", ">=", 0.8),
    ("register: acknowledged at half load, 99 of 100, to a sync", "register: acknowledged at half load, 99 of 100", "sync of 4 KiB", "<=", 3),
    ("register: the same to a sync, 99 of 100", "register: acknowledged at half load, 99 of 100", "sync of 4 KiB, 99 of 100", "<=", 3),
    ("register verify to signatures on all processors", "register verify, every signature and standing, entries", "signatures verified on all processors", ">=", 0.5),
]
RATIOS += [
    ("pages: a person's page to libmicrohttpd's hello page", "a person's page, signed in, each reading audited",
     "libmicrohttpd's hello page", ">=", 0.15),
]
# a value by itself, with the aim
AIMS = [
    ("load and compile us-sv, 67 rules", "<=", 10),
    ("memory to load it", "<=", 10),
    ("load and compile the model", "<=", 5),
    ("compliance kit, a case warm", "<=", 150),
    ("first byte of a list, the slowest of nine", "<=", 100),
    ("first byte of a person, the slowest of nine", "<=", 100),
    ("register: 64 clients at once, events", ">=", 10000),
    ("register: proof of an entry, 99 of 100", "<=", 100),
    ("register: a person, 99 of 100", "<=", 10000),
    ("register: roster of a place of 100, now, 99 of 100", "<=", 10000),
    ("register: roster of a place of 100, days ago, 99 of 100", "<=", 10000),
    ("register: locate, 99 of 100", "<=", 10000),
    ("register: all alarms", "<=", 50),
    ("habeas-verify of an export, entries", ">=", 500000),
    ("register verify --tree, entries", ">=", 500000),
    ("register verify, every signature and standing, entries", ">=", 500000),
]
for form in ["small", "large"]:
    RATIOS += [(f"check on one core to two, {form} people, by the clock", f"check, {form} people, one core by the clock",
                f"check, {form} people, two cores by the clock", ">=", 1.8),
               (f"memory of check to what it may take, {form} people", f"check, {form} people, most memory",
                f"check, {form} people, memory allowed", "<=", 1)]
# engines of DMN: their whole way, since they report no time of their own
DMN_PEERS = ["dmn-eval-js", "js-feel", "feelin"]


def read(path):
    rows = []
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, value, unit, n = line.rstrip("\n").split("\t")
            rows.append((name, float(value), unit, int(n)))
    return rows


def main(path):
    rows = read(path)
    values = {name: value for name, value, _, _ in rows}
    if all(name in values for name in LIMITS):
        values[SMALLER] = min(values[name] for name in LIMITS)
    width = max(len(row[0]) for row in rows)
    for name, value, unit, n in rows:
        print(f"{name:{width}}  {value:>12,.6g} {unit:6} n={n}")
    print("\nratios of this run")
    ratios = list(RATIOS)
    for numpy in [name for name in values if name.startswith("money: numpy")]:
        by_clock = numpy.endswith(", by the clock")
        ratios.append(("numpy to money on all, by the clock", numpy, "money, all processors, by the clock", ">=", 20) if by_clock
                      else ("numpy to money, one processor each", numpy, "money, one processor", ">=", 20))
    for peer in DMN_PEERS:
        ratios += [(f"{name.removeprefix('model: ')} to ours, the model", name, MODEL, ">=", 5000)
                   for name in values if name.startswith(f"model: {peer} ")]
    for what, above, below, kind, aim in ratios:
        if above not in values or below not in values:
            continue
        ratio = values[above] / values[below]
        is_met = ratio >= aim if kind == ">=" else ratio <= aim
        print(f"{what:{width}}  {ratio:>12,.4g} x      aim {kind} {aim:,}: {'met' if is_met else 'NOT MET'}")
    for name, kind, aim in AIMS:
        if name in values:
            is_met = values[name] >= aim if kind == ">=" else values[name] <= aim
            print(f"{name:{width}}  {values[name]:>12,.4g}        aim {kind} {aim:,}: {'met' if is_met else 'NOT MET'}")


if __name__ == "__main__":
    main(sys.argv[1])
