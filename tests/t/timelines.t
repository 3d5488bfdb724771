#!/bin/sh
# Timelines that are unusual but plausible: what the analysis makes of them, event by event.
. "$(dirname "$0")/../lib.sh"

# timeline: a fresh database of the events on standard input, "TIME KIND SUBJECT [FIELD=VALUE ...] [| TEXT]", taken in as lineup
# writes its own; until, severity, count and source are the event's, source=- was typed.
cat >events.py <<'PY'
import hashlib, json, sys
for line in sys.stdin:
    head, _, text = line.strip().partition("|")
    if not head:
        continue
    at, kind, subject, *rest = head.split()
    fields = dict(word.split("=", 1) for word in rest)
    usual = (("until", None), ("severity", "error"), ("count", "1"), ("source", "s.log"))
    own = {name: fields.pop(name, value) for name, value in usual}
    key = hashlib.sha256(line.encode()).hexdigest()[:32]
    name = "" if own["source"] == "-" else own["source"]
    print(json.dumps({"id": "e" + key[:12], "key": key, "at": at, "until": own["until"], "precision": "s", "basis": "offset",
        "lane": kind.split(".")[0], "kind": kind, "severity": own["severity"], "subject": "" if subject == "-" else subject,
        "text": text.strip() or kind, "count": int(own["count"]), "fields": fields, "recorded_at": "2025-01-15T12:00:00Z",
        "source": {"name": name, "format": "x", "offset": 0, "length": 9, "line": 1, "sha256": "00"}}, separators=(",", ":")))
PY
timeline() {
	rm -rf lineup.db* timeline.json
	python3 events.py >timeline.json
	lineup ingest timeline.json >ingest.out 2>&1 || cat ingest.out
}
# spans CONDITION: subject, hours and minutes of day from and to, and why it ends or, with "from", begins
spans() {
	lineup spans --json | python3 -c '
import json, sys
for s in json.load(sys.stdin)["spans"]:
    if s["condition"] == sys.argv[1]:
        print(s["subject"], *[(t or "open")[8:16] or "open" for t in (s["from"], s["to"])], "|", s["why_" + sys.argv[2]])' "$1" "${2:-to}"
}
overlap() { lineup overlap inc-1 --json | python3 -c "import json, sys; o = json.load(sys.stdin); print($1)"; }
incident() { lineup incident new Down --from "$1" --to "$2" >/dev/null 2>&1; }

# --- two tools with a job of one name ---
dailies() {
	for day in 10 11 12 13 14 15 16; do
		echo "2024-06-${day}T02:00:00Z backup.job.completed backup:velero/daily tool=velero job=daily copy=v-$day location=s3://a"
		echo "2024-06-${day}T03:00:00Z backup.job.completed backup:restic/daily tool=restic job=daily copy=r-$day location=sftp:nas:/b"
	done
}
{ dailies; echo '2024-06-18T12:00:00Z other.log.line -'; } | timeline
is 'two tools with a daily job each: each is due a day after its own last run' "$(spans backup.silent)" \
	'backup:velero/daily 17T02:00 open | no run seen until the evidence ends
backup:restic/daily 17T03:00 open | no run seen until the evidence ends'
is 'and each is exposed by itself' "$(spans exposure from | tail -n 2)" \
	'asset:velero/daily 17T04:00 open | the newest reachable copy passed 1 d 2 h; nothing tells of its backups after 2024-06-16T02:00:00Z, a later copy would not show
asset:restic/daily 17T05:00 open | the newest reachable copy passed 1 d 2 h; nothing tells of its backups after 2024-06-16T03:00:00Z, a later copy would not show'
{
	dailies
	echo '2024-06-17T02:00:00Z backup.job.failed backup:velero/daily tool=velero job=daily | no such bucket'
	echo '2024-06-17T03:00:00Z backup.job.completed backup:restic/daily tool=restic job=daily copy=r-17 location=sftp:nas:/b'
	echo '2024-06-18T02:00:00Z backup.job.completed backup:velero/daily tool=velero job=daily copy=v-18 location=s3://a'
} | timeline
is 'the success of one does not end the failing of the other' "$(spans backup.failing)" \
	'backup:velero/daily 17T02:00 18T02:00 | backup.job.completed'

