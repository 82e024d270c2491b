# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a host, in POSIX sh, for the user-space files that scripts probe there, and for the processes that map another file of such a
# path: `sh -s -- NONCE PATH...` with this on standard input. It writes no file. Lines of the answer begin with the nonce; INDEX
# is that of the path, from 0:
#
#     NONCE file INDEX STATE INODE BYTES BUILD_ID   STATE: present, or a word of read-build-id.sh; - for what is not known
#     NONCE real INDEX PATH                         where its symbolic links lead to, if it is another path
#     NONCE stranger INDEX PID BUILD_ID WHY NAME    as in find-strangers.sh
#     NONCE strangers INDEX NUMBER                  how many there are
#     NONCE unseen UID                              not all processes could be looked at: mostly only root may
#     NONCE end

nonce=$1
shift
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
LC_ALL=C
export PATH LC_ALL
. ../transport/shell/read-build-id.sh
. ../transport/shell/find-strangers.sh
say() { printf '%s %s\n' "$nonce" "$*"; }
stranger() {
  name=''
  { IFS= read -r name <"/proc/$1/comm"; } 2>/dev/null
  say stranger "$index" "$1" "$2" "$3" "$name"
}
{
  printf '\n'
  index=0 unseen=''
  for path in "$@"; do
    inode=- bytes=- real=''
    read_build_id "$path"
    if [ -f "$path" ]; then
      # shellcheck disable=SC2046 # two words
      set -- $(stat -L -c '%d:%i %s' "$path" 2>/dev/null)
      inode=${1:--} bytes=${2:--}
      real=$(readlink -f "$path" 2>/dev/null)
      [ "${real:-$path}" = "$path" ] || say real "$index" "$real"
    fi
    say file "$index" "${id_problem:-present}" "$inode" "$bytes" "${build_id:--}"
    if [ -n "$build_id" ]; then
      find_strangers "${real:-$path}" "$build_id"
      [ "$strangers" = 0 ] || say strangers "$index" "$strangers"
      [ -n "$strangers_sure" ] || unseen=yes
    fi
    index=$((index + 1))
  done
  sees_all_processes || unseen=yes
  [ -z "$unseen" ] || say unseen "$(id -u)"
  say end
} </dev/null 2>/dev/null
