#!/bin/sh
# What must not leave does not: planted secrets, addresses, hosts and names are in no output of --redact, and ordinary lines stay as they are.
. "$(dirname "$0")/../lib.sh"
export LINEUP_DB="$WORK/timeline.db"
python3 "$TESTS/redact/plant.py" secrets.log planted ordinary.txt
like "more than two hundred" "$(wc -l <planted)" '^ *[2-9][0-9][0-9]$'

# The names of people, of nodes and of files are secrets too.
mkdir evidence && cat >evidence/notice.eml <<'MAIL'
From: Ingrid Vasquez <ingrid@provider.example>
To: Tomasz Wren <tomasz@corp.example>
Subject: Maintenance of your cluster on 2024-06-17
Date: Sat, 15 Jun 2024 08:00:00 +0000
Message-ID: <m1@provider.example>

Dear Tomasz, we will upgrade your cluster prod from 1.27 to 1.28 on 2024-06-17 06:00 UTC.
AWS Account: 713355660042, role arn:aws:iam::713355660043:role/upgrader, Customer ID: QC-550187
Kind regards, Ingrid
MAIL
cat >evidence/pool-x9-3.quietco.internal.json <<'EVENTS'
{"apiVersion":"v1","kind":"List","items":[
{"apiVersion":"v1","kind":"Event","metadata":{"name":"n1","namespace":"default","uid":"1e0f9d6c-0000-4000-8000-000000000001"},"involvedObject":{"kind":"Node","name":"pool-x9-3"},"reason":"NodeNotReady","message":"Node pool-x9-3 status is now: NodeNotReady, last seen by password=Kx81hgTTa","firstTimestamp":"2024-06-17T06:10:00Z","lastTimestamp":"2024-06-17T06:10:00Z","count":1,"type":"Warning"},
{"apiVersion":"v1","kind":"Event","metadata":{"name":"p1","namespace":"auth","uid":"1e0f9d6c-0000-4000-8000-000000000002"},"involvedObject":{"kind":"Pod","name":"fusionauth-0","namespace":"auth"},"reason":"FailedMount","message":"mount of nas-77:/x on pool-x9-3 (10.77.3.9) failed","firstTimestamp":"2024-06-17T06:20:00Z","lastTimestamp":"2024-06-17T06:40:00Z","count":9,"type":"Warning"}]}
EVENTS
lineup ingest secrets.log evidence >/dev/null 2>&1
lineup incident new "Logins down, seen by Tomasz Wren" --from 2024-06-17T06:00Z --to 2024-06-18T10:00Z >/dev/null 2>&1
lineup log "volume faulted on pool-x9-3, asked Priyanka; token=Zz19ahfB77qP" --at 2024-06-17T06:30Z --kind storage.volume.faulted --subject volume:v1 --by priyanka >/dev/null
lineup log "login is down for tomasz@corp.example" --at 2024-06-17T06:35Z --kind service.health.down --subject service:auth --by priyanka >/dev/null
lineup decide "restore from sftp://backup@nas-77/daily" --over "wait" --because "Priyanka says 10.77.3.9 is gone" --by priyanka --at 2024-06-17T08:00Z >/dev/null
lineup mark impact_start 2024-06-17T06:35Z --because "AKIAQQQQWWWWEEEERRRR was refused at 10.77.3.9" >/dev/null
lineup action add "Rotate ghp_aaaaaaaaaabbbbbbbbbbccccccccccdddddd" --type prevent --owner "Tomasz Wren" --due 2024-07-01 >/dev/null
printf '%s\n' Ingrid Vasquez Tomasz Wren riyanka pool-x9-3 nas-77 quietco Kx81hgTTa Zz19ahfB77qP 10.77.3.9 AKIAQQQQ ghp_aaaa provider.example corp.example \
	713355660042 713355660043 QC-550187 >>planted

leaks() { grep -oiFf planted "$1" | sort -u | head -n 5; }
for format in json csv md ics grafana; do
	lineup export --format $format --redact --undated >"out.$format" 2>/dev/null
	is "nothing planted is in $format" "$(leaks "out.$format")" ""
	like "although it is not empty" "$(cat "out.$format")" 'secret removed'
