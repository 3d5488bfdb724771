#!/bin/sh
# Before the outage: notices that nobody answered, copies that nobody could restore; for cron.
. "$(dirname "$0")/../lib.sh"

cat >notice.eml <<'MAIL'
From: Hillside Cloud <noc@hillside-cloud.example>
To: ops@example.org
Date: Mon, 13 Jan 2025 09:00:00 +0000
Subject: [Maintenance] Your cluster blue will be upgraded from Kubernetes 1.30 to 1.31
Message-ID: <hc-77@hillside-cloud.example>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Your cluster blue will be upgraded from 1.30 to 1.31.

Start: 2025-01-17 08:00 UTC
End: 2025-01-17 10:00 UTC

Reference: HC-77
MAIL
lineup ingest notice.eml >/dev/null 2>&1
lineup asset add shop --namespace shop --backup shop-nightly --objective 26h >/dev/null
status 'a change is near and unanswered' 3 lineup notices --upcoming
like 'and is named with its time' "$(cat out)" '2025-01-17 08:00.*blue.*not answered'
like 'and the asset without a copy' "$(cat out)" 'shop: no copy is reachable'
status 'a change far away is none of today' 0 lineup notices --upcoming --within 1d
is 'and nothing is said' "$(cat out)" ''
like 'notices shows promise and versions' "$(lineup notices)" 'Hillside Cloud.*2025-01-17 08:00'
is 'notices --json' "$(lineup notices --json | python3 -c '
import json, sys
n = json.load(sys.stdin)["notices"][0]
print(n["promised"]["from"], n["promised"]["to"], n["versions"]["from"], n["versions"]["to"], n["answered"], n["missed"])')" '2025-01-17T08:00:00Z 2025-01-17T10:00:00Z 1.30 1.31 False False'
like 'spans show the promise' "$(lineup spans)" 'notice.unanswered +2025-01-13 09:00'

cat >backup.json <<'JSON'
{"apiVersion": "velero.io/v1", "kind": "Backup", "metadata": {"name": "shop-nightly-20250115020000", "namespace": "velero",
 "labels": {"velero.io/schedule-name": "shop-nightly"}, "creationTimestamp": "2025-01-15T02:00:00Z", "uid": "b-1"},
 "spec": {"includedNamespaces": ["shop"], "storageLocation": "bucket"},
 "status": {"phase": "Completed", "startTimestamp": "2025-01-15T02:00:00Z", "completionTimestamp": "2025-01-15T02:07:00Z"}}
JSON
lineup ingest backup.json >/dev/null 2>&1
lineup log "@blue upgrade read, will watch it; HC-77 acknowledged" --kind response.person.acknowledged --subject cluster:blue >/dev/null
status 'answered, and with a fresh copy: all is well' 0 lineup notices --upcoming
like 'what could I restore right now' "$(lineup backups --at now)" 'shop .*2025-01-15 02:00:00Z'
lineup location set bucket unreachable --from 2025-01-15T06:00Z >/dev/null
status 'out of reach, the copy counts for nothing' 3 lineup notices --upcoming
is 'it exists all the same' "$(lineup backups --at now --json | python3 -c '
import json, sys
r = json.load(sys.stdin)["recovery"][0]
print(r["existing"]["copy"], r["reachable"])')" 'shop-nightly-20250115020000 None'
is 'and was within reach before' "$(lineup backups --at 2025-01-15T05:00Z --json | python3 -c '
import json, sys
print(json.load(sys.stdin)["recovery"][0]["reachable"]["copy"])')" 'shop-nightly-20250115020000'

# A mail that tells only a later end leaves the beginning as it was promised.
mkdir longer
cat >longer/1.eml <<'EOF'
From: Gridpoint NOC <noc@gridpoint.example>
Date: Mon, 13 Jan 2025 10:00:00 +0000
Subject: Maintenance GP-9921: SAN firmware
Message-ID: <gp-1@gridpoint.example>

Window: 2025-01-18 20:00 - 2025-01-19 02:00 GMT
EOF
sed '/^Window/d; s/gp-1/gp-2/; s/13 Jan/19 Jan/; s/firmware/firmware - EXTENDED/' longer/1.eml >longer/2.eml
echo 'The end of the window has been extended to 06:00 GMT on 19 January 2025.' >>longer/2.eml
lineup -d longer.db ingest longer >/dev/null 2>&1
is 'an extension moves the end alone' "$(lineup -d longer.db notices --json | python3 -c 'import json,sys; print(*[(n["status"], n["promised"]["from"], n["promised"]["to"]) for n in json.load(sys.stdin)["notices"]])')" \
	"('rescheduled', '2025-01-18T20:00:00Z', '2025-01-19T06:00:00Z')"
done_testing
