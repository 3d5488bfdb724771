#!/usr/bin/env python3
"""A review worked out again, by another method: review.py make > commands; review.py check review.json PERIOD BEFORE

`make` prints commands that fill a database with twenty incidents of two quarters from a seed. `check` asks the database itself
('lineup sql': what was said, and the timeline's rows), walks each incident minute by minute, and compares. Prints what differs; exit
status 1 then. Shares no code with lineup and takes none of its analysis.
"""
import json, os, random, statistics, subprocess, sys
from datetime import datetime, timedelta, timezone

LANES = ["notice", "upgrade", "storage", "backup", "service", "change"]
CONDITION = {"storage.volume.faulted": "volume.faulted", "storage.volume.degraded": "volume.degraded", "service.health.down": "service.down",
             "service.health.degraded": "service.degraded", "change.work.began": "change.underway"}
NOW = datetime(2024, 8, 1, tzinfo=timezone.utc)


def text(t):
    return t.strftime("%Y-%m-%dT%H:%M:%SZ")


def at(s):
    return datetime.fromisoformat(s.replace("Z", "+00:00")) if s else None


def make():
    r = random.Random(20240401)
    say = lambda now, *words: print(f"LINEUP_NOW={text(now)} \"$LINEUP\" " + " ".join(f"'{w}'" for w in words) + " >/dev/null 2>&1 || exit 1")
    say(NOW, "asset", "add", "orders", "--backup", "orders")
    for n in range(1, 21):
        begin = datetime(2024, 1, 3, 8, tzinfo=timezone.utc) + timedelta(days=9 * n, minutes=r.randrange(600))
        end = begin + timedelta(minutes=r.randrange(40, 400))
        inc = f"inc-{n}"
        say(end, "incident", "new", f"Outage {n}", "--from", text(begin), "--to", text(end), "--severity", r.choice(["critical", "error", "warning"]))
        if n == 1:
            say(begin, "log", "orders dumped", "--at", text(begin - timedelta(days=3)), "--kind", "backup.job.completed", "--subject", "backup:orders")
        for _ in range(r.randrange(1, 5)):
            kind, subject = r.choice([("storage.volume.faulted", "volume:pvc-%d"), ("storage.volume.degraded", "volume:pvc-%d"),
                                      ("change.work.began", "work:move-%d"), ("service.health.down", "service:shop-%d")])
            first = begin + timedelta(minutes=r.randrange(-500 if "service" not in kind else 0, 60))
            say(end, "log", "trouble", "--kind", kind, "--subject", subject % r.randrange(5), "--from", text(first), "--to",
                text(first + timedelta(minutes=r.randrange(10, 900))))
        marks = {"impact_start": begin, "impact_end": end}
        for name, share in (("detected", .7), ("acknowledged", .5), ("mitigated", .5), ("resolved", .4)):
            if r.random() < share:
                marks[name] = begin + timedelta(minutes=r.randrange(1, 600))
        for name, t in marks.items():
            say(end, "mark", name, text(t), "--incident", inc)
        for k in range(r.randrange(0, 4)):
            opened = end + timedelta(days=r.randrange(0, 5))
            words = ["action", "add", f"Fix {n}.{k}", "--type", r.choice(["prevent", "detect", "mitigate", "process"]), "--incident", inc]
            if r.random() < .7:
                words += ["--due", text(opened + timedelta(days=r.randrange(5, 60)))[:10]]
            say(opened, *words)
            make.actions = getattr(make, "actions", 0) + 1
            if r.random() < .5:
                say(opened + timedelta(days=r.randrange(1, 50)), "action", "done", f"a-{make.actions}")


