#!/bin/sh
# Settings and finer points of the analysis: the working week, declared cadence, holes, ends without a beginning, what was typed how finely.
. "$(dirname "$0")/../lib.sh"

field() { lineup "$1" inc-1 --json | python3 -c "import json,sys; o=json.load(sys.stdin); print($2)"; }

# --- the working week ---
cat >notice.eml <<'MAIL'
From: Hillside Cloud <noc@hillside-cloud.example>
To: ops@example.org
Date: Thu, 12 Dec 2024 09:00:00 +0000
Subject: [Maintenance] Your cluster blue will be upgraded from Kubernetes 1.30 to 1.31
Message-ID: <hc-77@hillside-cloud.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Your cluster blue will be upgraded from 1.30 to 1.31.

Start: 2024-12-17 08:00 UTC
End: 2024-12-17 10:00 UTC

Reference: HC-77
MAIL
lineup ingest notice.eml >/dev/null 2>&1
lineup incident new "Blue down" --from 2024-12-17T08:00Z --to 2024-12-17T12:00Z >/dev/null 2>&1
lineup log "upgrade of blue began" --at 2024-12-17T08:00:00Z --kind upgrade.cluster.started --subject cluster:blue >/dev/null
working() { field overlap 'o["notices"][0]["lead_working_seconds"]'; }
is 'the week is Monday to Friday, 09:00 to 17:00 UTC' "$(lineup week)" 'mon,tue,wed,thu,fri  09:00-17:00  UTC'
is 'Thursday 09:00 to Tuesday 08:00: three working days' "$(working)" 86400
lineup week set --holiday 2024-12-13 --holiday 2024-12-16 >out
like 'week set echoes what it stored' "$(cat out)" 'holiday  2024-12-16'
is 'two of them holidays: one' "$(working)" 28800
lineup week set --days thu,fri,mon --hours 10:00-12:30 --zone Asia/Tokyo >/dev/null
is 'what is not given stays' "$(lineup week | tail -n 1)" 'holiday  2024-12-16'
is 'Tokyo had left work on Thursday' "$(working)" 0
lineup week set --holiday 2024-12-25 --zone UTC >/dev/null
is 'holidays are replaced whole' "$(working)" 27000
is '--week-zone stands above it' "$(lineup overlap inc-1 --week-zone Asia/Tokyo --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["notices"][0]["lead_working_seconds"])')" 18000
is 'week --json' "$(lineup week --json | python3 -c 'import json,sys; w=json.load(sys.stdin); print(w["days"], w["hours"], w["zone"], w["holidays"])')" "mon,thu,fri 10:00-12:30 UTC ['2024-12-25']"
status 'a day that is none' 2 lineup week set --days someday
like 'is named' "$(cat err)" "'someday' is no day of the week"
status 'hours that end before they begin' 2 lineup week set --hours 17-9
status 'a holiday that is no date' 2 lineup week set --holiday christmas
status 'a zone that is none' 2 lineup week set --zone Mars/Olympus
lineup report inc-1 -o week.md >/dev/null 2>&1
status 'a report counts the same week, and verifies' 0 lineup verify week.md --incident inc-1

# --- a declared cadence ---
mkdir cadence && cd cadence || exit 1
cat >restic.json <<'JSON'
[{"time":"2024-06-10T02:00:00Z","tree":"5e1f0000000000000000000000000000000000000000000000000000000000aa","paths":["/srv/wiki"],"hostname":"b","username":"root","tags":["wiki"],"id":"aaaaaaaa11111111111111111111111111111111111111111111111111111111","short_id":"aaaaaaaa"},
 {"time":"2024-06-11T02:00:00Z","tree":"5e1f0000000000000000000000000000000000000000000000000000000000aa","paths":["/srv/wiki"],"hostname":"b","username":"root","tags":["wiki"],"id":"bbbbbbbb11111111111111111111111111111111111111111111111111111111","short_id":"bbbbbbbb"}]
