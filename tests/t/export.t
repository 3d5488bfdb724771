#!/bin/sh
# Events leave for other programs, and come back as the same events.
. "$(dirname "$0")/../lib.sh"
export LINEUP_DB="$WORK/timeline.db"
lineup log "volume faulted @fusionauth #storage <b>now</b>" --at 2024-06-18T09:30Z >/dev/null
lineup log "restored" --from 2024-06-18T10:00Z --to 2024-06-18T11:30Z --kind backup.restore.completed >/dev/null
status "JSON lines by the file's name" 0 lineup export -o events.json
is "one a line" "$(wc -l <events.json | tr -d ' ')" 2
status "the same database takes them in" 0 lineup ingest events.json
is "and nothing doubles" "$(lineup timeline --json | wc -l | tr -d ' ')" 2
status "another takes them in" 0 lineup -d other.db ingest events.json
without() { sed 's/,"source":.*//' "$1"; }
lineup -d other.db export -o back.json
is "and they are the same" "$(without back.json)" "$(without events.json)"
status "Grafana" 0 lineup export --format grafana -o annotations.json
is "is a list with milliseconds" "$(python3 -c 'import json; print([(a["time"], a.get("timeEnd")) for a in json.load(open("annotations.json"))])')" \
	"[(1718703000000, None), (1718704800000, 1718710200000)]"
unlike "without markup of the evidence" "$(cat annotations.json)" '<b>'
status "filters are the timeline's" 0 lineup export --format csv --lane backup
is "so one is left" "$(grep -c restored out)" 1
status "a format that there is not" 2 lineup export --format pdf

# ---- a calendar, by another reader ----
unset LINEUP_DB
long=$(printf 'wörter, mit; kommas \\ und \360\237\232\250 %.0s' 1 2 3 4 5 6 7 8 9)
lineup -d ics.db log "$long" --at 2024-06-18T09:30Z --subject 'volume:a,b;c' >/dev/null
lineup -d ics.db log "first line
second: BEGIN:VEVENT" --from 2024-06-18T10:00Z --to 2024-06-18T11:30Z >/dev/null
printf '# Postmortem: A day\n\nDate: 2024-06-20\n\n## Timeline\n\n- 2024-06-20: nobody knows when\n- 10:00 found\n' >day.md
lineup -d ics.db import day.md >/dev/null 2>&1
for n in 1 2 3; do printf '{"apiVersion":"v1","kind":"Event","metadata":{"name":"a.1","namespace":"d","uid":"u1"},"involvedObject":{"kind":"Node","name":"n"},"reason":"NodeNotReady","message":"not ready","firstTimestamp":"2024-06-18T09:00:00Z","lastTimestamp":"2024-06-18T09:0%s:00Z","count":%s,"type":"Normal"}' $n $n >kube.json; lineup -d ics.db ingest kube.json >/dev/null 2>&1; done
lineup -d ics.db export -o all.ics
status 'keeps the rules of RFC 5545' 0 python3 "$TESTS/ics.py" all.ics
cp out events.jsonl
is 'and says what the timeline says' "$(LONG="$long" python3 -c '
import json, os
e = [json.loads(l) for l in open("events.jsonl")]
by = lambda t: next(x for x in e if t in x["SUMMARY"])
print(by("w\u00f6rter")["SUMMARY"] == "response: " + os.environ["LONG"].strip(), "volume:a,b;c" in by("w\u00f6rter")["DESCRIPTION"],
      by("second")["SUMMARY"].split("\n")[1], by("second")["DTEND"], by("nobody")["DTSTART"], by("not ready")["SEQUENCE"], "3 times" in by("not ready")["DESCRIPTION"])')" \
	'True True second: BEGIN:VEVENT 20240618T113000Z 20240620 2 True'
sed 's/^DTSTAMP.*/DTSTAMP:today\r/' all.ics >broken.ics
status 'the other reader would tell' 1 python3 "$TESTS/ics.py" broken.ics
lineup -d ics.db export -o all.csv
is 'a spreadsheet has as many rows, and no formula' "$(python3 -c '
import csv
rows = list(csv.reader(open("all.csv", newline="")))
print(len({len(r) for r in rows}), len(rows) - 1, any(c[:1] in "=+@\t\r" for r in rows for c in r if c))')" "1 $(wc -l <events.jsonl | tr -d ' ') False"
lineup -d ics.db export --undated --format grafana -o undated.json
is 'annotations are dated' "$(python3 -c 'import json; print(all(isinstance(a["time"], int) and 0 < a["time"] < 2e12 for a in json.load(open("undated.json"))))')" True
lineup -d ics.db export --format md >table.md
is 'a Markdown table has one line an event' "$(grep -c '^| 2024' table.md)" "$(wc -l <events.jsonl | tr -d ' ')"
done_testing
