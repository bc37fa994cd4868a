#!/usr/bin/env python3
"""Seeded faults: writes one mutant of a rulebook a line, for verify-mutants to judge.

usage: mutate.py RULEBOOK [N]

A mutant is a list of edits of the rulebook's files: {"id", "kind", "edits": [{"file", "at", "length", "text"}]}, `at` and
`length` in bytes. They are what a tired hand does: a row dropped, a cell widened, an outcome flipped, a limit moved, a
burden turned round, a rule or a question forgotten. With N, that many are taken evenly over all kinds.
"""
import csv
import io
import json
import re
import sys


def cells_of(text):
    """Rows of a CSV text with the place of every field: [[(start, end, value)]]."""
    rows, row, at, n = [], [], 0, len(text)
    while at < n:
        start = at
        if text[at] == '"':
            at += 1
            while True:
                at = text.index('"', at)
                if text[at:at + 2] == '""':
                    at += 2
                    continue
                break
            at += 1
        else:
            while at < n and text[at] not in ',\r\n':
                at += 1
        row.append((start, at, next(csv.reader(io.StringIO(text[start:at])), [''])[0] if at > start else ''))
        if at < n and text[at] == ',':
            at += 1
            if at == n or text[at] in '\r\n':
                row.append((at, at, ''))
        if at < n and text[at] in '\r\n':
            at += 2 if text[at:at + 2] == '\r\n' else 1
            rows.append((row, at))
            row = []
    if row:
        rows.append((row, at))
    return rows


def quoted(value):
    return '"' + value.replace('"', '""') + '"' if re.search('[",\r\n]', value) else value