JSON
lineup ingest restic.json >/dev/null 2>&1
lineup log "looked at it" --at 2024-06-14T12:00:00Z >/dev/null
silent() { lineup spans --json | python3 -c 'import json,sys; print(*[(s["subject"], s["from"], s["to"]) for s in json.load(sys.stdin)["spans"] if s["condition"] == "backup.silent"])'; }
lineup asset add wiki --backup wiki >/dev/null
is 'two runs teach no cadence' "$(silent)" ''
lineup asset add wiki --backup wiki --cadence 24h >/dev/null
is 'declared, the third run is missed' "$(silent)" "('backup:restic/wiki', '2024-06-12T02:00:00Z', None)"
is 'asset list --json has it' "$(lineup asset list --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["assets"][0]["cadence"])')" 86400
lineup asset add wiki --backup wiki --cadence 7d >/dev/null
is 'a weekly one is not due yet' "$(silent)" ''
lineup asset add forum --backup forum-nightly --cadence 24h >/dev/null
is 'what never ran is silent since ever' "$(silent)" "('asset:forum', None, None)"

# --- what a hole in its source may hide ---
mkdir ../hole && cd ../hole || exit 1
i=0
while [ $i -lt 60 ]; do
	printf '2024-06-18T01:%02d:00Z INFO all is well\n' $i
	[ $i -ge 50 ] && printf '2024-06-18T01:%02d:30Z ERROR could not connect to database: Connection refused\n' $i
	i=$((i + 1))
done >app.log
i=0
while [ $i -lt 60 ]; do
	[ $i -lt 5 ] && printf '2024-06-18T09:%02d:30Z ERROR could not connect to database: Connection refused\n' $i
	printf '2024-06-18T09:%02d:40Z INFO all is well\n' $i
	i=$((i + 1))
done >>app.log
lineup ingest app.log >/dev/null 2>&1
is 'reports that stop at a hole may have gone on in it, and those after it may have begun there' \
	"$(lineup spans --json | python3 -c '
import json, sys
for s in json.load(sys.stdin)["spans"]:
    if s["condition"] == "service.db":
        print(s["from"], s["from_bounds"][0], s["to"], s["to_bounds"][1])')" \
	'2024-06-18T01:50:30Z 2024-06-18T01:50:30Z 2024-06-18T01:59:30Z 2024-06-18T09:00:30Z
2024-06-18T09:00:30Z 2024-06-18T01:59:30Z 2024-06-18T09:04:30Z 2024-06-18T09:04:30Z'

# --- ends without a beginning ---
mkdir ../orphans && cd ../orphans || exit 1
lineup incident new "Shop down" --from 2024-06-18T00:00Z --to 2024-06-19T00:00Z >/dev/null 2>&1
lineup log "volume is healthy" --at 2024-06-18T04:00:00Z --kind storage.volume.healthy --subject volume:pvc-1 >/dev/null
lineup log "volume degraded" --at 2024-06-18T05:00:00Z --kind storage.volume.degraded --subject volume:pvc-2 >/dev/null
lineup log "volume is healthy" --at 2024-06-18T06:00:00Z --kind storage.volume.healthy --subject volume:pvc-2 >/dev/null
lineup log "upgrade done" --at 2024-06-18T07:00:00Z --kind upgrade.cluster.completed --subject cluster:blue >/dev/null
found() { field overlap '"|".join(f["text"] for f in o["findings"])'; }
like 'healthy as the first word is noted' "$(found)" 'storage.volume.healthy of volume:pvc-1 without a beginning'
unlike 'healthy after degraded is not' "$(found)" 'pvc-2'
like 'completed without a start is noted' "$(found)" "upgrade of cluster:blue is said to be over; nothing shows when it began"

# --- as fine as it was typed ---
mkdir ../typed && cd ../typed || exit 1
lineup incident new "Shop down" --from 2024-06-18T00:00Z --to 2024-06-19T00:00Z >/dev/null 2>&1
lineup mark impact_start "2024-06-18 04:17" --because "first call" >/dev/null
lineup mark detected 2024-06-18T04:30:20Z --because "page" >/dev/null
is 'a minute is any instant of it' "$(field overlap 'o["milestones"]["impact_start"]["bounds"], o["metrics"]["time_to_detect"]["seconds_min"], o["metrics"]["time_to_detect"]["seconds_max"]')" \
	"['2024-06-18T04:17:00Z', '2024-06-18T04:18:00Z'] 740 800"
