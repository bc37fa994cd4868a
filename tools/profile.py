#!/usr/bin/env python3
"""Where the time of one person's check goes, by room: samples of `habeas check` on a list made of a real one.
usage: profile.py BUILD [PEOPLE [BYTES_EACH]]      (needs perf)"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOMS = ["base", "words", "feel", "dmn", "rulebook", "intake", "gate"]


def run(*arguments):
    return subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


# Which room a function stands in; a static name that two rooms have counts for the lower one.
def rooms_of_functions(build):
    rooms = {}
    for room in ROOMS:
        for name in re.findall(r" [tT] (\w+)", run("nm", f"{build}/src/{room}/lib{room}.a").stdout):
            rooms.setdefault(name, room)
    return rooms


def main(build, n_people, n_bytes):
    rooms = rooms_of_functions(build)
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "perf.data")
        subprocess.run([sys.executable, f"{HERE}/../bench/list.py", f"{HERE}/../agreements/treaty-306/list.ndjson", str(n_people),
                        str(n_bytes), folder], check=True)
        run("perf", "record", "-q", "-F", "5000", "-o", data, f"{build}/habeas", "check", f"{folder}/list.ndjson", "--csv", "--jobs", "1")
        report = run("perf", "report", "-i", data, "--stdio", "--sort", "dso,symbol", "-F", "overhead,dso,symbol").stdout
    shares, most = {}, {}
    for percent, library, function in re.findall(r"^\s*([\d.]+)%\s+(\S+)\s+\[.\]\s+(\S+)", report, flags=re.M):
        name = function.split(".")[0]
        if name.startswith("(anonymous"):  # C++ stands in base alone
            name, where = "json.cc", "base"
        else:
            where = rooms.get(name, "cli") if library == "habeas" else library.split(".so")[0].strip("[]")
        shares[where] = shares.get(where, 0) + float(percent)
        most.setdefault(where, []).append((float(percent), name))
    if not shares:
        sys.exit("perf gave no samples: is it allowed here (kernel.perf_event_paranoid)?")
    for where, share in sorted(shares.items(), key=lambda row: -row[1]):
        if share >= 0.5:
            print(f"{share:5.1f} %  {where:14} {', '.join(f'{name} {part:.1f}' for part, name in sorted(most[where], reverse=True)[:4])}")


if __name__ == "__main__":
    main(sys.argv[1], *(int(word) for word in (sys.argv[2:] + ["20000", "600"][len(sys.argv) - 2:])))
