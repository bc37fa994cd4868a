"""What the tests in Python share: a check counts what holds and prints what does not; finish() ends the test, red when
something did not hold or when nothing was checked at all."""
import sys

passed = failed = 0


def check(is_right, *message):
    global passed, failed
    passed += bool(is_right)
    failed += not is_right
    if not is_right:
        print("failed:", *message)


def finish():
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0 or passed == 0)
