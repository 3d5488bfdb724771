#!/bin/sh
# The commands on the demo's evidence under valgrind: valgrind.sh LINEUP. Prints what it finds; exit status 1 then.
set -u
tests=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
cd "$tests/cases/fusionauth-2024" || exit 1
export LINEUP_DB="$work/v.db" LINEUP_NOW=2024-07-01T00:00:00Z
bad=0
command -v valgrind >/dev/null || { echo 'valgrind: it is not installed' >&2; exit 1; }
# check STATUS WORD...: the command ends as it does without valgrind, and valgrind has nothing to say
check() {
	want=$1; shift
	# Through a pipe: the reader may write to no file, and neither may valgrind in it.
	{ valgrind -q --vgdb=no --error-exitcode=99 --trace-children=yes --suppressions="$tests/valgrind.supp" "$program" "$@" 2>&1 >"$work/out"
		echo $? >"$work/got"; } | cat >"$work/err"
	got=$(cat "$work/got")
	if [ $got != "$want" ] || grep -q '^==' "$work/err"; then
		echo "valgrind: lineup $*: exit status $got, not $want"
		head -n 20 "$work/err"
		bad=1
	fi
}
program=$1
check 0 ingest evidence/mail evidence/velero evidence/restic evidence/longhorn evidence/fusionauth
check 0 incident new x --from 2024-06-17T06:00Z --to 2024-06-19T16:00Z
check 0 asset add fusionauth --namespace fusionauth
check 0 log "hello @fusionauth #storage"
check 0 decide "restore" --over wait --because now
check 0 overlap
check 0 report -o "$work/r.md"
check 0 report -o "$work/r.html"
check 0 verify "$work/r.md"
check 0 verify
check 0 timeline --json
check 0 search volume
check 0 notices --upcoming
check 0 backups --at 2024-06-19
check 0 review 2024Q2
check 0 rebuild
[ $bad = 0 ] && echo 'valgrind: clean'
exit $bad
