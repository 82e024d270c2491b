# shellcheck shell=sh source-path=SCRIPTDIR
# Compares, right before the load, the files in user space that a module has breakpoints for, and what runs from them. A breakpoint
# lies at an offset in a file: in another file of that path it would be amid an instruction, and processes would compute on with
# what came of it. Sent before supervisor.sh, for a module that has such; $binaries has a line `BUILD-ID PATH` for each.
#
# Refuses with `binary WHY PATH` (WHY: the build-id that is there now, or a word of read-build-id.sh), `unseen PATH`, or `stale COUNT
# PROCESS,... PATH` with the first PROCESSES as `PID:NAME:BUILD-ID|-:deleted|other-root:SERVICE|-`.

. ../../transport/shell/read-build-id.sh
. ../../transport/shell/find-strangers.sh
# No here-documents: a bash on a full disk leaves out the loop that reads one.
check_binaries() {
  each_binary check_file
  # Who cannot look at them all must not say that there are none.
  sees_all_processes || refuse "unseen ${binary#* }"
  [ -z "$strangers_hidden" ] || say 'unchecked init'
  each_binary check_processes
}
# `each_binary COMMAND`: calls it with a build-id and a path.
each_binary() {
  # shellcheck disable=SC2154 # Who sends this assigns it.
  binaries_left=$binaries
  # Each line has its end.
  while [ "$binaries_left" != "${binaries_left#*"$newline"}" ]; do
    binary=${binaries_left%%"$newline"*}
    binaries_left=${binaries_left#*"$newline"}
    "$1" "${binary%% *}" "${binary#* }"
  done
}
check_file() {
  read_build_id "$2"
  [ "$build_id" = "$1" ] || refuse "binary ${build_id:-$id_problem} $2"
}
check_processes() {
  # maps has paths without symbolic links.
  real=$(readlink -f "$2" 2>/dev/null)
  stale='' told=0
  find_strangers "${real:-$2}" "$1"
  [ "$strangers" = 0 ] || refuse "stale $strangers ${stale#,} $2"
  [ -n "$strangers_sure" ] || refuse "unseen $2"
}
stranger() {
  told=$((told + 1))
  [ "$told" -le 5 ] || return 0
  comm='' service=-
  { IFS= read -r comm <"/proc/$1/comm"; } 2>/dev/null
  {
    # 0::/system.slice/postgresql@17-main.service; what a user's own systemd runs is not for the system's systemctl.
    while IFS= read -r group; do
      case $group in
        *user@*) ;;
        *.service) service=${group##*/} ;;
      esac
    done <"/proc/$1/cgroup"
  } 2>/dev/null
  case $comm in '' | *[!A-Za-z0-9._@+-]*) comm='?' ;; esac
  case $service in *[!A-Za-z0-9._@-]*) service=- ;; esac
  stale=$stale,$1:$comm:$2:$3:$service
}
newline='
'
