#!/bin/sh
# What nobody knows is not said: no length below zero, no exposure without an asset, no midnight for a day, no limit in silence.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip_all 'no python3'

# told AT KIND SUBJECT TEXT [FIELDS]: an event as `lineup timeline --json` prints it
told() {
	key=$(printf '%s' "$*" | md5sum | cut -c 1-32)
	printf '{"id":"e%.12s","key":"%s","at":"%s","until":null,"precision":"s","basis":"offset","lane":"%s","kind":"%s","severity":"warning","subject":"%s","text":"%s","count":1,"fields":%s,"source":null,"recorded_at":"2025-01-15T12:00:00Z"}\n' \
		"$key" "$key" "$1" "${2%%.*}" "$2" "$3" "$4" "${5:-{\}}"
}
events=$WORK/events.json
# opened NAME FROM TO: a folder, and in it a timeline of $events with an incident of that time
opened() {
	cd "$WORK" && mkdir "$1" && cd "$1" || exit 1
	lineup ingest "$events" >/dev/null 2>&1
	lineup incident new 'Logins down' --from "$2" --to "$3" >/dev/null 2>&1
}
why() { lineup overlap --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["metrics"][sys.argv[1]]["why"])' "$1"; }

{
	told 2024-06-16T02:00:00Z backup.job.completed backup:velero/daily 'backed up' '{"tool":"velero","job":"daily","copy":"daily-20240616020000","namespace":"login"}'
	told 2024-06-17T06:00:00Z upgrade.cluster.started cluster:prod begins
	told 2024-06-17T06:30:00Z service.health.down service:login down
	told 2024-06-17T07:00:00Z service.health.up service:login up
	told 2024-06-18T02:00:00Z backup.job.completed backup:velero/daily 'backed up' '{"tool":"velero","job":"daily","copy":"daily-20240618020000","namespace":"login"}'
	told 2024-06-18T03:00:00Z backup.restore.completed backup:velero/again restored '{"tool":"velero","backup":"daily-20240618020000"}'
} >"$events"
opened unknown 2024-06-17T06:00Z 2024-06-18T08:00Z
lineup asset add login >/dev/null
is 'a copy of after the loss lost nothing before it' "$(why recovery_point_actual)" 'the copy restored holds data of after the loss: what it gave back is not known'
unlike 'and no length is negative' "$(lineup report)" '\\-[0-9]+ [a-z]'
like 'it is said of the copy, too' "$(lineup report)" '^\| restored \| 2024-06-18 02:00 UTC .*unknown: it is of after the loss'
lineup mark impact_start 2024-06-19T12:00:00Z >/dev/null
is 'nor is what would begin after the evidence ends' "$(why exposure)" 'the evidence ends before the impact: whether an exposure held then is not known'
{
	told 2024-06-17T06:00:00Z upgrade.cluster.started cluster:prod begins
	told 2024-06-17T06:30:00Z service.health.down service:login down
} >"$events"
opened no-assets 2024-06-17T06:00Z 2024-06-18T08:00Z
is 'without an asset nothing was exposed or safe' "$(why exposure)" 'no asset was declared and none could be made out'
is 'nor out of reach' "$(why backup_age_at_change)" 'no asset was declared and none could be made out'
lineup asset add login >/dev/null
is 'without a copy none was out of reach' "$(why backup_age_at_change)" 'no copy existed at the change as far as the evidence goes'
python3 -c '
import json
def told(i, **more):
    print(json.dumps({"id": "e%012x" % i, "key": "%032x" % (i << 80), "at": "2024-06-1%dT02:00:00Z" % (i % 7), "until": None, "precision": "s",
        "basis": "offset", "severity": "warning", "text": "x", "count": 1, "source": None, "recorded_at": "2025-01-15T12:00:00Z", **more}))
for i in range(1, 204):
    told(i, lane="backup", kind="backup.job.completed", subject="backup:velero/j-%d" % i, fields={"tool": "velero", "job": "j-%d" % i, "copy": "j-%d-x" % i})
