#!/usr/bin/env python3
"""No output says that a person may be sent. Every text the program can write is searched for the words that would:
help, manual, the translations, and check and explain in both languages. Names of facts and the words of the law itself
(rule and fact texts, citations, table rows) are exempt: they quote. usage: words.py PROGRAM"""
import glob
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.abspath(sys.argv[1])
os.chdir(ROOT)
ENGLISH = re.compile(r"approv|cleared|eligible|authori[sz]ed to|safe to|\bpassed\b|\bOK to\b", re.I)
SPANISH = re.compile(r"aprobad|autorizad|\bapt[oa]s?\b|habilitad|visto bueno|procede el traslado|impedid", re.I)
passed = failed = 0


def search(text, where):
    global passed, failed
    # "3 passed, 0 failed" counts test cases, not people.
    text = re.sub(r'passed(,| and)( %u)? failed|\\?"passed\\?":', "", re.sub(r'"\s*\n\s*"', "", text))
    found = [line for line in text.splitlines() if ENGLISH.search(line) or SPANISH.search(line)]
    for line in found[:5]:
        print(f"{where}: {line}")
    passed += not found
    failed += bool(found)


def habeas(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=300).stdout.decode()


def quoted():
    """Texts of the rulebook, and the values and papers of the lists: what an answer quotes."""
    import csv
    words = set()
    for path in glob.glob("rulebooks/us-sv/*.csv"):
        for row in csv.DictReader(open(path, encoding="utf-8", newline="")):
            words.update(filter(None, row.values()))
    return words


QUOTED = quoted()
NAMES = re.compile(r"\b[a-z0-9]+(?:[_-][a-z0-9]+)+\b")   # of facts, rules and documents


def own_words(document):
    """Every string of an answer that is habeas' own: no quotation, no name."""
    if isinstance(document, dict):
        for key, value in document.items():
            if key not in ("facts", "value", "input", "row", "read", "sources", "evidence", "applies_when"):
                yield from own_words(value)
    elif isinstance(document, list):
        for value in document:
            yield from own_words(value)
    elif isinstance(document, str) and document not in QUOTED:
        yield NAMES.sub("", document)


for path in glob.glob("po/*.po"):
    search(open(path, encoding="utf-8").read(), path)
for path in glob.glob("src/words/*.c") + glob.glob("src/gate/*.c") + glob.glob("src/enddate/*.c") + glob.glob("src/report/*.c") + glob.glob("src/cli/*.c"):
    source = open(path, encoding="utf-8").read()
    search("\n".join(re.findall(r'"(?:[^"\\]|\\.)*"', source)), path)
search(habeas("--help") + habeas("--help", "--lang", "es"), "habeas --help")
for language in ["en", "es"]:
    for command in ["check", "explain", "manual", "completion"]:
        search(habeas(command, "--help", "--lang", language), f"habeas {command} --help --lang {language}")
    for path in ["agreements/us-sv-2025/list.ndjson", "agreements/treaty-306/list.ndjson"]:
        document = json.loads(subprocess.run([PROGRAM, "check", path, "--json", "--lang", language], stdout=subprocess.PIPE,
                                             stderr=subprocess.DEVNULL).stdout)
        search("\n".join(own_words(document)), f"check {path} --lang {language}")
        first = document["people"][0]["person"]
        one = json.loads(subprocess.run([PROGRAM, "explain", first, path, "--json", "--lang", language],
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
        search("\n".join(own_words(one)), f"explain {first} {path} --lang {language}")
        search(NAMES.sub("", re.sub(r"\[[^]]*\]", "", habeas("check", path, "--lang", language))), f"check {path} text {language}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
