# shellcheck shell=sh
# `began PID` says in $began when a process began, in ticks since boot (field 22 of /proc/PID/stat), since its number alone may
# be somebody else's by now, and in $session its session (field 6). Nothing for one that has ended, though nobody may have
# waited for it yet. A program's name, in parentheses, may hold anything; what follows the last one are a letter and numbers.
# No process: the shell reads it.

began() {
  began='' session='' text=''
  { while IFS= read -r line || [ -n "$line" ]; do text=$text$line; done <"/proc/$1/stat"; } 2>/dev/null
  # shellcheck disable=SC2086
  set -- ${text##*) }
  # shellcheck disable=SC2034 # Not all want to know the session.
  case ${1:-Z} in [ZX]) ;; *) began=${20:-} session=${4:-} ;; esac
}
