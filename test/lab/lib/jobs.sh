# shellcheck shell=bash
# Background jobs of one `up`: each in its own process group, its output in a log, every wait limited.

declare -A JOB_PID JOB_STARTED

# Each job is a process group (set -m), so that a Ctrl-C or a failed sibling can end it whole. It inherits the lock: if we
# are killed outright and it works on, the next `up` waits for it and does not tidy up under its hands.
start_job() {
  local name=$1
  shift
  set -m
  (set -e; "$@") >"$CACHE/log/$name.log" 2>&1 </dev/null &
  JOB_PID[$name]=$!
  set +m
  JOB_STARTED[$name]=$SECONDS
}

# await_job NAME LIMIT: nothing to do when no such job was started.
await_job() {
  local name=$1 limit=$2 log=$CACHE/log/$1.log pid=${JOB_PID[$1]:-} told=$SECONDS waited
  [[ -n $pid ]] || return 0
  while kill -0 "$pid" 2>/dev/null; do
    waited=$((SECONDS - JOB_STARTED[$name]))
    ((waited < limit)) || die "$name: not done after $limit s; read $log"
    if ((SECONDS - told >= 10)); then
      told=$SECONDS
      note "$name: $waited s, now: $(tr '\r' '\n' <"$log" | grep -v '^ *$' | tail -n 1 | cut -c 1-90)"
    fi
    sleep 0.2
  done
  waited=$((SECONDS - JOB_STARTED[$name]))
  unset "JOB_PID[$name]"
  wait "$pid" || die "$name failed after $waited s; read $log; its last lines:
$(tail -n 8 "$log")"
  note "$name: done in $waited s"
}

end_jobs() {
  local pid
  for pid in "${JOB_PID[@]}"; do kill -TERM -- "-$pid" 2>/dev/null || true; done
  JOB_PID=()
}
trap end_jobs EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
