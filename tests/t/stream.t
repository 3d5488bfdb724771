#!/bin/sh
# Streams: what came is on the timeline within a second, and its bytes are kept even when the ingest is killed.
. "$(dirname "$0")/../lib.sh"

# wait_for N: the timeline has N lines within three seconds
wait_for() { i=0; while [ $i -lt 30 ]; do [ "$(lineup timeline 2>/dev/null | wc -l)" = "$1" ] && return 0; sleep 0.1; i=$((i + 1)); done; return 1; }

mkfifo pipe
"$LINEUP" ingest - <pipe >/dev/null 2>&1 &
pid=$!
exec 3>pipe
echo '2024-06-18T09:30:00Z INFO one' >&3
if wait_for 1; then pass 'a line is there while the stream goes on'; else fail 'a line is there while the stream goes on'; fi
like 'and its source is marked as not complete' "$(lineup timeline 2>&1 >/dev/null)" "not completely taken in; unless it is still coming, 'lineup rebuild'"
echo '2024-06-18T09:31:00Z INFO two' >&3
wait_for 2
kill -9 "$pid"
exec 3>&-
wait 2>/dev/null
is 'a killed ingest keeps what it acknowledged' "$(lineup timeline 2>/dev/null | wc -l)" 2
id=$(lineup timeline --json 2>/dev/null | tail -n 1 | python3 -c 'import json,sys; print(json.load(sys.stdin)["id"])')
is 'and the bytes it came from' "$(lineup show "$id" --raw)" '2024-06-18T09:31:00Z INFO two'
lineup timeline --json >before 2>/dev/null
status 'rebuild completes it' 0 lineup rebuild
lineup timeline --json >after 2>err
is 'nothing is unfinished then' "$(cat err)" ''
is 'and nothing changed' "$(python3 -c '
import json
for f in ("before", "after"):
    print([(e["id"], e["at"], e["text"]) for e in map(json.loads, open(f))])' | uniq | wc -l)" 1
printf '2024-06-18T09:30:00Z INFO more than is kept\n' | lineup -d small.db ingest --keep 10 - >/dev/null 2>&1
is 'a stream longer than --keep is read and not kept' "$(lineup -d small.db sources --json | python3 -c 'import json,sys; s=json.load(sys.stdin)["sources"][0]; print(s["records"], s["kept"], s["size"])')" '1 False 44'
one() { printf '{\n    "kind": "Event",\n    "apiVersion": "v1",\n    "metadata": {"name": "a.%s", "namespace": "d", "uid": "u-%s"},\n    "involvedObject": {"kind": "Pod", "namespace": "d", "name": "p"},\n    "reason": "BackOff",\n    "message": "m",\n    "type": "Warning",\n    "firstTimestamp": "2024-06-18T09:30:0%sZ",\n    "lastTimestamp": "2024-06-18T09:30:0%sZ",\n    "count": 1\n}\n' "$1" "$1" "$1" "$1"; }
export LINEUP_DB=watch.db
"$LINEUP" ingest - <pipe >/dev/null 2>&1 &
exec 3>pipe
one 1 >&3
if wait_for 1; then pass 'kubectl get events -w: each event as it comes'; else fail 'kubectl get events -w: each event as it comes'; fi
one 2 >&3
if wait_for 2; then pass 'and the next'; else fail 'and the next'; fi
exec 3>&-
wait

# --follow: rotation, truncation, restart.
export LINEUP_DB=follow.db
n=0
line() { n=$((n + 1)); printf '2024-06-18T10:%02d:%02dZ INFO line %d\n' $((n / 60)) $((n % 60)) $n >>app.log; }
for i in 1 2 3; do line; done
timeout --foreground 60 "$LINEUP" ingest --follow app.log >/dev/null 2>&1 &
pid=$!
if wait_for 3; then pass 'what is there is read'; else fail 'what is there is read'; fi
line
if wait_for 4; then pass 'what is appended is read'; else fail 'what is appended is read'; fi
mv app.log app.log.1
line; line
if wait_for 6; then pass 'a rotated file is followed on'; else fail 'a rotated file is followed on' "$(lineup timeline 2>&1 | tail -n 3)"; fi
: >app.log
sleep 0.5
line
if wait_for 7; then pass 'and a truncated one'; else fail 'and a truncated one' "$(lineup timeline 2>&1 | tail -n 3)"; fi
kill -INT "$pid"
wait
is 'Ctrl-C completes the source' "$(lineup timeline 2>&1 >/dev/null)" ''
line
timeout --foreground 60 "$LINEUP" ingest --follow app.log >/dev/null 2>&1 &
pid=$!
if wait_for 8; then pass 'a restart doubles nothing and loses nothing'; else fail 'a restart doubles nothing and loses nothing' "$(lineup timeline 2>&1 | tail -n 3)"; fi
kill -INT "$pid"
wait
printf '2024-06-18T11:00:00Z INFO other\n' >other.log
timeout --foreground 60 "$LINEUP" ingest --follow app.log other.log >/dev/null 2>&1 &
pid=$!
if wait_for 9; then pass 'several files at once'; else fail 'several files at once'; fi
kill "$pid"
wait
is 'and all of them end when one process is told to' "$(lineup timeline 2>&1 >/dev/null)" ''
done_testing
