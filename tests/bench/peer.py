#!/usr/bin/env python3
"""What a careful person would write instead of lineup: peer.py watch|log|mail FILE DATABASE. Rows with their place, and full-text search."""
import datetime
import email
import email.policy
import hashlib
import json
import mailbox
import re
import sqlite3
import sys

PAIR = re.compile(r'(\w+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))')
PG = re.compile(r"(\S+ \S+) (P\d\d)\s+(\w+): (.*)")


def watch(path):
    for line in open(path, "rb"):
        e = json.loads(line)["object"]
        at = datetime.datetime.fromisoformat(e["lastTimestamp"]).timestamp()
        yield int(at), e["type"], e["involvedObject"]["kind"] + "/" + e["involvedObject"]["name"], e["reason"] + " " + e["message"], e["metadata"]["uid"]


def log(path):
    offset = 0
    for line in open(path, "rb"):
        text = line.decode("utf-8", "replace").rstrip("\n")
        key = hashlib.sha256(line + b"%d" % offset).digest()[:16]
        offset += len(line)
        pg = PG.match(text)
        if pg:
            yield pg[1], pg[3], pg[2], pg[4], key
            continue
        d = {a: b or c for a, b, c in PAIR.findall(text)}
        yield d.get("time"), d.get("level"), d.get("name"), d.get("msg"), key


def mail(path):
    box = mailbox.mbox(path, factory=lambda f: email.message_from_binary_file(f, policy=email.policy.default), create=False)
    for letter in box:
        body = letter.get_body(("plain", "html"))
        at = letter["date"].datetime.timestamp()
        yield int(at), str(letter["from"]), letter["subject"], body.get_content() if body else "", letter["message-id"]


if __name__ == "__main__":
    kind, path, database = sys.argv[1:]
    db = sqlite3.connect(database, isolation_level=None)
    db.executescript("""PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF;
        CREATE TABLE event(id INTEGER PRIMARY KEY, at, level, subject, text, key UNIQUE);
        CREATE VIRTUAL TABLE words USING fts5(subject, text, content = 'event', content_rowid = 'id')""")
    db.execute("BEGIN")
    rows = {"watch": watch, "log": log, "mail": mail}[kind](path)
    db.executemany("INSERT OR REPLACE INTO event(at, level, subject, text, key) VALUES (?, ?, ?, ?, ?)", rows)
    db.execute("COMMIT")
    db.executescript("INSERT INTO words(words) VALUES ('rebuild'); CREATE INDEX event_at ON event(at)")
