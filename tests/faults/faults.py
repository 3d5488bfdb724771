#!/usr/bin/env python3
"""Breaks lineup while it works and counts what was lost: kills, failing system calls and allocations, full disks, crowds.

    faults.py LINEUP [--long] [--nomem NOMEM.so] [--refuse REFUSE.so] [--next LINEUP] [--only NAME] [--most N] [--seed N]

The long form breaks every place once, or N of them picked at random. NEXT is a lineup with a newer schema, to upgrade with.

Acknowledged is what lineup said it had: an id or "spooled" on its standard output, or exit status 0. Lost is what was acknowledged and
is not there afterwards. Broken is a database that fails its checks, a crash, a half-written file or a wrong result. One table on
standard output; exit status 1 when anything was lost or broken.
"""
import argparse, concurrent.futures, glob, os, random, re, shutil, signal, sqlite3, struct, subprocess, sys, tempfile, threading, time

from powercut import PowerCut

ENV = {"PATH": os.environ["PATH"], "LINEUP_NOW": "2025-01-15T12:00:00Z", "LINEUP_AUTHOR": "tester", "TZ": "UTC", "LC_ALL": "C.UTF-8", "NO_COLOR": "1",
       "PAGER": "cat", "HOME": "/nonexistent"}
ACKNOWLEDGED = re.compile(rb"^(e[0-9a-f]{12,}  |spooled)")
LINES = 600
NEXT = 900 # tests/next/schema


class Row:
    """What one kind of fault came to."""
    def __init__(self, name):
        self.name, self.trials, self.acknowledged, self.lost, self.broken, self.said = name, 0, 0, 0, 0, ""
        self.skipped = None

    def breaks(self, why):
        self.broken += 1
        self.said = self.said or " ".join(str(why).split())[:160]


class Job:
    """A command to break: how its database is made ready, what it is told, and what must hold afterwards."""
    program = missing = None
    short = 6 # trials where there is not time for all

    def __init__(self, faults):
        self.faults = faults
        self.prepare()

    def prepare(self):
        self.ready = None # an empty folder

    def stage(self):
        db = self.faults.fresh()
        if self.ready:
            shutil.copytree(os.path.dirname(self.ready), os.path.dirname(db), dirs_exist_ok=True)
        return db

    def with_incident(self):
        f, self.ready = self.faults, self.faults.fresh()
        f.run("ingest", f.log, db=self.ready)
        f.run("incident", "new", "Logins down", "--from", "2024-06-18T04:00Z", "--to", "2024-06-18T06:00Z", db=self.ready)


class Log(Job):
    short = 10

    def words(self, db):
        return "log", "the line"

    def judge(self, row, db, out, why):
        self.faults.settle(row, db, ["the line"] if ACKNOWLEDGED.match(out.stdout) or out.returncode == 0 else [])


class Version(Job):
    def words(self, db):
        return "version",


class Ingest(Job):
    short = 10

    def words(self, db):
        return "ingest", self.faults.log

    def judge(self, row, db, out, why):
        f = self.faults
        if out.returncode == 0 and os.path.exists(db) and f.events(db) != f.reference:
            row.breaks(f"{why}: it said that all was well")
        f.sound(db, row)
        f.complete(row, db)


class Written(Job):
    """A command that writes FILE over what it wrote before: afterwards there is the one or the other, whole."""
    file = None

    def prepare(self):
        f = self.faults
        self.with_incident()
        target = os.path.join(os.path.dirname(self.ready), self.file)
        f.run(*self.words(self.ready), db=self.ready)
        self.old = open(target, "rb").read()
        f.run("action", "add", "watch the volumes", "--type", "detect", "--incident", "inc-1", db=self.ready)
        other = self.stage()
        f.run(*self.words(other), db=other)
        self.new = open(os.path.join(os.path.dirname(other), self.file), "rb").read()
        assert self.old != self.new

    def judge(self, row, db, out, why):
        row.acknowledged += 1
        there = open(os.path.join(os.path.dirname(db), self.file), "rb").read()
        if there not in (self.old, self.new):
            row.breaks(f"{why}: half a file, or another one")
        elif out.returncode in (0, 3) and there != self.new:
            row.breaks(f"{why}: it said that it was written")
        self.faults.sound(db, row)


