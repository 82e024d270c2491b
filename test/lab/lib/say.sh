# shellcheck shell=bash
# What the lab prints: numbered steps with the seconds since the start, and errors that name the file to read.

STARTED=$EPOCHREALTIME

elapsed() { awk -v a="$STARTED" -v b="$EPOCHREALTIME" 'BEGIN { printf "%5.1f", b - a }'; }
say() { printf '[%s s] %s\n' "$(elapsed)" "$*"; }
step() { printf '[%s s] %s %s\n' "$(elapsed)" "$1" "${*:2}"; }
note() { printf '[%s s]     %s\n' "$(elapsed)" "$*"; }
die() { printf 'lab.sh: error: %s\n' "$*" >&2; exit 1; }

# retry TIMES PAUSE COMMAND…: mirrors fail for a moment; every network command goes through here.
retry() {
  local times=$1 pause=$2 try
  shift 2
  for ((try = 1; try <= times; try++)); do
    if "$@"; then return 0; fi
    echo "attempt $try of $times failed: $*" >&2
    if ((try < times)); then sleep "$pause"; fi
  done
  return 1
}