# --- where copies lie ---
timeline <<'E'
2024-06-15T02:00:00Z backup.job.completed backup:restic/daily tool=restic job=daily copy=aaaaaaaa1 location=s3://a
2024-06-16T02:00:00Z backup.job.completed backup:restic/daily tool=restic job=daily copy=aaaaaaaa2 location=sftp:nas:/b
2024-06-17T02:00:00Z backup.job.completed backup:restic/daily tool=restic job=daily copy=aaaaaaaa3
2024-06-17T03:00:00Z backup.job.completed backup:pgbackrest/daily tool=pgbackrest job=daily copy=bbbbbbbb3
2024-06-17T04:00:00Z backup.job.completed backup:velero/weekly tool=velero job=weekly copy=cccccccc1 location=s3://v
2024-06-17T05:00:00Z backup.job.completed backup:velero/weekly tool=velero job=weekly copy=cccccccc2
2024-06-18T02:00:00Z backup.job.completed backup:velero/other tool=velero job=other copy=cccccccc3
E
lineup asset add db --backup daily --backup other --backup weekly >/dev/null
is 'a copy without a location: where its job or its tool always puts them, said to be inferred; else unknown' "$(lineup backups --json | python3 -c '
import json, sys
for c in json.load(sys.stdin)["recovery"][0]["copies"]:
    print(c["id"], c["location"], c["location_because"], sep=", ")')" \
	'cccccccc3, s3://v, inferred: the only place its tool is known to use
cccccccc2, s3://v, inferred: the other copies of its job lie there
cccccccc1, s3://v, None
bbbbbbbb3, None, None
aaaaaaaa3, None, None
aaaaaaaa2, sftp:nas:/b, None
aaaaaaaa1, s3://a, None'
like 'backups says so, too' "$(lineup backups)" '\(cccccccc3, s3://v, inferred\)'
timeline <<'E'
2024-06-15T02:00:00Z backup.job.completed - tool=rsync path=/srv/a location=nas:/a
2024-06-15T02:00:01Z backup.job.completed - tool=rsync path=/srv/b location=nas:/b
E
lineup asset add b --backup /srv/b >/dev/null
is 'copies of two paths that end in one breath are two' \
	"$(lineup backups --json | python3 -c 'import json, sys; print(*[c["holds"] for c in json.load(sys.stdin)["recovery"][0]["copies"]])')" /srv/b
timeline <<'E'
2024-06-17T02:00:00Z backup.target.unreachable location:nas location=nas tool=restic
2024-06-18T02:00:00Z backup.target.decommissioned location:nas location=nas
E
lineup location set tape unreachable --from 2024-06-17T00:00Z --to 2024-06-17T05:00Z >/dev/null
is 'what was out of reach and then taken away was never in reach again' "$(spans target.unreachable)" \
	'location:tape 17T00:00 17T05:00 | as stated
location:nas 17T02:00 18T02:00 | from then on decommissioned
location:nas 18T02:00 open | nothing shows it within reach again'

# --- why an asset is exposed ---
timeline <<'E'
2024-06-17T02:00:00Z backup.job.completed backup:velero/daily-1 tool=velero job=daily copy=daily-1 location=s3://a
2024-06-17T12:00:00Z backup.copy.deleted backup:velero/daily-1 tool=velero job=daily copy=daily-1 location=s3://a
E
lineup asset add db --backup daily >/dev/null
is 'a copy that was deleted did not go out of reach' "$(spans exposure from | tail -n 1)" \
	'asset:db 17T12:00 open | the newest reachable copy expired, was deleted or was found to be none'
timeline <<'E'
2024-06-16T02:00:00Z backup.job.completed backup:velero/daily-0 tool=velero job=daily copy=daily-0 location=s3://a started=2024-06-16T01:50:00Z
2024-06-17T02:00:00Z backup.job.completed backup:velero/daily-1 tool=velero job=daily copy=daily-1 location=s3://a started=2024-06-17T01:50:00Z
2024-06-17T02:10:00Z backup.job.failed backup:velero/daily-1 tool=velero job=daily copy=daily-1 location=s3://a | validation failed
2024-06-17T12:00:00Z other.log.line -
E
lineup asset add db --backup daily >/dev/null
like 'what never was a copy proves no exposure: the one before grew too old' "$(spans exposure from | tail -n 1)" \
	'asset:db 17T03:50 open \| the newest reachable copy passed 1 d 2 h'

# --- how a change ends, and whose notice it was ---
mails='2024-06-15T09:00:00Z notice.maintenance.announced notice:HC-1 provider=hillside reference=HC-1 window_from=2024-06-17T06:00:00Z window_to=2024-06-17T08:00:00Z status=announced cluster=blue class=upgrade title=Upgrade
2024-06-17T09:30:00Z notice.maintenance.completed notice:HC-1 provider=hillside reference=HC-1 status=completed'
outage='2024-06-17T06:30:00Z service.health.down service:login
2024-06-17T07:10:00Z service.health.up service:login'
timeline <<E
$mails
2024-06-17T06:00:12Z upgrade.cluster.started cluster:blue cluster=blue
2024-06-17T07:00:00Z upgrade.cluster.completed cluster:blue cluster=blue
2024-06-18T12:00:00Z other.log.line -
$outage
E
is 'an upgrade that was seen to end does not last until the mail about it' "$(spans upgrade.running)" \
	'cluster:blue 17T06:00 17T07:00 | upgrade.cluster.completed'
