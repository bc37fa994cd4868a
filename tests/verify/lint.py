#!/usr/bin/env python3
"""Each finding of habeas rules lint, caused: one edit of a rulebook or a mapping, and the warning that it must bring.
usage: lint.py HABEAS ROOT"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checks import check, finish  # noqa: E402

habeas, root = sys.argv[1], pathlib.Path(sys.argv[2])

# code, file of tests/rulebook/small, what stands there, what is put: the first place only
RULEBOOK = [
    ('row-without-source', 'small.dmn', '<description>A citizen is not sent away.</description>', ''),
    ('not-portable', 'small.dmn', 'count(prior_steps) &gt; 0', 'sum([1]) &gt; count(prior_steps)'),
    ('not-portable', 'small.dmn', 'hitPolicy="FIRST"', 'hitPolicy="ANY"'),
    ('no-type', 'small.dmn', 'designated = host', 'if host = null then designated else 1'),
    ('fact-not-read', 'small.dmn', 'days_held &lt;= 180', '20 &lt;= 180'),
    ('value-not-tested', 'facts.csv', 'citizen|claimed|noncitizen|unknown,citizen|claimed,noncitizen,',
     'citizen|claimed|noncitizen|resident|unknown,citizen|claimed,noncitizen|resident,'),
    ('rule-without-case', 'cases/cases.ndjson', '"outcomes": {"stay-open": "bars", ', '"outcomes": {'),
    ('check-again', 'sources.csv', '2026-11-23', '2020-11-23'),
    ('check-again', 'rules.csv', '2026-11-23', '2020-11-23'),
    ('never-checked', 'sources.csv', '2026-11-23', ''),
    ('one-language', 'rules.csv', 'Por stay-open.', 'Because of stay-open.'),
    ('one-language', 'facts.csv', '¿Pregunta sobre stay?', 'Question about stay?'),
    ('not-dmn-1.3', 'small.dmn', 'https://www.omg.org/spec/DMN/20191111/MODEL/', 'https://www.omg.org/spec/DMN/20211108/MODEL/'),
]
# the other forms: rulebook, then as above
OTHERS = [
    ('enddate-sv', 'fact-not-read', 'facts.csv', 'sentences[].life,', 'sentences[].lifelong,'),
    ('enddate-sv', 'one-language', 'rules.csv', 'Ese mes no tiene ese día', 'No such day in that month'),
    ('enddate-sv', 'one-language', 'facts.csv', '¿Es perpetua?', ''),
    ('enddate-sv', 'check-again', 'sources.csv', '2026-11-23', '2020-11-23'),
    ('enddate-sv', 'never-checked', 'rules.csv', '2026-11-23', ''),
    ('enddate-sv', 'source-not-listed', 'sources.csv', 'Rule of this project', 'Rule of another project'),
    ('enddate-sv', 'not-dmn-1.3', 'rulebook.dmn', 'https://www.omg.org/spec/DMN/20191111/MODEL/', 'https://www.omg.org/spec/DMN/20211108/MODEL/'),
    ('enddate-us-federal', 'not-drawn', 'rulebook.dmn', 'dmnElementRef="inputs"', 'dmnElementRef="elsewhere"'),
    ('conditions', 'fact-not-read', 'facts.csv', 'floor_m2_pp,', 'floor_m3_pp,'),
    ('conditions', 'row-without-source', 'rules.csv', ',CPT/Inf (2015) 44,', ',,'),
    ('conditions', 'one-language', 'facts.csv', 'días que una persona pasa con menos de 3 m2', 'days a person spends under 3 m2'),
]
# what lint never sees, for loading refuses it
REFUSED = [
    ('rules.csv', 'Por stay-open.', ''),
    ('rules.csv', 'Source one (2001)|Source two (2002)', ''),
    ('facts.csv', '¿Pregunta sobre stay?', ''),
]


def lint(path):
    done = subprocess.run([habeas, 'rules', 'lint', path, '--json', '--rulebook', root / 'rulebooks/us-sv'], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        return done.returncode, []
    findings = json.loads(done.stdout)['findings']
    check((done.returncode == 1) == bool(findings), f'{path}: exit {done.returncode} with {len(findings)} findings')
    return done.returncode, [(f['code'], f['where'], f['says']) for f in findings]


def edit(file, old, new):
    text = file.read_text(encoding='utf-8')
    check(old in text, f'{file.name}: no longer has {old!r}')
    file.write_text(text.replace(old, new, 1), encoding='utf-8')


def in_copy(work, file, old, new):
    shutil.rmtree(work / 'small', ignore_errors=True)
    shutil.copytree(root / 'tests/rulebook/small', work / 'small')
    edit(work / 'small' / file, old, new)
    return lint(work / 'small')


def rulebooks(work):
    before = lint(root / 'tests/rulebook/small')[1]
    check(any(code == 'not-drawn' for code, _, _ in before), 'a model without a diagram is not pointed at')
    for folder in sorted(path.parent for path in root.glob('rulebooks/*/rulebook.json')):
        status, found = lint(folder)
        check(status == 0, f'{folder.name}: {found}')
    for code, file, old, new in RULEBOOK:
        status, found = in_copy(work, file, old, new)
        fresh = [f for f in found if f not in before]
        check(any(f[0] == code for f in fresh), f'{code}: {file}: {new!r} brings {status} {fresh}')
    for file, old, new in REFUSED:
        check(in_copy(work, file, old, new)[0] == 3, f'{file}: without {old!r} it still loads')


def other_forms(work):
    for name, code, file, old, new in OTHERS:
        shutil.rmtree(work / name, ignore_errors=True)
        shutil.copytree(root / 'rulebooks' / name, work / name)
        edit(work / name / file, old, new)
        status, found = lint(work / name)
        check(status == 1 and {f[0] for f in found} == {code}, f'{name}: {code}: {file}: {new!r} brings {status} {found[:3]}')
    (work / name / 'facts.csv').write_text('name,question_en,question_es\n"unfinished', encoding='utf-8')
    check(lint(work / name)[0] == 3, 'facts.csv that ends inside a quoted field is read')


def column(mapping, name, to):
    return next(c for c in mapping['columns'] if c['from'] == name and c['to'] == to)


def mapping_edits():
    """code (or None where loading refuses), mapping, edit"""
    def of(name, fact, **put):
        return lambda m: column(m, name, fact).update(put)

    def ignores(name):
        return lambda m: m['ignore'].update({name: 'not read'})

    def adds(**new):
        return lambda m: m['columns'].append(new)

    yield 'blank-answers', 'deportationdata_removals', of('final_order_yes_no', 'final_order', blank='agency_final')
    yield 'blank-answers', 'deportationdata_removals', of('case_category', 'order_type', **{'else': '1229a'})
    yield 'blank-answers', 'eoir_case', of('application.appl_dec', 'pending_withholding_claim', blank='no')
    yield None, 'hmpps_basm', of('Pregnant', 'pregnancy_status', **{'else': 'text'})
    yield 'always-answers', 'bop_locator', of('inmateNum', 'sentencing_sovereign', cap='unverified')
    yield 'label-feeds-fact', 'deportationdata_detentions', adds(**{'from': 'suspected_gang_yes_no', 'to': 'identity_match', 'type': 'enum', 'values': {}, 'cap': 'claimed'})
    yield 'ignored-feeds-fact', 'deportationdata_removals', ignores('birth_country')
    yield 'special-category', 'hmpps_basm', adds(**{'from': 'Religion', 'to': 'counsel_name', 'type': 'text', 'cap': 'claimed'})
    yield 'words-permit', 'courtlistener_docket', of('docket_entries', 'orders', values={'order is vacated': 'vacated'})
    yield 'value-is-marker', 'deportationdata_removals', of('final_order_yes_no', 'final_order', values={'Unknown': 'none'})
    yield None, 'deportationdata_removals', of('final_order_yes_no', 'final_order', cap='established')
    yield None, 'deportationdata_removals', of('case_status', 'lpr_status', values={'Active': 'maybe'})
    yield None, 'deportationdata_removals', of('final_order_yes_no', 'final_order', to='no_such_fact')


def mappings(work):
    for path in sorted((root / 'mappings').glob('*.json')):
        status, found = lint(path)
        check(status == 0, f'{path.name}: {found}')
    check(lint(root / 'mappings')[0] == 0, 'the folder of mappings as a whole')
    for code, name, change in mapping_edits():
        mapping = json.loads((root / f'mappings/{name}.json').read_text(encoding='utf-8'))
        change(mapping)
        (work / 'map.json').write_text(json.dumps(mapping), encoding='utf-8')
        status, found = lint(work / 'map.json')
        if code is None:
            check(status == 3, f'{name}: loads although it must not: {found}')
        else:
            check(any(f[0] == code for f in found), f'{code}: {name}: {status} {found}')


def every_code_is_caused():
    text = (root / 'src/intake/map_lint.c').read_text(encoding='utf-8')
    codes = set(re.findall(r'say\(l, "([a-z-]+)"', text))
    caused = {code for code, _, _ in mapping_edits() if code}
    check(codes - caused == {'import-establishes'}, f'findings that no edit causes: {codes - caused}')
    text = ''.join((root / 'src/verify' / name).read_text(encoding='utf-8') for name in ('lint.c', 'lint_folder.c'))
    codes = set(re.findall(r'lint_say\(&?(?:f->)?l,\s*"([a-z0-9.-]+)"', text))
    caused = {code for code, _, _, _ in RULEBOOK} | {code for _, code, _, _, _ in OTHERS}
    check(codes == caused, f'findings that no edit causes: {codes - caused}')


with tempfile.TemporaryDirectory() as name:
    rulebooks(pathlib.Path(name))
    other_forms(pathlib.Path(name))
    mappings(pathlib.Path(name))
    every_code_is_caused()
finish()