for i in range(1000, 21002):
    told(i, lane="storage", kind="storage.volume.attached", subject="volume:v-%d" % i, fields={"node": "n-%d" % i})' >"$events"
opened many 2024-06-12T06:00Z 2024-06-18T08:00Z
findings=$(lineup overlap --json | python3 -c 'import json,sys; print(*[f["text"] for f in json.load(sys.stdin)["findings"]], sep="\n")')
is 'a chart has rows for some of their copies and one for the others' "$(lineup overlap | grep -c 'copies of j-') $(lineup overlap | grep -o 'copies of [0-9]* others')" '11 copies of 73 others'
like 'assets that were not looked at are counted' "$findings" 'than the 200 with the newest copies: 3 more are not looked at'
like 'and so it is said where ties were not' "$findings" 'more than 20000 pairs .* from 2024-06-16T02:00:00Z on name together was not looked at'
lineup report -o many.md
status 'a report with them verifies' 0 lineup verify many.md
like 'and tells them' "$(cat many.md)" '^- no asset was declared, and more could be made out than the 200'

# --- a mail that promises a day promises no midnight ---
{
	told 2024-06-15T08:00:00Z notice.maintenance.announced cluster:prod 'Upgrade' \
		'{"title":"Upgrade","provider":"Acme","reference":"CHG-12345678","cluster":"prod","class":"upgrade","window_from":"2024-06-17T00:00:00Z","window_from_precision":"day"}'
	told 2024-06-17T06:00:00Z upgrade.cluster.started cluster:prod begins '{"cluster":"prod"}'
	told 2024-06-17T07:00:00Z upgrade.cluster.completed cluster:prod ends '{"cluster":"prod"}'
} >"$events"
opened day 2024-06-17T06:30Z 2024-06-17T08:00Z
like 'the report names the day' "$(lineup report)" 'promised 2024-06-17, no time of the day'
like 'on which it ran' "$(lineup report)" 'it ran .*, on the day promised'
like 'and the slip is at most what midnight gives' "$(lineup report)" '^\| window slip \| \*\*at most 6 h\*\*'
lineup log degraded --at 2014-06-17T06:00:00Z --kind storage.volume.degraded --subject volume:old >/dev/null
like 'an axis of years names them' "$(lineup overlap --before 3660d)" '│[0-9]+ [A-Z][a-z]+ 20[12][0-9]'

