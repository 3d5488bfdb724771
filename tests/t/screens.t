#!/bin/sh
# The shell and the live view in a real terminal, driven by tmux: what is on the screen.
. "$(dirname "$0")/../lib.sh"

command -v tmux >/dev/null || skip_all 'tmux is not installed'
unset NO_COLOR COLUMNS
export LINEUP_DB="$WORK/s.db" TERM=screen
SCREENS=$TESTS/screens
tmux_ready
start() { tmux_ -f /dev/null new-session -d -x "$1" -y "$2" "$3"; }
stop() { tmux_ kill-server 2>/dev/null; sleep 0.2; }
keys() { tmux_ send-keys "$@"; }
shows() { if wait_for "$2"; then pass "$1"; else fail "$1" "no /$2/ on:" "$(cat screen)"; fi; }
# screen_is NAME CASE: the screen is the one expected, within ten seconds
screen_is() {
	i=0
	while [ $i -lt 100 ]; do
		tmux_ capture-pane -p | sed 's/ *$//' >screen
		[ -n "${ACCEPT:-}" ] && [ $i -gt 15 ] && break
		cmp -s screen "$SCREENS/$2" && break
		sleep 0.1
		i=$((i + 1))
	done
	same "$1" screen "$SCREENS/$2"
}

# ---- the shell
lineup incident new "Logins down" --from 2025-01-15T06:00Z >/dev/null 2>&1
start 100 30 "$LINEUP shell"
shows 'the prompt shows the incident and how long it runs' '^inc-1 6 h>'
keys 'volumes faulted @fusionauth #sto' Tab Enter
shows 'a line is logged, its lane completed' '^e[0-9a-f]{12} .* storage  inc-1'
keys '/decide "restore now" --over wait --because "nobody knows"' Enter
shows 'a slash runs a command' '^d-1 '
keys C-c
keys '/timeline --lane storage' Enter
shows 'Ctrl-C does not end it' 'storage .*volumes faulted'
keys '/tim' Tab
shows 'Tab completes a command' '/timeline $|/timeline'
keys C-c
keys '/mark ' Tab
shows 'and shows what there is' 'change_end'
keys C-c '/mark det' Tab Enter
shows 'a milestone' '^detected  2025-01-15 12:00'
keys '/log --sev' Tab 'crit' Tab
shows 'options and their values' '/log --severity critical'
keys C-c '@fu' Tab Enter
shows 'a subject' 'inc-1 6 h> @fusionauth'
keys '/undo' Enter
shows 'the last line is taken back' '^taken back: log log-[0-9]+: @fusionauth'
keys '/undo' Enter
shows 'then the mark before it' '^taken back: milestone inc-1/detected'
keys '/undo' Enter
shows 'and the decision' '^taken back: decision d-1: restore now'
is 'they are gone from the timeline' "$(lineup timeline | grep -c .)" 1
keys '/sql "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT max(x) FROM c"' Enter
sleep 0.7
keys C-c
shows 'Ctrl-C ends a command that takes too long' '^interrupted'
keys 'still here' Enter
shows 'and not the shell' 'inc-1 6 h> still here'

# What others do is shown above the line, which stays whole.
keys 'half a sentence'
LINEUP_AUTHOR=jo LINEUP_NOW=2025-01-15T12:00:30Z lineup log --at 2025-01-15T11:59Z --kind storage.volume.faulted --subject volume:pvc-1 'pvc-1 is gone' >/dev/null
shows 'what another logs is shown' '^2025-01-15 11:59Z  storage  critical volume:pvc-1  pvc-1 is gone'
shows 'the lane is in trouble, and the line is whole' '^inc-1 6 h storage> half a sentence$'
keys ' when the line went'
wait_for 'half a sentence when the line went'
tmux_ kill-session
i=0; while [ ! -s s.db.draft ] && [ $i -lt 30 ]; do sleep 0.1; i=$((i + 1)); done
is 'a hangup keeps what stood in the line' "$(cat s.db.draft 2>/dev/null)" 'half a sentence when the line went'
start 100 30 "$LINEUP shell"
shows 'and it is shown at the next start' 'not sent when the terminal went away: half a sentence'
keys '/quit' Enter
sleep 0.3

