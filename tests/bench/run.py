#!/usr/bin/env python3
"""lineup and its peers, in turn, in one run: run.py LINEUP [FOLDER]. Prints Markdown. Environment: N=100000 events (other sizes follow),
ROUNDS=3, ONLY=kube,watch,log,pgbackrest,restic,mail,folder,ask,report. Peers that are not on the machine are left out. Only when asked for, as they
take minutes: scale (10, 100 and 1,000 thousand events) and memory (a List, a log and a mailbox of a gigabyte, or of ten thousand times N bytes)."""
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = """PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; CREATE TABLE event(id INTEGER PRIMARY KEY, at, level, subject, text, key UNIQUE);
CREATE VIRTUAL TABLE words USING fts5(subject, text, content = 'event', content_rowid = 'id');
"""
FILL = "INSERT OR REPLACE INTO event(at, level, subject, text, key) "
FINISH = "; INSERT INTO words(words) VALUES ('rebuild'); CREATE INDEX event_at ON event(at);"
ITEM = """SELECT unixepoch(value->>'$.lastTimestamp'), value->>'$.type', (value->>'$.involvedObject.kind') || '/' || (value->>'$.involvedObject.name'),
(value->>'$.reason') || ' ' || (value->>'$.message'), value->>'$.metadata.uid' """
JQ = ('.items[] | [(.lastTimestamp | fromdateiso8601), .type, .involvedObject.kind + "/" + .involvedObject.name, .reason + " " + .message, '
      ".metadata.uid] | @tsv")


def generate(kind, n, path):
    """In a process of its own: what this one holds would count as its children's peak."""
    if not os.path.exists(path):
        subprocess.run([sys.executable, "-B", os.path.join(HERE, "generate.py"), kind, str(n), path], check=True)
    return path


def sh(text):
    return ["sh", "-c", text]


def sqlite(db, sql):
    return ["sqlite3", db, SCHEMA + sql + FINISH]


def floor(folder):
    """The floor under kube events, built from floor.c; nobody's command where that cannot be."""
    program = os.path.join(folder, "floor")
    flags = subprocess.run(["pkg-config", "--cflags", "--libs", "sqlite3", "libcjson"], capture_output=True, text=True).stdout.split()
    built = subprocess.run([os.environ.get("CC", "cc").split()[-1], "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-o", program, os.path.join(HERE, "floor.c"),
                            *flags, "-lpthread"], capture_output=True, text=True)
    return program if built.returncode == 0 else "no floor"


def run(command, clear):
    """Seconds, peak resident MiB of the largest process, and seconds of CPU of all of them."""
    for path in clear:
        shutil.rmtree(path, ignore_errors=True)
        if os.path.exists(path) and not os.path.isdir(path):
            os.unlink(path)
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    if os.waitstatus_to_exitcode(status) not in (0, 3):
        print("failed: %s: %s" % (command, said[-300:]), file=sys.stderr)
        return None
    return time.perf_counter() - begin, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def bench(title, commands, goals, rounds, per=None):
    """COMMANDS: name -> (command, paths to clear before). The first is lineup's; GOALS: name -> least ratio to it, or most seconds."""
    here = {k: v for k, v in commands.items() if shutil.which(v[0][0]) and all(shutil.which(w) for w in v[2:])}
    times = {k: [] for k in here}
    for _ in range(rounds):
        for name, (command, clear, *_) in here.items():
            result = run(command, clear)
            if result:
                times[name].append(result)
    first = next(iter(here))
    base = [s for s, *_ in times[first]]
    for name, results in times.items():
        if not results:
            continue
        seconds, peak = statistics.median(s for s, *_ in results), max(m for _, m, _ in results)
        ratio, cpu = statistics.median(s / b for (s, *_), b in zip(results, base)), statistics.median(c for *_, c in results)
        goal, verdict = goals.get(name), ""
        if goal and name == first:
            verdict = "at most %g s: %s" % (goal, "met" if seconds <= goal else "missed")
        elif goal:
            verdict = "%g: %s" % (goal, "met" if ratio >= goal else "missed")
        rate = "{:,.0f}".format(per / seconds) if per else ""
        print(f"| {title} | {name} | {seconds:.3f} | {cpu:.3f} | {rate} | {peak:.0f} | {'' if name == first else '%.2f' % ratio} | {verdict} |", flush=True)