incident 2024-06-17T00:00Z 2024-06-18T00:00Z
lineup mark change_start "2024-06-17 06:00" >/dev/null
is 'a start that a person marks to the minute is the same change: its end and its notice stay known' \
	"$(overlap 'o["milestones"]["change_end"]["at"], o["metrics"]["notice_lead"]["seconds"], o["metrics"]["window_slip"]["seconds"]')" \
	'2024-06-17T07:00:00Z 162000 0'
timeline <<E
$mails
2024-06-18T12:00:00Z other.log.line -
E
lineup log "upgrade of blue" --kind upgrade.cluster.started --subject cluster:blue --from 2024-06-17T06:00Z --to 2024-06-17T07:00Z >/dev/null
is 'nor does one whose end a person stated' "$(spans upgrade.running)" 'cluster:blue 17T06:00 17T07:00 | as stated'
timeline <<E
$mails
2024-06-17T06:01:00Z notice.maintenance.started notice:HC-1 provider=hillside reference=HC-1 status=started
$outage
E
incident 2024-06-17T00:00Z 2024-06-18T00:00Z
is 'what only the provider says was done is the change before the impact' \
	"$(overlap '*[(o["milestones"][m]["at"], o["milestones"][m]["because"]) for m in ("change_start", "change_end")], o["metrics"]["window_slip"]["seconds"]')" \
	"('2024-06-17T06:01:00Z', 'the provider said that it started') ('2024-06-17T09:30:00Z', 'the provider said that it was completed') 60"

# --- a window that ends before it begins ---
timeline <<'E'
2024-06-15T09:00:00Z notice.maintenance.announced notice:HC-2 provider=hillside reference=HC-2 window_from=2024-06-17T22:00:00Z window_to=2024-06-17T02:00:00Z title=Work
2024-06-18T12:00:00Z other.log.line -
E
is 'has a start and no end' "$(spans upgrade.promised)" 'notice:HC-2 17T22:00 17T22:00 | no end was promised'
incident 2024-06-17T00:00Z 2024-06-18T00:00Z
like 'and is a finding' "$(overlap '[f["text"] for f in o["findings"]]')" 'promises an end, 2024-06-17T02:00:00Z, that lies before'

# --- a picture shows what lies in it ---
timeline <<'E'
2024-06-05T10:00:00Z storage.volume.degraded volume:pvc-1
2024-06-05T10:02:00Z service.health.down service:shop
2024-06-05T10:20:00Z service.health.up service:shop
2024-06-05T10:30:00Z storage.volume.healthy volume:pvc-1
2024-06-04T02:00:00Z backup.job.completed backup:velero/daily-4 tool=velero job=daily copy=daily-4 location=nas
2024-06-09T02:00:00Z backup.job.completed backup:velero/daily-9 tool=velero job=daily copy=daily-9 location=s3://a
2024-06-09T12:00:00Z backup.target.unreachable location:s3://a location=s3://a
2024-06-12T10:00:00Z other.log.line -
E
incident 2024-06-05T00:00Z 2024-06-12T00:00Z
lineup asset add db --backup daily --loss 2024-06-10T00:00Z >/dev/null
lineup report inc-1 --format html -o late.html >/dev/null 2>&1
is 'a closer look at the line-up has no copy of days later at its edge' \
	"$(grep -c 'The line-up.*closer' late.html) $(grep -o '<title>newest copy: [^<]*' late.html | wc -l)" '1 1'

# --- an impact that nothing shows ---
nothing='2024-06-17T05:00:00Z upgrade.cluster.started cluster:blue cluster=blue
2024-06-17T07:00:00Z upgrade.cluster.completed cluster:blue cluster=blue'
impact() { overlap '[o["milestones"]["impact_start"][k] for k in ("at", "status", "because", "by")]'; }
echo "$nothing" | timeline
incident 2024-06-17T06:30Z 2024-06-17T09:00Z
is 'begins as the incident states, and says so' "$(impact)" \
	"['2024-06-17T06:30:00Z', 'proposed', 'nothing shows an impact: the beginning of the incident as stated', 'tester']"
lineup report inc-1 -o stated.md >/dev/null 2>&1
like 'citing who stated it' "$(grep '^| impact start' stated.md)" 'as stated \| \[E[0-9]+\]'
status 'and verifies' 0 lineup verify stated.md --incident inc-1
echo "$nothing" | timeline
lineup incident new Down >/dev/null 2>&1
is 'when it was opened here states nothing' "$(impact)" '[None, None, None, None]'
lineup incident set inc-1 --from 2024-06-17T06:45Z >/dev/null 2>&1
is 'until somebody says so' "$(overlap 'o["milestones"]["impact_start"]["at"]')" 2024-06-17T06:45:00Z
done_testing
