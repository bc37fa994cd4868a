"""Each error code that C uses has a row in src/base/errors.def, no row stands twice, and each row is used."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
table = (root / "src/base/errors.def").read_text()
rows = re.findall(r'^HB_ERROR_CODE\("([^"]+)", "([^"]+)"\)$', table, re.M)
codes = [code for code, _ in rows]
sources = {path: path.read_text() for path in sorted(root.glob("src/*/*.c*"))}
failed = 0


def check(ok, message):
    global failed
    if not ok:
        failed += 1
        print(message)


check(len(rows) == table.count("HB_ERROR_CODE("), "src/base/errors.def: a row is not in the form of the others")
for code in codes:
    check(codes.count(code) == 1, f"{code}: stands twice in src/base/errors.def")
    check(any(f'"{code}"' in text for text in sources.values()), f"{code}: has a row and is used nowhere")
for path, text in sources.items():
    for match in re.finditer(r'hb_fail\(\s*[^;]*?HB_[A-Z]+,\s*"([^"]+)"', text):
        check(match[1] in codes, f"{path.relative_to(root)}: {match[1]} has no row in src/base/errors.def")
print(f"{len(rows) - min(failed, len(rows))} passed, {failed} failed")
sys.exit(failed > 0)
