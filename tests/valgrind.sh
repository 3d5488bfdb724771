#!/bin/sh
# The commands on the demo's evidence under valgrind: valgrind.sh LINEUP. Prints what it finds; exit status 1 then.
set -u
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$tests/cases/fusionauth-2024" || exit 1
export LINEUP_DB="$work/v.db" LINEUP_NOW=2024-07-01T00:00:00Z
bad=0
check() {
	valgrind -q --error-exitcode=99 --trace-children=yes --suppressions="$tests/valgrind.supp" "$program" "$@" >"$work/out" 2>"$work/err"
	[ $? = 99 ] && { echo "valgrind: lineup $*"; grep '^==' "$work/err" | head -n 20; bad=1; }
	grep -q '^==.* \(Invalid\|Conditional\|Use of\)' "$work/err" && bad=1
}
program=$1
check ingest evidence/mail evidence/velero evidence/restic evidence/longhorn evidence/fusionauth
check incident new x --from 2024-06-17T06:00Z --to 2024-06-19T16:00Z
check asset add fusionauth --namespace fusionauth
check log "hello @fusionauth #storage"
check decide "restore" --over wait --because now
check overlap
check report -o "$work/r.md"
check report -o "$work/r.html"
check verify "$work/r.md"
check verify
check timeline --json
check search volume
check notices --upcoming
check backups --at 2024-06-19
check review 2024Q2
check rebuild
[ $bad = 0 ] && echo 'valgrind: clean'
exit $bad
