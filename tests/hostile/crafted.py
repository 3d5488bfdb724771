#!/usr/bin/env python3
"""Timelines from somebody else, made to hurt: crafted.py LINEUP [CRAFT...] asks each of them some things, those named everything,
and prints what goes wrong.

Wrong is a signal, a hang, silence where there is no result, a control character on the way out, or a file that nobody asked for."""
import os, random, re, resource, shutil, sqlite3, subprocess, sys, zlib

LINEUP = sys.argv[1]
FAR = 9223372036854775807
DEEP = "[" * 100000 + "]" * 100000
NUMBERS = (0, -1, 99, 2**31, -2**31, FAR, -FAR - 1)


def everywhere(table, column, values):
    return [f"UPDATE {table} SET {column} = {v} WHERE rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {i})" for i, v in enumerate(values)]


def body(noun, text):
    return [("UPDATE statement SET body = ? WHERE noun = ?", (text, noun))]


# What is done to a sound timeline. The first statements of each may do what a program that keeps to the rules cannot.
CRAFTS = {
    "trigger on event": ["CREATE TRIGGER t AFTER INSERT ON event BEGIN DELETE FROM statement; END"],
    "trigger on statement": ["CREATE TRIGGER t BEFORE INSERT ON statement BEGIN UPDATE source SET name = 'x'; SELECT RAISE(IGNORE); END"],
    "trigger that grows": ["CREATE TRIGGER t AFTER INSERT ON event BEGIN INSERT INTO note(source, text, why) SELECT 1, hex(zeroblob(1000000)), 'x' FROM event; END"],
    "view for a table": ["DROP TABLE note", "CREATE VIEW note AS SELECT 1 AS id, 1 AS source, 0 AS offset, 0 AS length, 0 AS line, load_extension('x') AS text, '' AS why"],
    "endless view": ["DROP TABLE note", "CREATE VIEW note AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT id, 1 AS source, 0 AS offset, 0 AS length, 0 AS line, 'x' AS text, '' AS why FROM c"],
    "virtual table for a table": ["DROP TABLE note", "CREATE VIRTUAL TABLE note USING fts5(id, source, offset, length, line, text, why)"],
    "generated column": ["DROP TABLE note", "CREATE TABLE note(id INTEGER PRIMARY KEY, source, offset, length, line, why, seed, text AS (hex(zeroblob(seed))) )",
                         "INSERT INTO note(source, offset, length, line, why, seed) VALUES (1, 0, 0, 0, 'x', 400000000)"],
    "schema that lies": ["PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'statement') WHERE name = 'event'"],
    "schema in circles": ["PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET rootpage = 1 WHERE name = 'note'"],
    "schema without sense": ["PRAGMA writable_schema = 1", "UPDATE sqlite_schema SET sql = 'CREATE TABLE source(x, x, x' WHERE name = 'source'"],
    "words of nothing": ["DELETE FROM event_text_data", "DELETE FROM event_text_idx"],
    "words of garbage": ["UPDATE event_text_data SET block = randomblob(4000)"],
    "words of length": ["UPDATE event_text_data SET block = zeroblob(1000000)", "UPDATE event_text_idx SET pgno = 9223372036854775807"],
    "words counted": ["DROP TABLE event_text", "CREATE VIRTUAL TABLE event_text USING fts5(text, subject, content = 'event', content_rowid = 'id')",
                      "INSERT INTO event_text(event_text) VALUES ('rebuild')", "UPDATE event_text_docsize SET sz = x'ffffffffffffffffff'"],
    "words configured": ["UPDATE event_text_config SET v = 99999999999 WHERE k = 'pgsz'", "INSERT OR REPLACE INTO event_text_config VALUES ('version', 99)", "INSERT OR REPLACE INTO event_text_config VALUES ('rank', 'load_extension(1)')"],
    "numbers of events": [f"UPDATE event SET {c} = {v} WHERE id = {i + 1}" for c in ("lane", "severity", "precision", "basis", "count", "length", "line") for i, v in enumerate(NUMBERS)],
    "events far apart": ["UPDATE event SET id = 9223372036854775000 WHERE id = (SELECT max(id) FROM event)", "UPDATE event SET id = 4611686018427387904 WHERE id = 2",
                         "UPDATE state SET value = 0 WHERE name = 'indexed_to'"],
    "events at the end": [f"UPDATE event SET id = {FAR} WHERE id = (SELECT max(id) FROM event)", f"UPDATE event SET id = {-FAR - 1} WHERE id = 1"],
    "offsets of events": everywhere("event", "offset", NUMBERS) + everywhere("event", "length", reversed(NUMBERS)),
    "times of events": everywhere("event", "at", NUMBERS) + everywhere("event", "until", NUMBERS) + everywhere("event", "at_min", NUMBERS) + everywhere("event", "at_max", reversed(NUMBERS)),
    "texts of events": [("UPDATE event SET text = ?, subject = ?, written = ?", ("\x1b]0;x\x07\u202e" + "x" * 3000000, "pod:\x1b[2J/\x00x", "\x9b31m")), ("UPDATE event SET fields = ?", (DEEP,))],
    "fields of events": [("UPDATE event SET fields = ?", ("{" + ",".join(f'"k{i}":"v"' for i in range(20000)) + "}",))],
    "not UTF-8": ["UPDATE event SET text = CAST(x'fffe80c3' AS TEXT), subject = CAST(x'c0af' AS TEXT), fields = CAST(x'7b22ff223a31' AS TEXT)", "UPDATE source SET name = CAST(x'fe1b5b324a' AS TEXT)"],
    "names of kinds": ["UPDATE kind SET name = 'storage.' || hex(zeroblob(100000)) WHERE id = 2", "UPDATE kind SET name = '' WHERE id = 3", "UPDATE lane SET name = char(27) || '[2J'"],
    "its own parent": ["UPDATE source SET parent = id"],
    "parents in a ring": ["UPDATE source SET parent = (SELECT max(id) FROM source) WHERE id = 1"],
    "numbers of sources": everywhere("source", "size", NUMBERS) + everywhere("source", "skew", NUMBERS) + everywhere("source", "year", NUMBERS) + everywhere("source", "taken_at", NUMBERS) + everywhere("source", "mtime", NUMBERS),
    "words of sources": [("UPDATE source SET name = ?, zone = ?, format = ?, told = ?, sha256 = ?, evidence = NULL", ("../../etc/\x1b[2Jpasswd", "../../etc/passwd", "no-such", "neither", "'; --"))],
    "evidence that is garbage": ["UPDATE sqlar SET data = randomblob(100)"],
    "evidence that claims": ["UPDATE sqlar SET sz = 999999999"],
    "evidence beyond all": [f"UPDATE sqlar SET sz = {FAR}"],
    "evidence below zero": ["UPDATE sqlar SET sz = -1, data = NULL"],
    "evidence that swells": [("UPDATE sqlar SET data = ?, sz = ?", (zlib.compress(b"\n" * 200000000), 200000000))],
    "evidence in parts": ["UPDATE source SET evidence = '1/x.part-0'", "INSERT INTO sqlar(name, sz, data) WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n < 400) SELECT '1/x.part-' || n, 1, zeroblob(3000000) FROM c"],
    "statements of depth": [("UPDATE statement SET body = ?", (DEEP,))],
    "statements of nonsense": [("UPDATE statement SET body = ?", ('{"title":7,"from":"never","to":[],"severity":{},"status":"\\u0000","milestones":3,"over":"x","type":null,"due":"0000-00-00","location":1,"state":99}',))],
    "statements that are huge": [("UPDATE statement SET body = ?", ('{"title":"' + "x" * 20000000 + '"}',))],
    "statements of times": [("UPDATE statement SET body = ?", ('{"title":"x","from":9223372036854775807,"to":-9223372036854775808,"at":1e400,"severity":"critical","recorded_at":-1}',)), f"UPDATE statement SET recorded_at = {FAR}"],
    "statements of nobody": ["UPDATE statement SET noun = 'x' || seq, id = '', author = char(27) || '[2J'"],
    "state of nonsense": [f"UPDATE state SET value = {FAR}", "INSERT INTO state(name, value) VALUES ('x', -1)"],
    "notes of nonsense": [("UPDATE note SET text = ?, why = ?, offset = ?, line = ?", ("\x1b[2J", "\r\n\x9b", FAR, -1))],
}
QUESTIONS = [["timeline", "--undated"], ["timeline", "--json"], ["timeline", "--md"], ["timeline", "--csv"], ["search", "volume"], ["sources"], ["notes"], ["spans"], ["overlap"], ["overlap", "--json"],
             ["notices"], ["backups"], ["incident", "list"], ["incident", "show", "inc-1"], ["action", "list"], ["asset", "list"], ["location", "list"], ["report"], ["review", "2024Q2"], ["verify"],
             ["export", "--format", "ics"], ["show", "FIRST", "--raw"], ["sql", "SELECT * FROM event LIMIT 3"], ["log", "still here"], ["backup", "copy.db"], ["doctor"], ["rebuild"]]
