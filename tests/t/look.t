#!/bin/sh
# Looking at the timeline: filters, forms, search, show, sources, notes, sql.
. "$(dirname "$0")/../lib.sh"

cat >app.log <<'LOG'
2024-06-18T09:30:00Z INFO starting
2024-06-18T09:31:00Z ERROR no space left on device
2024-06-18T09:32:00.250Z WARN =cmd|' /C calc'!A0
LOG
status 'ingest takes a log' 0 lineup ingest app.log
is 'timeline shows every line' "$(lineup timeline | wc -l)" 3
like 'every line shows its date' "$(lineup timeline | head -n 1)" '^2024-06-18 09:30:00Z'
is 'from and to are half-open' "$(lineup timeline --from 2024-06-18T09:31Z --to 2024-06-18T09:32Z | wc -l)" 1
is 'around and context' "$(lineup timeline --around 2024-06-18T09:30Z --context 30s | wc -l)" 1
is 'severity and worse' "$(lineup timeline --min-severity warning | wc -l)" 2
is 'limit' "$(lineup timeline --limit 2 2>/dev/null | wc -l)" 2
like 'the reader'"'"'s zone stands beside UTC' "$(lineup --tz Europe/Paris timeline | head -n 1)" '09:30:00Z \(11:30 CEST\)'
is 'json lines parse, with their source' "$(lineup timeline --json | python3 -c '
import json, sys
rows = [json.loads(l) for l in sys.stdin]
print(len(rows), rows[0]["at"], rows[0]["source"]["name"], rows[2]["at"], sorted(rows[0])[:3])')" "3 2024-06-18T09:30:00Z app.log 2024-06-18T09:32:00.250Z ['at', 'basis', 'count']"
like 'csv guards formulas' "$(lineup timeline --csv)" "'=cmd"
is 'csv has a head and a row each' "$(lineup timeline --csv | wc -l)" 4
like 'markdown is a table' "$(lineup timeline --md | sed -n 2p)" '^\|[-:| ]+\|'
like 'ics is a calendar' "$(lineup timeline --ics | head -n 1)" '^BEGIN:VCALENDAR'
is 'search needs all words' "$(lineup search space left | wc -l)" 1
is 'search takes anything as words' "$(lineup search 'device" OR (' 2>/dev/null | wc -l)" 0
id=$(lineup timeline --json | head -n 2 | tail -n 1 | python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])')
like 'show tells one event' "$(lineup show "$id")" 'app.log, line 2'
is 'show --raw gives the bytes' "$(lineup show "$id" --raw)" '2024-06-18T09:31:00Z ERROR no space left on device'
is 'a unique beginning of the id will do' "$(lineup show "$(echo "$id" | cut -c1-8)" --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])')" "$id"
like 'sources shows what was taken in' "$(lineup sources)" 'complete +3'
is 'sources --json' "$(lineup sources --json | python3 -c 'import json,sys; s=json.load(sys.stdin)["sources"][0]; print(s["records"], s["kept"], s["size"])')" "3 True $(wc -c <app.log)"
is 'sqlite3 can list the evidence' "$(sqlite3 lineup.db -A --list 2>/dev/null | grep -c app.log)" 1
printf 'a\0b\1\377\376garbage\0\0' >junk.bin
lineup ingest junk.bin >/dev/null 2>&1
status 'notes lists what was not understood' 3 lineup notes
like 'with its source and reason' "$(cat out)" '^junk.bin:'
is 'notes --json' "$(lineup notes --json | python3 -c 'import json,sys; print(sorted(json.loads(sys.stdin.readline())))')" "['line', 'offset', 'source', 'text', 'why']"
is 'sql reads' "$(lineup sql 'SELECT count(*) AS n FROM event WHERE 1' | tail -n 1 | grep -c '[0-9]')" 1
status 'sql does not write' 1 lineup sql 'DELETE FROM event'
status 'a reader that goes away is no error message' 0 sh -c '"$LINEUP" timeline | head -n 1'

# A Maildir with a message that lies beside cur/ and new/, and one not delivered yet.
mkdir -p box/cur box/new box/tmp box/.Archive/cur box/.Archive/new
for n in 1 2 3 4 5; do printf 'From: a@example.org\nDate: Tue, 18 Jun 2024 09:0%d:00 +0000\nSubject: message %d\nMessage-ID: <%d@example.org>\n\nhello\n' $n $n $n >m$n; done
mv m1 'box/cur/1:2,S' && mv m2 box/new/2 && mv m3 box/loose && mv m4 box/tmp/4 && mv m5 'box/.Archive/cur/5:2,'
lineup -d box.db ingest box >/dev/null 2>&1
is 'all messages of a Maildir but those in tmp/' "$(lineup -d box.db timeline | grep -o 'message [0-9]' | sort | tr '\n' ',')" 'message 1,message 2,message 3,message 5,'

# What an event was before it grew, and what a person marked.
event='{"apiVersion":"v1","kind":"Event","metadata":{"name":"n","namespace":"d","uid":"1e0f9d6c-0000-4000-8000-000000000001"},"involvedObject":{"kind":"Pod","name":"p"},"reason":"BackOff","message":"Back-off","firstTimestamp":"2024-06-17T06:10:00Z","lastTimestamp":"2024-06-17T0%s:10:00Z","count":%s,"type":"Warning"}\n'
printf "$event" 6 1 >grown-1.json && printf "$event" 7 50 >grown-2.json
lineup -d grown.db ingest grown-1.json >/dev/null 2>&1; lineup -d grown.db ingest grown-2.json >/dev/null 2>&1
id=$(lineup -d grown.db timeline --json | grep -o '"id":"[^"]*"' | cut -d'"' -f4)
like 'show tells what it was before it grew' "$(lineup -d grown.db show "$id")" 'was at first +1 time, last 2024-06-17 06:10:00Z, from grown-1.json: Back-off'
is 'and as JSON' "$(lineup -d grown.db show "$id" --json | python3 -c 'import json,sys; print([h["count"] for h in json.load(sys.stdin)["history"]])')" '[1]'
lineup -d grown.db incident new x --from 2024-06-17T06:00Z --to 2024-06-17T09:00Z >/dev/null 2>&1
lineup -d grown.db mark detected 2024-06-17T07:00Z --because 'a call' >/dev/null
number=$(lineup -d grown.db report | sed -n 's/^| detected .*\[\(E[0-9]*\)\] |$/\1/p')
id=$(lineup -d grown.db report | grep -A2 "^#### $number\$" | grep -o '`e[0-9a-f]*`' | tr -d '`')
like 'a mark is cited, and show tells it' "$(lineup -d grown.db show "$id")" 'milestone inc-1/detected'
like 'with what was said' "$(lineup -d grown.db show "$id")" 'because +a call'

# Where there is nothing, a sentence and no empty table.
lineup -d bare.db log 'it burns' >/dev/null 2>&1
status 'backups without an asset' 0 lineup -d bare.db backups
like 'say how one is declared' "$(cat out err)" "^no asset yet; 'lineup asset add"
status 'notices without any' 0 lineup -d bare.db notices
is 'say so' "$(cat out err)" 'no mail that was taken in announces a change'
done_testing
