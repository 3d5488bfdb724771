#!/bin/sh
# What evidence does to its readers: encodings, wrappers, broken bytes, giants, and one fact told twice.
. "$(dirname "$0")/../lib.sh"

# read FILE...: format of the file, then "TIME KIND SEVERITY TEXT" of each record
read_as() {
	lineup formats test "$1" 2>err | python3 -c 'import json, sys
for l in sys.stdin:
    e = json.loads(l)
    print("note " + e["note"] if "note" in e else " ".join([e["at"] or "undated", e["kind"], e["severity"], e["text"]]))'
	sed -n 's/.*: read as \([a-z0-9-]*\): .*/\1/p' err
}
lines='time="2024-06-18T04:00:01Z" level=error msg="volume pvc-1 faulted: Größe"
time="2024-06-18T04:00:02Z" level=info msg=done'
printf '%s\n' "$lines" >good
read_as good >want
like 'plain lines are two records' "$(cat want)" '^2024-06-18T04:00:01Z .* error volume pvc-1 faulted: Größe$'
is 'and their format is known' "$(grep -c . want)" 3

{ printf '\357\273\277'; sed 's/$/\r/' good; } >bom-crlf
iconv -t UTF-16 good >utf-16
iconv -t UTF-16BE good >utf-16be
sed 's/level=\([a-z]*\)/\o033[31mlevel=\1\o033[0m/; s/^/\o033[2K/' good >ansi
for f in bom-crlf utf-16 utf-16be ansi; do
	read_as $f >got
	same "$f reads as if it were plain" got want
done

printf 'time="2024-06-18T04:00:01Z" level=error msg="a\377\376b\000c"\ntime="2024-06-18T04:00:02Z" level=info msg=done\n' >bytes
like 'broken UTF-8 and a NUL cost no record' "$(read_as bytes | wc -l)" '^3$'
lineup -d bytes.db ingest bytes 2>/dev/null
like 'and can be looked at' "$(lineup -d bytes.db timeline)" 'a.*b.*c'

# A line of 100 MB comes in pieces, is said to be too long, and the next line is read.
{ printf '2024-06-18T04:00:00Z '; head -c 100000000 /dev/zero | tr '\0' x; printf '\n2024-06-18T04:00:01Z after it\n'; } >long
status 'a line of 100 MB is survived' 3 lineup -d long.db ingest --keep none long
like 'and what follows it is read' "$(lineup -d long.db timeline)" '04:00:01Z .*after it'
is 'and accounted for' "$(lineup -d long.db sources --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["sources"][0]["bytes"]["input"])')" "$(wc -c <long)"

# The outermost time counts, of whatever wrappers.
cat >wrapped <<'IN'
{"log":"[pod/fa-0/fa] 2024-06-18T04:00:02Z time=\"2020-01-01T00:00:00Z\" level=error msg=inner\n","stream":"stderr","time":"2024-06-18T04:00:03.5Z"}
{"log":"2024-06-18T04:00:04Z stdout F I0101 00:00:00.000000       1 x.go:1] klog of another year\n","stream":"stderr","time":"2024-06-18T04:00:05Z"}
IN
like 'the outer time wins' "$(read_as wrapped)" '^2024-06-18T04:00:03.500Z .* error inner$'
like 'in every depth' "$(read_as wrapped)" '^2024-06-18T04:00:05Z .* klog of another year$'

# Conditions came as a map before Longhorn's v1beta2.
cat >map.yaml <<'IN'
apiVersion: longhorn.io/v1beta1
kind: Node
metadata: {name: pool-a-1, namespace: longhorn-system, uid: u}
status:
  conditions:
    ready: {type: Ready, status: "False", reason: ManagerPodDown, message: down, lastProbeTime: "", lastTransitionTime: "2024-06-18T04:00:00Z"}
    schedulable: {type: Schedulable, status: "True", lastTransitionTime: "2024-06-17T04:00:00Z", lastProbeTime: "null"}
IN
like 'conditions in a map are read' "$(read_as map.yaml)" '^2024-06-18T04:00:00Z .*Ready is False, ManagerPodDown: down'

# One event of both APIs is one event; its echo in a log is another proof of the same condition.
cat >core.json <<'IN'
{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"v1","kind":"Event","metadata":{"name":"pvc-1.17d9f2b3c4d5e6f7","namespace":"longhorn-system","uid":"u1"},"involvedObject":{"apiVersion":"longhorn.io/v1beta2","kind":"Volume","namespace":"longhorn-system","name":"pvc-1"},"reason":"Degraded","message":"volume pvc-1 became degraded","type":"Normal","count":2,"firstTimestamp":"2024-06-18T04:00:00Z","lastTimestamp":"2024-06-18T04:05:00Z","source":{"component":"longhorn-volume-controller"}}]}
IN
cat >events-api.json <<'IN'
{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"pvc-1.17d9f2b3c4d5e6f7","namespace":"longhorn-system","uid":"u1"},"regarding":{"apiVersion":"longhorn.io/v1beta2","kind":"Volume","namespace":"longhorn-system","name":"pvc-1"},"reason":"Degraded","note":"volume pvc-1 became degraded","type":"Normal","deprecatedCount":2,"deprecatedFirstTimestamp":"2024-06-18T04:00:00Z","deprecatedLastTimestamp":"2024-06-18T04:05:00Z","eventTime":null,"deprecatedSource":{"component":"longhorn-volume-controller"}}]}
IN
cat >manager.log <<'IN'
time="2024-06-18T04:00:00Z" level=info msg="Event(v1.ObjectReference{Kind:\"Volume\", Namespace:\"longhorn-system\", Name:\"pvc-1\", UID:\"x\", APIVersion:\"longhorn.io/v1beta2\", ResourceVersion:\"1\", FieldPath:\"\"}): type: 'Normal' reason: 'Degraded' volume pvc-1 became degraded" func="record.(*eventBroadcasterImpl).StartLogging.func1" file="event.go:298"
IN
lineup -d twice.db ingest core.json events-api.json 2>/dev/null
is 'both APIs tell one event' "$(lineup -d twice.db timeline | wc -l)" 1
lineup -d twice.db ingest manager.log 2>/dev/null
lineup -d twice.db spans --json >spans
is 'an echo is a proof, not a second condition' "$(python3 -c 'import json; s = [x for x in json.load(open("spans"))["spans"] if x["condition"] == "volume.degraded"]; print(len(s), len(s[0]["events"]))')" '1 2'
page=$TESTS/formats/web-page/status-incident.html
sed 's/margin:1em/margin:2em/' "$page" >again.html
lineup -d page.db ingest "$page" again.html 2>/dev/null
is 'a page saved twice tells its posts once' "$(lineup -d page.db timeline | wc -l)" 3
done_testing