class Report(Written):
    file = "r.md"

    def words(self, db):
        return "report", "inc-1", "-o", os.path.join(os.path.dirname(db), self.file)


class Review(Written):
    file = "q.md"

    def words(self, db):
        return "review", "2024Q2", "-o", os.path.join(os.path.dirname(db), self.file)


class Backup(Job):
    prepare = Job.with_incident

    def words(self, db):
        return "backup", os.path.join(os.path.dirname(db), "copy.db")

    def judge(self, row, db, out, why):
        f, copy = self.faults, os.path.join(os.path.dirname(db), "copy.db")
        row.acknowledged += out.returncode == 0
        if out.returncode == 0 and not os.path.exists(copy):
            row.breaks(f"{why}: it said that it was written")
        if os.path.exists(copy):
            f.sound(copy, row)
            if f.events(copy) != f.reference:
                row.breaks(f"{why}: the copy holds other events")
        f.sound(db, row)


class Upgrade(Job):
    """A timeline of this schema, opened by a lineup with the next one."""
    def prepare(self):
        self.program = self.faults.next
        self.missing = None if self.program else "no lineup with a next schema was given"
        self.with_incident()
        self.faults.run("log", "typed before", db=self.ready)
        self.kept = self.faults.events(self.ready)
        c = sqlite3.connect(self.ready)
        self.schema, = c.execute("PRAGMA user_version").fetchone()
        c.close()

    def words(self, db):
        return "log", "typed at the upgrade"

    def judge(self, row, db, out, why):
        f, copy = self.faults, f"{db}.schema-{self.schema}"
        said = ["typed before"] + (["typed at the upgrade"] if ACKNOWLEDGED.match(out.stdout) or out.returncode == 0 else [])
        c = sqlite3.connect(db)
        version, = c.execute("PRAGMA user_version").fetchone()
        whole = c.execute("SELECT count(*) FROM pragma_table_info('source') WHERE name = 'shelf'").fetchone()[0]
        c.close()
        if (version, whole) not in ((self.schema, 0), (NEXT, 1)):
            row.breaks(f"{why}: between the schemas: {version} {whole}")
        if version == NEXT and (not os.path.exists(copy) or f.events(copy) != self.kept):
            row.breaks(f"{why}: no copy of what was there before")
        row.acknowledged += len(said)
        f.run("log", "the end", db=db, program=self.program)
        c = sqlite3.connect(db)
        there = {t for (t,) in c.execute("SELECT text FROM event")}
        if c.execute("PRAGMA integrity_check").fetchone()[0] != "ok" or c.execute("PRAGMA user_version").fetchone()[0] != NEXT:
            row.breaks(f"{why}: not sound, or not upgraded by the run behind")
        c.close()
        row.lost += len(set(said) - there) + (LINES + 1 - len([t for t in there if t == "typed before" or "faulted, number" in t]))


class Typed(Job):
    """A command that says one thing."""
    short = 4
    prepare = Job.with_incident

    def judge(self, row, db, out, why):
        f = self.faults
        f.sound(db, row)
        said = f.run("sql", f"SELECT count(*) FROM statement WHERE noun = '{self.noun}'", db=db).stdout.split()[-1:]
        row.acknowledged += out.returncode == 0
        if out.returncode == 0 and said != [b"1"]:
            row.lost += 1
            row.said = row.said or f"{why}: {self.noun}"
        if f.events(db)[:1] == [] or not set(f.reference) <= set(f.events(db)):
            row.breaks(f"{why}: other events than before")


class Mark(Typed):
    noun = "milestone"

    def words(self, db):
        return "mark", "detected", "2024-06-18T04:30Z"


class Decide(Typed):
    noun = "decision"

    def words(self, db):
        return "decide", "restore now", "--because", "nothing better comes", "--at", "2024-06-18T05:30Z"


