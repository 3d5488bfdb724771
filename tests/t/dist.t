#!/bin/sh
# The tarball of the sources: the same bytes from another folder, at another time, with another umask; and it is all that is needed.
. "$(dirname "$0")/../lib.sh"
TOP=$(cd "$TESTS/.." && pwd)
git -C "$TOP" rev-parse HEAD >/dev/null 2>&1 || skip_all 'not in a repository'
git clone -q --no-hardlinks "$TOP" one 2>/dev/null && (umask 077 && git clone -q "$TOP" "two of them" 2>/dev/null)
find "two of them" -type f -not -path '*/.git/*' -exec touch -d 2001-01-01 {} +
(cd one && make -s dist >/dev/null 2>&1)
(cd "two of them" && umask 077 && TZ=Asia/Kathmandu LC_ALL=C make -s dist >/dev/null 2>&1)
same 'twice the same bytes' one/out/lineup-*.tar.gz "$(echo "two of them"/out/lineup-*.tar.gz)"
mkdir there && tar -xzf one/out/lineup-*.tar.gz -C there
is 'it is one folder' "$(ls there | wc -l)" 1
unlike 'nothing of the repository itself is in it' "$(cd there && find . -name .git)" '.'
is 'and all of its files are' "$(cd there/* && find . -type f | LC_ALL=C sort)" "$(cd one && git ls-files | sed 's,^,./,' | LC_ALL=C sort)"
status 'what is in it can be built' 0 make -n -C there/lineup-* all
done_testing
