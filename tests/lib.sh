# A small TAP library for tests/t/*.t: sourced, then `plan` or `done_testing` at the end.
# $LINEUP is the program; everything runs in a folder of its own with clock, zone and locale pinned.
set -u
: "${LINEUP:?say where lineup is}"
TESTS=$(cd "$(dirname "$0")/.." && pwd)
export LINEUP_NOW=2025-01-15T12:00:00Z LINEUP_AUTHOR=tester TZ=UTC LC_ALL=C.UTF-8 COLUMNS=100 NO_COLOR=1 PAGER=cat
unset LINEUP_DB XDG_CONFIG_HOME
WORK=$(mktemp -d) || exit 1
trap 'rm -rf "$WORK"' EXIT
cd "$WORK" || exit 1
TEST_N=0

lineup() { "$LINEUP" "$@"; }
pass() { TEST_N=$((TEST_N + 1)); echo "ok $TEST_N - $1"; }
fail() { TEST_N=$((TEST_N + 1)); echo "not ok $TEST_N - $1"; shift; printf '%s\n' "$@" | sed 's/^/#   /'; }
# skip NAME WHY, and skip_all WHY for a whole file: WHY ends in 'not installed' where a tool is missing, which ALL_TOOLS=1 calls a failure.
may_skip() { case ${ALL_TOOLS:-}$1 in 1*'not installed') return 1 ;; esac; }
skip() { if may_skip "$2"; then TEST_N=$((TEST_N + 1)); echo "ok $TEST_N - $1 # SKIP $2"; else fail "$1" "$2"; fi; }
skip_all() { if may_skip "$1"; then echo "1..0 # SKIP $1"; else fail 'all of it' "$1"; done_testing; fi; exit 0; }
done_testing() { echo "1..$TEST_N"; }

# is NAME GOT WANT
is() { if [ "$2" = "$3" ]; then pass "$1"; else fail "$1" "got:  $2" "want: $3"; fi; }
# like NAME GOT PATTERN (grep -E)
like() { if printf '%s\n' "$2" | grep -Eq -- "$3"; then pass "$1"; else fail "$1" "got:  $2" "want: /$3/"; fi; }
unlike() { if printf '%s\n' "$2" | grep -Eq -- "$3"; then fail "$1" "got:  $2" "do not want: /$3/"; else pass "$1"; fi; }
# status NAME WANT COMMAND...: exit status; its output is kept in ./out and ./err
status() {
	name=$1 want=$2; shift 2
	"$@" >out 2>err; got=$?
	if [ "$got" = "$want" ]; then pass "$name"; else fail "$name" "exit status $got, not $want" "$(head -n 5 err)"; fi
}
# same NAME FILE EXPECTED: files are equal; ACCEPT=1 writes EXPECTED
same() {
	if [ -n "${ACCEPT:-}" ]; then cp "$2" "$3"; fi
	if cmp -s "$2" "$3"; then pass "$1"; else fail "$1" "$(diff -u "$3" "$2" 2>&1 | head -n 20)"; fi
}

# hold SQL...: another program has $LINEUP_DB open and has said that, until `unlock`
hold() {
	rm -f is-held let-go
	python3 - "$LINEUP_DB" "$@" <<'PY' &
import os, sqlite3, sys, time
db = sqlite3.connect(sys.argv[1], isolation_level=None)
for sql in sys.argv[2:]:
    db.execute(sql).fetchall()
open("is-held", "w").close()
for _ in range(1200):
    if os.path.exists("let-go"):
        break
    time.sleep(0.05)
PY
	while [ ! -e is-held ]; do sleep 0.05; done
}
# lock KIND: it holds it by BEGIN KIND (IMMEDIATE: readers get in; EXCLUSIVE: nobody)
lock() { hold "BEGIN $1"; }
unlock() { : >let-go; wait; }

# A terminal of its own, driven by tmux: tmux_ready first, then tmux_ COMMAND...
tmux_ready() {
	session="lineup-$$"
	trap 'tmux_ kill-server 2>/dev/null; rm -rf "$WORK"' EXIT
}
tmux_() { tmux -L "$session" "$@"; }
# wait_for PATTERN: the screen shows it within ten seconds
wait_for() {
	i=0
	while [ $i -lt 100 ]; do
		tmux_ capture-pane -p >screen 2>/dev/null
		grep -Eq -- "$1" screen && return 0
		sleep 0.1
		i=$((i + 1))
	done
	return 1
}