CONTROL = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]")
ENV = {**os.environ, "NO_COLOR": "1"}


SANITIZED = b"__asan_init" in open(LINEUP, "rb").read() # which reserves terabytes


def limit():
    if not SANITIZED:
        resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


def ask(words, db):
    return subprocess.run([LINEUP, "-d", db, *words], capture_output=True, timeout=60, stdin=subprocess.DEVNULL, env=ENV, preexec_fn=limit)


def whole():
    with open("evidence.log", "w") as f:
        for i in range(8):
            f.write(f"2024-06-18T04:{i:02}:00Z level=error msg=\"volume pvc-{i} faulted\"\n")
        f.write("nothing with a time\n")
    for words in (["ingest", "evidence.log"], ["incident", "new", "Logins down", "--from", "2024-06-18T04:00Z", "--to", "2024-06-18T06:00Z", "--severity", "critical"], ["log", "typed"], ["mark", "detected", "2024-06-18T04:05Z"],
                  ["decide", "restore", "--over", "wait", "--because", "now"], ["action", "add", "watch", "--type", "detect"], ["asset", "add", "fusionauth"], ["location", "set", "nas", "unreachable", "--from", "2024-06-18T04:00Z"]):
        p = ask(words, "whole.db")
        assert p.returncode in (0, 3), (words, p.stderr)
    return re.search(rb"\be[0-9a-f]{12}", ask(["timeline"], "whole.db").stdout)[0].decode()


