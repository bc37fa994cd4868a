#!/usr/bin/env python3
"""The register from outside, on both stores: what it records, refuses, shows, proves; what happens when bytes are changed, an
old copy is put back, the process is killed.
usage: suite.py HABEAS HABEAS_VERIFY sqlite|postgresql [TEST]..."""
import sys

import custody_tests, fault_tests, harness, page_tests, privacy_tests, proof_tests

SUBJECTS = [custody_tests, page_tests, privacy_tests, proof_tests, fault_tests]
wanted = sys.argv[4:]
tests = {name: test for module in SUBJECTS for name, test in vars(module).items() if name.startswith("test_")}
unknown = [name for name in wanted if name not in tests]
try:
    for name, test in tests.items():
        if (name in wanted if wanted else harness.STORE == "sqlite" or test not in fault_tests.OF_A_FILE):
            test()
finally:
    is_red = harness.finish()
sys.exit(f"no such test: {unknown}" if unknown else int(is_red))
