#!/usr/bin/env python3
"""A newcomer: the steps of `habeas register --help`, run as they stand, open a register, record an admission and prove it to somebody
else; then what is shown of the entry is changed, cut, or shown in part. usage: newcomer.py HABEAS HABEAS_VERIFY"""
import json, os, random, re, subprocess, sys, tempfile

HABEAS, VERIFY = (os.path.abspath(p) for p in sys.argv[1:3])
passed = failed = 0


def check(ok, what):
    global passed, failed
    passed += bool(ok)
    failed += not ok
    if not ok:
        print("FAILED:", what)


def run(*arguments):
    done = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
    return done.returncode, done.stdout, done.stderr


def steps(language):
    """The commands of the help: from the first that makes a register; text between them ends in a colon or full stop."""
    text = run(HABEAS, "register", "--help", "--lang", language)[1].splitlines()
    first = next(i for i, line in enumerate(text) if i > 0 and line.strip().startswith("habeas register init"))
    last = max(i for i, line in enumerate(text) if line.strip().startswith("habeas-verify"))
    is_command = re.compile(r"\s*(habeas|habeas-verify|echo|tr|\")")
    return "\n".join(line for line in text[first:last + 1] if is_command.match(line))


with tempfile.TemporaryDirectory() as folder:
    os.mkdir(f"{folder}/bin")
    os.symlink(HABEAS, f"{folder}/bin/habeas")
    os.symlink(VERIFY, f"{folder}/bin/habeas-verify")
    os.environ["PATH"] = f"{folder}/bin:" + os.environ["PATH"]
    for language in ("en", "es"):
        os.mkdir(f"{folder}/{language}")
        os.chdir(f"{folder}/{language}")
        code, out, said = run("sh", "-ec", steps(language))
        check(code == 0 and "Proved: entry 1 is in checkpoint" in out and '  person: "P-1"' in out and '  place: "CECOT"' in out, f"the steps of the help, as they stand ({language}): {out}{said}")
    verify = lambda *more: run("habeas-verify", "one", "--keys", "public/policy", *more)
    says = json.loads(verify("--json")[1])["says"]
    check(says["event"] == "Admitted" and says["person"] == "P-1" and len(says) == 8, "what it says, as JSON")
    whole, right = open("one.shown").read(), verify()[1]
    random.seed(5)
    for _ in range(60):
        at = random.randrange(len(whole))
        open("one.shown", "w").write(whole[:at] + random.choice("0aZ\"{}[],:+/ ") + whole[at + 1:])
        code, out, _ = verify()
        check(code in (1, 3) or out == right, f"byte {at} of what is shown was changed and not found")
        open("one.shown", "w").write(whole[:at])
        check(verify()[0] in (1, 3), f"cut at {at} and not found")
    shown = json.loads(whole)
    for what, change in [("another value", {"fields": dict(shown["fields"], place=[shown["fields"]["place"][0], "HOME"])}), ("another entry", {"entry": 0}),
                         ("a digest too few", {"digests": {k: v for k, v in shown["digests"].items() if k != "place"}}), ("a field of no digest", {"fields": {"colour": shown["fields"]["place"]}}),
                         ("a value under another name", {"fields": {"order": shown["fields"]["place"]}}), ("no fields", {"fields": []}), ("a number for a salt", {"fields": {"place": [7, "CECOT"]}})]:
        open("one.shown", "w").write(json.dumps(dict(shown, **change)))
        check(verify()[0] == 1, f"found: {what}")
    check(run("habeas", "register", "prove", "1", "--out", "one", "--show", "place, happened_at,person", "--db", "custody.db")[0] == 0, "shown in part")
    part = json.loads(verify("--json")[1])["says"]
    check(set(part) == {"place", "happened_at"} and "P-1" not in open("one.shown").read() and "none seen" not in open("one.shown").read(), "without a key what is sealed is not shown; what was not named neither")
    run("habeas", "register", "key", "new", "X/none", "--out", "x.key")
    check(run("habeas", "register", "prove", "1", "--out", "one", "--show", "all", "--key", "x.key", "--db", "custody.db")[0] == 3, "a key that never began shows nothing")
    check(run("habeas", "register", "prove", "1", "--show", "all", "--db", "custody.db")[0] == 2, "--show needs --out")
    os.remove("one.shown")
    code, out, _ = verify()
    check(code == 0 and "It says" not in out, "the proof stands without it")
    check(run("habeas", "register", "prove", "0", "--out", "zero", "--show", "all", "--db", "custody.db")[0] == 0 and "KeyBegun" in run("habeas-verify", "zero", "--keys", "public/policy")[1], "an event of no person")
    os.chdir("/")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed == 0)
