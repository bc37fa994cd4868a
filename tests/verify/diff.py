#!/usr/bin/env python3
"""habeas rules diff held against deciding the list twice: rows side by side, whose verdict changes, by which rule, and those
that got better for the transfer first. usage: diff.py HABEAS ROOT"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checks import check, finish  # noqa: E402
import seeded

habeas, root = sys.argv[1], pathlib.Path(sys.argv[2])
us_sv, people = root / 'rulebooks/us-sv', root / 'agreements/treaty-306/list.ndjson'
RANK = {'BARRED': 0, 'UNRESOLVED': 1, 'NO BAR FOUND': 2}


def run(*args):
    return subprocess.run([habeas, *map(str, args)], capture_output=True, text=True, check=False)


def decided(rulebook):
    answers = map(json.loads, run('check', people, '--rulebook', rulebook, '--ndjson').stdout.splitlines())
    return {a['person']: (a['verdict'], {r['rule']: r['outcome'] for r in a['reasons']}) for a in answers}


def outputs(rule, old, new):
    """Every row of the rule that says `old` says `new`."""
    text = (us_sv / 'rulebook.dmn').read_bytes().decode()
    found = list(re.finditer(rf'(id="{rule}_row\d+_out">\s*<text>)"{old}"', text))
    check(bool(found), f'{rule} has no row that says {old}')
    return [{'file': 'rulebook.dmn', 'at': len(text[:m.end(1)].encode()), 'length': len(old) + 2, 'text': f'"{new}"'} for m in found]


def compare(work, edits):
    seeded.write(edits, us_sv, work / 'second')
    done = run('rules', 'diff', us_sv, work / 'second', '--list', people, '--json')
    check(done.returncode == 1, f'exit {done.returncode}: {done.stderr[-200:]}')
    answer, before, after = json.loads(done.stdout), decided(us_sv), decided(work / 'second')
    changed = {who for who in before if before[who][0] != after[who][0]}
    check({p['person'] for p in answer['people']} == changed, f'{changed} have another verdict, not {answer["people"]}')
    for p in answer['people']:
        (was, reasons), (now, later) = before[p['person']], after[p['person']]
        check((p['before'], p['after'], p['better_for_transfer']) == (was, now, RANK[now] > RANK[was]), f'{p}: {was} became {now}')
        rules = {rule for rule in {**reasons, **later} if reasons.get(rule) != later.get(rule)}
        check({r['rule'] for r in p['rules']} == rules, f'{p["person"]}: {rules} changed')
    better = [p['better_for_transfer'] for p in answer['people']]
    check(better == sorted(better, reverse=True), f'those that got better do not stand first: {better}')
    return answer, better


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    looser, stricter = outputs('sent-no-appeal-pending', 'bars', 'unmet'), outputs('dp-identity', 'satisfied', 'unmet')
    answer, better = compare(work, looser + stricter)
    check(True in better and False in better and answer['better_for_transfer'] == 'somebody', 'one list has both, better and worse')
    rows = [d for d in answer['differences'] if d['where'].startswith('dp-identity')]
    check(any('"satisfied"' in d['before'] for d in rows) and any('"unmet"' in d['after'] for d in rows), f'rows side by side: {rows}')
    text = run('rules', 'diff', us_sv, work / 'second', '--list', people).stdout.splitlines()
    check(text[-1].endswith(f'{len(better)} people of the list with another verdict'), text[-1])
    answer, better = compare(work, stricter)
    check(True not in better and answer['better_for_transfer'] == 'nobody' and bool(better), f'stricter: {answer["better_for_transfer"]}, {better}')
    same = run('rules', 'diff', us_sv, us_sv, '--list', people, '--json')
    check(same.returncode == 0 and not json.loads(same.stdout)['differences'], 'a rulebook differs from itself')
finish()
