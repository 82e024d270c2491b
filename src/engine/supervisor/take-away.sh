# shellcheck shell=sh source-path=SCRIPTDIR
# Takes away what a supervisor has brought to its host: for who ends it in order, and for its caretaker. Each function leaves
# alone what is not there.

. ./end-rest.sh
# Whether another run that lives holds the lock: who does so loads a module only if there is none, so the one that is there by
# then is its own. The lock of a main shell that was killed is free for all.
another_holds() {
  [ -n "$lock" ] || return 1
  for other in "$lock"/*; do
    [ "$other" != "$lock/$holder" ] || continue
    birth=${other##*,} other=${other%,*}
    began "${other##*,}"
    [ -z "$began" ] || [ "$began" != "$birth" ] || return 0
  done
  return 1
}
has_module() { is_loaded && ! another_holds; }
# Gives up after PATIENCE in which nothing was going on, or after ENDING.
unload() {
  remover='' idle=0
  tell_time
  before=$now until=$((now + ending))
  while has_module; do
    if [ -z "$remover" ] || ! lives "$remover"; then
      staprun -d "$module" </dev/null >/dev/null 2>"$dir/stuck" 4>&- &
      remover=$!
    fi
    pause 0.2
    tell_time
    is_busy "$remover" || idle=$((idle + now - before))
    before=$now
    if [ "$idle" -ge "$patience" ] || [ "$now" -ge "$until" ]; then break; fi
  done
}
is_there() { [ -e "$1" ] || [ -L "$1" ]; }
# A command that the script has started may still write there, so that rm finds it filled again. Puts rm's words into $why.
# shellcheck disable=SC2034
remove_folder() {
  cd /
  tries=0
  rm -rf "$dir" 2>/dev/null || why=$(rm -rf "$dir" 2>&1)
  while is_there "$dir" && [ "$tries" -lt 10 ]; do
    tries=$((tries + 1))
    pause 0.2
    why=$(rm -rf "$dir" 2>&1)
  done
}
release_lock() {
  [ -n "$held" ] || return 0
  rmdir "$lock/$held" "$lock" 2>/dev/null
  held=''
}
