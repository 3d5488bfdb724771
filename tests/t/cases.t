#!/bin/sh
# Whole journeys: evidence in, the line-up and the report out; the laws hold on each.
. "$(dirname "$0")/../lib.sh"

for dir in "$TESTS"/cases/*/; do
	CASE=${dir%/}
	case=$(basename "$CASE")
	rm -rf "$case" && mkdir "$case" && cd "$case" || exit 1
	export LINEUP_DB=t.db
	(set -e; . "$CASE/commands") >out 2>err || true
	lineup overlap inc-1 --json >overlap.json 2>err || fail "$case is analysed" "$(cat err)"
	same "$case: the line-up is as expected" overlap.json "$CASE/expected.overlap.json"
	lineup report inc-1 -o report.md 2>err || fail "$case is reported" "$(cat err)"
	same "$case: the report is as expected" report.md "$CASE/expected.report.md"
	# Laws.
	status "$case: its own report verifies" 0 lineup verify report.md
	status "$case: its evidence verifies" 0 lineup verify
	cp report.md again.md
	lineup report inc-1 -o again.md 2>err
	same "$case: a report written again is the same" again.md report.md
	lineup ingest "$CASE/evidence" --json >again.json 2>err
	is "$case: ingested twice, nothing is new" "$(python3 -c 'import json,sys; t=json.load(open("again.json"))["total"]; print(t["new"], t["grown"])')" "0 0"
	lineup timeline --json --undated >before.jsonl
	lineup rebuild >/dev/null 2>err
	lineup timeline --json --undated >after.jsonl
	same "$case: rebuilt, the timeline is the same" after.jsonl before.jsonl
	if [ -e "$CASE/recompute.py" ]; then
		status "$case: every number can be worked out from the cited events" 0 python3 "$CASE/recompute.py" overlap.json before.jsonl
	else
		status "$case: every number can be worked out from the cited events" 0 python3 "$TESTS/recompute.py" overlap.json before.jsonl
	fi
	cd "$WORK" || exit 1
done
done_testing
