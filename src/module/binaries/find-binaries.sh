# shellcheck shell=sh source-path=SCRIPTDIR
# Tells what a build host has of the binaries that a script probes: `sh -c SCRIPT tapbook-find-binaries NONCE SYSROOT [ID PATH
# REAL]...`, where REAL is what PATH leads to on the targets. SYSROOT, which may be empty, is the user's own. A line for each, in
# their order: `NONCE own`: stap would find that very file there; `NONCE kept`: it was sent once; `NONCE absent`: neither.

nonce=$1 sysroot=$2
shift 2
. ./kept-binaries.sh
if [ -n "$sysroot" ]; then top=$(readlink -f "$sysroot"); else top=''; fi
# A login shell may have printed something without a newline.
echo
while [ "$#" -ge 3 ]; do
  state=absent
  real=$(readlink -f "$sysroot$2" 2>/dev/null)
  read_build_id "$sysroot$2"
  if [ "$build_id" = "$1" ] && [ "$real" = "$top$3" ]; then
    state=own
  elif [ -z "$sysroot" ]; then
    find_kept "$1" ''
    [ -z "$found" ] || state=kept
  fi
  printf '%s %s\n' "$nonce" "$state"
  shift 3
done
printf '%s end\n' "$nonce"
