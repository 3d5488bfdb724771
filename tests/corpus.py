#!/usr/bin/env python3
"""Scores lineup against a corpus of real samples: corpus.py LINEUP CORPUS [PATTERN]

CORPUS holds INDEX*.tsv files whose headers name their columns: file, kind, and what somebody worked out independently:
records_expected or expected_n, first_time/last_time or first_utc/last_utc. A time without Z is local in a zone nobody knows, so
only its wall clock is compared. Every file is ingested into a database of its own, without flags. Prints each difference, and
a closing score; the exit status is 1 when a file was lost or lineup crashed, a difference has no proved reason, a score falls below the
floor, or there was nothing to score.
"""
import csv, datetime, email, email.utils, fnmatch, json, os, re, subprocess, sys, tempfile

# Which of our formats may claim a file of a kind. "*" is any but plain.
CLAIMS = [
    ("k8s-events-json", "kube-event"), ("k8s-watch", "kube-event"), ("k8s-events-yaml", "kube-event-yaml kube-event kube-object"),
    ("k8s-events-table", "kube-event-table kube-describe"), ("k8s-exported", "kube-export"), ("k8s-audit", "kube-audit"),
    ("derived", "kube-event"), ("longhorn-cr", "kube-object kube-get"), ("longhorn-log", "longhorn-log"), ("mail-", "mail ical aws-health"),
    ("mbox-", "mail"),
]
FLOOR = {"format": 0.99, "records": 0.98, "times": 0.98}

# Kinds whose INDEX counts dated records and nothing else; the rest count records, messages, or what several facts are about (things).
STRICT = ("app-", "cri", "derived", "generic", "journald", "k8s-", "kernel", "longhorn-log", "nginx", "postgres", "support-bundle", "syslog")

def lines_of(path, pattern):
    try:
        return sum(bool(re.search(pattern, l)) for l in open(path, "rb").read().decode("utf-8", "replace").splitlines())
    except (IsADirectoryError, OSError):
        return 0

# A zone or an offset beside a time of day, an epoch, or a count of seconds since then in hex (Proxmox's task ids).
ZONED = re.compile(r"\d:\d\d(?::\d\d)?(?:[.,]\d+)?(?: ?(?:Z\b|[+-]\d\d:?\d\d\b)| [A-Z]{3,5}\b)|\b1[3-9]\d{8}(?:\.\d+|\d{3})?\b|UPID:|T\d{6}Z")

def whole(path):
    try:
        return open(path, "rb").read().decode("utf-8", "replace")
    except (IsADirectoryError, OSError):
        return ""

def zone_is_not_said(want, got, path, events):
    """No time in the file has a zone, ours says that it is assumed, and all differ by one offset that zones have."""
    aparts = {(g[0] - w[0]).total_seconds() for w, g in zip(want, got) if w and g and w[1]}
    quarter = len(aparts) == 1 and abs(min(aparts)) <= 14 * 3600 and min(aparts) % 900 < 1
    return quarter and not ZONED.search(whole(path)) and all(e["basis"] in ("assumed", "inferred") for e in events if e["at"])

def year_is_not_said(want, got, path, events):
    """No time in the file has a year, ours says that it is inferred, and month, day and clock are right."""
    alike = all(w and g and w[0].replace(year=2000) == g[0].replace(year=2000) for w, g in zip(want, got))
    with_year = re.search(r"\b(?:19|20)\d\d[-/. ]\d\d|\d\d:\d\d:\d\d(?: [A-Z]+)? 20\d\d\b", whole(path))
    return alike and not with_year and all(e["basis"] == "inferred" for e in events if e["at"])

def whole_seconds_first(want, got, path, events):
    """The first of ours is written to the second, and INDEX's first lies within that second."""
    first = min((e for e in events if e["at"]), key=lambda e: parse(e["at"])[0])
    return first["precision"] == "s" and bool(want[0] and got[0]) and got[0][0] == want[0][0].replace(microsecond=0) and same(want[1], got[1])

def counts_progress(want, got, path, events):
    """INDEX's first time is that of a line of borg's progress, of which no record is made."""
    for line in whole(path).splitlines():
        said = re.match(r'\{.*"type": "(?:archive_progress|progress_\w+|file_status)"', line) and re.search(r'"time": (\d+\.\d+)', line)
        if said and abs(datetime.datetime.utcfromtimestamp(float(said[1])) - want[0][0]) < datetime.timedelta(milliseconds=1):
            return same(want[1], got[1])
    return False

def header_dates(path):
    """(instant, as written) of the Date of a mail and of those it encloses, without what stands in brackets"""
    message = email.message_from_bytes(open(path, "rb").read())
    for part in message.walk():
        if part["Date"]:
            date = email.utils.parsedate_to_datetime(re.sub(r"\([^()]*\)", " ", part["Date"]))
            yield (date.astimezone(datetime.timezone.utc).replace(tzinfo=None) if date.tzinfo else date), part["Date"]

def dates_enclosed(want, got, path, events):
    """INDEX gives the Date of the mail around a notice that is passed on whole; ours is the notice's own."""
    dates = [d for d, _ in header_dates(path)]
    return len(dates) == 2 and want[0] and want[0][0] == dates[0] and got[0][0] == got[1][0] == dates[1]

def offset_after_comment(want, got, path, events):
    """INDEX overlooks an offset behind a comment: Date: ... 00:19:00 (EDT) -0400"""
    (date, written), *_ = header_dates(path)
    return bool(re.search(r"\) [+-]\d{4}\s*$", written)) and got[0][0] == date != want[0][0]

