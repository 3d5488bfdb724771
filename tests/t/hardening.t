#!/bin/sh
# How the program is linked: nothing of it is writable and executable, nothing lies where it always lies.
. "$(dirname "$0")/../lib.sh"
command -v readelf >/dev/null || skip_all 'readelf is not installed'
case ${OUT:-} in */std) ;; *) skip_all 'not the variant that people get' ;; esac
readelf -hlW "$LINEUP" >elf
readelf -dW "$LINEUP" >dynamic
readelf --dyn-syms -W "$LINEUP" >symbols
like 'it is position-independent' "$(cat elf)" '^ *Type: +DYN'
like 'what the loader writes is read-only afterwards' "$(cat elf)" 'GNU_RELRO'
like 'and is bound at once' "$(cat dynamic)" 'BIND_NOW|FLAGS.* NOW'
like 'its stack holds no code' "$(cat elf)" 'GNU_STACK .* RW '
unlike 'nothing is both written and run' "$(grep LOAD elf)" 'RWE'
like 'stacks are guarded' "$(cat symbols)" '__stack_chk_fail'
like 'copies are checked' "$(cat symbols)" '__memcpy_chk|__snprintf_chk|__vsnprintf_chk|__fprintf_chk'
done_testing
