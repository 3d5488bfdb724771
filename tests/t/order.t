#!/bin/sh
# Order does not matter: evidence taken in forwards, backwards and in two goes gives the same line-up, timeline and report.
. "$(dirname "$0")/../lib.sh"

# Takes the files named on standard input into a database of its own and says what everybody says in each of them.
tell() {
	name=$1
	export LINEUP_DB="$WORK/$name.db"
	while read -r file; do
		lineup ingest "$file" >/dev/null 2>&1
	done
	lineup incident new "Outage" --severity critical --from "$from" --to "$to" >/dev/null 2>&1
	lineup overlap inc-1 --json >"$WORK/$name.overlap.json" 2>"$WORK/err" || fail "$name is analysed" "$(cat "$WORK/err")"
	lineup timeline --json --undated >"$WORK/$name.timeline.jsonl"
	mkdir -p "$WORK/$name" && lineup report inc-1 -o "$WORK/$name/report.md" >/dev/null 2>"$WORK/err"
}

for case in fusionauth-2024 other-stack job-says-complete; do
	cd "$TESTS/cases/$case" || exit 1
	case $case in
	fusionauth-2024) from=2024-06-17T06:00Z to=2024-06-19T16:00Z ;;
	other-stack) from=2024-10-08T01:00Z to=2024-10-08T06:00Z ;;
	*) from=2024-11-13T14:00Z to=2024-11-13T18:00Z ;;
	esac
	find evidence -type f | sort >"$WORK/files"
	tell forwards <"$WORK/files"
	sort -r "$WORK/files" >"$WORK/backwards.files"
	tell backwards <"$WORK/backwards.files"
	echo evidence >"$WORK/whole.files"
	tell whole <"$WORK/whole.files"
	# In two goes: the first half of the files, then all of them.
	{ head -n $(($(wc -l <"$WORK/files") / 2)) "$WORK/files"; echo evidence; } >"$WORK/halves.files"
	tell halves <"$WORK/halves.files"
	for other in backwards whole halves; do
		for what in overlap.json timeline.jsonl; do
			is "$case: $other gives the same $what" "$(cmp "$WORK/forwards.$what" "$WORK/$other.$what" 2>&1)" ""
		done
		is "$case: $other gives the same report" "$(cmp "$WORK/forwards/report.md" "$WORK/$other/report.md" 2>&1)" ""
	done
	rm -rf "$WORK"/*
done

# Two captures of one log that overlap: whichever comes first, each line counts once and cites the same place.
mkdir "$WORK/logs" && cd "$WORK/logs" || exit 1
i=0
while [ $i -lt 40 ]; do
	echo "2024-06-18 04:$((10 + i)):00 ERROR could not connect to database: Connection refused"
	i=$((i + 1))
done >all
head -n 25 all >early.log
tail -n 25 all >late.log
from=2024-06-18T04:00Z to=2024-06-18T06:00Z
printf '%s\n' early.log late.log >"$WORK/in"
tell forwards <"$WORK/in"
printf '%s\n' late.log early.log >"$WORK/in"
tell backwards <"$WORK/in"
is "overlapping captures hold each line once" "$(wc -l <"$WORK/forwards.timeline.jsonl")" 40
is "overlapping captures: the same line-up in either order" "$(cmp "$WORK/forwards.overlap.json" "$WORK/backwards.overlap.json" 2>&1)" ""
is "overlapping captures: the same timeline in either order" "$(diff "$WORK/forwards.timeline.jsonl" "$WORK/backwards.timeline.jsonl" | head -n 4)" ""
done_testing
