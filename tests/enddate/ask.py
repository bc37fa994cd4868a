"""What the tests of end dates share: asking the program, and comparing an answer."""
import json
import os
import subprocess
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def ask_file(program, path, *options):
    done = subprocess.run([program, "enddate", path, "--ndjson", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=600)
    if done.returncode not in (0, 1):
        raise SystemExit(f"habeas enddate {path}: exit {done.returncode}\n{done.stderr.decode()[:2000]}")
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def ask(program, questions, *options):
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.writelines(json.dumps(question) + "\n" for question in questions)
        file.flush()
        return ask_file(program, file.name, *options)


def first_day(answer):
    days = answer["review_dates"] + ([answer["end_date"]] if answer["end_date"] else [])
    return min(days) if days else None


def report(passed, failed):
    print(f"{passed} passed, {failed} failed")
    raise SystemExit(failed > 0 or passed == 0)
