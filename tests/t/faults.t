#!/bin/sh
# Faults in small numbers (`make faults` has the large ones): nothing acknowledged is lost, nothing is left damaged.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
if grep -q __asan_ "$LINEUP"; then
	skip_all 'a sanitizer cannot be traced, nor run short of memory'
fi

python3 -B "$TESTS/faults/faults.py" "$LINEUP" ${OUT:+--nomem "$OUT/nomem.so" --refuse "$OUT/refuse.so" --next "$OUT/next/lineup"} >table 2>err
is 'nothing is lost, nothing is broken' "$? $(cat err)" '0 '
tail -n +2 table >rows
while read -r row; do
	name=$(printf '%s\n' "$row" | sed -E 's/  +.*| skipped: .*//')
	case $row in
	*' skipped: '*) skip "$name" "${row#* skipped: }" ;;
	*) like "$name" "$row" '^.{36} +[0-9]+ +[0-9]+ +0 +0 ' ;;
	esac
done <rows
like 'the table is whole' "$(cat rows)" '^power cut on xfs'
done_testing
