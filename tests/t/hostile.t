#!/bin/sh
# Evidence, words and databases made to hurt: each costs what it is, is named with the limit it met, and the rest is taken in.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'
mkdir evidence && (cd evidence && python3 "$TESTS/hostile/make.py") || exit 1
control=$(printf '[\001-\010\013-\037\177]')

# attack FILE STATUS EVENTS NOTE: what ingest ends with, how many events are in, and what a note says (empty: there is none)
attack() {
	export LINEUP_DB="$1.db"
	timeout 300 "$LINEUP" ingest "evidence/$1" >out 2>err
	is "$1: status and events" "$? $(lineup sql 'SELECT count(*) FROM event' | tail -n 1)" "$2 $3"
	lineup notes >notes 2>/dev/null
	if [ -n "$4" ]; then like "$1: it is said why" "$(cat notes)" "$4"; else is "$1: nothing is amiss" "$(cat notes)" ''; fi
	unlike "$1: no control character comes out" "$(cat out err notes; lineup sources; lineup timeline --undated 2>&1)" "$control"
}

attack groups.mbox 3 3 'header field longer than 65536 bytes is cut'
attack parameter.mbox 3 3 'parameter name longer than 64 bytes is left out'
attack parts.mbox 3 3 'more than 1000 parts'
attack headers.mbox 3 3 'more than 1000 header fields'
attack deep.mbox 3 3 'nested deeper than 32'
attack forwards.mbox 3 3 'nested deeper than 32'
attack deep.json 3 2 'nested deeper than 1024 levels'
attack deep-value.json 3 2 'nested deeper than 1024 levels'
attack open.json 3 1 'nested deeper than 1024 levels'
attack deep.yaml 3 0 'nested deeper than 64 levels'
attack brackets.yaml 3 0 'nested deeper than 64 levels'
attack alias.yaml 0 1 ''
attack zip-bomb.zip 3 0 'more than 250 times its size'
attack bomb.gz 3 4 'more than 250 times its size'
attack nested.zip 3 0 'wrapped more than 4 times'
attack overlap.zip 3 0 'lists 2000 members, 1 were found'
attack claims.tar 3 0 'Truncated tar archive'
attack names.tar 0 3 ''
attack homes.tar 0 3 ''
attack members.tar 3 0 'more than 100000 members'
attack links.tar 3 3 'a link or device in an archive is not followed'
attack nul.log 0 10 ''
attack mtree.log 0 4 ''
attack long-line.log 3 5 'longer than 64 KiB: its text is cut'
most='import resource, subprocess, sys; subprocess.run(sys.argv[1:], capture_output=True); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10)'
export LINEUP_DB=gigabyte.db
mib=$(python3 -c "$most" "$LINEUP" ingest evidence/gigabyte.log)
is 'what stands around a line of a gigabyte is in' "$(lineup timeline | grep -c 'good line')" 4
like 'it is said that the line is cut' "$(lineup notes)" 'longer than 64 KiB: its text is cut'
if grep -q __asan_ "$LINEUP"; then
	skip 'it takes less than 96 MiB' 'a sanitizer takes more'
else
	is "it takes less than 96 MiB ($mib)" "$((mib < 96))" 1
fi
rm -f evidence/gigabyte.log
attack utf16.log 0 3 ''
attack bytes.log 0 6 ''
attack value.export 3 3 'value longer than 1 MiB: cut'
attack formulas.log 0 4 ''
unlike 'no cell of a table is a formula' "$(lineup timeline --csv)" '(^|,)"?[=+@]'
unlike 'no text of a page is markup' "$(lineup timeline --md)" '[^\\]<script|@everyone|[^\\]\]\(javascript'

# A mail or a value that eats all memory costs its part; what is beside it is in. (Under a sanitizer there is no limit to memory.)
if lineup doctor 2>/dev/null | grep -q '^ok    sandbox'; then
	mkdir pair && cp evidence/memory.json pair/a.json && cp evidence/mtree.log pair/b.log
	export LINEUP_DB=memory.db
	status 'a memory bomb is a finding' 3 lineup ingest pair
	like 'it is named' "$(lineup notes)" 'a.json: the reader crashed .*out of memory'
	is 'what was in front of it and beside it is in' "$(lineup sql 'SELECT count(*) FROM event' | tail -n 1)" 5
else
	skip 'a memory bomb costs its part' 'no sandbox here'
fi