done
lineup timeline --redact >out.txt 2>/dev/null
is "nor in the timeline" "$(leaks out.txt)" ""
lineup export --undated >plain.json
is "which all of it is in without --redact" "$(grep -coiFf planted plain.json | awk '$1 > 190' | wc -l | tr -d ' ')" 1

status "a redacted report" 0 lineup report inc-1 --redact -o shared.md
like "tells what it replaced" "$(cat err)" 'redacted: [0-9]+ secrets, [0-9]+ addresses .*hosts .*people'
like "also in itself" "$(cat shared.md)" '^\| Redacted \| [0-9]+ secrets'
status "as a page" 0 lineup report inc-1 --redact -o shared.html
status "as JSON" 0 lineup report inc-1 --redact --format json -o shared.json
for file in shared.md shared.svg shared.html shared.json; do
	is "nothing planted is in $file" "$(leaks $file)" ""
done
status "it verifies" 0 lineup verify shared.md

# What people wrote comes along, redacted like the rest, and stays through further runs.
lineup report inc-1 -o prose.md
sed 's/^\*Draft, to be rewritten.*/Priyanka: restored from nas-77 as tomasz@corp.example, password: Kx81hgTTa, see [E1]; \*\*@Ingrid\*\* agreed./' prose.md >prose.new && mv prose.new prose.md
status "prose is taken from another report" 0 lineup report inc-1 --redact --prose prose.md -o told.md
unlike "nobody edited a generated part of it" "$(cat err)" 'edited by hand'
like "in its place" "$(cat told.md)" '^\\\[person-[0-9a-f]{6}\]: restored from \\\[host-[0-9a-f]{6}\] as \\\[address-[0-9a-f]{6}\], password: \\\[secret removed\], see \[E1\]; .* agreed'
status "and verifies" 0 lineup verify told.md
cp told.md before.md
lineup report inc-1 --redact -o told.md 2>/dev/null
is "and stays" "$(cmp told.md before.md 2>&1)" ""
lineup report inc-1 --redact -o told.html 2>/dev/null
like "a page takes it from beside it" "$(cat told.html)" ': restored from \[host-'
for file in told.md told.svg told.html; do is "nothing planted is in $file" "$(leaks $file)" ""; done
sed '/^<!-- lineup:generated decisions/a Priyanka wrote where lineup writes.' prose.md >edited.md
status "prose from a report with an edited part" 0 lineup report inc-1 --redact --prose edited.md -o told-edited.md
is "says what does not come along" "$(grep 'by hand' err)" "section 'decisions' was edited by hand; the redacted version is without that"
unlike "and it does not" "$(cat told-edited.md)" 'where lineup writes|Left out'
status "prose goes into another template" 0 lineup report inc-1 --redact --template summary --prose prose.md -o told-summary.md
is "which leaves no heading without a word" "$(sed -n '/^## Coverage/,/^## Def/{/^[^#]/p}' told-summary.md)" "*Left out of the redacted version.*"
is "and says so only of what it leaves out" "$(sed -n '/^## Key numbers/,/^## Imp/p' told-summary.md | grep -c 'Left out')" 0
status "and verifies too" 0 lineup verify told-summary.md
cp told-summary.md before.md
lineup report inc-1 --redact --template summary -o told-summary.md 2>/dev/null
is "and stays too" "$(cmp told-summary.md before.md 2>&1)" ""
status "no report is replaced by its redacted self" 1 lineup report inc-1 --redact --prose prose.md -o prose.md
status "a letter is no report" 1 lineup report inc-1 --prose evidence/notice.eml -o other.md
cp shared.md first.md
lineup report inc-1 --redact -o shared.md 2>/dev/null
is "the same pseudonyms again" "$(cmp shared.md first.md 2>&1)" ""
lineup report inc-1 -o full.md
status "neither replaces the other" 1 lineup report inc-1 --redact -o full.md
pseudonym=$(grep -o 'host-[0-9a-f]*' out.csv | sort | uniq -c | sort -rn | awk 'NR == 1 {print $2}')
like "a host is called the same everywhere" "$(cat out.ics)" "$pseudonym"
lineup -d fresh.db log "on node web-5.quietco.internal" >/dev/null
lineup -d fresh2.db log "on node web-5.quietco.internal" >/dev/null
unlike "and otherwise in another database" "$(lineup -d fresh.db timeline --redact)" "$(lineup -d fresh2.db timeline --redact | grep -o 'host-[0-9a-f]*')"

