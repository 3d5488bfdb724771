#!/usr/bin/env python3
"""Works the numbers of an `overlap --json` out again, from the spans and events it cites: recompute.py overlap.json timeline.jsonl

Written without lineup's code and by another method: every second's set of lanes is asked of the spans themselves. Prints each number
that does not come out; exit status 1 then.
"""
import itertools, json, sys
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

# The line-up: most lanes, then most causes, then not in another incident alone, then earliest.
begins, ends = at(data["incident_window"]["from"]), at(data["incident_window"]["to"])


def elsewhere(f, t):
    others = [(at(o["from"]), at(o["to"]) if o["to"] else 1 << 62) for o in data["other_incidents"]]
    return not (f < ends and t > begins) and any(f < b and t > a for a, b in others)


best = None
cuts = sorted({x for parts in lanes.values() for p in parts for x in p})
for f, t in zip(cuts, cuts[1:]):
    active = tuple(l for l in LANES if any(a <= f and t <= b for a, b in lanes[l]))
    rank = (len(active), len([l for l in active if l != "service"]), not elsewhere(f, t))
    if len(active) >= 2 and (best is None or rank > best[0]):
        best = (rank, active, f)
line = data.get("lineup_at")
if best is None:
    check(not line or not line.get("lanes"), "they are said to line up, and did not")
else:
    check(line and tuple(line["lanes"]) == best[1] and at(line["from"]) == best[2], "the line-up is of", best[1], "not", line and line.get("lanes"))

# Segments are the stretches between two changes of the set of lanes, and name the spans that hold in them.
spans = {s["id"]: s for s in data["spans"]}
want = [(f, t, tuple(l for l in LANES if any(a <= f and t <= b for a, b in lanes[l]))) for f, t in zip(cuts, cuts[1:])]
want = [w for w in want if w[2]]
got = [(at(g["from"]), at(g["to"]), tuple(g["lanes"])) for g in data["segments"]]
check(want == got, "segments differ:", sorted(set(want) ^ set(got))[:2])
for g in data["segments"]:
    for i in g["spans"]:
        f, t = at(spans[i]["from"]), at(spans[i]["to"])
        check((f is None or f < at(g["to"])) and (t is None or t > at(g["from"])), "segment", g["from"], "names", i, "which does not hold")
    check(len(g["spans"]) >= 64 or {spans[i]["lane"] for i in g["spans"]} == set(g["lanes"]), "segment", g["from"], "names spans of other lanes")


# Bounds of an overlap: the latest start to the earliest end, and the other way round, of the stretches of its lanes; those outside
# the window do not count.
def stretch(lane, when):
    """Bounds of the ends of the union of a lane's spans around an instant: min and max of its start, min and max of its end."""
    far = 10 ** 18
    parts = sorted([at(s["from"]) if s["from"] else -far, at(s["to"]) if s["to"] else far,
                    at(s["from_bounds"][0]) if s["from_bounds"][0] else -far, at(s["from_bounds"][1]) if s["from_bounds"][1] else -far,
                    at(s["to_bounds"][0]) if s["to"] else far, at(s["to_bounds"][1]) if s["to"] else far]
                   for s in data["spans"] if s["lane"] == lane and (not s["from"] or not s["to"] or s["from"] != s["to"]))
    i = 0
    while i < len(parts):
        f, t, mine = parts[i][0], parts[i][1], [parts[i]]
        i += 1
        while i < len(parts) and parts[i][0] <= t:
            t = max(t, parts[i][1])
            mine.append(parts[i])
            i += 1
        if f <= when < t:
            return min(p[2] for p in mine), min(p[3] for p in mine), max(p[4] for p in mine), max(p[5] for p in mine)


for o in data["overlaps"]:
    all_of = [stretch(lane, at(o["from"])) for lane in o["lanes"]] + [(window[0], window[0], window[1], window[1])]
    least = min(b[2] for b in all_of) - max(b[1] for b in all_of)
    most = min(b[3] for b in all_of) - max(b[0] for b in all_of)
    check(o["seconds_min"] == max(0, seconds(least)) and o["seconds_max"] == seconds(most), "overlap", o["lanes"], o["from"], "is bounded by",
          o["seconds_min"], o["seconds_max"], "not", seconds(least), seconds(most))

milestones = {k: at(v["at"]) if v else None for k, v in data["milestones"].items()}
impact = milestones.get("impact_start")
for link in data["chain"]:
    if impact is not None and link["from"] is not None:
        check(link["seconds_to_impact"] == seconds(impact - at(link["from"])), "chain", link["lane"], link["seconds_to_impact"])
    mine = [s for s in data["spans"] if s["lane"] == link["lane"]]
    check(link["span"] == min(mine, key=lambda s: at(s["from"]) if s["from"] else -1)["id"] or not link["from"]
          or at(link["from"]) == min(at(s["from"]) or 0 for s in mine), "chain", link["lane"], "does not begin with its first trouble")
for k in data["knowable"]:
    s = spans[k["span"]]
    held = (s["from"] is None or at(s["from"]) < impact) and (s["to"] is None or at(s["to"]) > impact)
    check(held or s["condition"] == "notice.unanswered", "knowable", k["condition"], "did not hold at the impact")
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



