#!/usr/bin/env python3
"""The rulebooks of end dates hold what habeas rules verify asks of them, and faults seeded in them are found, with
questions that show it. usage: until.py HABEAS ROOT [few]"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checks import check, finish  # noqa: E402

habeas, root = sys.argv[1], pathlib.Path(sys.argv[2])
is_few = len(sys.argv) > 3

# property that must be refuted, rulebook, file, what stands there, what is put
FAULTS = [
    ('monotone', 'enddate-us-immigration', 'rulebook.dmn', 'inputs.order_stayed = "no" and', 'inputs.order_stayed != "yes" and'),
    ('total', 'enddate-us-immigration', 'rulebook.dmn', 'inputs.obstruction = "yes"', 'false'),
    ('nothing-vanishes', 'enddate-us-immigration', 'rulebook.dmn', '["imm-no-fixed-end"]', '["imm-no-fixed-ends"]'),
    ('fail-closed', 'enddate-us-immigration', 'rules.csv', '8 U.S.C. 1226,P,2026-11-23,yes', '8 U.S.C. 1226,P,2026-11-23,no'),
    ('monotone', 'enddate-both', 'rulebook.dmn', 'if inputs.host_credits_us_time = "yes" then', 'if inputs.host_credits_us_time != "no" then'),
    ('total', 'enddate-both', 'rulebook.dmn', 'if inputs.mode in ("continued", "conversion") then []', 'if true then []'),
    ('monotone', 'enddate-sv', 'rulebook.dmn', '["sv-concurso", "sv-term-missing"]', '["sv-concurso"]'),
    ('monotone', 'enddate-sv', 'rulebook.dmn', 'if is_class_known then []', 'if inputs.offence_class != "menos_grave" then []'),
    ('fail-closed', 'enddate-sv', 'rules.csv', 'Const. El Salvador art. 13,P,2026-11-23,yes', 'Const. El Salvador art. 13,P,2026-11-23,no'),
    ('nothing-vanishes', 'enddate-sv', 'rulebook.dmn', 'step: "half", date: half', 'step: "half", date: n'),
    ('monotone', 'enddate-us-federal', 'rulebook.dmn', 'if relation = "unknown" then [span(start, n_months, n_days)] else []', '[]'),
    ('monotone', 'enddate-us-federal', 'rulebook.dmn', 'if relation = "unknown" then ["us-relation-unknown"] else []', '[]'),
]


def verify(folder):
    done = subprocess.run([habeas, 'rules', 'verify', folder, '--json'], capture_output=True, text=True, check=False)
    check(done.returncode in (0, 1), f'{folder}: exit {done.returncode}: {done.stderr[-300:]}')
    return done.returncode, json.loads(done.stdout)


def ask(rulebooks, lines):
    done = subprocess.run([habeas, 'enddate', '-', '--rulebooks', rulebooks, '--ndjson'], input=lines, capture_output=True, text=True, check=False)
    return [json.loads(line) for line in done.stdout.splitlines()]


def first_day(answer):
    return min(answer['review_dates'] + ([answer['end_date']] if answer['end_date'] else []), default=None)


def shows(prop, rulebooks, finding):
    """The questions shown, answered by habeas enddate, are what the finding says."""
    if not finding['list']:
        return prop == 'total'
    answers = ask(rulebooks, finding['list'])
    if prop != 'monotone':
        return len(answers) == 1 or prop == 'nothing-vanishes'
    was, now = answers
    if now['status'] == 'DATE':
        return (was['status'], was['end_date'], was['review_dates']) != ('DATE', now['end_date'], now['review_dates'])
    return not now['alarm_now'] and first_day(was) is not None and (first_day(now) is None or first_day(now) > first_day(was))


for name in ['enddate-us-immigration'] if is_few else ['enddate-us-immigration', 'enddate-both', 'enddate-sv', 'enddate-us-federal']:
    status, answer = verify(root / 'rulebooks' / name)
    check(status == 0 and not answer['findings'] and answer['questions'] > 5000, f'{name}: {answer}')
    check({p['property'] for p in answer['properties']} == {'fail-closed', 'monotone', 'total', 'nothing-vanishes'}, f'{name}: not every property is asked')

with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    for prop, name, file, old, new in FAULTS[:3] if is_few else FAULTS:
        shutil.rmtree(work / 'rulebooks', ignore_errors=True)
        for one in root.glob('rulebooks/enddate-*'):
            shutil.copytree(one, work / 'rulebooks' / one.name)
        changed = work / 'rulebooks' / name / file
        text = changed.read_bytes().decode()
        check(old in text, f'{name}/{file} no longer has {old!r}')
        changed.write_bytes(text.replace(old, new, 1).encode())
        status, answer = verify(work / 'rulebooks' / name)
        found = [f for f in answer['findings'] if f['property'] == prop]
        check(status == 1 and bool(found), f'{prop}: {name}: {new!r} is not found')
        check(all(shows(prop, work / 'rulebooks', f) for f in found), f'{prop}: {name}: {new!r}: the questions do not show it')

finish()