# The worker holds nothing of the database, and is shut in.
export LINEUP_DB=stream.db
mkfifo pipe
lineup ingest - <pipe >/dev/null 2>&1 &
exec 3>pipe
printf '2024-06-18T04:00:00Z level=error msg="in a stream"\n' >&3
i=0; while [ $i -lt 100 ] && ! lineup timeline 2>/dev/null | grep -q 'in a stream'; do sleep 0.1; i=$((i + 1)); done
like 'a line of a stream comes within ten seconds' "$(lineup timeline 2>&1)" 'in a stream'
children() { for c in $(cat /proc/"$1"/task/*/children 2>/dev/null); do echo "$c"; children "$c"; done; }
workers=$(for p in $(pgrep -x lineup); do [ "$(readlink "/proc/$p/cwd")" = "$WORK" ] && children "$p"; done | sort -u)
held=; for p in $workers; do held="$held $(ls -l /proc/"$p"/fd 2>/dev/null)"; done
like 'the worker has descriptors' "$held" 'socket:'
unlike 'none of them is the database' "$held" '\.db'
if lineup doctor 2>/dev/null | grep -q '^ok    sandbox'; then
	like 'one of them is filtered' "$(for p in $workers; do grep Seccomp: "/proc/$p/status"; done)" '2$'
else
	skip 'the worker is filtered' 'no sandbox here'
fi
exec 3>&-
wait

# Words are words: neither FTS5's language nor SQL's.
export LINEUP_DB=words.db
lineup log "osd.3 says \"disk\" -x NEAR(a b) 100% o'clock" >/dev/null
for word in 'osd.3' '"disk"' 'disk"' '-x' 'NEAR(a' '100%' "o'clock" '*' '(((' 'text:osd' "' OR 1=1 --" 'AND' '^osd' '{a}' "$(printf 'a\001b')"; do
	lineup search -- "$word" >out 2>err
	is "search for $(printf '%s' "$word" | tr '\001#' '??')" "$? $(grep -v '^no events match$' err)" '0 '
done
is 'a word that is there is found' "$(lineup search 'osd.3' 'disk"' | wc -l)" 1
is 'a name of a column is no operator' "$(lineup search 'text:osd.3' | wc -l)" 0
for sql in 'DELETE FROM event' 'ATTACH "x" AS y' 'PRAGMA writable_schema = 1' "SELECT load_extension('x')" "SELECT writefile('x', 'y')" 'SELECT 1; DROP TABLE event' 'VACUUM INTO "x"'; do
	status "sql refuses: $sql" 1 lineup sql "$sql"
done
is 'nothing was written' "$(ls x y 2>/dev/null; lineup timeline | wc -l)" 1

# A database from somebody else: damaged at random, whatever is asked of it ends with a word and no crash.
lineup -d whole.db ingest evidence/names.tar >/dev/null 2>&1
lineup -d whole.db log "typed" >/dev/null
cat >break.py <<'PY'
import random, subprocess, sys
lineup, bad = sys.argv[1], []
whole = open("whole.db", "rb").read()
r = random.Random(7)
for i in range(25):
    data = bytearray(whole)
    for _ in range(r.choice((1, 5, 50, 500))):
        data[r.randrange(100 if i % 5 == 0 else len(data))] = r.randrange(256)
    if i % 7 == 0:
        del data[r.randrange(len(data)):]
    open("broken.db", "wb").write(data)
    for words in (["timeline"], ["search", "good"], ["doctor"], ["overlap"], ["log", "still here"]):
        try:
            p = subprocess.run([lineup, "-d", "broken.db", *words], capture_output=True, timeout=20, stdin=subprocess.DEVNULL)
            if p.returncode not in (0, 1, 3) or (p.returncode == 1 and not p.stderr + p.stdout):
                bad.append(f"{i} {words[0]}: {p.returncode} {p.stderr[-200:]}")
        except subprocess.TimeoutExpired:
            bad.append(f"{i} {words[0]}: hangs")
print("\n".join(bad))
PY
is 'damaged databases end with a word' "$(python3 break.py "$LINEUP" 2>&1)" ''
rm -f crafted.db
sqlite3 crafted.db 'PRAGMA application_id = 0x4c4e5550; PRAGMA user_version = 1; CREATE VIEW event AS SELECT writefile("x", "y"); CREATE TABLE source(id)'
status 'a view in the place of a table is refused' 1 lineup -d crafted.db timeline
like 'it is said why' "$(cat err)" 'put a trigger into it, or a view in the place of a table; drop it'
is 'and nothing is run' "$(ls x 2>/dev/null)" ''
cp whole.db trigger.db
sqlite3 trigger.db 'CREATE TRIGGER mine AFTER INSERT ON event BEGIN DELETE FROM event; END'
status 'a trigger of somebody else is refused' 1 lineup -d trigger.db timeline
cp whole.db view.db
sqlite3 view.db 'CREATE VIEW mine AS SELECT text FROM event'
status 'a view of its owner is not' 0 lineup -d view.db timeline
cp whole.db levels.db
sqlite3 levels.db 'UPDATE event SET severity = -1, lane = -1'
is 'a severity and a lane that there are not hide nothing' "$(lineup -d levels.db timeline | wc -l) $(lineup -d levels.db timeline --lane other --min-severity critical | wc -l)" \
	"$(lineup -d whole.db timeline | wc -l) $(lineup -d whole.db timeline | wc -l)"
cp whole.db wal.db
export LINEUP_DB=wal.db
hold 'PRAGMA journal_mode = wal' 'SELECT count(*) FROM event'
lineup log 'a line' >out 2>err
like 'a database that another program holds in WAL mode is said to be that' "$(cat err)" 'another program has it open in WAL mode; close that first'
unlock

mkdir crafted
is 'crafted databases end with a word' "$(cd crafted && python3 -B "$TESTS/hostile/crafted.py" "$LINEUP" 2>&1)" ''

# A database of each released schema opens, reads and is written to.
for golden in "$TESTS"/hostile/golden-*.sql; do
	name=$(basename "$golden" .sql)
	sqlite3 "$name.db" <"$golden" >/dev/null
	export LINEUP_DB="$name.db"
	like "$name is sound" "$(lineup doctor)" 'is sound, [1-9]'
	{ lineup timeline; lineup sources; lineup incident list; lineup action list; lineup spans; } >out
	same "$name reads as ever" out "$TESTS/hostile/$name.expected"
	like "its words are found" "$(lineup search faulted | wc -l) $(lineup search @fusionauth | wc -l)" '^2 1$'
	status "$name can be written to" 0 lineup log 'a new line'
	status "$name can be rebuilt" 0 lineup rebuild
done
# ---- a storm of one alert: a report takes what its rows take, not their square ----
export LINEUP_DB=storm.db
python3 - >storm.json <<'PY'
import json
print(json.dumps({"version": "4", "status": "firing", "alerts": [{"status": "firing", "labels": {"alertname": "Storm", "service": "web"},
    "annotations": {"summary": f"wave {i}"}, "startsAt": "2024-06-17T06:30:00.000Z", "endsAt": "0001-01-01T00:00:00Z",
    "fingerprint": f"f{i}"} for i in range(20000)]}))
PY
lineup ingest storm.json >/dev/null 2>&1
lineup incident new storm --from 2024-06-17T06:00Z --to 2024-06-17T08:00Z >/dev/null 2>&1
status 'twenty thousand alerts of one instant in less than 800 MB' 0 python3 - "$LINEUP" <<'PY'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "report", "-o", "storm.md"], check=True)
mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
sys.exit(f"{mb} MB" if mb > 800 else 0)
PY
like 'are one row' "$(grep -c '^| 2024-06-17 06:30.*Storm\|^| 2024-06-17 06:30.*wave' storm.md)" '^1$'

# ---- and so does a notice that is told again and again ----
export LINEUP_DB=again.db
python3 - >again.mbox <<'PY'
from datetime import datetime, timedelta, timezone
for i in range(8000):
    at = datetime(2024, 6, 1, tzinfo=timezone.utc) + timedelta(seconds=i * 20)
    print(f"""From noc@provider.example {at:%a %b %d %H:%M:%S %Y}
From: NOC <noc@provider.example>
Subject: Maintenance M-11
Date: {at:%a, %d %b %Y %H:%M:%S +0000}
Message-ID: <m{i}@provider.example>
MIME-Version: 1.0
Content-Type: text/calendar; method=PUBLISH; charset=UTF-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
METHOD:PUBLISH
BEGIN:VEVENT
UID:m-11
DTSTAMP:{at:%Y%m%dT%H%M%SZ}
DTSTART:20240617T050000Z
DTEND:20240617T110000Z
SUMMARY:Maintenance
SEQUENCE:{i}
X-MAINTNOTE-PROVIDER:provider
X-MAINTNOTE-MAINTENANCE-ID:M-11
X-MAINTNOTE-STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR
""")
PY
lineup ingest again.mbox >/dev/null 2>&1
lineup incident new again --from 2024-06-17T06:00Z --to 2024-06-17T08:00Z >/dev/null 2>&1
status 'eight thousand mails of one notice in less than 5 s' 0 sh -c 'ulimit -t 5; "$1" overlap --json' - "$LINEUP"
is 'are one notice' "$(python3 -c 'import json; print([n["reference"] for n in json.load(open("out"))["notices"]])')" "['M-11']"

# A feed of very many entries: each is looked for once, and those beyond the limit are one note.
python3 -c 'print("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>A Status</title>"); print("<item></item>\n" * 400000 + "</channel></rss>")' >many.rss
"$LINEUP" formats test many.rss >got 2>bids
is 'entries beyond the limit are one note' "$(grep -c '"note"' got)" 1
is 'those before it are read' "$(grep -vc '"note"' got)" 5000
like 'the rest is not understood' "$(cat bids)" ', 5530017 not understood$'

done_testing
