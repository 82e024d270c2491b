#!/bin/sh
# What each script of playbooks/postgresql costs pgbench: postgresql-overhead.sh MODULE.ko…, as root on a host whose
# PostgreSQL has pgbench's tables. PGBENCH is the command, with what it needs to connect; SECONDS_EACH how long each run is
# (10), ROUNDS how often all is done (3). Each run with a module stands between two without any; the ratio is of its
# transactions per second to their mean, so that a machine that grows slower meanwhile is not taken for the module's cost.
set -eu
: "${PGBENCH:=pgbench}" "${SECONDS_EACH:=10}" "${ROUNDS:=3}"

tps() {
  said=$($PGBENCH -n -T "$SECONDS_EACH" "$@" 2>&1) || { echo "$said" >&2; return 1; }
  echo "$said" | sed -n 's/^tps = \([0-9.]*\).*/\1/p'
}

# Prints once probes are armed and pgbench is over; the script is ended in order.
with_module() {
  ko=$1
  shift
  name=$(basename "$ko" .ko)
  staprun "$ko" >/dev/null 2>&1 &
  until grep -q "^$name .* Live " /proc/modules; do sleep 0.2; done
  sleep 2
  rc=0
  tps "$@" || rc=1
  kill -INT $!
  wait $! || true
  return $rc
}

for load in "-S -M simple" "-N -M simple"; do
  # shellcheck disable=SC2086 # options of pgbench
  for round in $(seq "$ROUNDS"); do
    before=$(tps $load)
    for ko in "$@"; do
      during=$(with_module "$ko" $load)
      after=$(tps $load)
      echo "$load $(basename "$ko" .ko) $round $before $during $after" |
        awk '{ printf "%s %s  %-16s round %d  without %.1f  with %.1f  ratio %.2f\n", $1, $3, $4, $5, ($6 + $8) / 2, $7, 2 * $7 / ($6 + $8) }'
      before=$after
    done
  done
done
