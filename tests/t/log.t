#!/bin/sh
# What operators type: times, tags, spans, spool; nothing typed is lost.
. "$(dirname "$0")/../lib.sh"

status 'the first line needs nothing before it' 0 lineup log "volumes faulted on 3 nodes @fusionauth #storage"
like 'it echoes id, time and lane' "$(cat out)" '^e[0-9a-f]{12}  2025-01-15 12:00:00Z  storage$'
like 'the text is kept as typed' "$(lineup timeline)" 'service:fusionauth  volumes faulted on 3 nodes @fusionauth #storage'
lineup log "10m ago: restarted the ingress" >out
like 'a time may stand in front' "$(cat out)" '2025-01-15 11:50'
lineup log "at 09:40 nobody can log in" >out
like 'also as "at 09:40"' "$(cat out)" '2025-01-15 09:40Z'
lineup log --at "yesterday 14:00" "looked at the dashboards" >out
like '--at understands yesterday' "$(cat out)" '2025-01-14 14:00Z'
lineup --tz Europe/Paris log --at "2024-06-18 09:30" "local time" >out
like 'a typed time is in the reader'"'"'s zone, and echoed in both' "$(cat out)" '2024-06-18 07:30Z \(09:30 CEST\)'
lineup log --from 2024-06-18T04:00Z --to 2024-06-18T05:00Z --kind service.health.down --subject service:login "logins down" >out
like 'a span shows its end' "$(cat out)" 'until 2024-06-18 05:00'
like 'and is one event with an end' "$(lineup timeline --json --kind service.health.down)" '"until":"2024-06-18T05:00:00Z"'
status '--to before --from is refused' 2 lineup log --from 10:00 --to 09:00 x
status '--at with --from is refused' 2 lineup log --at 10:00 --from 09:00 x
status 'nothing to log is a usage error' 2 lineup log ""
lineup log same >a; lineup log same >b
is 'the same sentence twice is two events' "$(lineup timeline | grep -c '  same  ')" 2
printf 'one\n\ntwo\nthree\n' | lineup log - >out
is 'log - takes a line an entry' "$(wc -l <out)" 3
is 'log --json tells the id' "$(lineup log --json x | python3 -c 'import json,sys; d=json.load(sys.stdin); print(d["lineup"], d["id"][0], d["spooled"])')" '1 e False'

# An incident in focus is implied and shown.
lineup incident new "Logins down" --severity critical --from 2025-01-15T06:00Z >out 2>err
is 'a new incident prints its id' "$(cat out)" inc-1
like 'the echo shows the incident' "$(lineup log 'in it')" 'inc-1$'

# Locked by another program: the line goes to the spool and comes back.
export LINEUP_DB=locked.db
lineup log first >/dev/null
if command -v python3 >/dev/null; then
	python3 - <<'PY' &
import sqlite3, time
db = sqlite3.connect("locked.db", isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
open("is-locked", "w").close()
time.sleep(8)
PY
	while [ ! -e is-locked ]; do sleep 0.05; done
	status 'a locked database does not lose the line' 0 lineup log "typed while it was locked"
	like 'which is acknowledged as spooled, or waited for' "$(cat out)" '^(spooled|e[0-9a-f]{12})'
	wait
	lineup log after >/dev/null 2>err
	is 'all three lines are there' "$(lineup timeline | wc -l)" 3
fi

# A database that cannot be made: the text is not gone.
mkdir folder.db
LINEUP_DB=folder.db lineup log "cannot be stored" >out 2>err
is 'what cannot be stored is spooled' "$(grep -c 'cannot be stored' folder.db.spool)" 1

# A crash or a full disk tore a line of the spool: the lines around it are taken in, and what is left of it is kept.
export LINEUP_DB=torn.db
mkdir torn.db && lineup log "before the tear" >/dev/null 2>&1
printf '{"at":1,"text":"torn' >>torn.db.spool
lineup log "behind the tear" >/dev/null 2>&1
rmdir torn.db && lineup log "all is well again" >/dev/null 2>err
like 'a damaged line of the spool is told' "$(cat err)" 'a line of the spool is damaged'
is 'and costs no other' "$(lineup timeline | grep -cE '(before|behind) the tear|well again|"text":"torn')" 4
is 'the spool is empty then' "$(test -s torn.db.spool; echo $?)" 1

# Nobody hears the answer: the line is kept, and the status says that something is amiss.
export LINEUP_DB=deaf.db
if [ -w /dev/full ]; then
	lineup log "into the void" >/dev/full 2>err
	is 'an answer that cannot be written is no success' "$? $(wc -l <err)" '1 1'
	is 'the line is there all the same' "$(lineup timeline | grep -c 'into the void')" 1
fi
seq 1 3000 | sed 's/.*/2024-06-18T04:00:00Z level=error msg="line &"/' >many.log
lineup ingest many.log >/dev/null 2>&1
(lineup timeline 2>err | head -n 1 >/dev/null)
is 'a reader who has seen enough gets no complaint' "$(cat err)" ''

# Hostile text reaches no terminal as it is.
export LINEUP_DB=hostile.db
lineup log "$(printf 'bell \007 escape \033[31m bidi \342\200\256 end')" >/dev/null
unlike 'control and bidi characters are made visible' "$(lineup timeline)" "$(printf '\033|\007|\342\200\256')"
done_testing
