#!/usr/bin/env python3
"""Scores lineup against a corpus of real samples: corpus.py LINEUP CORPUS [PATTERN]

CORPUS holds INDEX*.tsv files whose headers name their columns: file, kind, and what somebody worked out independently:
records_expected or expected_n, first_time/last_time or first_utc/last_utc. A time without Z is local in a zone nobody knows, so
only its wall clock is compared. Every file is ingested into a database of its own, without flags. Prints each difference, and
a closing score; the exit status is 1 when a file was lost or lineup crashed, or a score falls below the floor.
"""
import csv, datetime, fnmatch, json, os, re, subprocess, sys, tempfile

# Which of our formats may claim a file of a kind. "*" is any but plain.
CLAIMS = [
    ("k8s-events-json", "kube-event"), ("k8s-watch", "kube-event"), ("k8s-events-yaml", "kube-event-yaml kube-event kube-object"),
    ("k8s-events-table", "kube-event-table kube-describe"), ("k8s-exported", "kube-export"), ("k8s-audit", "kube-audit"),
    ("derived", "kube-event"), ("longhorn-cr", "kube-object kube-get"), ("longhorn-log", "longhorn-log"), ("mail-", "mail ical aws-health"),
    ("mbox-", "mail"),
]
FLOOR = {"format": 0.95, "records": 0.95, "times": 0.9}

# Kinds whose INDEX counts dated records and nothing else; the rest count records, messages, or what several facts are about (things).
STRICT = ("app-", "cri", "derived", "generic", "journald", "k8s-", "kernel", "longhorn-log", "nginx", "postgres", "support-bundle", "syslog")

def lines_of(path, pattern):
    try:
        return sum(bool(re.search(pattern, l)) for l in open(path, "rb").read().decode("utf-8", "replace").splitlines())
    except (IsADirectoryError, OSError):
        return 0

