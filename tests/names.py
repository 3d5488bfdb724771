"""Compares the names that templates see and use with those that are documented: names.py HELP.txt TEMPLATES... -- CONTEXT.json..."""
import json
import re
import sys


def walk(value, path, found):
    if isinstance(value, dict):
        for key, inner in value.items():
            walk(inner, f"{path}.{key}" if path else key, found)
    else:
        found.add(path)
        for inner in value if isinstance(value, list) else []:
            if isinstance(inner, (dict, list)):
                walk(inner, path + "[]", found)


def main(arguments):
    split = arguments.index("--")
    seen, used = set(), set()
    for name in arguments[split + 1:]:
        walk(json.load(open(name)), "", seen)
    seen = {re.sub(r"^(milestone|metric|metric_unknown)\.[a-z_]+\.", r"\1.NAME.", s) for s in seen}
    told = {m.group(1) for m in re.finditer(r"^  ([a-zA-Z_][\w.\[\]]*) ", open(arguments[0]).read(), re.M)}
    inside = {t.rsplit(".", 1)[-1] for t in told} | {"", "."}
    for name in arguments[1:split]:
        used |= set(re.findall(r"\{\{+[#^]? *([\w.]+)", open(name).read()))
    parents = {p.rsplit(sep, 1)[0] for p in told for sep in (".", "[]") if sep in p} | {"metric", "metric_unknown", "milestone", "chart_file"}
    filled = {s.rsplit(".", 1)[0] for s in seen if "." in s} | {""}  # what was empty in all of them tells nothing
    for name in sorted(seen - told):
        print("not documented: " + name)
    for name in sorted(n for n in told - seen - parents if not n.endswith("_left_out") and (n.rsplit(".", 1)[0] if "." in n else "") in filled):
        print("never seen: " + name)
    for name in sorted(used):
        if not name.startswith(("milestone.", "metric.", "metric_unknown.", "templates.")) and name.split(".")[-1] not in inside:
            print("used, and nobody knows it: " + name)


main(sys.argv[1:])
