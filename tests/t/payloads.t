#!/bin/sh
# Hundreds of hostile texts in every place that people and evidence can write to come out of every output as text: no element, link,
# reference, formula, escape or property is made of them, in Markdown, pages, charts, terminals, tables, calendars and diagrams.
. "$(dirname "$0")/../lib.sh"
command -v python3 >/dev/null || skip_all 'python3 is not installed'
export LINEUP_DB="$WORK/t.db"
looks() { python3 -B "$TESTS/hostile/outputs.py" payloads.json "$@" 2>&1 | head -n 10; }
python3 -B "$TESTS/hostile/spread.py" "$LINEUP" || exit 1
like 'more than 250 payloads must stand word for word' "$(python3 -c 'import json; print(len(json.load(open("payloads.json"))))')" '^(2[5-9]|[3-9].)[0-9]$'

for template in postmortem summary handover status; do
	lineup report inc-1 --template $template -o $template.md && lineup report inc-1 --template $template -o $template.html || fail "$template is written"
done
lineup report inc-1 >diagram.txt
sed -n '/^```mermaid/,/^```/p' diagram.txt | sed '1d;$d' >diagram.mmd
lineup timeline --csv >timeline.csv
lineup timeline --ics >timeline.ics
lineup timeline --md >timeline.md
lineup timeline >timeline.txt
cmark=; command -v cmark >/dev/null || command -v cmark-gfm >/dev/null && cmark=yes
# judged NAME FILE: nothing of the payloads in FILE is more than text; Markdown needs a program that reads it
judged() {
	case $2$cmark in *.md) skip "$1" 'cmark is not installed' ;; *) is "$1" "$(looks "$2")" '' ;; esac
}
for f in postmortem.md timeline.md timeline.csv timeline.txt; do judged "$f: every payload is text" $f; done
echo '[]' >payloads.all && mv payloads.json all.json && mv payloads.all payloads.json
for f in summary.md handover.md status.md postmortem.svg timeline.ics diagram.mmd; do judged "$f: nothing is more than text" $f; done
like 'the diagram is there' "$(cat diagram.mmd)" 'section storage'

# The judge is no fool.
echo 'ask @everyone' >bad.md
if [ $cmark ]; then
	like 'a mention would be seen' "$(looks bad.md)" 'reference .*@everyone'
else
	skip 'a mention would be seen' 'cmark is not installed'
fi
printf 'a,=1+1\n' >bad.csv
like 'a formula would be seen' "$(looks bad.csv)" 'formula =1'

if python3 -B -c 'import sys; sys.path.insert(0, sys.argv[1]); import chromium; sys.exit(not chromium.find())' "$TESTS/browser"; then
	is 'in a browser: nothing ran, nothing was fetched, all of it is text' "$(python3 -B "$TESTS/browser/check.py" postmortem.html all.json 2>&1)" ''
	is 'in a browser: the short ones too' "$(python3 -B "$TESTS/browser/check.py" summary.html handover.html status.html 2>&1)" ''
else
	skip 'in a browser' 'chromium is not installed'
fi
status 'it verifies' 0 lineup verify postmortem.md

# ---- what lineup itself names, in a timeline of somebody who named it otherwise ----
export LINEUP_DB="$WORK/named.db" LINEUP_NOW=2024-07-01T00:00:00Z
for n in 1 2; do
	on=2024-06-0$n
	lineup incident new 'Shop down' --from ${on}T06:00Z --to ${on}T08:00Z >/dev/null 2>&1
	for mark in impact_start:06:00 detected:06:20 impact_end:07:00; do
		lineup mark ${mark%%:*} ${on}T${mark#*:}Z --incident inc-$n >/dev/null
	done
	lineup log 'disk gone' --kind storage.volume.faulted --subject volume:a --from ${on}T06:00Z --to ${on}T07:00Z >/dev/null
	lineup action add 'Watch the disk' --type detect --due $on --incident inc-$n >/dev/null
done
lineup decide 'restore' --over 'wait' --at 2024-06-01T06:30Z --incident inc-1 >/dev/null
mark='x-->&</title></text></svg><script>run()</script><img src=x onerror=run()>'
python3 -B "$TESTS/hostile/ids.py" named.db "inc-1=1$mark" "a-1=a$mark" "d-1=d$mark" || exit 1
like 'an incident has such a name' "$(lineup incident list)" '^1x-->&</title>'
like 'and an action' "$(lineup action list)" '^ax-->&</title>'
for to in md html; do
	lineup review 2024Q2 -o review.$to 2>/dev/null
	for template in postmortem handover; do lineup report "1$mark" --template $template -o named-$template.$to 2>/dev/null; done
done
like 'the review of it names them' "$(cat review.md)" 'repeats \*\*1x--'
for f in review named-postmortem named-handover; do
	like "$f.html names it" "$(cat $f.html)" '1x--&gt;&amp;&lt;/title'
	unlike "$f: none is markup of Markdown, its picture or a page" "$(cat $f.md $f.svg $f.html 2>/dev/null)" '<script>run|<img src=x|x-->&<'
done
for f in review.svg named-postmortem.svg; do judged "$f: its picture is one" $f; done
done_testing