class Spool(Job):
    """A line that waits beside the database goes into it with the next one."""
    short = 4

    def prepare(self):
        f, self.ready = self.faults, self.faults.fresh()
        f.run("log", "first", db=self.ready)
        c = sqlite3.connect(self.ready, isolation_level=None)
        c.execute("BEGIN IMMEDIATE")
        assert b"spooled" in f.run("log", "it waits", db=self.ready).stdout
        c.execute("ROLLBACK")
        c.close()

    def words(self, db):
        return "log", "the line"

    def judge(self, row, db, out, why):
        said = ["the line"] if ACKNOWLEDGED.match(out.stdout) or out.returncode == 0 else []
        self.faults.settle(row, db, ["first", "it waits"] + said)
        c = sqlite3.connect(db)
        if c.execute("SELECT count(*) FROM event WHERE text = 'it waits'").fetchone()[0] > 1:
            row.breaks(f"{why}: taken in twice")
        c.close()


class Rebuild(Job):
    short = 4
    prepare = Job.with_incident

    def words(self, db):
        return "rebuild",

    def judge(self, row, db, out, why):
        f = self.faults
        f.sound(db, row)
        if out.returncode == 0 and f.events(db) != f.reference:
            row.breaks(f"{why}: it said that all was well")
        f.run("rebuild", db=db)
        row.acknowledged += LINES
        row.lost += len(set(f.reference) - set(f.events(db)))


class Look(Job):
    """A command that reads: what it answers is all of the answer, or it says that it failed."""
    short = 4

    def prepare(self):
        self.with_incident()
        self.faults.run("report", "inc-1", "-o", os.path.join(os.path.dirname(self.ready), "r.md"), db=self.ready)
        db = self.stage()
        self.right = self.faults.run(*self.words(db), db=db)
        self.folder = os.path.dirname(db).encode()
        assert self.right.returncode in (0, 3), self.right.stderr

    def judge(self, row, db, out, why):
        here = out.stdout.replace(os.path.dirname(db).encode(), self.folder)
        if out.returncode in (0, 3) and (out.returncode, here) != (self.right.returncode, self.right.stdout):
            row.breaks(f"{why}: status {out.returncode}, and another answer")
        self.faults.sound(db, row)


class Search(Look):
    def words(self, db):
        return "search", "faulted"


class Timeline(Look):
    def words(self, db):
        return "timeline", "--json"


class Overlap(Look):
    def words(self, db):
        return "overlap", "inc-1", "--json"


class Verify(Look):
    def words(self, db):
        return "verify", os.path.join(os.path.dirname(db), "r.md")


class Doctor(Look):
    def words(self, db):
        return "doctor",

    def judge(self, row, db, out, why):
        said = [line for line in out.stdout.splitlines() if line.startswith(b"BAD")]
        if out.returncode == 0 or not said:
            row.breaks(f"{why}: doctor is content: {out.stdout.splitlines()[-2:]}")
        self.faults.sound(db, row)


JOBS = {"log": Log, "ingest": Ingest, "report": Report, "review": Review, "backup": Backup, "upgrade": Upgrade}
ASKING = {**JOBS, "rebuild": Rebuild, "a spool": Spool, "mark": Mark, "decide": Decide, "search": Search, "timeline": Timeline, "overlap": Overlap,
          "verify": Verify, "doctor": Doctor}


