#!/usr/bin/env python3
"""Works the numbers of an `overlap --json` out again, from the spans and events it cites: recompute.py overlap.json timeline.jsonl

Written without lineup's code and by another method: every second's set of lanes is asked of the spans themselves. Prints each number
that does not come out; exit status 1 then.
"""
import json, sys
from datetime import datetime, timezone

data = json.load(open(sys.argv[1]))
events = {}
for line in open(sys.argv[2]):
    e = json.loads(line)
    events[e["id"]] = e
wrong = []
LANES = ["notice", "upgrade", "storage", "backup", "service", "change"]


def at(text):
    """Microseconds, or None."""
    if text is None:
        return None
    text = text.rstrip("Z")
    whole, _, part = text.partition(".")
    seconds = int(datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc).timestamp())
    return seconds * 1_000_000 + int((part or "0").ljust(6, "0")[:6])


def check(true, *what):
    if not true:
        wrong.append(" ".join(str(w) for w in what))


def seconds(us):
    return None if us is None else abs(us) // 1_000_000 * (1 if us >= 0 else -1)


window = (at(data["window"]["from"]), at(data["window"]["to"]))

# Every end of a span is a time some cited event states: its own, its last repeat, a window or data time in its fields; or one that
# follows from such a time by a stated length (an objective, a cadence).
for s in data["spans"]:
    cited = [events[i] for i in s["events"] if i in events]
    check(len(cited) == len(s["events"]), "span", s["id"], "cites events that are not on the timeline")
    stated = set()
    for e in cited:
        for text in [e["at"], e.get("until")] + [v for v in e["fields"].values() if isinstance(v, str)]:
            try:
                stated.add(at(text))
            except (ValueError, TypeError, AttributeError):
                pass
    derived = s["condition"] in ("exposure", "backup.silent", "evidence.silent", "notice.unanswered", "upgrade.running",
                                 "target.unreachable", "backup.failing")
    for end in ("from", "to"):
        check(s[end] is None or derived or at(s[end]) in stated, "span", s["id"], s["condition"], end, s[end], "is stated by none of its events")
    f, t = at(s["from"]), at(s["to"])
    check(f is None or t is None or f <= t, "span", s["id"], "ends before it begins")


def lane_intervals(lane):
    """Union of a lane's spans inside the window."""
    parts = []
    for s in data["spans"]:
        if s["lane"] != lane:
            continue
        f = max(at(s["from"]) if s["from"] else window[0], window[0])
        t = min(at(s["to"]) if s["to"] else window[1], window[1])
        if f < t:
            parts.append((f, t))
    parts.sort()
    out = []
    for f, t in parts:
        if out and f <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], t))
        else:
            out.append((f, t))
    return out


lanes = {lane: lane_intervals(lane) for lane in LANES}


def intersect(a, b):
    return [(max(f, g), min(t, u)) for f, t in a for g, u in b if max(f, g) < min(t, u)]


def rows_of(names):
    both = lanes[names[0]]
    for n in names[1:]:
        both = intersect(both, lanes[n])
    return sorted(both)


import itertools
want = set()
for k in range(2, len(LANES) + 1):
    for names in itertools.combinations(LANES, k):
        for f, t in rows_of(names):
            want.add((names, f, t))
got = {(tuple(o["lanes"]), at(o["from"]), at(o["to"])) for o in data["overlaps"]}
for names, f, t in sorted(want - got):
    check(False, "overlap of", "+".join(names), f, t, "is missing")
for names, f, t in sorted(got - want):
    check(False, "overlap of", "+".join(names), f, t, "is not one")
for o in data["overlaps"]:
    check(o["seconds"] == seconds(at(o["to"]) - at(o["from"])), "overlap", o["lanes"], o["from"], "seconds", o["seconds"])
    if o.get("seconds_min") is not None and o.get("seconds_max") is not None:
        check(o["seconds_min"] <= o["seconds"] <= o["seconds_max"], "overlap", o["lanes"], o["from"], "is outside its own bounds")

# The line-up: most lanes, then most causes, then earliest.
best = None
cuts = sorted({x for parts in lanes.values() for p in parts for x in p})
for f, t in zip(cuts, cuts[1:]):
    active = tuple(l for l in LANES if any(a <= f and t <= b for a, b in lanes[l]))
    rank = (len(active), len([l for l in active if l != "service"]))
    if len(active) >= 2 and (best is None or rank > best[0]):
        best = (rank, active)
line = data.get("lineup_at")
if best is None:
    check(not line or not line.get("lanes"), "they are said to line up, and did not")
else:
    check(line and tuple(line["lanes"]) == best[1], "the line-up is of", best[1], "not", line and line.get("lanes"))

milestones = {k: at(v["at"]) if v else None for k, v in data["milestones"].items()}
impact = milestones.get("impact_start")
for link in data["chain"]:
    if impact is not None:
        check(link["seconds_to_impact"] == seconds(impact - at(link["from"])), "chain", link["lane"], link["seconds_to_impact"])
for k in data["knowable"]:
    if k["since"] and impact is not None:
        check(k["seconds_before_impact"] == seconds(impact - at(k["since"])), "knowable", k["condition"], k["seconds_before_impact"])

for name, (a, b) in {"time_to_detect": ("impact_start", "detected"), "time_to_acknowledge": ("detected", "acknowledged"),
                     "time_to_mitigate": ("impact_start", "mitigated"), "time_to_resolve": ("impact_start", "resolved"),
                     "impact_duration": ("impact_start", "impact_end"), "notice_lead": ("notice_received", "change_start"),
                     "recovery_time_actual": ("restore_decided", "restore_done"),
                     "decision_latency": ("detected", "restore_decided")}.items():
    m = data["metrics"].get(name)
    known = milestones.get(a) is not None and milestones.get(b) is not None
    if m and m["seconds"] is not None and known:
        check(m["seconds"] == seconds(milestones[b] - milestones[a]), "metric", name, m["seconds"], "is not", b, "-", a)
    check(not (m and m["seconds"] is not None and not known), "metric", name, "is known without", a, "and", b)

for n in data["notices"]:
    actual = n["actual"]["from"] if n["actual"] else None
    if actual and n.get("lead_seconds") is not None:
        check(n["lead_seconds"] == seconds(at(actual) - at(n["received"])), "notice", n["id"], "lead", n["lead_seconds"])
for r in data["recovery"]:
    for which in ("existing", "reachable", "restored"):
        c = r[which]
        if c and c.get("copy"):
            check(any(x["id"] == c["copy"] and x["data_time"] == c["data_time"] for x in r["copies"]), r["asset"], which, "is no copy of it")
    copies = [x for x in r["copies"] if x["reachable"]]
    if copies and r["reachable"]:
        check(at(r["reachable"]["data_time"]) <= max(at(x["data_time"]) for x in copies), r["asset"], "reachable is too new")

for w in wrong:
    print("recompute:", w)
sys.exit(1 if wrong else 0)
