#!/bin/sh
# Order does not matter: evidence taken in forwards, backwards and in two goes gives the same line-up, timeline and report.
. "$(dirname "$0")/../lib.sh"

# Everything that the program prints for others to keep, each in a file of its own.
print_all() {
	lineup overlap inc-1 --json >"$1/overlap.json" 2>"$WORK/err" || fail "$1 is analysed" "$(cat "$WORK/err")"
	lineup overlap inc-1 --all >"$1/overlap.txt"
	lineup timeline --json --undated >"$1/timeline.jsonl"
	lineup timeline --csv | cut -d, -f1-14 >"$1/timeline.csv"
	for what in spans notices backups; do
		lineup $what --json >"$1/$what.json"
	done
	lineup location list --json >"$1/locations.json"
	lineup backups inc-1 >"$1/backups.txt" 2>&1
	lineup notices >"$1/notices.txt" 2>&1 # that there is none, too
	for format in json csv md ics grafana; do
		lineup export --format $format >"$1/export.$format" 2>/dev/null
	done
	lineup report inc-1 -o "$1/report.md" >/dev/null 2>"$WORK/err"
	lineup report inc-1 --template summary -o "$1/summary.md" >/dev/null 2>"$WORK/err"
	lineup report inc-1 -o "$1/report.html" >/dev/null 2>"$WORK/err"
	lineup review "$(echo "$from" | cut -c1-4)" >"$1/review.md" 2>/dev/null
}

# Takes the files named on standard input, those of one line at once, into a database of its own and prints all there is to print.
tell() {
	name=$1
	export LINEUP_DB="$WORK/$name.db"
	while read -r files; do
		# shellcheck disable=SC2086 # a line is a batch
		lineup ingest $files >/dev/null 2>&1
	done
	lineup incident new "Outage" --severity critical --from "$from" --to "$to" >/dev/null 2>&1
	mkdir -p "$WORK/$name" && print_all "$WORK/$name"
}

# The lines of a file in an order and in batches that the seed decides.
shuffled() {
	awk -v seed="$1" 'BEGIN { srand(seed) } { print rand(), $0 }' | sort | cut -d" " -f2- |
		awk -v seed="$1" 'BEGIN { srand(seed) } { printf "%s%s", $0, rand() < 0.4 ? "\n" : " " } END { print "" }'
}

for case in fusionauth-2024 other-stack job-says-complete provider-completes; do
	cd "$TESTS/cases/$case" || exit 1
	case $case in
	fusionauth-2024) from=2024-06-17T06:00Z to=2024-06-19T16:00Z ;;
	other-stack) from=2024-10-08T01:00Z to=2024-10-08T06:00Z ;;
	provider-completes) from=2025-04-08T05:00Z to=2025-04-08T12:00Z ;;
	*) from=2024-11-13T14:00Z to=2024-11-13T18:00Z ;;
	esac
	find evidence -type f | sort >"$WORK/files"
	tell forwards <"$WORK/files"
	sort -r "$WORK/files" >"$WORK/backwards.files"
	echo evidence >"$WORK/whole.files"
	# In two goes: the first half of the files, then all of them.
	{ head -n $(($(wc -l <"$WORK/files") / 2)) "$WORK/files"; echo evidence; } >"$WORK/halves.files"
	shuffled 7 <"$WORK/files" >"$WORK/shuffled.files"
	orders=shuffled
	[ $case = other-stack ] && orders='backwards whole halves shuffled'
	for other in $orders; do
		tell $other <"$WORK/$other.files"
		is "$case: $other gives the same bytes in all that is printed" "$(diff -rq "$WORK/forwards" "$WORK/$other" 2>&1)" ""
	done
	is "$case: and there is something in each" "$(find "$WORK/forwards" -type f -size -2c)" ""
	rm -rf "${WORK:?}"/*
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
is "overlapping captures hold each line once" "$(wc -l <"$WORK/forwards/timeline.jsonl")" 40
is "overlapping captures: the same line-up in either order" "$(cmp "$WORK/forwards/overlap.json" "$WORK/backwards/overlap.json" 2>&1)" ""
is "overlapping captures: the same timeline in either order" "$(diff "$WORK/forwards/timeline.jsonl" "$WORK/backwards/timeline.jsonl" | head -n 4)" ""
done_testing
