#!/bin/sh
# GitHub's parser makes the same headings, tables, task lists and fenced blocks of a report's Markdown as its page has.
. "$(dirname "$0")/../lib.sh"
command -v cmark-gfm >/dev/null || skip_all 'cmark-gfm is not installed'
alike() { # NAME TEMPLATE: the page from the very Markdown, chart by file in both
	rm -f page.*
	lineup report inc-1 --template "$2" -o page.html && lineup report inc-1 --template "$2" -o page.md || fail "$1 is written"
	like "$1" "$(python3 -B "$TESTS/gfm.py" page.md page.html 2>&1)" '^[0-9]+ alike$'
}
for case in fusionauth-2024 other-stack open-ends; do
	export LINEUP_DB="$WORK/$case.db"
	( cd "$TESTS/cases/$case" && . ./commands ) >setup.out 2>setup.err || { cat setup.err; exit 1; }
	for template in postmortem summary handover; do alike "$case, $template" $template; done
done
lineup action add "With a | pipe and \`code\`" --type prevent >/dev/null
lineup action add 'Done already' --type detect >/dev/null
lineup action done a-2 >/dev/null
alike 'task lists, pipes and code' postmortem
like 'one box is checked' "$(cat page.html)" '<input type="checkbox" disabled checked> Done already'
done_testing
