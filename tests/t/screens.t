#!/bin/sh
# The shell and the live view in a real terminal, driven by tmux.
. "$(dirname "$0")/../lib.sh"

if ! command -v tmux >/dev/null; then skip 'shell and watch in a terminal' 'tmux is not installed'; done_testing; exit 0; fi
unset NO_COLOR COLUMNS
export LINEUP_DB="$WORK/s.db"
session="lineup-$$"
tmux_() { tmux -L "$session" "$@"; }
trap 'tmux_ kill-server 2>/dev/null; rm -rf "$WORK"' EXIT
# wait_for PATTERN: the screen shows it within five seconds
wait_for() {
	i=0
	while [ $i -lt 50 ]; do
		tmux_ capture-pane -p >screen 2>/dev/null
		grep -Eq -- "$1" screen && return 0
		sleep 0.1
		i=$((i + 1))
	done
	return 1
}
shows() { if wait_for "$2"; then pass "$1"; else fail "$1" "no /$2/ on:" "$(cat screen)"; fi; }

lineup incident new "Logins down" --from 2025-01-15T06:00Z >/dev/null 2>&1
tmux_ -f /dev/null new-session -d -x 100 -y 30 "$LINEUP shell"
shows 'the prompt shows the incident' '^inc-1.*>'
tmux_ send-keys 'volumes faulted @fusionauth #storage' Enter
shows 'a line is logged' '^e[0-9a-f]{12} .* storage  inc-1'
tmux_ send-keys '/decide "restore now" --over wait --because "nobody knows"' Enter
shows 'a slash runs a command' '^d-1 '
tmux_ send-keys C-c
tmux_ send-keys '/timeline --lane storage' Enter
shows 'Ctrl-C does not end it' 'storage .*volumes faulted'
tmux_ send-keys '/tim' Tab
shows 'Tab completes a command' '/timeline'
tmux_ send-keys C-u
tmux_ send-keys 'half a sentence when the line went'
sleep 0.3
tmux_ kill-session
i=0; while [ ! -s s.db.draft ] && [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done
like 'a hangup keeps what stood in the line' "$(cat s.db.draft 2>/dev/null)" 'half a sentence'
tmux_ -f /dev/null new-session -d -x 100 -y 30 "$LINEUP shell"
shows 'and it is shown at the next start' 'not sent when the terminal went away: half a sentence'
tmux_ send-keys '/quit' Enter

sleep 0.3
tmux_ -f /dev/null new-session -d -x 100 -y 40 "$LINEUP watch"
shows 'watch shows the incident' 'inc-1  Logins down'
"$LINEUP" log "it came back #storage" --severity warning >/dev/null
shows 'and what comes, as it comes' 'it came back'
tmux_ send-keys q
sleep 0.3
is 'q ends it' "$(tmux_ list-sessions 2>/dev/null | wc -l)" 0
status 'watch --once prints one picture' 0 lineup watch --once
done_testing
