#!/usr/bin/env python3
"""Nothing in habeas' own styles and pages looks like "go": no green, mint or success token, and no colour that is green
to the eye. usage: colours.py ROOT"""
import colorsys
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
failed = passed = 0
files = [path for path in (root / "web").rglob("*") if path.suffix in (".css", ".svg", ".html", ".js")
         and "node_modules" not in path.parts] + sorted((root / "src/web").glob("*.c")) + sorted((root / "src/html").glob("*.c"))
for path in files:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        wrong = re.findall(r"\b(?:light|dark|sea|lawn|forest|spring)?green\b|\bmint\b|\bsuccess\b|usa-alert--success|✓|✔", line, re.I)
        if path.suffix != ".c":
            for colour in re.findall(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", line):
                full = colour if len(colour) == 6 else "".join(c * 2 for c in colour)
                hue, light, strong = colorsys.rgb_to_hls(*(int(full[i:i + 2], 16) / 255 for i in (0, 2, 4)))
                if strong > 0.15 and 70 / 360 < hue < 170 / 360 and 0.05 < light < 0.95:
                    wrong.append("#" + colour)
        if path.suffix == ".c" and "never success" in line:
            wrong = []
        for word in wrong:
            failed += 1
            print(f"{path.relative_to(root)}:{number}: {word}")
    passed += 1
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed < 10)
