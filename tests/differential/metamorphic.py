#!/usr/bin/env python3
"""The compliance kit, and our own models in its form, changed in ways that must not change a result:

  renamed    every input and decision gets another name, in the model and in its tests
  permuted   the rows of UNIQUE, ANY and COLLECT tables stand in another order
  crowded    decisions that nothing asks for stand between the others, one of them with an error

Each copy must give every case the result it has in the original. Models that cannot be changed by text alone (their
names are words of FEEL, or stand in texts) are left out and counted.
usage: metamorphic.py HABEAS [KIT]"""
import csv
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

HERE = os.path.dirname(os.path.abspath(__file__))
OWN = os.path.join(HERE, "..", "dmn", "models")
KIT = os.environ.get("DMN_TCK", os.path.join(HERE, "..", "..", "..", "shared", "tck"))
ORDERLESS = {"UNIQUE", "ANY"}


def results(habeas, folder):
    """(folder, file, case) -> outcome, as the program writes them."""
    with tempfile.NamedTemporaryFile(suffix=".csv") as out:
        run = subprocess.run([habeas, "dmn", "test", folder, "--csv", out.name], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if run.returncode not in (0, 1):
            sys.exit(f"{folder}: {run.stderr.decode()[:500]}")
        with open(out.name, encoding="utf-8", newline="") as file:
            return {(os.path.basename(row[0]), *row[1:3]): row[3] for row in csv.reader(file) if len(row) >= 4}


def local(tag):
    return tag.rsplit("}", 1)[-1]


# ---- renamed ------------------------------------------------------------------------------------

# Names of one word that FEEL itself does not know and no item definition has, in files that import nothing.
def names_to_change(root, text):
    if any(local(element.tag) in ("import", "decisionService") for element in root):
        return None
    taken = set(re.findall(r'(?:itemDefinition|itemComponent|formalParameter|contextEntry|column|output)[^>]*? name="([^"]*)"', text))
    taken |= {name for element in root.iter() if local(element.tag) == "variable" for name in [element.get("name", "")]
              if element not in [child for drg in root for child in drg]}
    names = [element.get("name") for element in root if local(element.tag) in ("inputData", "decision")]
    # a name that stands in a FEEL text, after a dot, before a colon or bracket, or in quotes, may be something else there
    elsewhere = set(re.findall(r"\.\s*(\w+)", text)) | set(re.findall(r"\b(\w+)\s*[:(]", text))
    for feel in re.findall(r"<(?:\w+:)?text>(.*?)</", text, flags=re.S):
        for quoted in re.findall(r'(?:"|&quot;)(.*?)(?:"|&quot;)', feel, flags=re.S):
            elsewhere.update(re.findall(r"\w+", quoted))
    return [name for name in names if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{3,}", name or "") and name not in taken | elsewhere]


def rename(model, tests):
    text = read(model)
    names = names_to_change(ET.fromstring(text.encode()), text)
    if not names:
        return False
    # whole words only: no longer name may have it as a part
    others = set(re.findall(r'name="([^"]*)"', text)) - set(names)
    parts = {word for other in others for word in re.findall(r"\w+", other)}
    new = {name: f"zz{i}_{name[::-1]}" for i, name in enumerate(names) if name not in parts}
    if not new:
        return False
    renamed = lambda match: match[1] + new.get(match[2], match[2]) + match[3]
    text = re.sub(r'(name=")([^"]*)(")', renamed, text)
    text = re.sub(r"(<(?:\w+:)?text>)(.*?)(</(?:\w+:)?text>)",
                  lambda match: match[1] + re.sub(r"\w+", lambda word: new.get(word[0], word[0]), match[2]) + match[3], text, flags=re.S)
    for path in tests:
        write(path, re.sub(r'(<(?:\w+:)?(?:inputNode|resultNode) [^>]*?name=")([^"]*)(")', renamed, read(path)))
    write(model, text)
    return True


# ---- permuted -----------------------------------------------------------------------------------

def permute(model, tests):
    text = read(model)
    is_changed = False

    def shuffled(match):
        nonlocal is_changed
        policy = re.search(r'hitPolicy="([^"]*)"', match[1])
        rows = re.findall(r"<(?:\w+:)?rule\b.*?</(?:\w+:)?rule>", match[2], flags=re.S)
        policy = policy[1] if policy else "UNIQUE"
        is_free = policy in ORDERLESS or (policy == "COLLECT" and "aggregation=" in match[1])
        if not is_free or len(rows) < 2 or "decisionTable" in match[2]:
            return match[0]
        is_changed = True
        moved = rows[1:] + rows[:1]
        random.shuffle(moved)
        queue = iter(moved)
        return match[1] + re.sub(r"<(?:\w+:)?rule\b.*?</(?:\w+:)?rule>", lambda _: next(queue), match[2], flags=re.S) + match[3]

    text = re.sub(r"(<(?:\w+:)?decisionTable\b[^>]*>)(.*?)(</(?:\w+:)?decisionTable>)", shuffled, text, flags=re.S)
    if is_changed:
        write(model, text)
    return is_changed


# ---- crowded ------------------------------------------------------------------------------------

def crowd(model, tests):
    text = read(model)
    last = re.search(r"</(\w+:)?definitions>\s*$", text)
    first = re.search(r"<(\w+:)?(decision|inputData|businessKnowledgeModel) ", text)
    if not last or not first:
        return False
    p = last[1] or ""
    dead = "".join(f'<{p}decision id="zz_dead{i}" name="zz dead {i}"><{p}variable name="zz dead {i}"/><{p}literalExpression><{p}text>{feel}</{p}text>'
                   f"</{p}literalExpression></{p}decision>" for i, feel in enumerate(["1 / 0", "zz no such name + 1", "[1..3]"]))
    text = text[:first.start()] + dead + text[first.start():last.start()] + dead.replace("zz", "yy") + text[last.start():]
    write(model, text)
    return True


# ---- the run ------------------------------------------------------------------------------------

def read(path):
    with open(path, encoding="utf-8-sig") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def change(source, to, how):
    """Copies a folder of tests and changes every model that can be; gives how many were."""
    n = 0
    shutil.copytree(source, to)
    for folder, _, files in os.walk(to):
        models = [name for name in files if name.endswith(".dmn")]
        tests = [os.path.join(folder, name) for name in files if name.endswith(".xml")]
        texts = {name: read(os.path.join(folder, name)) for name in models}
        imported = {space for text in texts.values() for space in re.findall(r'<(?:\w+:)?import\b[^>]*? namespace="([^"]*)"', text)}
        for name in models:
            of_model = [path for path in tests if f"<modelName>{name}</modelName>" in read(path)]
            is_alone = "import" not in texts[name] and not any(f'namespace="{space}"' in texts[name] for space in imported)
            n += is_alone and how(os.path.join(folder, name), of_model)
    return n


def main(habeas, kit):
    random.seed(20251125)
    sources = [path for path in (OWN, os.path.join(kit, "compliance-level-2"), os.path.join(kit, "compliance-level-3")) if os.path.isdir(path)]
    if len(sources) < 3:
        print("The DMN compliance kit is not here (DMN_TCK=dir names it): only our own models are changed.")
    n_passed = n_failed = 0
    for source in sources:
        wanted = results(habeas, source)
        for how in (rename, permute, crowd):
            with tempfile.TemporaryDirectory() as folder:
                to = os.path.join(folder, os.path.basename(source))
                n_models = change(source, to, how)
                got = results(habeas, to)
                wrong = [case for case in wanted if got.get(case) != wanted[case]]
                n_failed += len(wrong) + (n_models == 0)
                n_passed += len(wanted) - len(wrong)
                print(f"{os.path.basename(source)}, {how.__name__}: {n_models} models changed, {len(wanted)} cases, {len(wrong)} differ")
                for case in wrong[:10]:
                    print("  ", *case, wanted[case], got.get(case))
    print(f"{n_passed} passed, {n_failed} failed")
    return n_failed > 0 or n_passed == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else KIT))
