"""Changed rulebooks for the tests beside this file: the mutants of mutate.py, and edits of a file's text."""
import json
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def mutants(rulebook, n=None):
    """By id: what mutate.py makes of the rulebook, N of them evenly over all kinds."""
    out = subprocess.run([sys.executable, HERE / 'mutate.py', rulebook, *([str(n)] if n else [])], capture_output=True, text=True, check=True).stdout
    return {one['id']: one['edits'] for one in map(json.loads, out.splitlines())}


def write(edits, rulebook, target):
    """A copy of the rulebook with the edits of a mutant made."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(rulebook, target)
    for name in {edit['file'] for edit in edits}:
        data = (target / name).read_bytes()
        for edit in sorted((e for e in edits if e['file'] == name), key=lambda e: -e['at']):
            data = data[:edit['at']] + edit['text'].encode() + data[edit['at'] + edit['length']:]
        (target / name).write_bytes(data)


def edit(rulebook, file, old, new):
    """One edit, by the only place where that text stands."""
    data = (rulebook / file).read_bytes()
    if data.count(old.encode()) != 1:
        raise ValueError(f'{file} has {data.count(old.encode())} times: {old}')
    return {'file': file, 'at': data.index(old.encode()), 'length': len(old.encode()), 'text': new}