# Why a difference is none of ours. Each is checked on the file itself: what it says must hold there, or the difference stands.
#   name, kind's prefix, which part differs, what must hold(want, got, path, events)
REASONS = [
    ("INDEX counts the DETAIL, HINT and STATEMENT lines of a message as records of their own", "postgres", "records",
     lambda want, dated, path, events: want == len(dated) + lines_of(path, r"^\d{4}-.* (DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION):  ")),
    ("INDEX counts the lines of one of several programs in the file only", "app-log", "records",
     lambda want, dated, path, events: want == lines_of(path, r'^time="')),
    ("INDEX leaves out times that stand in brackets within the lines", "generic", "records",
     lambda want, dated, path, events: want == 0 and lines_of(path, r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:") > 0),
    ("a container's log line, and no Kubernetes event", "k8s-exported", "format",
     lambda want, dated, path, events: not lines_of(path, r'"(involvedObject|regarding)"')),
    ("containerd's log: no line in it is Longhorn's", "longhorn-log", "format",
     lambda want, dated, path, events: lines_of(path, "containerd|shim") > 0 and not lines_of(path, r"longhorn\.io|longhorn-manager|\[pvc-")),
]

def run(lineup, *args):
    return subprocess.run([lineup, *args], capture_output=True, timeout=120)

def parse(text):
    """(datetime, zoned, with_year) or None"""
    text = (text or "").strip()
    zoned = text.endswith("Z")
    text = re.sub(r"\s*\(.*\)$", "", text).rstrip("Z").replace(" ", "T")
    year = not text.startswith("--")
    if not year:
        text = "2000-" + text[2:]
    m = re.match(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?$", text)
    if not m:
        return None
    clock = m[2] or "00:00:00"
    clock += ":00" if len(clock) == 5 else ""
    stamp = datetime.datetime.strptime(f"{m[1]}T{clock}", "%Y-%m-%dT%H:%M:%S")
    return stamp.replace(microsecond=int((m[3] or "0").ljust(6, "0")[:6])), zoned, year

def same(want, got):
    if want is None or got is None:
        return want is got
    (w, _, year), (g, _, _) = want, got
    if not year:
        g = g.replace(year=2000)
    if not w.microsecond:  # INDEX often leaves fractions away
        g = g.replace(microsecond=0)
    return abs((w - g).total_seconds()) < 0.001


STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")

def stamps(events):
    """Further times that records state: windows, starts and ends of runs, data times."""
    return [parse(v) for e in events for k, v in e["fields"].items() if isinstance(v, str) and STAMP.match(v)]

def things(events, sources):
    """What INDEX may count: records, dated ones, messages, or objects that several facts are about."""
    dated = [e for e in events if e["at"]]
    counts = {len(dated), len(events), sum(s["records"] - s["undated"] for s in sources), sum(s["records"] for s in sources)}
    for key in ("message_id", "uid", "copy"):
        counts.add(len({e["fields"].get(key) for e in events if e["fields"].get(key)}))
    counts.add(len({(e["fields"].get("object.kind"), e["fields"].get("object.name")) for e in events if e["fields"].get("object.name")}))
    counts.add(len([e for e in dated if e["source"] and e["source"]["format"].startswith("kube-event")]))
    return counts

def look(lineup, path):
    with tempfile.TemporaryDirectory() as tmp:
        db = os.path.join(tmp, "t.db")
        r = run(lineup, "-d", db, "ingest", "--json", path)
        if r.returncode not in (0, 3):
            return None, f"exit {r.returncode}: {r.stderr.decode(errors='replace').strip()[-200:]}"
        sources = json.loads(r.stdout or b"{}").get("sources", [])
        events = [json.loads(l) for l in run(lineup, "-d", db, "timeline", "--json", "--undated").stdout.splitlines()]
    return (sources, events), None

def allowed(kind):
    for prefix, names in CLAIMS:
        if kind.startswith(prefix):
            return names.split()
    return None

def main():
    lineup, corpus = sys.argv[1:3]
    pattern = sys.argv[3] if len(sys.argv) > 3 else "*"
    unexplained = 0
    score = {k: [0, 0] for k in ("format", "records", "times", "lost")}
    for index in sorted(f for f in os.listdir(corpus) if f.startswith("INDEX") and f.endswith(".tsv")):
        for row in csv.DictReader(open(os.path.join(corpus, index), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE):
            name, kind = row["file"], row["kind"]
            path = os.path.join(corpus, name)
            if kind == "kind" or name.endswith(".expected.json") or not fnmatch.fnmatch(name, pattern) or not os.path.exists(path):
                continue
            problems, reasons = [], []
            def excused(part, want=None, dated=(), events=()):
                for why, prefix, of, holds in REASONS:
                    if kind.startswith(prefix) and of == part and (holds is None or holds(want, dated, path, events)):
                        reasons.append(why)
                        return True
                return False
            seen, failure = look(lineup, path)
            score["lost"][1] += 1
            if failure:
                score["lost"][0] += 1
                print(f"LOST {name}: {failure}")
                continue
            sources, events = seen
            formats = sorted({s["format"] for s in sources if s.get("format")})
            claims = allowed(kind)
            right = any(f in claims for f in formats) if claims else any(f != "plain" for f in formats)
            if not right and os.path.getsize(path) if os.path.isfile(path) else not right:
                problems.append(f"format {','.join(formats) or 'none'}")
            score["format"][0] += not problems or excused("format")
            score["format"][1] += 1
            dated = [e for e in events if e["at"]]
            want = (row.get("records_expected") or row.get("expected_n") or "").strip()
            first, last = (parse(row.get(a) or row.get(b)) for a, b in (("first_time", "first_utc"), ("last_time", "last_utc")))
            if want.isdigit():
                counts = things(events, sources)
                if kind.startswith(STRICT):
                    told = [e for e in dated if e["source"]["format"].startswith("kube-event")] if kind == "support-bundle" else dated
                    counts = {len(told), sum(s["records"] - s["undated"] for s in sources)}
                    if kind in ("k8s-events-table", "kernel") or not told:  # ages and uptimes: every record, though undated
                        counts.add(len(events))
                score["records"][1] += 1
                if int(want) in counts:
                    score["records"][0] += 1
                else:
                    problems.append(f"records {sorted(counts)}, not {want}")
                    score["records"][0] += excused("records", int(want), dated, events)
            if first or last:
                dated = [e for e in dated if not e["fields"].get("update")]  # posts that a status page's mail repeats are older than it
                if kind == "support-bundle":  # only the events count there, which is proved by their exact times
                    dated = [e for e in dated if e["source"]["format"].startswith("kube-event")]
                ats = [parse(e["at"]) for e in dated]
                ends = ats + [parse(e["until"]) for e in dated if e.get("until")]
                got_first, got_last = (min(ats) if ats else None), (max(ends) if ends else None)
                score["times"][1] += 1
                said = stamps(events)
                firsts = [got_first, min(said + ats)] if said else [got_first]
                lasts = [got_last, max(ats) if ats else None] + ([max(said + ends), max(said)] if said else [])
                firsts += [min(said)] if said else []
                if any(same(first, t) for t in firsts) and any(same(last, t) for t in lasts):
                    score["times"][0] += 1
                else:
                    show = lambda t: t[0].isoformat() if t else "-"
                    problems.append(f"times {show(got_first)}..{show(got_last)}, not {show(first)}..{show(last)}")
            if problems:
                print(f"{name} [{','.join(formats)}]: {'; '.join(problems)}" + "".join(f" ({why})" for why in reasons))
                unexplained += len(problems) > len(reasons)
    poor = score["lost"][0] > 0
    for k in ("format", "records", "times"):
        good, of = score[k]
        share = good / of if of else 1
        poor |= pattern == "*" and share < FLOOR[k]
        print(f"{k}: {good} of {of} ({100 * share:.1f} %)")
    print(f"differences without a proved reason: {unexplained}")
    print(f"lost: {score['lost'][0]} of {score['lost'][1]}")
    sys.exit(1 if poor else 0)

main()
