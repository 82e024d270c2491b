# shellcheck shell=sh source-path=SCRIPTDIR
# Keeps on a build host what comes on standard input: `sh -c SCRIPT tapbook-keep-binary NONCE ID BYTES ENDING AGE MOST`: a binary
# of that build-id and size, or its debuginfo where ENDING is `.debug`. It has its name once it is whole. What was not used for
# AGE days is removed, and then, the oldest first, what there is beyond MOST kilobytes. Says `NONCE kept` or `NONCE failed WHY`.

nonce=$1 wanted=$2 size=$3 ending=$4 age=$5 most=$6
. ./kept-binaries.sh
new=''
fail() {
  printf '\n%s failed %s\n' "$nonce" "$*"
  exit 0
}
said=$(mkdir -p "$kept" 2>&1) || fail "cannot make $kept: ${said##*: }"
[ -n "$(find "$kept/." -prune -user "$(id -u)" 2>/dev/null)" ] || fail "$kept belongs to another user"
find "$kept/." ! -name . -prune -type f \( -mtime "+$age" -o -name '.new-*' -mtime +0 \) -exec rm -f {} +
# So much stays that this one has room; one that is in use has other links.
sum=$((size / 1024))
find "$kept/." ! -name . -prune -type f ! -name '.*' -exec ls -t {} + 2>/dev/null | while IFS= read -r file; do
  sum=$((sum + $(wc -c <"$file") / 1024))
  [ "$sum" -le "$most" ] || rm -f "$file"
done
trap '[ -z "$new" ] || rm -f "$new"' EXIT
trap 'exit 3' HUP INT TERM PIPE
new=$(mktemp "$kept/.new-XXXXXX") || fail "cannot write to $kept"
said=$(cat 2>&1 >"$new") || fail "cannot write to $kept: ${said##*: }"
came=$(wc -c <"$new")
[ "$came" -eq "$size" ] || fail "only $((came)) of $size bytes have arrived"
read_build_id "$new"
[ "$build_id" = "$wanted" ] || fail "what has arrived has the build-id ${build_id:-none}"
# stap passes over programs that may not be executed.
chmod 700 "$new"
mv -f "$new" "$kept/$wanted.$size$ending" || fail "cannot write to $kept"
new=''
printf '\n%s kept\n' "$nonce"
