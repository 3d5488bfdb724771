#!/bin/sh
# What is installed: the program under both names, a manual page with every command and option, completions that shells accept.
. "$(dirname "$0")/../lib.sh"

top=$(dirname "$TESTS")
if [ "$LINEUP" = "$top/out/std/lineup" ]; then
	status 'make install' 0 make -s -C "$top" install DESTDIR="$WORK/root" PREFIX=/opt/lineup
	(cd root && find . ! -type d | sort) >files
	is 'puts all where it belongs' "$(cat files)" './opt/lineup/bin/kubectl-lineup
./opt/lineup/bin/lineup
./opt/lineup/share/bash-completion/completions/lineup
./opt/lineup/share/fish/vendor_completions.d/lineup.fish
./opt/lineup/share/man/man1/lineup.1
./opt/lineup/share/zsh/site-functions/_lineup'
	like 'kubectl finds it as its plug-in' "$(PATH=$WORK/root/opt/lineup/bin:$PATH kubectl-lineup version)" '^lineup [0-9]'
	# README's first report, word for word, by somebody who has nothing but a checkout.
	mkdir clone empty && ln -s "$TESTS" clone/tests
	sed -n '/^## A first report/,/^## At/p' "$top/README.md" | sed -n '/^```/,/^```/p' | grep -v '^```\|^make ' >first.sh
	status 'the first report of the README' 0 env -u LINEUP_NOW HOME="$WORK/empty" PATH="$WORK/root/opt/lineup/bin:$PATH" sh -e -c 'cd clone && . ../first.sh'
	is 'is a page with the chart, and says what was lost' "$(grep -c '<svg\|What orders stored in the' clone/first.html)" 2
	is 'nothing is left in the home' "$(ls -A empty)" ''
	status 'make uninstall' 0 make -s -C "$top" uninstall DESTDIR="$WORK/root" PREFIX=/opt/lineup
	is 'takes all of it away' "$(find root ! -type d)" ''
else
	skip 'make install' 'another variant than std'
fi

# The manual page.
page=${LINEUP%/*}/lineup.1
missing=
for c in $(lineup help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
	grep -q "^\.Ss lineup $c\$" "$page" || missing="$missing $c"
	sed -n "/^\.Ss lineup $c\$/,/^\.S[sh] /p; /^\.Ss Options of every/,/^\.S[sh] /p" "$page" >part
	for o in $(lineup help "$c" | sed -n 's/^  --\([a-z-]*\) .*/\1/p'); do
		grep -q "^\.It Fl Fl $o\b" part || missing="$missing $c --$o"
	done
done
is 'the manual page has every command and option' "$missing" ''
if command -v mandoc >/dev/null; then
	is 'and is a sound one' "$(mandoc -T lint -W error "$page" 2>&1)" ''
elif command -v man >/dev/null; then
	is 'and is a sound one' "$(MANWIDTH=80 man --warnings "$page" 2>&1 >/dev/null)" ''
else
	skip 'and is a sound one' 'mandoc is not installed'
fi

# Completions, in the shells themselves.
if command -v bash >/dev/null; then
	lineup completion bash >c.bash
	cat >ask.bash <<'EOF'
source ./c.bash
ask() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); _lineup; echo "${COMPREPLY[*]}"; }
ask lineup timel
ask lineup -d x.db rev
ask lineup incident ''
ask lineup log --lane s
ask lineup log --am
ask lineup mark det
EOF
	is 'bash completes commands, verbs, options, values' "$(bash ask.bash 2>&1 | tr '\n' '/')" \
		'timeline/review/new list show set close focus/storage service/--amend/detected/'
else
	skip 'bash completes commands, verbs, options, values' 'bash is not installed'
fi
PATH=${LINEUP%/*}:$PATH
export PATH
if command -v fish >/dev/null; then
	cat >ask.fish <<'EOF'
lineup completion fish | source
complete -C 'lineup timel'
complete -C 'lineup log --lane sto'
complete -C 'lineup log --am'
complete -C 'lineup incident fo'
EOF
	is 'fish completes them' "$(HOME=$WORK fish ask.fish 2>&1 | cut -f 1 | tr '\n' ' ')" 'timeline storage --amend focus '
else
	skip 'fish completes them' 'fish is not installed'
fi
if command -v zsh >/dev/null && command -v tmux >/dev/null; then
	lineup completion zsh >_lineup
	status 'zsh completion parses' 0 zsh -n _lineup
	tmux_ready
	completes() {
		tmux_ send-keys C-u # C-c would make the shell drop what is typed next
		tmux_ send-keys -l -- "$2"
		tmux_ send-keys Tab
		if wait_for "$3"; then pass "$1"; else fail "$1" "no /$3/ on:" "$(cat screen)"; fi
	}
	tmux_ -f /dev/null new-session -d -x 100 -y 30 "env TERM=screen HOME=$WORK zsh -f"
	tmux_ send-keys -l 'autoload -Uz compinit; compinit -u -D; source ./_lineup; PS1="rea""dy> "'
	tmux_ send-keys Enter
	wait_for '^ready>'
	completes 'zsh completes commands' 'lineup timel' 'ready> lineup timeline'
	completes 'and options' 'lineup log --am' 'ready> lineup log --amend'
	completes 'and values' 'lineup log --lane sto' 'lineup log --lane storage'
	completes 'and verbs' 'lineup incident fo' 'lineup incident focus'
else
	skip 'zsh completes them' 'zsh or tmux is not installed'
fi

# What doctor says of the house.
status 'doctor' 0 lineup doctor
for l in SQLite cmark cJSON GMime glib libarchive zlib libyaml libical libxml2 PCRE2 libcrypto libseccomp libedit; do
	like "it knows the version of $l" "$(cat out)" "libraries.* $l [0-9]+\.[0-9]"
done
if [ "$(id -u)" = 0 ] && mkdir disk && mount -t tmpfs -o size=1M tmpfs disk 2>/dev/null; then
	lineup -d disk/x.db doctor >out
	umount disk
	like 'it says when the database lies in memory' "$(cat out)" "^note  disk .*disk/x.db' lies on tmpfs, memory"
	like 'and when there is little room' "$(cat out)" '^BAD   disk .* MiB free'
else
	skip 'what the database lies on' 'only root can mount a file system'
fi
done_testing