def rows(sql):
    out = subprocess.run([os.environ["LINEUP"], "sql", "--json", sql], capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


class Said:
    """The last word on everything, from the statements as they lie in the database."""
    def __init__(self):
        self.last, self.marks, self.actions, self.incidents = {}, {}, {}, {}
        for s in rows("SELECT noun, id, body FROM statement ORDER BY seq"):
            self.last[s["noun"], s["id"]] = json.loads(s["body"])
        for (noun, name), body in self.last.items():
            if noun == "milestone":
                self.marks.setdefault(body["incident"], {})[body["name"]] = at(body["at"])
            elif noun == "action":
                self.actions[name] = body
            elif noun == "incident":
                self.incidents[name] = body
        self.troubles = [(at(e["at"]), at(e["until"]), e["lane"], CONDITION[e["kind"]], e["subject"])
                         for e in rows("SELECT at, until, lane, kind, subject FROM timeline") if e["kind"] in CONDITION]


class Walked:
    """One incident, minute by minute."""
    def __init__(self, said, name):
        body = said.incidents[name]
        self.name, self.begin, self.end = name, at(body["from"]), at(body["to"])
        self.marks = said.marks.get(name, {})
        first, last = self.begin - timedelta(days=14), self.end + timedelta(days=2)
        near = [t for t in said.troubles if t[1] > first and t[0] < last]
        self.lanes, self.pairs, self.conditions, self.subjects = set(), set(), {}, {}  # the latter two: the latest beginning
        best, self.lineup = (0, 0), frozenset()
        minute = first
        while minute < last:
            held = [t for t in near if t[0] <= minute < t[1]]
            lanes = frozenset(t[2] for t in held)
            during = self.begin <= minute < self.end
            self.lanes |= {l for l in lanes if l != "service" or during}
            self.pairs |= {(a, b) for a in lanes for b in lanes if LANES.index(a) < LANES.index(b) and ("service" not in (a, b) or during)}
            if during:
                for t in held:
                    self.conditions[t[3]] = max(t[0], self.conditions.get(t[3], t[0]))
                    self.subjects[t[3:]] = max(t[0], self.subjects.get(t[3:], t[0]))
            score = (len(lanes), len(lanes - {"service"}))
            if len(lanes) > 1 and score > best:
                best, self.lineup = score, lanes
            minute += timedelta(minutes=1)

    def metric(self, name):
        a, b = {"time_to_detect": ("impact_start", "detected"), "time_to_acknowledge": ("detected", "acknowledged"),
                "impact_duration": ("impact_start", "impact_end")}[name]
        return int((self.marks[b] - self.marks[a]).total_seconds()) if a in self.marks and b in self.marks else None


def check(review, period, before):
    said, wrong = Said(), []

    def same(what, got, want):
        if got != want:
            wrong.append(f"{what}: review says {got}, it is {want}")

    def quarter(name):
        year, q = int(name[:4]), int(name[5])
        return (datetime(year, 3 * q - 2, 1, tzinfo=timezone.utc), datetime(year + q // 4, 3 * q % 12 + 1, 1, tzinfo=timezone.utc))

    walked = sorted((Walked(said, n) for n in said.incidents), key=lambda w: w.begin)
    inside = lambda t, p: t is not None and p[0] <= t < p[1]
    p, b = quarter(period), quarter(before)
    now, was = [w for w in walked if inside(w.begin, p)], [w for w in walked if inside(w.begin, b)]
    same("incidents", [i["id"] for i in review["incidents"]], [w.name for w in now])
    same("incidents before", review["before"]["incidents"], len(was))

    for name in ("time_to_detect", "time_to_acknowledge", "impact_duration"):
        got = next(m for m in review["metrics"] if m["name"] == name)
        mine, theirs = (sorted(v for v in (w.metric(name) for w in ws) if v is not None) for ws in (now, was))
        same(name + " values", [v["seconds"] for v in got["values"]], mine)
        same(name + " n of m", (got["n"], got["of"], got["before_n"], got["before_of"]), (len(mine), len(now), len(theirs), len(was)))
        same(name + " median", got["median_seconds"], int(statistics.median(mine)))
        same(name + " median before", got["before_median_seconds"], int(statistics.median(theirs)))
        q1, _, q3 = statistics.quantiles(mine, n=4, method="inclusive")
        same(name + " quartiles", (got["quartile1_seconds"], got["quartile3_seconds"]), (int(q1), int(q3)))
        same(name + " least and most", (got["min_seconds"], got["max_seconds"]), (mine[0], mine[-1]))
        trend = {t["name"]: {m["name"]: m["median_seconds"] for m in t["metrics"]} for t in review["trend"]}
        for p_name, values in ((before, theirs), (period, mine)):
            if p_name in trend:
                same(f"{name} in the trend, {p_name}", trend[p_name].get(name), int(statistics.median(values)))

    ours = [l for l in LANES if l not in ("notice", "backup")]  # the asset's exposure is in lane backup: checked below
    counts = lambda ws, lane: sum(lane in w.lanes for w in ws)
    same("lanes", {r["lanes"][0]: (r["incidents"], r["before"]) for r in review["lanes"] if r["lanes"][0] in ours},
         {l: (counts(now, l), counts(was, l)) for l in ours if counts(now, l) or counts(was, l)})
    pairs = lambda ws, pair: sum(pair in w.pairs for w in ws)
    all_pairs = [(a, c) for a in ours for c in ours if LANES.index(a) < LANES.index(c)]
    same("pairs", {tuple(r["lanes"]): (r["incidents"], r["before"]) for r in review["pairs"] if set(r["lanes"]) <= set(ours)},
         {x: (pairs(now, x), pairs(was, x)) for x in all_pairs if pairs(now, x) or pairs(was, x)})

    # Exposure: one copy, three days before the first incident: none is known before it; too old 26 hours later, and ever since.
    copy = at(rows("SELECT at FROM timeline WHERE kind = 'backup.job.completed'")[0]["at"])
    exposed = max(w.end for w in now) - max(p[0], copy + timedelta(hours=26)) + max(timedelta(), copy - p[0])
    same("exposure", [(e["asset"], e["seconds"]) for e in review["exposure"]], [("asset:orders", int(exposed.total_seconds()))])

    # Actions, as they stand in the last statement of each.
    actions = said.actions
    same("opened and ended", (review["actions"]["opened"], review["actions"]["closed"]),
         tuple(sum(inside(at(a[k]), p) for a in actions.values()) for k in ("opened_at", "ended_at")))
    same("opened and ended before", (review["actions"]["opened_before"], review["actions"]["closed_before"]),
         tuple(sum(inside(at(a[k]), b) for a in actions.values()) for k in ("opened_at", "ended_at")))
    still = {n: a for n, a in actions.items() if a["state"] == "open"}
    same("open", sorted(a["id"] for a in review["actions"]["open"]), sorted(still))
    same("overdue", review["actions"]["overdue"], sum(a["due"] is not None and at(a["due"]) + timedelta(days=1) <= NOW for a in still.values()))
    ages = sorted(NOW - at(a["opened_at"]) for a in still.values())
    day = timedelta(days=1)
    same("ageing", [a["n"] for a in review["actions"]["ageing"]],
         [sum(x <= 30 * day for x in ages), sum(30 * day < x <= 90 * day for x in ages), sum(x > 90 * day for x in ages)])
    same("median age", review["actions"]["median_age_seconds"], int(statistics.median(x.total_seconds() for x in ages)))
    ended = [a for a in actions.values() if a["state"] != "open" and a["due"] and inside(at(a["ended_at"]), p)]
    same("ended by due", (review["actions"]["closed_by_due"], review["actions"]["closed_with_due"]),
         (sum(at(a["ended_at"]) < at(a["due"]) + day for a in ended), len(ended)))

    # What came again with a beginning of its own since the earlier one ended.
    again = lambda w, x: any(s in x.subjects and t >= x.end for s, t in w.subjects.items())

    # Repeats: of the incidents before it the most alike, the newest of equals.
    for got in review["repeats"]:
        w = next(x for x in now if x.name == got["incident"])
        r = next(x for x in walked if x.name == got["repeats"])
        lines = set(r.lineup) | {"backup"} if got["lanes"] and "backup" in got["lanes"] else set(r.lineup)
        if not (again(w, r) or lines and got["lanes"] or sum(c in r.conditions for c in w.conditions) >= 2):
            wrong.append(f"{w.name} has nothing in common with {r.name}")
        due = sorted(n for n, a in actions.items() if a["incident"] == r.name and a["type"] != "process" and at(a["opened_at"]) <= w.begin
                     and (a["state"] == "open" or at(a["ended_at"]) > w.begin))
        same(f"{w.name}: still to be done since {r.name}", sorted(a["id"] for a in got["actions"]), due)
    for w in now:
        alike = [x for x in walked if x.begin < w.begin and again(w, x)]
        if alike and w.name not in {g["incident"] for g in review["repeats"]}:
            wrong.append(f"{w.name} repeats {alike[-1].name}, and the review does not say so")
    return wrong


if sys.argv[1] == "make":
    make()
else:
    problems = check(json.load(open(sys.argv[2])), sys.argv[3], sys.argv[4])
    print("\n".join(problems), file=sys.stderr)
    sys.exit(bool(problems))
