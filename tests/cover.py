#!/usr/bin/env python3
"""Prints gcovr's summary by room, and by file for the rooms where nothing may be left to chance: cover.py SUMMARY.json"""
import json, re, sys

ROOMS = {
    "clock": r"base/(instant|zone)|normalise/(clock\w*|layout|written|place|typed)",
    "interval": r"analyse/(interval|sweep|overlap)",
    "escaping": r"render/(escape|utf8)|base/utf8",
    "store": r"store/\w+",
}
CRITICAL = re.compile(rf"src/({'|'.join(ROOMS.values())})\.c$")
files = json.load(open(sys.argv[1]))["files"]


def share(rows, what):
    covered, total = sum(f[what + "_covered"] for f in rows), sum(f[what + "_total"] for f in rows)
    return f"{100 * covered / total if total else 100:6.1f} %"


def line(name, rows):
    print(f"{name:24} {share(rows, 'line'):>9} {share(rows, 'branch'):>9} {sum(f['line_total'] for f in rows):8}")


print(f"{'room':24} {'lines':>9} {'branches':>9} {'of lines':>8}")
for room in sorted({f["filename"].split("/")[1] for f in files if f["filename"].count("/") == 2}):
    line(room, [f for f in files if f["filename"].startswith(f"src/{room}/")])
line("all", files)
print("\nwhere nothing may be left to chance:")
for room, names in ROOMS.items():
    line(room, [f for f in files if re.search(rf"src/({names})\.c$", f["filename"])])
line("together", [f for f in files if CRITICAL.search(f["filename"])])
print("\nleast covered of the last:")
for f in sorted((f for f in files if CRITICAL.search(f["filename"])), key=lambda f: f["branch_covered"] / max(1, f["branch_total"]))[:12]:
    line(f["filename"][4:], [f])
