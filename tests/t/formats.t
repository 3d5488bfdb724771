#!/bin/sh
# Every sample is claimed by its own format alone, and read as its pair says; reading it twice gives the same.
. "$(dirname "$0")/../lib.sh"

for dir in "$TESTS"/formats/*/; do
	format=$(basename "$dir")
	for expected in "$dir"*.expected; do
		[ -e "$expected" ] || { fail "$format has a pair" "no *.expected in tests/formats/$format"; continue; }
		stem=${expected%.expected}
		case=$format/$(basename "$stem")
		input=
		for f in "$stem".*; do case $f in *.expected|*.args) ;; *) input=$f ;; esac; done
		[ -n "$input" ] || { fail "$case has an input"; continue; }
		args=
		[ -e "$stem.args" ] && args=$(cat "$stem.args")
		# The matrix: its own format bids highest, without a tie.
		cp "$input" "./$(basename "$input")"
		eval "lineup formats test '$(basename "$input")' $args" >got 2>bids
		first=$(sed -n 's/.*: \([a-z0-9_-]*\) bids \([0-9]*\)$/\2 \1/p' bids | sort -rn | head -n 2)
		top=$(echo "$first" | sed -n 1p) second=$(echo "$first" | sed -n 2p)
		case " $args" in *" --as "*) pass "$case is read as told" ;; *)
		if [ "${top#* }" = "$format" ] && [ "${top%% *}" != "${second%% *}" ]; then pass "$case is claimed by its format alone"
		else fail "$case is claimed by its format alone" "first: $top" "second: $second"; fi ;; esac
		same "$case is read as expected" got "$expected"
		unlike "$case is accounted for to the byte" "$(cat bids)" 'without a word'
	done
done
done_testing
