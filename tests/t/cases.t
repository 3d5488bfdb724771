#!/bin/sh
# Whole journeys: evidence in, the line-up and the report out; the laws hold on each. ONLY=NAME runs one.
. "$(dirname "$0")/../lib.sh"

for dir in "$TESTS"/cases/${ONLY:-*}/; do
	CASE=${dir%/}
	case=$(basename "$CASE")
	out=$WORK/$case
	mkdir "$out" && cd "$CASE" || exit 1 # evidence is named as the commands name it, wherever this tree lies
	export LINEUP_DB="$out/t.db"
	(set -e; . ./commands) >"$out/said" 2>"$out/err" || fail "$case: its commands succeed" "$(tail -n 3 "$out/err")"
	lineup overlap inc-1 --json >"$out/overlap.json" 2>"$out/err" || fail "$case: it is analysed" "$(cat "$out/err")"
	same "$case: the line-up is as expected" "$out/overlap.json" expected.overlap.json
	if [ -e expected.inc-2.overlap.json ]; then
		lineup overlap inc-2 --json >"$out/overlap-2.json" 2>"$out/err"
		same "$case: the second incident's line-up is as expected" "$out/overlap-2.json" expected.inc-2.overlap.json
	fi
	lineup report inc-1 -o "$out/report.md" >"$out/said" 2>"$out/err" || fail "$case: it is reported" "$(cat "$out/err")"
	same "$case: the report is as expected" "$out/report.md" expected.report.md
	# Laws.
	cd "$out" || exit 1
	status "$case: its own report verifies" 0 lineup verify report.md --incident inc-1
	status "$case: its evidence verifies" 0 lineup verify
	mkdir again && cp report.md again/ && lineup report inc-1 -o again/report.md >said 2>err
	same "$case: a report written again is the same" again/report.md report.md
	lineup timeline --json --undated >before.jsonl
	is "$case: every number can be worked out from the cited events" "$(python3 "$TESTS/recompute.py" overlap.json before.jsonl 2>&1)" ""
	cd "$CASE" || exit 1
	lineup ingest evidence --json >"$out/again.json" 2>"$out/err"
	is "$case: ingested twice, nothing is new" "$(python3 -c 'import json,sys; t=json.load(open(sys.argv[1]))["total"]; print(t["new"], t["grown"])' \
		"$out/again.json")" "0 0"
	cd "$out" || exit 1
	lineup rebuild >said 2>err
	lineup timeline --json --undated >after.jsonl
	same "$case: rebuilt, the timeline is the same" after.jsonl before.jsonl
	lineup overlap inc-1 --json >after.json
	same "$case: rebuilt, the line-up is the same" after.json overlap.json
done
done_testing
