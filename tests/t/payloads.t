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
done_testing