lineup mark detected 2024-06-18T04:16:59Z >/dev/null
like 'an order that no reading allows is impossible' "$(found)" 'impossible order: impact_start'
lineup mark detected "2024-06-18 04:17" >/dev/null
is 'one that falls into the minute is not' "$(found)" ''
lineup decide "restore" --at "2024-06-18 05:00" >/dev/null
lineup location set nas unreachable --from "2024-06-18 03:00" --to "2024-06-18 06:00" >/dev/null
is 'decisions and locations keep theirs' "$(lineup timeline --json | python3 -c '
import json, sys
print(*[(e["kind"], e["precision"]) for e in map(json.loads, sys.stdin)])')" "('backup.target.unreachable', 'min') ('response.person.decided', 'min')"
lineup timeline --json >before && lineup rebuild 2>/dev/null && lineup timeline --json >after
same 'and a rebuild does too' after before

# --- a lone failure is no outage ---
mkdir ../lone && cd ../lone || exit 1
cat >access.log <<'LOG'
10.0.0.1 - - [18/Jun/2024:04:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"
10.0.0.1 - - [18/Jun/2024:04:10:00 +0000] "GET /login HTTP/1.1" 502 12 "-" "curl/8"
10.0.0.1 - - [18/Jun/2024:04:10:01 +0000] "GET /login HTTP/1.1" 200 12 "-" "curl/8"
10.0.0.1 - - [18/Jun/2024:07:00:00 +0000] "GET / HTTP/1.1" 503 12 "-" "curl/8"
10.0.0.1 - - [18/Jun/2024:09:00:00 +0000] "GET / HTTP/1.1" 200 12 "-" "curl/8"
LOG
lineup ingest access.log >/dev/null 2>&1
is 'two lone 502 and 503, hours apart, are two moments' "$(lineup spans --json | python3 -c '
import json, sys
print(*[(s["from"][11:16], s["to"][11:16]) for s in json.load(sys.stdin)["spans"]])')" "('04:10', '04:10') ('07:00', '07:00')"

# --- a notice that was passed on ---
mkdir ../passed && cd ../passed || exit 1
passed_on() { # FORWARDER: a forward of Friday's notice on Monday, to our house
	rm -rf lineup.db* forward.eml
	cat >forward.eml <<MAIL
From: Jo <$1>
To: ops@shop.example
Subject: Fwd: Planned maintenance HC-78
Date: Mon, 16 Dec 2024 08:00:00 +0000
Message-ID: <fwd-78@$1>

---------- Forwarded message ---------
From: Hillside Cloud <noc@hillside-cloud.example>
Date: Fri, 13 Dec 2024 09:00:00 +0000
Subject: Planned maintenance HC-78
To: <$1>

Start: 2024-12-17 08:00 UTC
End: 2024-12-17 10:00 UTC
MAIL
	lineup ingest forward.eml >/dev/null 2>&1
	lineup notices --json | python3 -c '
import json, sys
n = json.load(sys.stdin)["notices"][0]
print(n["received"], n["passed_on"]["sent"], n["passed_on"]["forwarded"], n["passed_on"]["received_because"])'
}
is 'by a colleague: it was received when it was sent to him' "$(passed_on jo@shop.example)" \
	"2024-12-13T09:00:00Z 2024-12-13T09:00:00Z 2024-12-16T08:00:00Z when it was sent to the colleague who passed it on"
is 'and its span of being unanswered begins then' "$(lineup spans --json | python3 -c '
import json, sys
print(*[s["from"] for s in json.load(sys.stdin)["spans"] if s["condition"] == "notice.unanswered"])')" 2024-12-13T09:00:00Z
is 'by somebody else: it was received when he passed it on' "$(passed_on jo@reseller.example)" \
	"2024-12-16T08:00:00Z 2024-12-13T09:00:00Z 2024-12-16T08:00:00Z when it was passed on by somebody outside"

# A failure whose time is not told stands at the beginning, and still ends what began.
export LINEUP_DB="$PWD/at-once.db"
cat >update.json <<'JSON'
{"update": {"id": "0b1c", "status": "Failed", "type": "VersionUpdate", "params": [{"type": "NodegroupName", "value": "blue"}],
	"createdAt": "2024-06-17T06:12:44Z", "errors": [{"errorCode": "PodEvictionFailure", "errorMessage": "cannot evict"}]}}
JSON
lineup ingest update.json >/dev/null 2>&1
is 'an upgrade that failed, with one time for all, is over' "$(lineup spans --json | python3 -c '
import json, sys
print(*[(s["condition"], s["to"]) for s in json.load(sys.stdin)["spans"] if s["condition"] == "upgrade.running"])')" \
	"('upgrade.running', '2024-06-17T06:12:44Z')"
# --- what stands in for a service that nobody reported down ---
mkdir standin && cd standin || exit 1
impact() { lineup overlap inc-1 --json | python3 -c 'import json,sys; m=json.load(sys.stdin)["milestones"]; print(*[(m.get(k) or {}).get("at") for k in ("impact_start", "impact_end", "detected")])'; }
lineup incident new "Logins fail" --from 2024-06-18T04:00Z --to 2024-06-18T09:00Z >/dev/null 2>&1
lineup log "an alert of long ago" --at 2024-06-17T20:00:00Z --kind response.alert.fired --subject alert:old >/dev/null
is 'an alert before the incident shows no impact: the incident stands as it states' "$(impact)" '2024-06-18T04:00:00Z None None'
lineup log "5xx" --at 2024-06-18T04:20:00Z --kind response.alert.fired --subject alert:login-5xx >/dev/null
lineup log "5xx" --at 2024-06-18T08:20:00Z --kind response.alert.resolved --subject alert:login-5xx >/dev/null
is 'the first alert of the incident stands in' "$(impact)" '2024-06-18T04:20:00Z 2024-06-18T08:20:00Z 2024-06-18T04:20:00Z'
lineup log "crash loop" --from 2024-06-18T04:10:00Z --to 2024-06-18T08:00:00Z --kind service.pod.crashed --subject pod:auth/login-0 >/dev/null
lineup log "another one, hours later" --from 2024-06-18T08:30:00Z --to 2024-06-18T08:50:00Z --kind service.pod.crashed --subject pod:shop/cart-0 >/dev/null
is 'a process that keeps dying is surer, and ends with itself' "$(impact)" '2024-06-18T04:10:00Z 2024-06-18T08:00:00Z 2024-06-18T04:20:00Z'
cat >down.eml <<'MAIL'
From: UptimeRobot <alert@uptimerobot.example>
To: ops@example.org
Date: Tue, 18 Jun 2024 04:15:00 +0000
Subject: Monitor is DOWN: Login
Message-ID: <down-1@uptimerobot.example>

The monitor Login is currently DOWN.
MAIL
lineup ingest down.eml >/dev/null 2>&1
is 'a service that is down is surest, and a monitor that mails it tells somebody' "$(impact)" '2024-06-18T04:15:00Z None 2024-06-18T04:15:00Z'
cd .. || exit 1

# --- an upgrade lasts until it is said to be over, whatever its nodes do meanwhile ---
mkdir said && cd said || exit 1
lineup log "started" --at 2024-06-17T05:00:00Z --kind upgrade.cluster.started --subject cluster:blue >/dev/null
lineup log "first node" --at 2024-06-17T05:10:00Z --kind upgrade.node.cordoned --subject node:blue-1 >/dev/null
lineup log "second node, long after" --at 2024-06-17T07:30:00Z --kind upgrade.node.notready --subject node:blue-2 >/dev/null
lineup log "failed" --at 2024-06-17T09:40:00Z --kind upgrade.cluster.failed --subject cluster:blue >/dev/null
is 'one run, although its nodes were silent for hours' "$(lineup spans --json | python3 -c '
import json, sys
print(*[(s["from"], s["to"]) for s in json.load(sys.stdin)["spans"] if s["condition"] == "upgrade.running"])')" \
	"('2024-06-17T05:00:00Z', '2024-06-17T09:40:00Z')"
cd .. || exit 1

# --- a volume's copies are those of the job that is called by its ARN ---
mkdir arn && cd arn || exit 1
cat >jobs.json <<'JSON'
{"BackupJobs": [{"BackupJobId": "b-1", "BackupVaultName": "prod", "RecoveryPointArn": "arn:aws:ec2:eu-west-1::snapshot/snap-0f", "ResourceArn": "arn:aws:ec2:eu-west-1:123456789012:volume/vol-0abc12", "CreationDate": "2024-06-16T02:00:00Z", "CompletionDate": "2024-06-16T02:20:00Z", "State": "COMPLETED"}]}
JSON
lineup ingest jobs.json >/dev/null 2>&1
lineup asset add login --volume vol-0abc12 >/dev/null
is 'the snapshot is of that volume' "$(lineup backups --at 2024-06-18T00:00:00Z --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["recovery"][0]["existing"]["data_time"])')" '2024-06-16T02:00:00Z'
cd .. || exit 1

done_testing
