# shellcheck shell=sh
# Reads a binary on a target, as a neighbour would: `sh -c SCRIPT tapbook-read-binary NONCE PATH MOST [DEBUGINFO]`. Standard error
# says in lines that begin with NONCE: `failed WHY`, or `bytes N`, and `debuginfo` if there is a file at that path. The binary
# follows on standard output, after a line with NONCE, unless it has more than MOST bytes. Production goes first: it has the lowest
# priority on the CPU and the disk that its user may choose.

nonce=$1 path=$2 most=$3 debuginfo=${4:-}
say() { printf '%s %s\n' "$nonce" "$*" >&2; }
# What a login shell has printed may lack a newline.
echo >&2
[ -e "$path" ] || { say failed it is not there; exit 0; }
[ -f "$path" ] || { say failed it is no file; exit 0; }
[ -r "$path" ] || { say failed "user $(id -un) may not read it"; exit 0; }
bytes=$(stat -L -c %s "$path" 2>/dev/null) || bytes=$(wc -c <"$path")
say bytes "$((bytes))"
[ "$bytes" -le "$most" ] || exit 0
[ -z "$debuginfo" ] || [ ! -r "$debuginfo" ] || say debuginfo
printf '\n%s\n' "$nonce"
set -- cat "$path"
! ionice -c 3 true 2>/dev/null || set -- ionice -c 3 "$@"
! nice -n 19 true 2>/dev/null || set -- nice -n 19 "$@"
exec "$@"
