#!/usr/bin/env python3
"""us-sv is proved; with one rule changed it is proved again in a fraction of the time; and whom habeas rules verify shows,
habeas check shows too: for each person of each refuted question of a seeded fault, the answer of the same rulebook to the
printed list. usage: proofs.py HABEAS ROOT [N]

FAULTS are tried, and with N that many mutants of mutate.py, else MUTANTS.
"""
import collections
import csv
import json
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checks import check, finish  # noqa: E402
import seeded

habeas, root = sys.argv[1], pathlib.Path(sys.argv[2])
us_sv, published = root / 'rulebooks/us-sv', root / 'rulebooks/published/us-sv.csv'
seen = collections.Counter()

RANK = {'BARRED': 0, 'UNRESOLVED': 1, 'NO BAR FOUND': 2}
FAULTS = [
    [('rulebook.dmn', '  dur-no-indefinite,\n', ''), ('rulebook.dmn', 'count(outcomes) = 67', 'count(outcomes) = 66')],
    [('rulebook.dmn', 'some o in outcomes satisfies o = "bars"', 'some o in outcomes satisfies o = "unmet"')],
]
LONG_FAULTS = [[('rulebook.dmn', '<text>&lt;= 15</text>', '<text>"15"</text>')]]  # a number compared with a text
MUTANTS = ['cell-widened/cond-mandela/1/2', 'burden-turned/habeas_pending', 'question-dropped/ground_sustained_by',
           'cell-widened/auth-one-legal-path/2/1']
# lawful changes of one rule: a limit, the order of rows
CHANGES = ['limit-moved/ord-third-country/input 5', 'rows-swapped/dur-no-extra-punish/2']
CHANGED_SECONDS = 5  # what a changed rule may cost (processor time); twice that fails, for machines differ


def run(*args, status=(0, 1, 5)):
    done = subprocess.run([habeas, *map(str, args)], capture_output=True, text=True, check=False)
    check(done.returncode in status, f'{" ".join(map(str, args))}: exit {done.returncode}: {done.stderr[-300:]}')
    return done.stdout


class People:
    """What the rulebook answers to one printed list."""

    def __init__(self, rulebook, text, work):
        self.rulebook, self.list = rulebook, work / 'people.ndjson'
        self.list.write_text(text)
        lines = run('check', self.list, '--rulebook', rulebook, '--ndjson').splitlines()
        self.answers = {a['person']: a for a in map(json.loads, lines)}
        lines = run('check', self.list, '--rulebook', rulebook, '--facts').splitlines()
        self.work, self.facts = work, {a['person']: a['facts'] for a in map(json.loads, lines)}

    def verdict(self, who='X-1'):
        return self.answers[who]['verdict']

    def missing(self, who='X-1'):
        return {m['fact'] for m in self.answers[who]['missing']}

    def says(self, note, who='X-1'):
        return any(note in text for text in self.answers[who].get('notes', []))

    def outcome(self, rule, who='X-1'):
        """Of the rule's own table, on the facts as they count."""
        a, data = self.answers[who], self.work / 'input.json'
        data.write_text(json.dumps({**self.facts[who], 'as_of': a['as_of'], 'host': a['host']}))
        return json.loads(run('dmn', 'eval', self.rulebook / 'rulebook.dmn', '--decision', rule, '--input', data))

    def standing(self, fact, who):
        facts = json.loads(run('explain', who, self.list, '--rulebook', self.rulebook, '--json'))['facts']
        return next((f['value'], f['standing']) for f in facts if f['name'] == fact)

    def expression(self, text, who='X-1'):
        """A statement of properties.csv about that person."""
        a, facts = self.answers[who], self.facts[who]
        outcomes = {rule: self.outcome(rule, who) for rule in RULES if rule in text}
        (self.work / 'input.json').write_text(json.dumps({**facts, **outcomes, 'host': a['host'], 'verdict': self.outcome('verdict', who)}))
        for name, kind in [*KINDS.items(), ('as_of', 'date')]:  # JSON has no days, and decimals are texts
            value = a['as_of'] if name == 'as_of' else facts[name]
            if kind in ('date', 'datetime'):
                function = 'date' if kind == 'date' else 'date and time'
                text = re.sub(rf'\b{name}\b', 'null' if value is None else f'{function}("{value}")', text)
            elif kind in ('number', 'int'):
                text = re.sub(rf'\b{name}\b', 'null' if value is None else str(value), text)
        return run('feel', text, '--input', self.work / 'input.json', status=(0,)).strip()


def is_unknown(people, fact, who='X-1'):
    return fact in people.missing(who) and people.facts[who][fact] is None