# Files followed meanwhile; a paste of two hundred lines; a narrow terminal.
: >app.log
start 60 20 "$LINEUP shell --follow app.log"
shows 'a narrow prompt' '^inc-1 6 h sto>'
sleep 0.5
echo '2025-01-15T11:59:00Z level=error msg="volume pvc-2 is gone too"' >>app.log
shows 'evidence is shown as it comes' 'volume pvc-2 is gone too'
seq 1 200 | sed 's/.*/pasted line &/' >paste
tmux_ load-buffer paste
tmux_ paste-buffer
shows 'a paste is taken in' 'pasted line 200$'
i=0; while [ "$(lineup timeline | grep -c 'pasted line')" != 200 ] && [ $i -lt 100 ]; do sleep 0.1; i=$((i + 1)); done
is 'line by line' "$(lineup timeline | grep -c 'pasted line')" 200
keys '/quit' Enter
i=0; while tmux_ list-sessions >/dev/null 2>&1 && [ $i -lt 50 ]; do sleep 0.1; i=$((i + 1)); done
is 'it ends, and the follower with it' "$(tmux_ list-sessions 2>/dev/null | wc -l)" 0

# A terminal that can do nothing, in a locale that knows nothing.
start 80 20 "env TERM=dumb LC_ALL=C $LINEUP shell"
shows 'a dumb terminal' '^inc-1 6 h storage>'
keys 'typed without frills' Enter
shows 'logs as well' '^e[0-9a-f]{12} .* response  inc-1'
stop
printf 'from a pipe\n/mark resolved\nwithout an end' | lineup shell >out 2>err
is 'lines come through a pipe too' "$(lineup timeline | grep -cE 'from a pipe|without an end')" 2
is 'a pipe leaves no draft' "$(ls s.db.draft 2>/dev/null)" ''

# ---- the live view
export LINEUP_DB="$WORK/w.db" LINEUP_NOW=2024-06-18T12:00:00Z
lineup incident new 'Logins down' --severity critical --from 2024-06-18T09:00Z >/dev/null 2>&1
lineup log --from 2024-06-18T06:00Z --to 2024-06-18T08:30Z --kind upgrade.cluster.started --subject cluster:prod 'upgrade to 1.28' >/dev/null
lineup log --at 2024-06-18T07:00Z --kind storage.volume.degraded --subject volume:pvc-7 --severity warning 'pvc-7 degraded' >/dev/null
lineup log --at 2024-06-18T08:00Z --kind storage.volume.faulted --subject volume:pvc-7 'pvc-7 faulted' >/dev/null
lineup log --at 2024-06-18T09:00Z --kind service.health.down --subject service:login 'nobody can log in' >/dev/null
start 80 24 "$LINEUP watch"
screen_is 'watch, 80x24' watch-80x24
keys 3
screen_is 'only one lane' watch-storage
keys l
screen_is 'at the line-up' watch-lineup
tmux_ resize-window -x 60 -y 20
screen_is 'resized to 60x20' watch-60x20
keys 0 = n
shows 'no error behind the last' 'no later error is known'
keys p p
shows 'the error before' 'before 2024-06-18 08:00:00Z'
keys = =
"$LINEUP" log "it came back #storage" >/dev/null
shows 'what comes is shown as it comes' 'it came back'
keys q
sleep 0.3
is 'q ends it' "$(tmux_ list-sessions 2>/dev/null | wc -l)" 0
start 80 24 "sh -c 'trap : INT; $LINEUP watch; stty -a; sleep 9'"
shows 'watch again' 'inc-1  running 3 h'
keys C-c
shows 'Ctrl-C leaves the terminal as it was' '(^| )icanon .*'
stop
status 'watch --once prints one picture' 0 lineup watch --once
unlike 'without control characters' "$(cat out)" "$(printf '\033')"
done_testing
