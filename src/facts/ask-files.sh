# shellcheck shell=sh
# What a build host has at the paths that scripts probe: for each word `probed=FILE`, counted from 0, `binary=INDEX STATE BUILD_ID`,
# STATE being `present` or a word of read-build-id.sh, and `binary.real=INDEX PATH` where symbolic links lead to another path.

# A file on a dead mount is passed over.
ask_files() {
  index=0
  for asked in "$@"; do
    case $asked in
      probed=*)
        ask tell_file "$index" "${asked#probed=}"
        index=$((index + 1))
        ;;
    esac
  done
}
tell_file() {
  read_build_id "$2" 2>/dev/null
  real=$(readlink -f "$2" 2>/dev/null)
  [ "${real:-$2}" = "$2" ] || put binary.real "$1 $real"
  put binary "$1 ${id_problem:-present} ${build_id:--}"
}
