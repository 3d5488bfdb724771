#!/bin/sh
# Support bundles as a whole: one command, each fact once, every file accounted for, every log with its pod.
. "$(dirname "$0")/../lib.sh"

python3 - <<'PY'
import io, json, os, tarfile, zipfile

def event(uid, name, kind, ns, obj, reason, text, at, null="null"):
	old = {"apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": ns, "uid": uid, "resourceVersion": "7",
		"creationTimestamp": at}, "involvedObject": {"kind": kind, "namespace": ns, "name": obj}, "reason": reason,
		"message": text, "source": {"component": "kubelet", "host": "n1"}, "firstTimestamp": at, "lastTimestamp": at, "count": 3,
		"type": "Warning", "eventTime": null, "reportingComponent": null, "reportingInstance": null}
	new = {"apiVersion": "events.k8s.io/v1", "kind": "Event", "metadata": old["metadata"], "regarding": old["involvedObject"],
		"reason": reason, "note": text, "deprecatedSource": old["source"], "deprecatedFirstTimestamp": at,
		"deprecatedLastTimestamp": at, "deprecatedCount": 3, "type": "Warning", "eventTime": null}
	return old, new

def lines(value, indent):
	for key, v in value.items():
		if isinstance(v, dict):
			yield " " * indent + key + ":"
			yield from lines(v, indent + 2)
		else:
			yield " " * indent + key + ": " + json.dumps(v)

def yaml(items):
	out = ["apiVersion: v1", "items:"]
	for i in items:
		item = list(lines(i, 2))
		out += ["- " + item[0].strip()] + item[1:]
	return "\n".join(out + ["kind: List", ""])

pairs = [event("u-%d" % i, "db-0.17fa%012x" % i, "Pod", "shop", "db-0", "FailedMount",
	"MountVolume.MountDevice failed for volume \"pvc-7c1e\" : rpc error", "2024-06-18T07:0%d:00Z" % i) for i in range(3)]
log = "".join("2024-06-18T07:1%d:00.5Z ERROR could not connect to database: connection refused\n" % i for i in range(3))
journal = "Jun 18 07:05:02 n1 kernel: EXT4-fs (sdc): Remounting filesystem read-only\nJun 18 07:05:01 n1 kernel: sd 3:0:0:1: rejecting I/O to offline device\n"

def put(z, name, data):
	z.writestr(zipfile.ZipInfo(name, (2024, 6, 18, 8, 0, 0)), data)

# Longhorn and Harvester: a zip with a zip for each node
node = io.BytesIO()
with zipfile.ZipFile(node, "w") as z:
	put(z, "n1/logs/kubelet.log", journal)
	put(z, "n1/hostinfos/os-release", "NAME=x\n")
with zipfile.ZipFile("supportbundle.zip", "w") as z:
	top = "supportbundle_ab_2024-06-18T08-00-00Z/"
	put(z, top + "metadata.yaml", "bundlename: ab\nbundlecreatedat: \"2024-06-18T08:00:00Z\"\n")
	put(z, top + "yamls/namespaced/shop/v1/events.yaml", yaml([p[0] for p in pairs]))
	put(z, top + "yamls/namespaced/shop/events.k8s.io/v1/events.yaml", yaml([p[1] for p in pairs]))
	put(z, top + "logs/shop/login-5d9c7-x2/login.log", log)
	put(z, top + "nodes/n1.zip", node.getvalue())
	put(z, top + "prometheus-alerts.json", json.dumps({"status": "success", "data": {"alerts": [{"labels": {
		"alertname": "KubePodNotReady", "namespace": "shop", "pod": "db-0", "severity": "warning"}, "annotations": {},
		"state": "firing", "activeAt": "2024-06-18T07:09:00Z", "value": "1"}]}}))

def tar(name, files, links, mode):
	with tarfile.open(name, mode) as t:
		for path, text in files.items():
			info = tarfile.TarInfo(path)
			info.size = len(text.encode())
			info.mtime = 1718697600
			t.addfile(info, io.BytesIO(text.encode()))
		for path, to in links.items():
			info = tarfile.TarInfo(path)
			info.type, info.linkname, info.mtime = tarfile.SYMTYPE, to, 1718697600
			t.addfile(info)

tar("troubleshoot.tar.gz", {"tb/version.yaml": "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n",
	"tb/cluster-resources/events/shop.json": json.dumps([p[0] for p in pairs]),
	"tb/cluster-resources/pods/logs/shop/login-5d9c7-x2/login.log": log},
	{"tb/all-logs/shop/login-5d9c7-x2/login.log": "../../../cluster-resources/pods/logs/shop/login-5d9c7-x2/login.log"}, "w:gz")
tar("must-gather.tar", {"mg/namespaces/shop/core/events.yaml": yaml([p[0] for p in pairs]),
	"mg/namespaces/shop/pods/login-5d9c7-x2/login/login/logs/current.log": log,
	"mg/namespaces/shop/pods/login-5d9c7-x2/login/login/logs/previous.log": ""}, {}, "w")
PY

