#!/usr/bin/env python3
"""What each protection of the register is worth: the rows of the fault table of docs/register.md, run on the register as it is and
on those that lack one protection each. A build must turn exactly the rows red that its protection holds up.
usage: tools/protections.py   (from the repository root; builds in build-without-*; about a quarter of an hour)"""
import os, subprocess, sys

SUITE = "python3 tests/register/suite.py {build}/habeas {build}/src/verify-export/habeas-verify"
STANDBY = "python3 tests/register/standby.py {build}/habeas 1"
# What goes wrong, the command, the builds in which it must be red.
ROWS = [
    ("killed while recording", f"{SUITE} sqlite test_kill", ""),
    ("power lost, sectors torn and reordered", "sh tests/register/in_folder.sh {build}/tests/register/register-powerloss", "sync"),
    ("a sync fails", f"{SUITE} sqlite test_fsync", "sync"),
    ("the disk is full", f"{SUITE} sqlite test_full", ""),
    ("rows and columns changed", f"{SUITE} sqlite test_altered", ""),
    ("bits of the file flipped", f"{SUITE} sqlite test_flips", ""),
    ("update, delete, replace by SQL", f"{SUITE} sqlite test_guards", ""),
    ("the edge of the tree changed, then recorded", f"{SUITE} sqlite test_signed_over", "head"),
    ("the same, in PostgreSQL", f"{SUITE} postgresql test_signed_over", "head"),
    ("the clock goes back", "sh tests/register/in_folder.sh {build}/tests/register/register-clock", ""),
    ("several writers", f"{SUITE} sqlite test_two_writers", ""),
    ("several writers, in PostgreSQL", f"{SUITE} postgresql test_two_writers", "head"),
    ("a stored standing changed", f"{SUITE} sqlite test_standing", ""),
    ("a witness cannot keep what it cosigns", f"{SUITE} sqlite test_witness_keeps_first", ""),
    ("split view", f"{SUITE} sqlite test_witness test_witness_http", ""),
    ("an old copy put back", f"{SUITE} sqlite test_old_copy", "anchor"),
    ("the anchor's last line torn", f"{SUITE} sqlite test_torn_anchor", "anchor"),
    ("syncs of the anchor fail under many threads", "sh tests/register/in_folder.sh {build}/tests/register/register-many", "sync"),
    ("moved to another store, both written to", f"{SUITE} sqlite test_copy", "anchor"),
    ("another form of register", f"{SUITE} sqlite test_other_form", ""),
    ("a published file changed", f"{SUITE} sqlite test_proofs", ""),
    ("what a question costs tells what it found", "TMPDIR=/dev/shm sh tests/register/in_folder.sh {build}/tests/register/register-asking", "decoys"),
    ("primary killed, standby promoted", f"{STANDBY} test_promotion", "sync"),
    ("a wait for the standby cancelled", f"{STANDBY} test_cancelled", "sync"),
]
BUILDS = ["nothing", "sync", "head", "anchor", "decoys"]
TARGETS = ["habeas", "src/verify-export/habeas-verify", "tests/register/register-powerloss", "tests/register/register-clock", "tests/register/register-many", "tests/register/register-asking", "tests/register/erase-later"]


def make(without):
    build = f"build-without-{without}"
    again = ["--reconfigure"] if os.path.isdir(build) else []
    subprocess.run(["meson", "setup", *again, build, "--buildtype=release", "-Db_ndebug=false", f"-Dwithout={without}"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", build, "-j2", *TARGETS], check=True, stdout=subprocess.DEVNULL)
    return build


builds = [make(without) for without in BUILDS]
wrong = 0
print(f"{'without':44}" + "".join(f"{b:>9}" for b in BUILDS))
for name, command, red_in in ROWS:
    print(f"{name:44}", end="", flush=True)
    for without, build in zip(BUILDS, builds):
        done = subprocess.run(command.format(build=build), shell=True, capture_output=True, text=True, timeout=600)
        is_right = (done.returncode != 0) == (without in red_in.split()) and "passed" in done.stdout
        wrong += not is_right
        print(f"{('holds' if done.returncode == 0 else 'RED') + ('' if is_right else '?'):>9}", end="", flush=True)
        if not is_right:
            print(f"\n  {command.format(build=build)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    print()
print(f"{wrong} not as they must be")
sys.exit(wrong > 0)