def craft(steps):
    shutil.copy("whole.db", "crafted.db")
    c = sqlite3.connect("crafted.db", isolation_level=None)
    for (sql,) in c.execute("SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        c.execute(sql)
    c.execute("PRAGMA foreign_keys = 0")
    c.execute("PRAGMA ignore_check_constraints = 1")
    for step in steps:
        try:
            c.execute(*(step if isinstance(step, tuple) else (step,)))
        except (sqlite3.IntegrityError, OverflowError) as e:
            if "UNIQUE" not in str(e):
                print(f"{step}: {e}")
    c.close()


first = whole()
for turn, name in enumerate(sys.argv[2:] or CRAFTS):
    craft(CRAFTS[name])
    for words in QUESTIONS if sys.argv[2:] else QUESTIONS[turn % 4::4]:
        words = [first if w == "FIRST" else w for w in words]
        before = set(os.listdir("."))
        try:
            p = ask(words, "crafted.db")
        except subprocess.TimeoutExpired:
            print(f"{name}: {words[0]} hangs")
            continue
        if p.returncode not in (0, 1, 2, 3) and b"out of memory" not in p.stderr:
            print(f"{name}: {' '.join(words)}: {p.returncode} {p.stderr[-200:]}")
        elif p.returncode == 1 and not p.stderr + p.stdout:
            print(f"{name}: {words[0]} fails without a word")
        if "--raw" not in words and CONTROL.search((p.stdout + p.stderr).replace(b"\r\n", b"\n")): # calendars end their lines so
            print(f"{name}: {' '.join(words)}: a control character comes out: {CONTROL.search(p.stdout + p.stderr)}")
        strange = {f for f in set(os.listdir(".")) - before if not re.match(r"(copy|crafted)\.db", f)}
        if strange:
            print(f"{name}: {words[0]} leaves {strange}")
        for f in os.listdir("."):
            if f.startswith("copy.db"):
                os.unlink(f)
    for f in os.listdir("."):
        if f.startswith("crafted.db"):
            os.unlink(f)
