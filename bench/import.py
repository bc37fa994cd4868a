#!/usr/bin/env python3
"""How long an import takes and how much memory, beside Python's own reader of CSV, which gives the cells and no more.
usage: import.py PROGRAM [ROWS [MOST_MIB]]: exit 1 when the memory is more than MOST_MIB."""
import csv
import os
import subprocess
import sys
import tempfile
import time

program = os.path.abspath(sys.argv[1])
rows = int(sys.argv[2]) if len(sys.argv) > 2 else 100000
most = int(sys.argv[3]) if len(sys.argv) > 3 else None
with tempfile.TemporaryDirectory() as folder:
    path = folder + "/people.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("person,family_name,given_names,date_of_birth,country_of_birth,nationality,habeas_pending\n")
        for i in range(rows):
            file.write(f"P-{i},Ejemplo,Alba,19{50 + i % 50}-0{1 + i % 9}-1{i % 10},Honduras,Honduras,{'yes' if i % 7 == 0 else ''}\n")
    began = time.process_time()
    with open(path, encoding="utf-8", newline="") as file:
        n = sum(1 for _ in csv.reader(file)) - 1
    floor = time.process_time() - began
    child = subprocess.Popen([program, "import", path, "--map", "generic_spreadsheet", "--out", folder + "/list.ndjson", "--document-date", "2025-03-15"],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    spent, mib = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    written = sum(1 for _ in open(folder + "/list.ndjson", "rb")) - 1
if os.waitstatus_to_exitcode(status) != 0 or n != rows or written != rows:
    sys.exit(f"the import gave {os.waitstatus_to_exitcode(status)} and {written} people of {rows}")
print(f"habeas import, a list of people\t{spent:.2f}\ts of processor\t{rows}")
print(f"csv of Python, the cells alone\t{floor:.2f}\ts of processor\t{rows}")
print(f"habeas import to csv of Python\t{spent / floor:.1f}\ttimes\t{rows}")
print(f"habeas import, memory at most\t{mib:.0f}\tMiB\t{rows}")
if most is not None and mib > most:
    sys.exit(f"{mib:.0f} MiB are more than {most}")