# what a question says, and how the answers show that it is refuted
CLAIMS = [
    ('fail-closed', r'rule (\S+) is satisfied only with (\S+) known', lambda p, rule, fact: p.outcome(rule) == 'satisfied' and is_unknown(p, fact)),
    ('fail-closed', r'(\S+) is known when every rule is answered', lambda p, fact: not p.answers['X-1']['reasons'] and is_unknown(p, fact)),
    ('fail-closed', r"the model's verdict is NO BAR FOUND only when.*", lambda p: p.verdict() != 'NO BAR FOUND' and p.says('the model says NO BAR FOUND')),
    ('fail-closed', r"the model's verdict is BARRED whenever.*", lambda p: p.verdict() == 'BARRED' and p.says("model's own verdict differ")),
    ('monotone', r'verdict when \S+ moves.*', lambda p: RANK[p.verdict('X-after')] > RANK[p.verdict('X-before')]),
    ('monotone', r'evidence of (\S+), .*', lambda p, fact: p.standing(fact, 'X-before') != p.standing(fact, 'X-after')),
    ('total', r'rule (\S+) gives an outcome', lambda p, rule: p.says(f'no outcome came from rule {rule}')),
    ('nothing-vanishes', r'.*', lambda p: True),  # the list is read; an expression in the middle of a table is not shown
    ('published', r'(\S+) is silent only where it does not apply', lambda p, rule: p.outcome(rule) == 'not_applicable'),
    ('published', r'(\S+) is asked no less', lambda p, fact: fact not in p.missing()),
    ('published', r'(\S+) protects no less', lambda p, fact: p.facts['X-1'][fact] is not None and fact not in p.missing()),
    ('own', r'(\S+)', lambda p, name: p.expression(STATEMENTS[name]) != 'true'),
]
with open(us_sv / 'properties.csv', newline='', encoding='utf-8') as file:
    STATEMENTS = {row['id']: row['expression'] for row in csv.DictReader(file)}
with open(us_sv / 'facts.csv', newline='', encoding='utf-8') as file:
    KINDS = {row['name']: row['type'] for row in csv.DictReader(file)}
with open(us_sv / 'rules.csv', newline='', encoding='utf-8') as file:
    RULES = [row['id'] for row in csv.DictReader(file)]


def test_finding(finding, rulebook, what, work):
    if not finding['list']:
        return
    for number, (prop, pattern, shows) in enumerate(CLAIMS):
        match = re.fullmatch(pattern, finding['about'])
        if prop != finding['property'] or not match:
            continue
        seen[number] += 1
        people = People(rulebook, finding['list'], work)
        check(shows(people, *match.groups()), f'{what}: {prop}: {finding["about"]}: the printed list does not show it')
        check(finding['confirmed'] or prop == 'nothing-vanishes', f'{what}: {prop}: {finding["about"]}: not confirmed')
        return
    check(False, f'{what}: {finding["property"]}: {finding["about"]}: a question that nobody here reads')


def verify(rulebook, cache):
    """The answer, None when the rulebook is refused, and the processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run([habeas, 'rules', 'verify', rulebook, '--published', published, '--cache', cache, '--json'],
                          capture_output=True, text=True, check=False)
    seconds = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return (json.loads(done.stdout) if done.returncode in (0, 1) else None), seconds


def is_proved(answer):
    return bool(answer) and sum(p['proved'] for p in answer['properties']) > 4000 and not answer['findings']


def test_changes(every, work, cache, whole_seconds):
    """With the answers of the whole rulebook at hand, a changed rule asks only what it changes."""
    for name in CHANGES:
        seeded.write(every[name], us_sv, work / 'changed')
        shutil.copy(cache, work / 'again')
        answer, seconds = verify(work / 'changed', work / 'again')
        print(f'{seconds:6.1f} s of {whole_seconds:.1f} s: {name}')
        check(is_proved(answer), f'{name}: a lawful change is not proved')
        check(seconds < 2 * CHANGED_SECONDS and 3 * seconds < whole_seconds, f'{name}: {seconds:.1f} s')


def test_damaged(work, cache):
    """A cache whose examples are spoiled, and that ends in the middle of a line, answers no less."""
    data = cache.read_bytes()
    check(data.count(b'\n=') > 100, 'the cache keeps no example')
    (work / 'damaged').write_bytes(data.replace(b'\n=1 ', b'\n=9e9999 ', 5).replace(b'\n=', b'\n=x', 9)[:-100] + b'\xff\x00=1')
    done = subprocess.run([habeas, 'rules', 'verify', us_sv, '--property', 'total', '--cache', work / 'damaged', '--json'],
                          capture_output=True, text=True, check=False)
    check(done.returncode == 0 and not json.loads(done.stdout)['findings'], f'a damaged cache: exit {done.returncode}: {done.stderr[-200:]}')


def test_people(faults, work, cache):
    n_refuted = 0
    for what, edits in faults:
        seeded.write(edits, us_sv, work / 'mutant')
        answer, _ = verify(work / 'mutant', cache)
        if not answer:
            continue  # refused when it is loaded
        n_refuted += bool(answer['findings'])
        for finding in answer['findings']:
            test_finding(finding, work / 'mutant', what, work)
    print(f'{len(faults)} changed rulebooks, {n_refuted} refuted; people shown for')
    for number, (prop, pattern, _) in enumerate(CLAIMS):
        print(f'{seen[number]:6} {prop}: {pattern}')


def main():
    every = seeded.mutants(us_sv)
    is_long = len(sys.argv) > 3
    faults = [(f[0][1].strip(), [seeded.edit(us_sv, *edit) for edit in f]) for f in FAULTS + LONG_FAULTS * is_long]
    faults += list(seeded.mutants(us_sv, int(sys.argv[3])).items()) if is_long else [(name, every[name]) for name in MUTANTS]
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        answer, seconds = verify(us_sv, work / 'cache')
        check(is_proved(answer), f'us-sv is not proved: {answer}')
        test_changes(every, work, work / 'cache', seconds)
        test_damaged(work, work / 'cache')
        test_people(faults, work, work / 'cache')
    finish()


main()
