# shellcheck shell=sh source-path=SCRIPTDIR
# Becomes stap with a tree as its sysroot that has the targets' binaries, so that their paths there stand in the module:
# `sh -c SCRIPT tapbook-sysroot COUNT [ID PATH REAL]... STAP ARG...`, in the words of find-binaries.sh. Each of them is kept here,
# or is the build host's own.
#
# What SystemTap 5.1 does with a sysroot, as measured, and read in 5.6's source (session.cxx, setupdwfl.cxx, tapsets.cxx):
# - The module has the path that a program has below the sysroot once all links are followed. One that leads out of it ends stap:
#   `find_executable(): file F not in sysroot S`. So the binaries lie in the tree: as hard links, else as copies. Links to other
#   places of the tree are fine.
# - `-r RELEASE` looks for headers, System.map, vmlinux and modules below it, and for debuginfo: links to the build host's own
#   folders do for all of that (kernel.function with its variables, syscall.*, kernel.trace, backtraces with -d). `-r
#   /lib/modules/RELEASE/build` works without, but takes the upstream version for the release (6.1.192, not 6.1.0-57-amd64):
#   no System.map is found, $kernel_v is another, and DWARF only in SYSROOT/usr/lib/debug/lib/modules/RELEASE/build/vmlinux.
# - The cache of compiler tests, and of what kernel.trace needs, goes by the path of the headers, SYSROOT included: 14 to 47 s, and
#   100 s, once for each path. So the tree always has the same place, the first that no other build is in.
# - Debuginfo of a binary is found by its build-id below usr/lib/debug and var/cache/abrt-di/usr/lib/debug, and by .gnu_debuglink
#   beside the file, in .debug there, and below usr/lib/debug; links out of the tree do.

count=$1
shift
. ./kept-binaries.sh
. ../build/build-folders.sh
fail() {
  printf 'tapbook: no sysroot: %s\n' "$*" >&2
  exit 1
}
# A tree belongs to this process, which becomes stap: once that has ended, the next build takes its place.
claim_tree() {
  # Without flock, two builds that begin in the same moment could take the place of one that was lost, both.
  exec 9>"$kept/.lock" || fail "cannot write to $kept"
  ! command -v flock >/dev/null 2>&1 || flock 9
  # shellcheck disable=SC2034 # remove_lost_builds looks there.
  parent=$kept
  remove_lost_builds
  slot=1
  until mkdir "$kept/tapbook-build-$slot" 2>/dev/null; do
    slot=$((slot + 1))
    [ "$slot" -le 99 ] || fail "cannot make a folder in $kept"
  done
  tree=$kept/tapbook-build-$slot
  here=$PWD
  cd "$tree" || exit 1
  write_owner
  cd "$here" || exit 1
  exec 9>&-
}
place() {
  # Through the links to the build host's own folders, these would be written there.
  case $2$newline$3 in
    *$newline/boot/* | /boot/* | *$newline/lib/modules/* | /lib/modules/* | *$newline/usr/lib/debug/* | /usr/lib/debug/*)
      fail "a binary cannot be probed in /boot, /lib/modules or /usr/lib/debug: $2" ;;
  esac
  find_kept "$1" ''
  mkdir -p "$tree${3%/*}" "$tree${2%/*}" || exit 1
  ln "${found:-$3}" "$tree$3" 2>/dev/null || cp "${found:-$3}" "$tree$3" || fail "cannot put $3 into $tree"
  read_build_id "$tree$3"
  [ "$build_id" = "$1" ] || fail "the build host's $2 has become another one: its build-id is ${build_id:-none}, and was $1"
  [ "$2" = "$3" ] || [ -e "$tree$2" ] || ln -s "$tree$3" "$tree$2" || exit 1
  find_kept "$1" .debug
  [ -n "$found" ] || return 0
  ids=$tree/var/cache/abrt-di/usr/lib/debug/.build-id
  rest=${1#??}
  mkdir -p "$ids/${1%"$rest"}" && ln -s "$found" "$ids/${1%"$rest"}/$rest.debug"
}

newline='
'
claim_tree
mkdir -p "$tree/lib" "$tree/usr/lib" || exit 1
ln -s /lib/modules "$tree/lib/modules"
ln -s /usr/lib/debug "$tree/usr/lib/debug"
ln -s /boot "$tree/boot"
while [ "$count" -gt 0 ]; do
  place "$1" "$2" "$3"
  shift 3
  count=$((count - 1))
done
stap=$1
shift
exec "$stap" "--sysroot=$tree" "$@"