# --- what comes before what it ended is no length to tell in a sentence; a diagram that is full says so ---
python3 -c '
import json
for i in range(140):
    kind = "storage.volume.degraded" if i % 2 == 0 else "storage.volume.healthy"
    print(json.dumps({"id": "e%012x" % i, "key": "%032x" % (i << 80), "at": "2024-06-17T%02d:%02d:00Z" % (6 + i // 60, i % 60), "until": None, "precision": "s",
        "basis": "offset", "severity": "error", "lane": "storage", "kind": kind, "subject": "volume:v", "text": "x", "count": 1, "fields": {}, "source": None,
        "recorded_at": "2025-01-15T12:00:00Z"}))' >"$events"
{
	told 2024-06-17T08:20:00Z service.health.down service:login down
	told 2024-06-17T08:40:00Z service.health.up service:login up
} >>"$events"
opened flaps 2024-06-17T06:00Z 2024-06-17T09:00Z
like 'one source is one' "$(lineup doctor)" 'is sound, 1 source$'
report=$(lineup report)
like 'a row that flaps leaves room for others' "$report" 'service down :crit, 2024-06-17T08:20:00'
like 'and the diagram says that bars are left out' "$report" 'title How the failures lined up .* 21 bars left out'
lineup mark detected 2024-06-17T08:00Z >/dev/null
lineup mark impact_end 2024-06-17T08:10Z >/dev/null
unlike 'nothing was noticed minus so long after it began, nor lasted so long' "$(lineup report; lineup report --template status)" '(noticed|lasted|at 2024.*,) .{0,3}-[0-9]+ min'
like 'though the order is flagged' "$(lineup report)" 'impossible order: impact_start .* comes after impact_end'

# --- a decision not to restore is none to restore ---
decided() { lineup overlap --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["milestones"]["restore_decided"]["at"])'; }
told 2024-06-17T06:30:00Z service.health.down service:login down >"$events"
opened declined 2024-06-17T06:00Z 2024-06-17T09:00Z
minute=30
for words in 'no restore for now, wait for the newer copy' 'rather than restoring from the old copy we wait' 'we decided against a restore' 'we cannot restore from the old copy, fail over' "won't restore" 'kein Restore vor Mittag' 'ne pas restaurer'; do
	minute=$((minute + 1))
	lineup log "$words" --at "2024-06-17T06:${minute}Z" --kind response.person.decided >/dev/null
	is "$words" "$(decided)" None
done
lineup log 'no other way: restore from the old copy, not from the newer one' --at 2024-06-17T07:00Z --kind response.person.decided >/dev/null
is 'one to restore is' "$(decided)" 2024-06-17T07:00:00Z

# --- what did not fit together two years ago is another incident's ---
for year in 2022 2024; do
	told $year-06-15T08:00:00Z notice.maintenance.announced cluster:prod Upgrade \
		'{"title":"Upgrade of '$year'","provider":"Acme","reference":"CHG-'$year'5678","cluster":"prod","class":"upgrade","window_from":"'$year'-06-30T06:00:00Z","window_to":"'$year'-06-30T05:00:00Z"}'
done >"$events"
opened years 2024-06-30T06:00Z 2024-06-30T08:00Z
is 'a finding of the notice is told, although it came before the window' "$(lineup overlap --json | python3 -c 'import json,sys; print(*[f["text"][-20:] for f in json.load(sys.stdin)["findings"]])')" 2024-06-30T06:00:00Z

# --- a line-up that nothing ends lasts as long as the evidence, in pictures too ---
{
	told 2024-06-17T06:00:00Z storage.volume.degraded volume:v degraded
	told 2024-06-17T06:30:00Z service.health.down service:login down
} >"$events"
opened open 2024-06-17T06:00Z 2024-06-17T09:00Z
like 'a diagram draws it to there' "$(lineup report)" 'storage and service.* goes on :active, 2024-06-17T06:30:00, 2024-06-17T06:30:01'
lineup report -o open.md
like 'and so does a picture say' "$(cat open.svg)" 'from 2024-06-17 06:30 UTC on, and still when the evidence ends, at 2024-06-17 06:30:01 UTC'

# --- an incident that is opened before there is any evidence of it ---
cd "$WORK" && mkdir early && cd early || exit 1
lineup incident new "Logins down" --from 2025-01-15T11:00Z >/dev/null 2>&1
is 'its window ends at a whole second' "$(lineup overlap --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["window"]["to"])')" 2025-01-17T11:00:01Z
like 'no evidence ends in it' "$(lineup report)" '^\| To \| open; the evidence ends before it begins \|'
lineup log 'login is down' --at 2025-01-15T11:30Z >/dev/null
like 'until there is some' "$(lineup report)" '^\| To \| open; the evidence ends 2025-01-15 11:30:01 UTC \|'

# --- a storm in one area leaves room for the others, and what is left out is counted ---
{
	i=0
	while [ $i -lt 70 ]; do
		i=$((i + 1))
		told 2024-06-17T06:00:00Z storage.volume.degraded "volume:v-$i" degraded
	done
	told 2024-06-17T06:10:00Z service.health.down service:login down
} >"$events"
opened storm 2024-06-17T06:00Z 2024-06-17T09:00Z
report=$(lineup report)
like 'the service is among what held' "$report" '^\| service \| service down, login \|'
like 'and the volumes that are not are counted' "$report" '^Left out: 54 rows; .lineup spans. has them all'
is 'in JSON, too' "$(lineup overlap --json | python3 -c 'import json,sys; s=json.load(sys.stdin)["segments"][-1]; print(len(s["spans"]), s["spans_left_out"])')" '17 54'
done_testing