for bundle in supportbundle.zip troubleshoot.tar.gz must-gather.tar; do
	db=${bundle%%.*}.db
	lineup -d "$db" ingest "$bundle" --json >out 2>err; got=$?
	if [ $got -le 3 ] && [ $got -ne 1 ] && [ $got -ne 2 ]; then pass "$bundle is taken in"; else fail "$bundle is taken in" "$(cat err)"; fi
	is "$bundle: an event of two APIs counts once" "$(lineup -d "$db" timeline --kind storage.mount.failed --subject pod:shop/db-0 --json | grep -c .)" 3
	is "$bundle: a log knows its pod, and is read once" \
		"$(lineup -d "$db" timeline --kind service.db.unreachable --json | grep -c '"subject":"service:shop/login"')" 3
	unlike "$bundle: nothing is called null" "$(lineup -d "$db" timeline --json)" '"(subject|text)":"[^"]*"?null"?"'
	is "$bundle: taken in again, nothing is new" \
		"$(lineup -d "$db" ingest "$bundle" --json 2>/dev/null | python3 -c 'import json,sys; t = json.load(sys.stdin)["total"]; print(t["new"], t["grown"])')" '0 0'
done
is "supportbundle.zip: a log of a node's zip is read" "$(lineup -d supportbundle.db timeline --json | grep -c '"at":"2024-06-18T07:05:02Z".*Remounting filesystem')" 1
is "supportbundle.zip: its alerts are read" "$(lineup -d supportbundle.db timeline --kind response.alert.fired --json | grep -c KubePodNotReady)" 1
is "supportbundle.zip: every file is a source" "$(lineup -d supportbundle.db sources --json | grep -o 'n1/hostinfos/os-release' | head -n 1)" n1/hostinfos/os-release

# What a log only passes on is not about the pod that wrote it.
pod=pods/kube-system_kube-controller-manager-cp-1_u1/kube-controller-manager
mkdir -p "$pod" pods/monitoring_event-exporter-6c-x_u2/exporter
cat >"$pod/0.log" <<'LOG'
2024-06-18T07:10:41.123456789Z stderr F I0618 07:10:41.100000       1 event.go:307] "Event occurred" object="node-2" kind="Node" apiVersion="v1" type="Normal" reason="NodeNotReady" message="Node node-2 status is now: NodeNotReady"
LOG
cat >pods/monitoring_event-exporter-6c-x_u2/exporter/0.log <<'LOG'
2024-06-18T07:12:41.123456789Z stdout F {"metadata":{"name":"node-3.17da0b0b0b0b0b0b","namespace":"default","uid":"u-3"},"involvedObject":{"kind":"Node","name":"node-3"},"reason":"NodeNotReady","message":"Node node-3 status is now: NodeNotReady","type":"Normal","count":1,"firstTimestamp":"2024-06-18T07:12:40Z","lastTimestamp":"2024-06-18T07:12:40Z"}
LOG
lineup -d pods.db ingest pods >out 2>&1
is 'an event in a log is about its object, at its own time' "$(lineup -d pods.db timeline --kind upgrade.node.notready --json |
	sed 's/.*"at":"\([^"]*\)".*"subject":"\([^"]*\)".*/\1 \2/' | tr '\n' ' ')" '2024-06-18T07:10:41.123456Z node:node-2 2024-06-18T07:12:40Z node:node-3 '

# All three in one timeline: the facts are the same ones.
lineup -d all.db ingest supportbundle.zip troubleshoot.tar.gz must-gather.tar >out 2>&1
is "bundles of one outage tell each fact once" "$(lineup -d all.db timeline --kind storage.mount.failed --subject pod:shop/db-0 --json | grep -c .)" 3
is "bundles of one outage tell each line once" "$(lineup -d all.db timeline --kind service.db.unreachable --json | grep -c .)" 3
# More sources than fit a screen are told by format.
mkdir many
for i in $(seq 41); do printf '2024-06-18T07:00:%02dZ INFO line %d\n' "$i" "$i" >"many/$i.log"; done
status 'a folder of many files' 0 lineup -d many.db ingest many
like '... is summed up by format' "$(cat err)" '^41 +41 +0 +0 +0 +0 +[a-z-]+ +41 sources$'
is '... in a handful of lines' "$(wc -l <err)" 5
is '... while JSON lists each' "$(lineup -d other.db ingest --json many 2>/dev/null | python3 -c 'import json,sys; print(len(json.load(sys.stdin)["sources"]))')" 41

# Hidden names are left out, and that is said.
mkdir -p half/.git
echo '2024-06-18T07:00:00Z INFO seen' >half/a.log
cp half/a.log half/.hidden.log
cp half/a.log half/.git/config
status 'a folder with hidden names' 0 lineup -d half.db ingest half
like 'says so' "$(cat err)" '^2 hidden names were left out \(half/\.git, \.\.\.\); name what matters'
like 'one of them by its name' "$(lineup -d half.db ingest half/.hidden.log 2>&1)" '^1 +0 +0 +1 .*half/\.hidden\.log$'

# The same bytes under another name.
cp many/1.log copy.log
lineup -d many.db ingest copy.log 2>err
like 'a copy is told by the name it was given by' "$(cat err)" '^1 +0 +0 +1 .* copy.log$'
# ---- known bytes: all that came out of them is known, however deep it lay ----
export LINEUP_DB=deep.db
echo '2024-06-18T04:00:00Z deep down' >deep.log
echo '2024-06-18T04:00:01Z at the top' >top.log
tar cf inner.tar deep.log && tar cf outer.tar inner.tar top.log
lineup ingest outer.tar >/dev/null 2>first
lineup ingest outer.tar >/dev/null 2>again
is 'the same sources' "$(awk '{print $8}' again | head -5)" "$(awk '{print $8}' first | head -5)"
like 'and records' "$(cat again)" '^2 records: 0 new, 0 grown, 2 duplicate'
is 'and bytes' "$(grep bytes again)" "$(grep bytes first)"
done_testing
