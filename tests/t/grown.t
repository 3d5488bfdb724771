#!/bin/sh
# A file that was read while it was being written is read again, longer: what was cut then stands once, and whole.
. "$(dirname "$0")/../lib.sh"

export LINEUP_DB=grown.db
texts() { lineup timeline --undated --json 2>/dev/null | python3 -c 'import json, sys
print(*sorted((l["at"] or "-")[:10] + " " + l["text"].replace("\n", "|") for l in map(json.loads, sys.stdin)), sep="; ")'; }
# taken NAME [OPTION...]: it is read as it is now
taken() { lineup ingest "$@" >/dev/null 2>err; }
# alone NAME FILE [OPTION...]: what is there is what the file alone tells, also after a rebuild
alone() {
	name=$1; shift
	got=$(texts)
	is "$name" "$got" "$(export LINEUP_DB=alone.db; rm -f alone.db; lineup ingest "$@" >/dev/null 2>&1; texts)"
	lineup rebuild >/dev/null 2>&1
	is "$name, and after a rebuild" "$(texts)" "$got"
	status "$name: the database is whole" 0 lineup verify
}

# ---- a line that is cut: in its text, in its time, in a record of several lines ----
cat >whole.log <<'E'
2024-06-18T04:00:00Z ERROR one
2024-06-18T04:01:00Z ERROR disk full on node-3
Traceback (most recent call last):
  File "a.py", line 1
ValueError: no
2024-06-18T04:02:00Z ERROR three
E
lineup log --at 2024-06-18T05:00Z 'a typed line' >/dev/null
for cut in 33 40 97 110 130 65; do
	rm -f grown.db
	head -c $cut whole.log >app.log
	taken app.log
	lineup search fu >found 2>/dev/null
	cp whole.log app.log
	taken app.log
	is "cut at $cut" "$(texts)" "$(export LINEUP_DB=alone.db; rm -f alone.db; taken whole.log; texts)"
done
is 'half a word was found' "$(wc -l <found)" 1
is 'words of what is gone are not' "$(lineup search fu 2>/dev/null | wc -l)" 0
is 'those of what is there are' "$(lineup search full 2>/dev/null | wc -l)" 1
alone 'cut in several places' whole.log

# ---- the same line from elsewhere stays ----
rm -f grown.db
head -c 67 whole.log >app.log
cp app.log other.txt
taken other.txt
taken app.log
cp whole.log app.log
taken app.log
is 'half of it is evidence elsewhere, and stays' "$(texts)" \
	"$(export LINEUP_DB=alone.db; rm -f alone.db; taken other.txt whole.log; texts)"
like 'as what the other file tells' "$(lineup timeline --json | grep 'disk full"')" 'other.txt'

# ---- a note about half a record goes with it ----
rm -f grown.db
event() { printf '{"kind":"Event","apiVersion":"v1","metadata":{"name":"a.%s","namespace":"d","uid":"%s"},"involvedObject":{"kind":"Pod","name":"a","namespace":"d"},"reason":"BackOff","message":"%s","type":"Warning","count":1,"firstTimestamp":"2024-06-18T04:0%s:00Z","lastTimestamp":"2024-06-18T04:0%s:00Z"}\n' "$1" "$1" "$1" "$1" "$1"; }
{ event 1; event 2 | head -c 200; } >watch.json
taken watch.json
status 'half a record is noted' 3 lineup notes
{ event 1; event 2; } >watch.json
taken watch.json
status 'until it is whole' 0 lineup notes
alone 'as is what it tells' watch.json

# ---- years that only the rest shows ----
rm -f grown.db
printf 'Dec 20 04:00:00 host app[1]: ERROR one\nJan  2 04:00:00 host app[1]: ERROR two\n' >year.log
touch -d 2024-02-01T00:00Z year.log
taken year.log
printf 'Mar  5 04:00:00 host app[1]: ERROR three\nDec 24 04:00:00 host app[1]: ERROR four\nJan  3 04:00:00 host app[1]: ERROR five\n' >>year.log
touch -d 2025-01-10T00:00Z year.log
taken year.log
alone 'a year is worked out from all of it' year.log
cp year.log year.log.1
printf 'Jan  4 04:00:00 host app[1]: ERROR six\n' >>year.log.1
touch -d 2025-01-11T00:00Z year.log.1
taken year.log.1
alone 'rotated, too' year.log.1

# ---- what it was told holds ----
rm -f grown.db
printf '2024-06-18 04:00:00 ERROR one\n' >zone.log
taken zone.log
lineup rebuild --source 1 --zone Europe/Berlin 2>/dev/null
printf '2024-06-18 05:00:00 ERROR two\n' >>zone.log
taken zone.log
like 'which is said' "$(cat err)" 'zone.log: has grown, and is read as it was told to be before'
alone 'a zone told before' zone.log --zone Europe/Berlin
printf '2024-06-18 06:00:00 ERROR three\n' >>zone.log
taken zone.log --zone none
alone 'and is taken back' zone.log
printf '2024-06-18 07:00:00 ERROR four\n' >>zone.log
taken zone.log --zone Asia/Tokyo
alone 'another zone moves all of it' zone.log --zone Asia/Tokyo

# ---- another file by the same name is another file ----
rm -f grown.db
printf '2024-06-18T04:00:00Z ERROR one\n2024-06-18T04:01:00Z ERROR tw' >app.log
taken app.log
printf '2024-06-19T04:00:00Z ERROR one\n2024-06-19T04:01:00Z ERROR tw\n2024-06-19T04:02:00Z ERROR three\n' >app.log
taken app.log
is 'nothing of the one is lost' "$(texts | tr ';' '\n' | wc -l)" 5
done_testing
