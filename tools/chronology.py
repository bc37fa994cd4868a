#!/usr/bin/env python3
"""Events for `habeas register record` from a chronology (CSV): one line a person, of one authority. What a source gives by
the day stands with an hour of our own, and says so in "details". usage: chronology.py FILE AUTHORITY"""
import csv
import json
import re
import sys

TEXT_FIELDS = {"DetentionBegan": ["grounds"], "Admitted": ["injuries", "property"]}


def people(text):
    first, _, last = text.partition("..")
    if not last:
        return [first]
    prefix, start = re.fullmatch(r"(.*?)(\d+)", first).groups()
    end = re.fullmatch(r".*?(\d+)", last)[1]
    return [f"{prefix}{n:0{len(start)}d}" for n in range(int(start), int(end) + 1)]


for row in csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")):
    if row["authority"] != sys.argv[2]:
        continue
    event = {"event": row["event"], "authority": row["authority"], "happened_at": row["happened_at"], "source": row["source"],
             "details": {"precision": "day"}}
    event |= {name: row[name] for name in ("place", "destination", "due_at", "order") if row[name]}
    event |= {name: row["text"] for name in TEXT_FIELDS.get(row["event"], [])}
    for person in people(row["people"]):
        print(json.dumps({**event, "person": person}, ensure_ascii=False))
