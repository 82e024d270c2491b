# shellcheck shell=sh
# What the user of a target may do there. What `id` says stands in $said since system-questions.sh.

tell_groups() {
  case $said in *groups=*) groups=${said#*groups=} ;; *) groups=${said#* gid=} ;; esac
  names='' rest=${groups%% context=*},
  while [ -n "$rest" ]; do
    name=${rest%%,*} rest=${rest#*,}
    name=${name#*\(}
    names="$names ${name%\)}"
  done
  put groups "${names# }"
}
tell_sudo() {
  if [ "$uid" = 0 ]; then
    put sudo root
  elif ! has sudo; then
    put sudo missing
  elif within ask sudo -n true >/dev/null; then
    put sudo passwordless
  else
    put sudo asks-password
  fi
}
