# shellcheck shell=sh source-path=SCRIPTDIR
# The binaries that a build host has been sent, in $kept: each is a file ID.BYTES, named by its build-id and its size, and
# debuginfo of it is ID.BYTES.debug. Only its user may read them.

umask 077
kept=${XDG_CACHE_HOME:-$HOME/.cache}/tapbook/build-binaries
. ../../transport/shell/read-build-id.sh
# The whole file that is kept for the build-id $1, with the ending $2, in $found; empty where there is none.
find_kept() {
  found=''
  for file in "$kept/$1".*; do
    [ -f "$file" ] || continue
    [ ! -L "$file" ] || continue
    bytes=${file#"$kept/$1."}
    bytes=${bytes%"$2"}
    case $bytes in '' | *[!0-9]*) continue ;; esac
    [ "$file" = "$kept/$1.$bytes$2" ] || continue
    [ "$(wc -c <"$file")" -eq "$bytes" ] || continue
    read_build_id "$file"
    [ "$build_id" = "$1" ] || continue
    # shellcheck disable=SC2034 # Who calls it reads that.
    found=$file
    return
  done
}