# Where an action is tracked names a host of ours.
cat >past.md <<'PAST'
---
title: "Registry refused pulls"
date: 2024-06-10
---
**Start:** 2024-06-10T02:00:00Z
**End:** 2024-06-10T03:00:00Z

### Follow-ups

- [ ] Count references on the primary (https://tickets.canary-desk.example/browse/REG-17)
PAST
lineup -d past.db import past.md >/dev/null 2>&1
lineup -d past.db action list --json >plain.json
like "a reference is an address" "$(cat plain.json)" '"reference": *"https://tickets.canary-desk.example/browse/REG-17"'
for file in past-shared.md past-shared.html; do lineup -d past.db report --redact -o $file 2>/dev/null; done
lineup -d past.db report --redact --format json -o past-shared.json 2>/dev/null
lineup -d past.db review 2024Q2 --redact >past-review.md 2>/dev/null
lineup -d past.db review 2024Q2 --redact --json >past-review.json 2>/dev/null
for file in past-shared.md past-shared.html past-shared.json past-review.md past-review.json; do
	like "its incident is in $file" "$(cat $file)" "Registry refused"
	unlike "without the host of its reference" "$(cat $file)" 'canary-desk'
done

# What a notice is of, where its words are not those expected.
key=0123456789abcdef0123456789abcdef
cat >versions.json <<JSON
{"id":"e0123456789ab","key":"$key","at":"2024-06-15T08:00:00Z","until":null,"precision":"s","basis":"offset","lane":"notice","kind":"notice.maintenance.announced","severity":"notice","subject":"cluster:prod","text":"Move","count":1,"fields":{"title":"Move","provider":"Acme","status":"started","reference":"CHG-12345678","version_from":"old-9.quietco.internal","version_to":"new-9.quietco.internal","window_from":"2024-06-17T06:00:00Z"},"source":null,"recorded_at":"2025-01-15T12:00:00Z"}
JSON
lineup -d versions.db ingest versions.json >/dev/null 2>&1
lineup -d versions.db incident new Move --from 2024-06-17T06:00Z --to 2024-06-17T10:00Z >/dev/null 2>&1
like "a notice's versions are in a report" "$(lineup -d versions.db report)" 'version old-9.quietco.internal to new-9'
unlike "and without what they name in a redacted one" "$(lineup -d versions.db report --redact 2>/dev/null; lineup -d versions.db report --redact --format json 2>/dev/null)" quietco

# Who ends a sentence is still the same person.
cat >logins.log <<'LOG'
2024-06-18T03:00:01Z host1 sshd[1]: Accepted publickey for marlene from 203.0.113.9 port 4022 ssh2
2024-06-18T03:00:05Z host1 systemd-logind[1]: New session 12 of user marlene.
2024-06-18T03:00:06Z host1 app[1]: cannot write to /home/marlene.
2024-06-18T03:00:07Z host1 app[1]: by user "marlene".
LOG
lineup -d logins.db ingest logins.log >/dev/null 2>&1
is "is one person" "$(lineup -d logins.db export --redact --format csv 2>/dev/null | grep -o '\[person-[0-9a-f]*\]' | sort | uniq -c | wc -l)" 1
unlike "and named nowhere" "$(lineup -d logins.db export --redact --format csv 2>/dev/null)" marlene

split -l 1000 ordinary.txt ordinary.part. # the fallback reads a thousand lines of a file
lineup -d ordinary.db ingest --as plain ordinary.part.* >/dev/null 2>&1
lineup -d ordinary.db export --undated --format csv >plain.csv 2>/dev/null
lineup -d ordinary.db export --undated --format csv --redact >redacted.csv 2>/dev/null
is "two thousand ordinary lines" "$(grep -c ordinary.part plain.csv)" 2000
is "stay as they are" "$(diff plain.csv redacted.csv | grep '^>' | head -n 3)" ""
done_testing