class Mutants:
    def __init__(self, folder):
        self.folder, self.texts, self.found = folder, {}, []
        for name in ('rulebook.dmn', 'facts.csv', 'rules.csv'):
            with open(f'{folder}/{name}', newline='', encoding='utf-8') as file:
                self.texts[name] = file.read()

    def add(self, kind, about, *edits):
        """edits: (file, start, end, text) in characters; made bytes here."""
        made = []
        for file, start, end, text in edits:
            whole = self.texts[file]
            made.append({'file': file, 'at': len(whole[:start].encode()), 'length': len(whole[start:end].encode()), 'text': text})
        self.found.append({'id': f'{kind}/{about}', 'kind': kind, 'edits': made})

    # ---- the model ---------------------------------------------------------------------------
    def tables(self):
        text = self.texts['rulebook.dmn']
        for decision in re.finditer(r'<decision [^>]*name="([^"]+)".*?</decision>', text, re.S):
            rules = list(re.finditer(r'<rule .*?</rule>', decision.group(), re.S))
            if rules:
                yield decision.group(1), decision, [(decision.start() + r.start(), decision.start() + r.end(), r.group()) for r in rules]

    def model(self):
        name = 'rulebook.dmn'
        better = {'"bars"': ['"unmet"', '"satisfied"'], '"unmet"': ['"satisfied"'], '"refer"': ['"satisfied"'],
                  '"satisfied"': ['"unmet"'], '"not_applicable"': ['"satisfied"', '"unmet"'], '"UNRESOLVED"': ['"NO BAR FOUND"'],
                  '"BARRED"': ['"UNRESOLVED"']}
        for decision, whole, rules in self.tables():
            for i, (start, end, body) in enumerate(rules):
                where = f'{decision}/{i + 1}'
                self.add('row-dropped', where, (name, start, end, ''))
                if i > 0:
                    before = rules[i - 1]
                    self.add('rows-swapped', where, (name, before[0], before[1], body), (name, start, end, before[2]))
                for k, cell in enumerate(re.finditer(r'<inputEntry[^>]*>\s*<text>(.*?)</text>', body, re.S)):
                    at, stop, test = start + cell.start(1), start + cell.end(1), cell.group(1)
                    if test == '-':
                        continue
                    place = f'{where}/{k + 1}'
                    self.add('cell-widened', place, (name, at, stop, '-'))
                    values = re.findall(r'"[^"]*"', test)
                    if len(values) > 1 and not test.startswith('not'):
                        self.add('value-lost', place, (name, at, stop, ','.join(values[1:])))
                    if test in ('true', 'false'):
                        self.add('test-turned', place, (name, at, stop, 'false' if test == 'true' else 'true'))
                    if test in ('"yes"', '"no"'):
                        self.add('test-turned', place, (name, at, stop, '"no"' if test == '"yes"' else '"yes"'))
                    number = re.search(r'\d+', test)
                    if number and not values:
                        far = int(number.group()) * 2 if '&lt;' in test else int(number.group()) // 2
                        self.add('limit-moved', place, (name, at + number.start(), at + number.end(), str(far)))
                output = re.search(r'<outputEntry[^>]*>\s*<text>(.*?)</text>', body, re.S)
                for other in better.get(output.group(1), []):
                    self.add('outcome-flipped', f'{where}/{other[1:-1]}', (name, start + output.start(1), start + output.end(1), other))
            for k, entry in enumerate(re.finditer(r'<inputExpression[^>]*>\s*<text>(.*?)</text>', whole.group(), re.S)):
                at, old, where = whole.start() + entry.start(1), entry.group(1), f'{decision}/input {k + 1}'
                for find, put in ((' and ', ' or '), (' or ', ' and '), ('&gt;=', '&gt;'), ('&lt;=', '&lt;'), ('&gt;', '&lt;'),
                                  ('some o', 'every o'), ('every o', 'some o'), ('!= null and ', '= null or '), ('count(', '1 + count(')):
                    if find in old:
                        self.add('expression-changed', f'{where}/{find.strip()}', (name, at, at + len(old), old.replace(find, put, 1)))
                for days in re.finditer(r'P(\d+)([DY])', old):
                    put = f'P{max(1, int(days.group(1)) * (10 if "as_of - " in old and "&gt;=" in old else 1) // (1 if "&gt;=" in old else 3))}{days.group(2)}'
                    if put != days.group():
                        self.add('limit-moved', where, (name, at + days.start(), at + days.end(), put))
        text = self.texts[name]
        outcomes = re.search(r'<literalExpression[^>]*>\s*<text>\[(.*?)\]</text>', text, re.S)
        for item in list(re.finditer(r'\n\s*([a-z0-9-]+),', outcomes.group(1)))[::9]:
            at = outcomes.start(1) + item.start()
            self.add('outcome-forgotten', item.group(1), (name, at, at + len(item.group()), ''))

    # ---- the dictionary and the rules ----------------------------------------------------------
    def dictionary(self):
        name = 'facts.csv'
        rows = cells_of(self.texts[name])
        columns = {cell[2]: i for i, cell in enumerate(rows[0][0])}
        for row, _ in rows[1:]:
            field = {column: row[i] for column, i in columns.items()}
            fact = field['name'][2]

            def put(column, value, field=field):
                start, end, _ = field[column]
                return (name, start, end, quoted(value))

            protects, permits = field['protects'][2], field['permits'][2]
            if protects and permits and permits != '*':
                self.add('burden-turned', fact, put('protects', permits), put('permits', protects))
            values = protects.split('|')
            if len(values) > 1 and '?' not in protects and '"' not in protects:
                self.add('value-lost', f'{fact}/{values[-1]}', put('protects', '|'.join(values[:-1])),
                         put('permits', '|'.join([*filter(None, [permits]), values[-1]])))
            kinds = field['established_by'][2].split('|')
            for more in ('affidavit', 'assurance', 'agency_record'):
                if more not in kinds:
                    self.add('kind-added', f'{fact}/{more}', put('established_by', '|'.join(kinds + [more])))
                    break
            fresh = field['fresh_days'][2]
            if fresh:
                self.add('freshness-stretched', fact, put('fresh_days', re.sub(r'\d+', lambda n: str(int(n.group()) * 3 + 1), fresh)))
                self.add('freshness-dropped', fact, put('fresh_days', ''))
            self.add('question-dropped', fact, put('asked_when', 'false'))

    def rules(self):
        name = 'rules.csv'
        rows = cells_of(self.texts[name])
        start = rows[0][1]
        model = {decision: whole for decision, whole, _ in self.tables()}
        for row, end in rows[1:]:
            rule = row[0][2]
            self.add('rule-dropped', f'{rule}/rules.csv', (name, start, end, ''))
            whole = model[rule]
            self.add('rule-dropped', f'{rule}/model', ('rulebook.dmn', whole.start(), whole.end(), ''))
            start = end


def main():
    mutants = Mutants(sys.argv[1])
    mutants.model()
    mutants.dictionary()
    mutants.rules()
    found = mutants.found
    if len(sys.argv) > 2 and int(sys.argv[2]) < len(found):
        n = int(sys.argv[2])
        found = [found[i * len(found) // n] for i in range(n)]
    for mutant in found:
        print(json.dumps(mutant, ensure_ascii=False))


main()
