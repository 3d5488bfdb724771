#!/bin/sh
# A source that was read with the wrong zone, clock or format is put right; nothing else changes.
. "$(dirname "$0")/../lib.sh"

export LINEUP_DB=clock.db
printf '2024-06-18 04:00:00 ERROR one\n2024-06-18 04:00:01 ERROR two\n' >app.log
printf '2024-06-18T04:30:00Z ERROR three\n' >other.log
lineup ingest app.log other.log 2>/dev/null
lineup log --at 2024-06-18T03:00Z four >/dev/null
clocks() { lineup timeline --json | python3 -c 'import json, sys
print(*[json.loads(l)["at"][11:19] + json.loads(l)["basis"][0] for l in sys.stdin])'; }
is 'no zone is UTC, assumed' "$(clocks)" '03:00:00m 04:00:00a 04:00:01a 04:30:00o'
status 'the same bytes with a zone' 3 lineup ingest app.log --zone Europe/Berlin
like 'change nothing, and it is said' "$(cat err)" "is known already .*'lineup rebuild --source 1 --zone Europe/Berlin'"
is 'indeed' "$(clocks)" '03:00:00m 04:00:00a 04:00:01a 04:30:00o'
lineup ingest app.log --captured-at '10m ago' >/dev/null 2>err
like 'a time is given as it stands' "$(cat err)" '--captured-at 2025-01-15T11:50:00Z.'
status 'without one nothing is asked' 0 lineup ingest app.log
status 'read anew with it' 0 lineup rebuild --source app.log --zone Europe/Berlin
is 'it is right, the rest as it was' "$(clocks)" '02:00:00a 02:00:01a 03:00:00m 04:30:00o'
status 'and stays' 0 lineup rebuild
is 'so' "$(clocks)" '02:00:00a 02:00:01a 03:00:00m 04:30:00o'
status 'then it is known so' 0 lineup ingest app.log --zone Europe/Berlin
status 'a clock that was fast' 0 lineup rebuild --source 1 --skew -60s
is 'too' "$(clocks)" '01:59:00a 01:59:01a 03:00:00m 04:30:00o'
status 'a format' 0 lineup rebuild --source 1 --as plain
is 'too' "$(clocks)" '03:00:00m 04:30:00o'
status 'no such format' 1 lineup rebuild --source 1 --as nonsense
status 'all of it is taken back' 0 lineup rebuild --source 1 --zone none --skew none --year none --captured-at none --as none
is 'then it is read as nobody told anything' "$(clocks)" '03:00:00m 04:00:00a 04:00:01a 04:30:00o'
status 'and known so' 0 lineup ingest app.log --zone none --as none
status 'a word that is no zone is none' 2 lineup rebuild --source 1 --zone ''
is 'nothing is lost' "$(lineup timeline --undated --json | grep -c .)" 4
status 'no such source' 1 lineup rebuild --source 9 --zone UTC
status 'a zone for which source?' 2 lineup rebuild --zone UTC
status 'a source to be read how?' 2 lineup rebuild --source 1
status 'a rebuild that can have no worker' 1 sh -c 'ulimit -n 8; exec "$LINEUP" rebuild'
is 'forgets nothing' "$(lineup timeline --undated --json | grep -c .)" 4
echo '2024-06-18 05:00:00 five' >gone.log
lineup ingest --keep none gone.log 2>/dev/null
status 'bytes that were not kept' 1 lineup rebuild --source 3 --zone Europe/Berlin
like 'cannot be' "$(cat err)" 'were not kept'
gone() { lineup show "$(lineup search five | awk '{print $NF}')" --raw; }
gone >out 2>err
like 'nor shown' "$(cat err)" 'ingest it again with --keep all'
status 'unless they are given again' 0 lineup ingest --keep all gone.log
is 'then they are there' "$(gone)" '2024-06-18 05:00:00 five'
status 'and hold' 0 lineup verify
status 'and can be read otherwise' 0 lineup rebuild --source gone.log --zone Europe/Berlin

# ---- what was assumed is said ----
echo '2024-06-18 09:30:00 volume is degraded' >plain.log
status 'times without a zone' 0 lineup -d assumed.db ingest plain.log
like 'are said to be read as UTC' "$(cat err)" '^1 new event states no zone or no year: UTC is assumed'
status 'with one' 0 lineup -d told.db ingest --zone UTC plain.log
unlike 'nothing is assumed' "$(cat err)" 'assumed'
echo '2024-06-18T09:30:00Z volume is degraded' >exact.log
status 'nor where they state it' 0 lineup -d exact.db ingest exact.log
unlike 'and nothing is said' "$(cat err)" 'assumed'
cp "$TESTS/formats/syslog/zone-of-a-program.log" .
lineup -d proved.db ingest zone-of-a-program.log 2>err
unlike 'nor where other lines prove it' "$(cat err)" 'assumed'
# ---- killed in the midst ----
export LINEUP_DB=killed.db
{ cat app.log; yes '' | head -n 1100000; } >long.log
lineup ingest long.log other.log 2>/dev/null
lineup log --at 2024-06-18T03:00Z four >/dev/null
{ (ulimit -f 2048; exec "$LINEUP" rebuild --source 1 --zone Europe/Berlin); } >/dev/null 2>&1
is 'a rebuild that is killed before it reads' "$(lineup timeline --json 2>err | wc -l)" 1
is 'says once how it is finished' "$(cat err)" \
	"lineup: a rebuild was begun and not finished: events are missing; unless it is still running, 'lineup rebuild' finishes it"
like 'as doctor does' "$(lineup doctor)" "a rebuild was begun and not finished.*'lineup rebuild' finishes it"
cp killed.db other.db
status 'another' 0 lineup rebuild
is 'does what was begun' "$(clocks)" '02:00:00a 02:00:01a 03:00:00m 04:30:00o'
is 'and nothing is said' "$(lineup timeline 2>&1 >/dev/null)" ''
LINEUP_DB=other.db
lineup ingest long.log >/dev/null 2>&1
is 'a source that is ingested again keeps what it was told' "$(clocks 2>/dev/null)" '02:00:00a 02:00:01a 03:00:00m'
lineup ingest other.log >/dev/null 2>&1

# An ingest that was killed had stored a part; the same lines came with another file, too.
python3 - <<'PY'
import sqlite3
db = sqlite3.connect("other.db")
db.execute("UPDATE source SET state = 'reading' WHERE name = 'long.log'")
db.commit()
PY
cat app.log other.log >both.log
lineup ingest --zone Europe/Berlin both.log 2>/dev/null
lineup ingest --zone Asia/Tokyo long.log 2>/dev/null
is 'told otherwise, it stands at that time alone, and what others tell stays' "$(clocks 2>/dev/null)" \
	'19:00:00a 19:00:01a 02:00:00a 02:00:01a 03:00:00m 04:30:00o'
is 'and is found' "$(lineup search one | wc -l)" 2
status 'the database is whole' 0 lineup verify

# ---- no worker can be had ----
# How many descriptors are too few depends on who runs this: from far too few to enough, each way is told once.
export LINEUP_DB=few.db
mkdir several && for i in 1 2 3; do echo "2024-06-18T04:0$i:00Z ERROR number $i" >several/$i.log; done
for n in 8 9 10 11 12 13 14 15 16 18 20 24 28 32 64; do
	rm -f few.db
	(ulimit -n $n; exec "$LINEUP" ingest several) 2>few.err
	echo "$? $(grep -c 'a worker' few.err) $(lineup sources 2>/dev/null | grep -c 'not complete') $(lineup notes 2>/dev/null | grep -c 'a worker')"
	lineup ingest several 2>again.err
	echo "again $? $(lineup timeline 2>/dev/null | wc -l) $(lineup notes 2>/dev/null)"
	grep -q '3 of 3 sources were not read' few.err && cp few.err unread.err
done | sort -u >several.out
is 'all files are kept and noted, and read the next time' "$(sed 's/^1 0 0 0$/1 3 3 3/' several.out | sort -u)" \
	"$(printf '0 0 0 0\n1 3 3 3\nagain 0 3 ')"
like 'each is told with its name once' "$(cat unread.err)" '^several/2.log: cannot (talk|listen) to a worker: Too many open files; what was not read'

# A source of a folder is meant by the end of its path, where no other ends so.
mkdir -p deep/a deep/b && cp app.log deep/a/one.log && sed 's/04:/05:/' app.log >deep/b/two.log && sed 's/04:/06:/' app.log >deep/a/two.log
lineup -d deep.db ingest deep >/dev/null 2>&1
status 'by the end of its path' 0 lineup -d deep.db rebuild --source one.log --zone Europe/Berlin
status 'which two have' 1 lineup -d deep.db rebuild --source two.log --zone Europe/Berlin
like 'and it is said' "$(cat err)" "several sources are called 'two.log'"
status 'with its folder' 0 lineup -d deep.db rebuild --source a/two.log --zone Europe/Berlin
status 'half a name is none' 1 lineup -d deep.db rebuild --source ne.log --zone Europe/Berlin
done_testing
