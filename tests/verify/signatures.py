#!/usr/bin/env python3
"""Who must have signed a rulebook before its answers are not stamped. usage: signatures.py HABEAS ROOT

The small rulebook is proved, signed by two people, and then spoiled in every way that must bring the stamp back.
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from checks import check, finish  # noqa: E402

habeas, root = sys.argv[1], pathlib.Path(sys.argv[2])


def run(*args, status=0):
    done = subprocess.run([habeas, *map(str, args)], capture_output=True, text=True, check=False)
    check(done.returncode == status, f'{args}: exit {done.returncode}, not {status}: {done.stderr[-300:]}')
    return done.stdout + done.stderr


with tempfile.TemporaryDirectory() as name:
    work = pathlib.Path(name)
    shutil.copytree(root / 'tests/rulebook/small', work / 'small')
    published = work / 'published.csv'
    published.write_text('kind,id,bars,facts,applies_when,protects,established_by,fresh_days,asked_when\r\n'
                         'rule,one-path,no,path,true,,,,\r\n')
    (work / 'list.ndjson').write_text('{"list":"one","as_of":"2025-03-15","author":"registry:sender"}\n{"person":"P-1","host":"SLV"}\n')
    keys = {}
    for who in ('author:ana', 'author:eve', 'reviewer:ben', 'reviewer:ana', 'somebody'):
        file = work / (who.replace(':', '-') + '.key')
        keys[who] = (file, run('register', 'key', 'new', who, '--out', file).split()[0])

    def trust(*who):
        (work / 'trusted').write_text('# those we know\n' + ''.join(keys[w][1] + '\n' for w in who))

    def answer():
        out = subprocess.run([habeas, 'check', work / 'list.ndjson', '--rulebook', work / 'small', '--trust', work / 'trusted', '--ndjson'],
                             capture_output=True, text=True, check=False).stdout
        line = json.loads(out.splitlines()[0])
        return line['rulebook']['signed_by'], line.get('stamp')

    SIGNED, LOCAL = (['author:ana', 'reviewer:ben'], None), ([], 'LOCAL RULEBOOK')
    small, record, note = work / 'small', work / 'small/proof.json', work / 'small/signatures.note'
    trust('author:ana', 'reviewer:ben', 'reviewer:ana', 'somebody')

    check('no proof record' in run('rules', 'sign', small, '--key', keys['author:ana'][0], status=3), 'a rulebook without a record is signed')
    run('rules', 'verify', small, '--record', record)
    check('no published list' in run('rules', 'sign', small, '--key', keys['author:ana'][0], status=3), 'a record without a published list is signed')
    run('rules', 'verify', small, '--published', published, '--record', record)
    run('rules', 'sign', small, '--key', keys['somebody'][0], status=3)
    run('rules', 'sign', small, status=2)
    run('rules', 'sign', small, '--key', keys['author:ana'][0])
    check(answer() == LOCAL, 'the author alone is enough')
    run('rules', 'sign', small, '--key', keys['reviewer:ana'][0])
    check(answer() == LOCAL, 'one person twice is enough')
    run('rules', 'sign', small, '--key', keys['reviewer:ben'][0])
    check(answer() == SIGNED, 'author and reviewer are not enough')
    run('rules', 'sign', small, '--key', keys['author:ana'][0])
    check(answer() == SIGNED and note.read_text().count('author:ana') == 1, 'signing again spoils it')
    text = subprocess.run([habeas, 'check', work / 'list.ndjson', '--rulebook', small, '--trust', work / 'trusted'], capture_output=True,
                          text=True, check=False).stdout
    check('LOCAL RULEBOOK' not in text and 'author:ana, reviewer:ben' in text, 'the text does not say who signed')

    trust('author:eve', 'reviewer:ben')
    check(answer() == LOCAL, 'an untrusted author counts')
    (work / 'trusted').write_text('not a key\n')
    check(answer() == LOCAL, 'a broken file of keys counts')
    (work / 'trusted').unlink()
    check(answer() == LOCAL, 'no file of keys counts')
    trust('author:ana', 'reviewer:ben')
    for spoiled in ('facts.csv', 'rules.csv', 'small.dmn', 'rulebook.json', 'proof.json', 'signatures.note'):
        file, kept = small / spoiled, (small / spoiled).read_bytes()
        edited = kept.replace(b'"version": "1"', b'"version": "2"') if spoiled == 'rulebook.json' else None
        edited = kept.replace(b'Title of', b'Name of') if spoiled == 'rules.csv' else edited
        edited = kept.replace(b'"refuted":0', b'"refuted":1', 1) if spoiled == 'proof.json' else edited
        edited = kept.replace(b'ben ', b'ben A', 1) if spoiled == 'signatures.note' else edited
        if spoiled == 'facts.csv':
            edited = kept.replace(b'?', b'??', 1)
        if spoiled == 'small.dmn':
            edited = kept.replace(b'</definitions>', b'<!-- edited --></definitions>')
        check(edited != kept, f'{spoiled}: nothing was edited')
        file.write_bytes(edited)
        check(answer() == LOCAL, f'{spoiled} is edited, and the signatures still count')
        file.write_bytes(kept)
    check(answer() == SIGNED, 'what is put back is not signed')

finish()
