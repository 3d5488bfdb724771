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
done_testing