def working(f, t):
    """Seconds from Monday to Friday between 09:00 and 17:00 UTC, counted day by day."""
    day, total = f // 86_400_000_000, 0
    while day * 86_400_000_000 < t:
        if (day + 3) % 7 < 5:  # the first day of 1970 was a Thursday
            opens, closes = (day * 24 + 9) * 3_600_000_000, (day * 24 + 17) * 3_600_000_000
            total += max(0, min(t, closes) - max(f, opens))
        day += 1
    return total // 1_000_000


lead = data["metrics"]["notice_lead"]
if lead["seconds"] is not None:
    check(lead["working_seconds"] == working(at(lead["from"]), at(lead["to"])), "notice_lead", lead["working_seconds"], "working seconds")
for n in data["notices"]:
    if n.get("lead_working_seconds") is not None:
        check(n["lead_working_seconds"] == working(at(n["received"]), at(n["actual"]["from"])), "notice", n["id"], "working", n["lead_working_seconds"])
    actual = n["actual"]["from"] if n["actual"] else None
    if actual and n.get("lead_seconds") is not None:
        check(n["lead_seconds"] == seconds(at(actual) - at(n["received"])), "notice", n["id"], "lead", n["lead_seconds"])
change, judged = milestones.get("change_start"), None
metrics = {k: v["seconds"] for k, v in data["metrics"].items()}


def out_of_reach(copy, when):
    """The location's own stretches say so; where none is told, those of the tool. A copy that lies nowhere known counts as reachable."""
    for place in data["locations"]:
        if place["name"] == (copy["location"] or copy["tool"]):
            return any(r["state"] != "reachable" and at(r["from"]) <= when and (r["to"] is None or when < at(r["to"])) for r in place["reachability"])
    return False


def newest(copies, when, loss=None, reachable=False):
    good = [c for c in copies if at(c["finished"]) <= when and (c["ended"] is None or at(c["ended"]) > when)
            and (loss is None or at(c["data_time"]) <= loss) and not (reachable and out_of_reach(c, when))]
    return max(good, key=lambda c: at(c["data_time"]))["data_time"] if good else None


for n in data["notices"]:
    if n["actual"] and n["actual"]["from"]:
        ahead = n["answered"] or at(n["actual"]["from"]) <= at(n["received"])
        check(n["missed"] == (not ahead), "notice", n["id"], "missed", n["missed"])
    if n.get("slip_seconds") is not None:
        check(n["slip_seconds"] == seconds(at(n["actual"]["from"]) - at(n["promised"]["from"])), "notice", n["id"], "slip", n["slip_seconds"])
    if change is not None and n["actual"] and at(n["actual"]["from"]) == change and n["promised"]["from"]:
        check(metrics["window_slip"] is None or any(metrics["window_slip"] == m.get("slip_seconds") for m in data["notices"]),
              "window_slip", metrics["window_slip"])

GRADES = ["claimed", "listed", "checked", "drill-restored", "restored"]
for r in data["recovery"]:
    judged, loss = at(r["judged_at"]), at(r["loss"])
    for which, wanted in {"existing": newest(r["copies"], judged, loss), "reachable": newest(r["copies"], judged, loss, True)}.items():
        got = r[which]["data_time"] if r[which] else None
        check(got == wanted, r["asset"], which, got, "is not the newest:", wanted)
    for c in r["copies"]:
        check(c["grade"] in GRADES, r["asset"], c["id"], "has no grade:", c["grade"])
        check(c["reachable"] == (not out_of_reach(c, judged)) or c["reachability_unknown"], r["asset"], c["id"], "reachable", c["reachable"])
        check(at(c["data_time"]) <= at(c["finished"]), r["asset"], c["id"], "was finished before the instant of its data")
    for which in ("existing", "reachable", "restored"):
        if r[which]:
            check(any(x["id"] == r[which]["copy"] and x["data_time"] == r[which]["data_time"] for x in r["copies"]), r["asset"], which, "is no copy of it")
    if r["restored"]:
        check(any(x["id"] == r["restored"]["copy"] and x["grade"] == "restored" for x in r["copies"]), r["asset"], "restored a copy of another grade")
    used = r["restored"] or r["reachable"]
    known = seconds(loss - at(used["data_time"])) if used and loss is not None else None
    check(r["loss_seconds"] == known, r["asset"], "loss", r["loss_seconds"], "is not", known)

losses = [r["loss_seconds"] for r in data["recovery"] if r["restored"]]
check(metrics["recovery_point_actual"] in (losses or [None]), "recovery_point_actual", metrics["recovery_point_actual"], "is none of", losses)
ages = [newest(r["copies"], change, change, True) for r in data["recovery"]] if change is not None else []
ages = [seconds(change - at(a)) for a in ages if a]
check(metrics["backup_age_at_change"] == (max(ages) if ages else None), "backup_age_at_change", metrics["backup_age_at_change"], "is not", ages)
held = [s for s in data["spans"] if s["condition"] == "exposure" and impact is not None and (s["from"] is None or at(s["from"]) <= impact)
        and (s["to"] is None or at(s["to"]) > impact)]
lengths = [seconds(impact - at(s["from"])) for s in held if s["from"]]
check(metrics["exposure"] in (lengths or [None]), "exposure", metrics["exposure"], "is none of", lengths)

for w in wrong:
    print("recompute:", w)
sys.exit(1 if wrong else 0)