def evidence(lineup, folder, n, rounds, wanted):
    def ingest(db, path):
        return [lineup, "-d", db, "ingest", path]

    def peer(kind, path):
        return ["python3", os.path.join(HERE, "peer.py"), kind, path, peer_db], [peer_db]

    peer_db, tsv, jq = (os.path.join(folder, x) for x in ("peer.db", "peer.tsv", "peer.jq"))
    with open(jq, "w") as f:
        f.write(JQ)
    for key, kind, size in (("kube", "list", n), ("watch", "watch", n), ("log", "velero", 10 * n), ("pgbackrest", "pgbackrest", 10 * n),
                            ("restic", "restic", 10 * n), ("mail", "mbox", n // 10), ("folder", "folder", n)):
        db = os.path.join(folder, key + ".db")
        if key not in wanted:
            continue
        path = generate(kind, size, os.path.join(folder, "%s-%d" % (kind, size)))
        commands, goals = {"lineup": (ingest(db, path), [db, db + "-journal"])}, {}
        if key == "kube":
            commands["sqlite3 json_each"] = sqlite(peer_db, FILL + ITEM + "FROM json_each(readfile('%s'), '$.items')" % path), [peer_db]
            commands["jq, sqlite3"] = sh("jq -r -f %s %s > %s && sqlite3 %s \"%s\" && sqlite3 %s -cmd 'CREATE TEMP TABLE t(a,b,c,d,e)' -cmd '.mode tabs' "
                                         "-cmd '.import %s t' \"%s SELECT * FROM t %s\"" % (
                                             jq, path, tsv, peer_db, SCHEMA, peer_db, tsv, FILL, FINISH)), [peer_db], "jq", "sqlite3"
            goals = {"sqlite3 json_each": 3, "jq, sqlite3": 6, "the floor": 0.6}
        elif key in ("watch", "log", "pgbackrest"):
            commands["python3"] = peer("watch" if key == "watch" else "log", path)
            goals = {"log": {"python3": 3}, "watch": {"python3": 2.5, "sqlite3 .import, json": 2, "the floor": 0.6}}.get(key, {})
            if key == "watch":
                commands["sqlite3 .import, json"] = ["sqlite3", "-cmd", SCHEMA, "-cmd", "CREATE TEMP TABLE t(line)", "-cmd", ".mode ascii", "-cmd",
                                                     r'.separator "\037" "\n"', "-cmd", ".import %s t" % path, peer_db,
                                                     FILL + ITEM + "FROM (SELECT line->'$.object' AS value FROM t)" + FINISH], [peer_db]
            if key == "log":
                commands["lnav to CSV"] = (["lnav", "-n", "-c", ";SELECT log_time, log_level, log_body FROM logfmt_log", "-c", ":write-csv-to " + tsv, path], [tsv])
        elif key == "restic":
            commands["jq, what is no status"] = ["jq", "-c", 'select(.message_type != "status")', path], []
        elif key == "mail":
            mails = os.path.join(folder, "maildir-%d" % size)
            if not os.path.exists(mails) and shutil.which("mdeliver"):
                for d in ("cur", "new", "tmp"):
                    os.makedirs(os.path.join(mails, d))
                with open(path, "rb") as f:
                    subprocess.run(["mdeliver", "-M", mails], stdin=f, check=True, stdout=subprocess.DEVNULL)
            config = os.path.join(folder, "notmuch")
            with open(config, "w") as f:
                f.write("[database]\npath=%s\n[user]\nname=x\nprimary_email=x@example\n" % mails)
            commands["python3"] = peer("mail", path)
            if os.path.exists(mails):
                commands["notmuch new"] = ["env", "NOTMUCH_CONFIG=" + config, "notmuch", "new"], [os.path.join(mails, ".notmuch")], "notmuch"
                commands["mu index"] = (sh("mu init --muhome=%s/mu -m %s && mu index --muhome=%s/mu" % (folder, mails, folder)),
                                        [os.path.join(folder, "mu")], "mu")
            goals = {"python3": 10, "notmuch new": 5}
        if key in ("kube", "watch"):
            commands["the floor"] = [floor(folder), path, peer_db], [peer_db]
        bench("%s, %s, %.0f MB" % (key, format(size, ","), sum(
            os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs) / 1e6 if os.path.isdir(path) else os.path.getsize(path) / 1e6),
              commands, goals, rounds, size)
        if key in ("kube", "log", "mail"):
            bench(key + " again", {"lineup": (ingest(db, path), []), "the first time": (ingest(peer_db, path), [peer_db])}, {"the first time": 5}, rounds)


def ask(lineup, folder, n, rounds):
    db, said = os.path.join(folder, "ask.db"), os.path.join(folder, "said.db")
    for path in (db, said):
        if os.path.exists(path):
            os.unlink(path)
    size = 10 * n
    run([lineup, "-d", db, "ingest", generate("velero", size, os.path.join(folder, "velero-%d" % size))], [])
    run([lineup, "-d", db, "incident", "new", "Slow", "--from", "2024-05-15T00:00Z", "--to", "2024-05-15T06:00Z"], [])
    day = "2024-05-15T1"
    for name, words, most in (("timeline of an hour", ["timeline", "--from", day + "0:00Z", "--to", day + "1:00Z"], 0.05),
                              ("search, a rare word", ["search", "deadbeef"], 0.05), ("overlap", ["overlap", "inc-1"], 2)):
        bench("%s, %s events" % (name, format(size, ",")), {"lineup": ([lineup, "-d", db, *words], [])}, {"lineup": most}, 2 * rounds + 1)
    bench("log", {"lineup": ([lineup, "-d", said, "log", "volumes faulted @db #storage"], [])}, {"lineup": 0.02}, 4 * rounds + 1)


def report(lineup, folder, n, rounds):
    db, size = os.path.join(folder, "report.db"), max(1, n // 10)
    if os.path.exists(db):
        os.unlink(db)
    run([lineup, "-d", db, "ingest", generate("list", size, os.path.join(folder, "list-%d" % size))], [])
    run([lineup, "-d", db, "incident", "new", "Report", "--from", "2024-05-01T00:00Z", "--to", "2024-06-01T00:00Z"], [])
    md, again, page, other = (os.path.join(folder, x) for x in ("report.md", "again.md", "page.html", "other.html"))
    if not run([lineup, "-d", db, "report", "inc-1", "-o", md], [md]):
        return
    for to, path in (("Markdown", again), ("HTML", page)):
        bench("report of %s events to %s" % (format(size, ","), to), {
            "lineup": ([lineup, "-d", db, "report", "inc-1", "-o", path], [path, again]),
            "cmark on that Markdown": (sh("cmark %s > %s" % (md, other)), [], "cmark")},
            {"cmark on that Markdown": 0.33}, rounds)


def scale(lineup, folder, n, rounds):
    """What an event costs must not grow with their number."""
    each = {}
    for size in (n // 10, n, 10 * n):
        path, db = generate("list", size, os.path.join(folder, "list-%d" % size)), os.path.join(folder, "scale.db")
        results = [run([lineup, "-d", db, "ingest", path], [db, db + "-journal"]) for _ in range(rounds if size <= n else 1)]
        each[size] = statistics.median(cpu for *_, cpu in results) / size
        seconds, peak = statistics.median(s for s, *_ in results), max(m for _, m, _ in results)
        times = each[size] / each[n // 10]
        verdict = "at most 1.3 times the CPU of an event of the first: %s" % ("met" if times <= 1.3 else "missed") if size > n else ""
        print(f"| kube, {size:,} | lineup | {seconds:.3f} | {each[size] * size:.3f} | {size / seconds:,.0f} | {peak:.0f} | {times:.2f} | {verdict} |", flush=True)


def memory(lineup, folder, n, _):
    """The largest process's peak does not grow with its input. """
    for kind, each in (("list", 1316), ("velero", 185), ("mbox", 3600)):
        size, db = 10000 * n // each, os.path.join(folder, "memory.db")
        path = generate(kind, size, os.path.join(folder, "%s-%d" % (kind, size)))
        seconds, peak, cpu = run([lineup, "-d", db, "ingest", path], [db, db + "-journal"])
        print(f"| {kind}, {size:,}, {os.path.getsize(path) / 1e6:.0f} MB | lineup | {seconds:.3f} | {cpu:.3f} | {size / seconds:,.0f} | {peak:.0f} | | "
              f"peak at most 256 MiB: {'met' if peak <= 256 else 'missed'} |", flush=True)
        for done in (db, path):
            os.unlink(done)


def main():
    lineup, folder = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2] if len(sys.argv) > 2 else "out/bench")
    n, rounds = int(os.environ.get("N", 100000)), int(os.environ.get("ROUNDS", 3))
    wanted = os.environ.get("ONLY", "kube,watch,log,pgbackrest,restic,mail,folder,ask,report").split(",")
    os.makedirs(folder, exist_ok=True)
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    print("%d x %s, %.0f GiB, %s; median of %d rounds in turn, load %.1f at the start.\n" % (
        os.cpu_count(), model, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, platform.freedesktop_os_release()["PRETTY_NAME"],
        rounds, os.getloadavg()[0]))
    print("| work | program | seconds | of CPU | per second | peak MiB | times lineup's | goal |\n|---|---|---:|---:|---:|---:|---:|---|")
    evidence(lineup, folder, n, rounds, wanted)
    if "ask" in wanted:
        ask(lineup, folder, n, rounds)
    for name, measure in (("report", report), ("scale", scale), ("memory", memory)):
        if name in wanted:
            measure(lineup, folder, n, rounds)


main()