class Faults(PowerCut):
    def __init__(self, options):
        self.lineup, self.long, self.nomem = os.path.abspath(options.lineup), options.long, options.nomem and os.path.abspath(options.nomem)
        self.refuse = options.refuse and os.path.abspath(options.refuse)
        self.most = options.most
        self.next = options.next and os.path.abspath(options.next)
        self.random = random.Random(options.seed)
        self.sequence = 0
        self.work = tempfile.mkdtemp(prefix="lineup-faults-")
        self.strace = shutil.which("strace")
        self.untraced = "it may not be traced here" if self.strace else "strace is not installed"
        if self.strace and subprocess.run([self.strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
            self.strace = None
        self.log = self.path("evidence.log")
        with open(self.log, "w") as f:
            for i in range(LINES):
                f.write(f"2024-06-18T{4 + i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}Z level=error msg=\"volume pvc-{i % 7} faulted, number {i}\"\n")
        self.run("ingest", self.log, db=self.path("reference.db"))
        self.reference = self.events(self.path("reference.db"))
        assert len(self.reference) == LINES, "the evidence is not read as one event a line"

    # --- running lineup ---

    def env(self):
        return ENV

    def path(self, name):
        return os.path.join(self.work, name)

    def fresh(self):
        self.sequence += 1
        folder = self.path(f"d{self.sequence}")
        os.mkdir(folder)
        return os.path.join(folder, "t.db")

    def run(self, *words, db, before=(), env=None, patience=60, program=None):
        return subprocess.run([*before, program or self.lineup, "-d", db, *words], env={**ENV, **(env or {})}, stdin=subprocess.DEVNULL, capture_output=True,
                              timeout=patience, start_new_session=True)

    def killed(self, *words, db, after):
        """Runs and kills it; what it said until then."""
        p = subprocess.Popen([self.lineup, "-d", db, *words], env=ENV, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        time.sleep(after)
        p.send_signal(signal.SIGKILL)
        out = p.stdout.read()
        p.wait()
        return out, p.returncode

    def takes(self, *words, db):
        """Seconds that it takes when nothing is broken."""
        began = time.monotonic()
        self.run(*words, db=db)
        return time.monotonic() - began

    # --- looking ---

    def events(self, db):
        out = self.run("sql", "SELECT hex(key) || ' ' || coalesce(at, '') || ' ' || count || ' ' || text FROM event ORDER BY 1", db=db)
        return out.stdout.decode().splitlines()[1:] if out.stdout.startswith(b"hex") else out.stdout.decode().splitlines()

    def sound(self, db, row):
        """The database by itself, and as lineup's doctor sees it now and then."""
        if not os.path.exists(db):
            return
        try:
            c = sqlite3.connect(db)
            answer = c.execute("PRAGMA integrity_check").fetchone()[0]
            c.close()
            if answer != "ok":
                row.breaks(answer)
        except sqlite3.Error as e:
            row.breaks(e)
        if row.trials % 50 == 1:
            out = self.run("doctor", db=db)
            if b"'" + db.encode() + b"' is sound" not in out.stdout and b"begins a timeline" not in out.stdout:
                row.breaks(out.stdout.splitlines()[-3:] or out.stderr)

    def typed(self, db):
        """What is there of typed lines, once the spool was taken in."""
        self.run("log", "the end", db=db)
        c = sqlite3.connect(db)
        there = {t for (t,) in c.execute("SELECT text FROM event")}
        c.close()
        return there

    def settle(self, row, db, said):
        """SAID: acknowledged texts."""
        row.acknowledged += len(said)
        missing = set(said) - self.typed(db)
        row.lost += len(missing)
        if missing:
            row.said = row.said or f"first lost: {sorted(missing)[0]}"
        self.sound(db, row)

    def complete(self, row, db, runs=3):
        """Run again without faults, it gets to the same events."""
        for _ in range(runs):
            out = self.run("ingest", self.log, db=db)
            if out.returncode == 0:
                break
        if out.returncode == 3 and b"the reader " in self.run("notes", db=db).stdout: # a worker died of the fault: its part is named
            out = self.run("rebuild", db=db)
        if out.returncode != 0:
            row.breaks(f"the run behind ends with {out.returncode}: {out.stderr.decode()[-200:]}")
        elif self.events(db) != self.reference:
            row.lost += len(set(self.reference) - set(self.events(db)))
            row.breaks("other events than in one go")
        row.acknowledged += LINES

    def some(self, count, short):
        """Which of COUNT places: all in the long form, at most self.most; else SHORT of them."""
        most = self.times(count, short)
        return range(1, count + 1) if count <= most else sorted(self.random.sample(range(1, count + 1), most))

    def times(self, long, short):
        return min(long, self.most or long) if self.long else short

    # --- kills ---

    def kill_log(self, row):
        db, said = self.fresh(), []
        self.run("log", "first", db=db)
        usual = self.takes("log", "second", db=db)
        for i in range(self.times(10000, 100)):
            out, status = self.killed("log", f"line {i}", db=db, after=self.random.random() * usual * 1.3)
            row.trials += 1
            if ACKNOWLEDGED.match(out) or status == 0:
                said.append(f"line {i}")
            if i % 20 == 0:
                self.sound(db, row)
        self.settle(row, db, said)

    def kill_ingest(self, row):
        usual = self.takes("ingest", self.log, db=self.fresh())
        while row.trials < self.times(10000, 40):
            db = self.fresh()
            for _ in range(self.random.randrange(1, 8)):
                self.killed("ingest", self.log, db=db, after=self.random.random() * usual * 1.2)
                row.trials += 1
                self.sound(db, row)
            self.complete(row, db)
            shutil.rmtree(os.path.dirname(db))

    def kill_report(self, row):
        db = self.fresh()
        self.run("ingest", self.log, db=db)
        self.run("incident", "new", "Logins down", "--from", "2024-06-18T04:00Z", "--to", "2024-06-18T06:00Z", db=db)
        folder = os.path.dirname(db)
        target = os.path.join(folder, "r.md")
        out = self.run("report", "inc-1", "-o", target, db=db)
        if out.returncode not in (0, 3) or not os.path.exists(target):
            row.skipped = "no report is written: " + out.stderr.decode()[:80].strip()
            return
        whole = open(target, "rb").read()
        usual = self.takes("report", "inc-1", "-o", target, db=db)
        for _ in range(self.times(10000, 40)):
            self.killed("report", "inc-1", "-o", target, db=db, after=self.random.random() * usual * 1.2)
            row.trials += 1
            row.acknowledged += 1
            if open(target, "rb").read() != whole:
                row.breaks("half a report, or another one")
        self.sound(db, row)

    # --- system calls and allocations ---

    def kill_at_calls(self, row, command):
        if not self.strace:
            row.skipped = self.untraced
            return
        job = JOBS[command](self)
        if job.missing:
            row.skipped = job.missing
            return
        for n in self.some(sum(self.calls(job).values()), job.short):
            self.one(row, job, killed=True, why=f"call {n}", call="all", what=f"signal=KILL:when={n}")

    ERRORS = {"openat": ("EIO", "EACCES", "ENOSPC"), "read": ("EIO",), "pread64": ("EIO",), "write": ("EIO", "ENOSPC"), "pwrite64": ("EIO", "ENOSPC"),
              "fdatasync": ("EIO", "ENOSPC"), "fsync": ("EIO", "ENOSPC"), "ftruncate": ("EIO",), "unlink": ("EACCES",), "rename": ("EACCES",),
              "fcntl": ("EIO",), "sendmsg": ("EIO",), "mmap": ("ENOMEM",), "socketpair": ("EMFILE",), "pipe2": ("EMFILE",), "clone": ("EAGAIN",),
              "flock": ("EIO",), "fstat": ("EIO",), "newfstatat": ("EIO",)}

    def fail_at_calls(self, row, command):
        if not self.strace:
            row.skipped = self.untraced
            return
        job = JOBS[command](self)
        if job.missing:
            row.skipped = job.missing
            return
        counts = self.calls(job)
        # whatever maps no memory before main() crashes in the loader, /bin/true as well
        first = {"mmap": self.calls(Version(self))["mmap"] + 1}
        places = [(call, n, error, more) for call, errors in self.ERRORS.items() for n in range(first.get(call, 1), counts.get(call, 0) + 1)
                  for error in errors for more in ("", "+")]
        for call, n, error, more in (places[i - 1] for i in self.some(len(places), job.short)):
            self.one(row, job, killed=False, why=f"{call} {n}{more} {error}", call=call, what=f"error={error}:when={n}{more}")

    def calls(self, job):
        """How often the program makes each system call, the worker's not counted."""
        trace = self.path("trace")
        db = job.stage()
        self.run(*job.words(db), db=db, program=job.program, before=(self.strace, "-qq", "-o", trace))
        shutil.rmtree(os.path.dirname(db))
        counts = {}
        for line in open(trace, errors="replace"):
            name = re.match(r"(\w+)\(", line)
            if name:
                counts[name[1]] = counts.get(name[1], 0) + 1
        return counts

    def one(self, row, job, killed, why, call=None, what=None, env=None):
        """A run with a fault in it: said no more than is true, left no damage, and a run without finishes the work."""
        db = job.stage()
        before = (self.strace, "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{what}") if call else ()
        try:
            out = self.run(*job.words(db), db=db, program=job.program, before=before, env=env, patience=300) # a hang is seen after ten seconds of CPU
        except subprocess.TimeoutExpired:
            out = None
        row.trials += 1
        if out is None:
            row.breaks(f"{why}: it hangs")
            return
        # glib and libcrypto die of a lack of memory in their own ways: that is a kill, and no more than a kill
        killed = killed or ("NOMEM_AT" in (env or {}) and out.returncode < 0)
        if not killed and (out.returncode < 0 or out.returncode > 128) and b"out of memory" not in out.stderr:
            row.breaks(f"{why}: signal {out.returncode}: {out.stderr[-160:]}")
        nobody_hears = re.match(r"write \d+\+", why) # standard error fails too
        if not killed and out.returncode == 1 and not out.stderr and not nobody_hears:
            row.breaks(f"{why}: it failed without a word")
        job.judge(row, db, out, why)
        shutil.rmtree(os.path.dirname(db))

    def no_memory(self, row, command):
        if not self.nomem:
            row.skipped = "no preload was given"
            return
        job = JOBS[command](self)
        if job.missing:
            row.skipped = job.missing
            return
        count, db = self.path("count"), job.stage()
        self.run(*job.words(db), db=db, program=job.program, env={"LD_PRELOAD": self.nomem, "NOMEM_COUNT": count})
        shutil.rmtree(os.path.dirname(db))
        for n in self.some(struct.unpack("l", open(count, "rb").read())[0], job.short):
            self.one(row, job, killed=False, why=f"allocation {n}", env={"LD_PRELOAD": self.nomem, "NOMEM_AT": str(n)})

    # FULL, IOERR_WRITE, NOMEM, BUSY, CORRUPT, CANTOPEN, as sqlite3.h has them
    REFUSALS = (13, 778, 7, 5, 11, 14)

    def refused(self, row, command):
        """Each call of SQLite that a program makes refused: the first two and the last of each statement's."""
        if not self.refuse:
            row.skipped = "no preload was given"
            return
        job = ASKING[command](self)
        if job.missing:
            row.skipped = job.missing
            return
        log, db, sites = self.path("calls"), job.stage(), {}
        self.run(*job.words(db), db=db, program=job.program, env={"LD_PRELOAD": self.refuse, "REFUSE_LOG": log})
        shutil.rmtree(os.path.dirname(db))
        for n, site in enumerate(re.findall(r"^.*$", open(log).read(), re.M)[:-1], 1):
            sites.setdefault(site, []).append(n)
        os.unlink(log)
        places = [(n, code, more) for calls in sites.values() for n in sorted({*calls[:2], calls[-1]}) for code in self.REFUSALS for more in ("", "+")]
        for n, code, more in (places[i - 1] for i in self.some(len(places), job.short)):
            self.one(row, job, killed=False, why=f"call {n}{more} answered {code}",
                     env={"LD_PRELOAD": self.refuse, "REFUSE_AT": f"{n}{more}", "REFUSE_WITH": str(code)})

    # --- disks ---

    def full_disk(self, row):
        folder = self.path("small")
        os.mkdir(folder)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3M", "tmpfs", folder], capture_output=True).returncode:
            row.skipped = "only root can mount a small disk"
            return
        try:
            self.fill_and_log(row, folder)
            self.fill_and_ingest(row, folder)
        finally:
            subprocess.run(["umount", "-l", folder])

    def fill(self, folder, left):
        st = os.statvfs(folder)
        with open(os.path.join(folder, "filler"), "wb") as f:
            f.write(b"x" * max(0, st.f_bavail * st.f_bsize - left))

    def fill_and_log(self, row, folder):
        for left in (0, 4096, 20000, 40000, 80000):
            db, said = os.path.join(folder, f"log{left}.db"), []
            self.run("log", "first", db=db)
            self.fill(folder, left)
            for i in range(40 if self.long else 12):
                out = self.run("log", f"line {i} " + "long " * 200, db=db)
                row.trials += 1
                if ACKNOWLEDGED.match(out.stdout):
                    said.append(f"line {i} " + "long " * 199 + "long")
                elif out.returncode == 0:
                    row.breaks("status 0 without an id")
                elif not out.stderr:
                    row.breaks("it failed without a word")
            os.unlink(os.path.join(folder, "filler"))
            self.settle(row, db, said)
            for f in glob.glob(db + "*"):
                os.unlink(f)

    def fill_and_ingest(self, row, folder):
        for left in (0, 4096, 16384, 50000, 90000):
            db = os.path.join(folder, "ingest.db")
            self.run("log", "first", db=db)
            self.fill(folder, left)
            out = self.run("ingest", self.log, db=db)
            row.trials += 1
            if out.returncode == 0 or not out.stderr:
                row.breaks(f"a full disk gives status {out.returncode}")
            os.unlink(os.path.join(folder, "filler"))
            again = self.run("ingest", self.log, db=db)
            there = [e for e in self.events(db) if not e.endswith(" first")]
            row.acknowledged += LINES
            if again.returncode != 0 or there != self.reference:
                row.breaks(f"{len(there)} events once there is room again: {again.stderr.decode()[-160:]}")
            self.sound(db, row)
            for f in glob.glob(db + "*"):
                os.unlink(f)

    def read_only(self, row):
        folder = self.path("readonly")
        os.mkdir(folder)
        db = os.path.join(folder, "t.db")
        self.run("ingest", self.log, db=db)
        mounted = os.geteuid() == 0 and not subprocess.run(["mount", "--bind", folder, folder], capture_output=True).returncode and \
            not subprocess.run(["mount", "-o", "remount,ro,bind", folder], capture_output=True).returncode
        if os.geteuid() == 0 and not mounted:
            row.skipped = "nothing is read-only to root here"
            return
        if not mounted:
            os.chmod(db, 0o400)
            os.chmod(folder, 0o500)
        try:
            for words in (("timeline",), ("search", "faulted"), ("sources",), ("notes",), ("spans",), ("sql", "SELECT count(*) FROM event"), ("show", "e" + self.reference[0][:12].lower())):
                out = self.run(*words, db=db)
                row.trials += 1
                if out.returncode not in (0, 3) or (words[0] != "notes" and not out.stdout):
                    row.breaks(f"{words[0]}: {out.returncode} {out.stderr.decode()[:100]}")
            out = self.run("log", "cannot be kept", db=db)
            row.trials += 1
            if out.returncode == 0 or ACKNOWLEDGED.match(out.stdout) or not out.stderr:
                row.breaks("log says that it kept what it cannot")
        finally:
            if mounted:
                subprocess.run(["umount", "-l", folder])
            else:
                os.chmod(folder, 0o700)

    # --- crowds, clocks, growing files ---

    def crowd(self, row):
        """Eight people log, two ingests run, two readers look, one makes copies: nobody sees an error, and each copy is whole."""
        db, said, waits, lock = self.fresh(), [], [], threading.Lock()
        self.run("log", "first", db=db)
        writing = threading.Event()
        each = 100 if self.long else 8

        def timed(*words):
            began = time.monotonic()
            out = self.run(*words, db=db)
            with lock:
                row.trials += 1
                waits.append(time.monotonic() - began)
                if out.returncode != 0:
                    row.breaks(f"{words[0]}: {out.returncode} {out.stderr.decode()[:100]}")
            return out

        def person(who):
            for i in range(each):
                text = f"person {who} line {i}"
                if ACKNOWLEDGED.match(timed("log", text).stdout):
                    said.append(text)

        def reader(word):
            while not writing.is_set():
                timed(*word)

        def copier():
            copy = os.path.join(os.path.dirname(db), "copy.db")
            while not writing.is_set():
                before = list(said)
                if timed("backup", copy).returncode == 0:
                    self.sound(copy, row)
                    c = sqlite3.connect(copy)
                    missing = set(before) - {t for (t,) in c.execute("SELECT text FROM event")}
                    c.close()
                    if missing:
                        row.breaks(f"a copy lacks {sorted(missing)[0]}, which was acknowledged before")

        with concurrent.futures.ThreadPoolExecutor(13) as pool:
            readers = [pool.submit(copier)] + [pool.submit(reader, w) for w in (("timeline", "--around", "2024-06-18T04:30Z"), ("search", "faulted"))]
            work = [pool.submit(person, i) for i in range(8)] + [pool.submit(timed, "ingest", self.log) for _ in range(2)]
            for w in work:
                w.result()
            writing.set()
            for r in readers:
                r.result()
        self.settle(row, db, said)
        if len(said) != 8 * each:
            row.breaks(f"{len(said)} of {8 * each} lines were acknowledged")
        there = [e for e in self.events(db) if " volume pvc-" in e]
        if there != self.reference:
            row.breaks(f"{len(there)} of {LINES} events")
        row.said = row.said or f"longest wait {max(waits):.2f} s"

    def clock_jumps(self, row):
        db, said = self.fresh(), []
        for i, now in enumerate(("2025-01-15T12:00:00Z", "2025-01-15T11:00:00Z", "2024-01-15T12:00:00Z", "1970-01-02T00:00:00Z", "2038-01-20T00:00:00Z",
                                 "2025-03-30T01:30:00Z", "2025-01-15T12:00:01Z")):
            out = self.run("log", f"line {i}", db=db, env={"LINEUP_NOW": now, "TZ": "Europe/Paris"})
            row.trials += 1
            if ACKNOWLEDGED.match(out.stdout):
                said.append(f"line {i}")
        if len(said) != row.trials:
            row.breaks("a line was not taken")
        self.settle(row, db, said)

    def growing(self, row):
        """A file read again and again while it grows by whole lines, then rotated or truncated: the same events as in one go."""
        lines = open(self.log, "rb").read().splitlines(True)
        for turn in range(20 if self.long else 4):
            db = self.fresh()
            part = os.path.join(os.path.dirname(db), "evidence.log")
            states = [lines[:end] for end in sorted(self.random.sample(range(1, LINES), 4)) + [LINES]]
            if turn % 2: # cut to nothing in between, and written anew
                cut = self.random.randrange(1, 4)
                states[cut:] = [[]] + [state[len(states[cut - 1]):] for state in states[cut:]]
            else:        # rotated: what follows overlaps with what was read
                states.append(lines[LINES // 2:])
            for state in states:
                with open(part, "wb") as f:
                    f.write(b"".join(state))
                self.run("ingest", part, db=db)
                row.trials += 1
            there = self.events(db)
            row.acknowledged += LINES
            row.lost += len(set(self.reference) - set(there))
            if there != self.reference:
                row.breaks(f"{len(there)} events, not {LINES}")
            self.sound(db, row)

    # --- all of it ---

    def kinds(self):
        jobs = [(f"{verb} {name}", lambda row, work=work, name=name: work(row, name))
                for verb, work in (("kill at each system call of", self.kill_at_calls), ("fail a system call of", self.fail_at_calls),
                                   ("fail an allocation of", self.no_memory)) for name in JOBS]
        jobs += [(f"SQLite refuses a call of {name}", lambda row, name=name: self.refused(row, name)) for name in ASKING]
        return [("kill log at random", self.kill_log), ("kill ingest at random", self.kill_ingest), ("kill report at random", self.kill_report), *jobs,
                ("full disk", self.full_disk), ("read-only folder", self.read_only), ("8 log, 2 ingest, 2 read, 1 copies", self.crowd),
                ("clock jumps", self.clock_jumps), ("growing, rotated, truncated", self.growing),
                ("power cut on ext4", lambda r: self.power_cut(r, "ext4")), ("power cut on xfs", lambda r: self.power_cut(r, "xfs"))]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lineup")
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--nomem")
    parser.add_argument("--refuse")
    parser.add_argument("--next")
    parser.add_argument("--only", default="")
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    faults = Faults(options)
    bad = 0
    print(f"{'fault':36} {'trials':>7} {'acknowledged':>13} {'lost':>6} {'broken':>7} {'seconds':>8}")
    try:
        for name, work in faults.kinds():
            if options.only not in name:
                continue
            row, began = Row(name), time.monotonic()
            work(row)
            if row.skipped:
                print(f"{name:36} skipped: {row.skipped}", flush=True)
                continue
            bad += row.lost + row.broken
            print(f"{name:36} {row.trials:7} {row.acknowledged:13} {row.lost:6} {row.broken:7} {time.monotonic() - began:8.1f}  {row.said}", flush=True)
    finally:
        shutil.rmtree(faults.work, ignore_errors=True)
    sys.exit(bad > 0)


main()