# Why a difference is none of ours. Each is checked on the file itself: what it says must hold there, or the difference stands.
#   name, kind's prefixes, which part differs, what must hold(want, got, path, events). Of records WANT is a number and GOT those
#   that are dated, of times both are (first, last).
REASONS = [
    ("INDEX counts the DETAIL, HINT and STATEMENT lines of a message as records of their own", ("postgres", "backup-postgresql"), "records",
     lambda want, dated, path, events: want == len(dated) + lines_of(path, r"^\d{4}-.* (DETAIL|HINT|STATEMENT|CONTEXT|QUERY|LOCATION):  ")),
    ("INDEX counts the lines of one of several programs in the file only", "app-log", "records",
     lambda want, dated, path, events: want == lines_of(path, r'^time="')),
    ("INDEX counts the lines that begin with [00] only, not those of InnoDB between them", "backup-mysql", "records",
     lambda want, dated, path, events: want == lines_of(path, r"^\[\d\d\] ") < len(dated) == lines_of(path, r"^(\[\d\d\] )?\d{4}-")),
    ("INDEX counts the lines of the log only, not the row of the list below it", "backup-walg", "records",
     lambda want, dated, path, events: want == lines_of(path, r"^(INFO|ERROR|WARNING|DEBUG): ") and len(dated) == want + lines_of(path, r"^base_\w+ +\d{4}-")),
    ("INDEX counts the JSON lines of the file only", "backup-rclone", "records",
     lambda want, dated, path, events: want == lines_of(path, r"^\{") and len(dated) == want + lines_of(path, r"^\d{4}/\d\d/\d\d ")),
    ("INDEX takes times in brackets within the lines, or Redis's, for none", "generic", "records",
     lambda want, dated, path, events: want == 0 and len(dated) == lines_of(path, r"\[\d\d/[A-Z][a-z]{2}/\d{4} \d\d:|\b\d+:[A-Z] \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d|\d+:signal-handler \(\d{10}\)")),
    ("INDEX counts as one what is no record: a list of names without a word that tells what made it", "backup-tar", "records",
     lambda want, dated, path, events: want == 1 and lines_of(path, r"^\S.*") == lines_of(path, r"^[\w.][^:\t]*$")),
    ("INDEX counts the rows of a table of dates, which are no mails", "mail-dates", "records",
     lambda want, dated, path, events: want == lines_of(path, r"^[^\t]*\t[^\t]*\t[^\t]*\t") - 1),
    ("a container's log line, and no Kubernetes event", "k8s-exported", "format",
     lambda want, dated, path, events: not lines_of(path, r'"(involvedObject|regarding)"')),
    ("containerd's log: no line in it is Longhorn's", "longhorn-log", "format",
     lambda want, dated, path, events: lines_of(path, "containerd|shim") > 0 and not lines_of(path, r"longhorn\.io|longhorn-manager|\[pvc-")),
    ("a list of names, without a word that tells what made it", "backup-tar", "format",
     lambda want, dated, path, events: lines_of(path, r"^\S.*") == lines_of(path, r"^[\w.][^:\t]*$")),
    ("a table of dates, and no mail", "mail-dates", "format",
     lambda want, dated, path, events: not lines_of(path, r"(?i)^(from|to|subject|received|message-id|date):") and lines_of(path, r"\t") == lines_of(path, ".")),
    ("the file does not say the zone of its times", ("app-", "backup-", "generic"), "times", zone_is_not_said),
    ("the file does not say the year of its times", ("backup-", "syslog"), "times", year_is_not_said),
    ("a line written to the second begins that second", "backup-", "times", whole_seconds_first),
    ("INDEX counts from a line of progress, of which no record is made", "backup-borg", "times", counts_progress),
    ("INDEX gives the time at which the notice was passed on, ours is the notice's own", "mail-", "times", dates_enclosed),
    ("INDEX overlooks the offset behind a comment", "mail-", "times", offset_after_comment),
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
    about = [len({e["fields"].get(key) for e in events if e["fields"].get(key)}) for key in ("message_id", "uid", "copy")]
    about.append(len({(e["fields"].get("object.kind"), e["fields"].get("object.name")) for e in events if e["fields"].get("object.name")}))
    about.append(len([e for e in dated if e["source"] and e["source"]["format"].startswith("kube-event")]))
    return counts.union(n for n in about if n)  # that nothing has a uid does not mean that there is nothing

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
                    if kind.startswith(prefix) and of == part and holds(want, dated, path, events):
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
                    score["times"][0] += excused("times", (first, last), (got_first, got_last), events)
            if problems:
                print(f"{name} [{','.join(formats)}]: {'; '.join(problems)}" + "".join(f" ({why})" for why in reasons))
                unexplained += len(problems) > len(reasons)
    poor = score["lost"][0] > 0 or unexplained > 0
    if not score["lost"][1]:
        sys.exit(f"{corpus}: no file of an INDEX is here" if pattern == "*" else f"no file is called {pattern}")
    for k in ("format", "records", "times"):
        good, of = score[k]
        share = good / of if of else 1
        poor |= pattern == "*" and share < FLOOR[k]
        print(f"{k}: {good} of {of} ({100 * share:.1f} %)")
    print(f"differences without a proved reason: {unexplained}")
    print(f"lost: {score['lost'][0]} of {score['lost'][1]}")
    sys.exit(1 if poor else 0)

main()
