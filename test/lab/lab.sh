#!/usr/bin/env bash
# A real fleet on this machine: one build host (a chroot with its own sshd) and six QEMU guests on two kernels.
# Everything comes from Debian's own packages, by this machine's own apt. See README.md.
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${TAPBOOK_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tapbook-lab}
STATE=$CACHE/state

# The cast. Kernel A is the one whose DWARF the build host has. inner1 is on a wire to bare1 and nowhere else.
# strict1's kernel is locked down.
GUESTS=(db1 db2 web1 bare1 inner1 strict1)
BASTION=bare1
BUILDER=builder
HOSTS=("$BUILDER" "${GUESTS[@]}")

# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/say.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/jobs.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/machine.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/kernels.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/postgresql.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/trees.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/state.sh"
# shellcheck source-path=SCRIPTDIR
source "$LAB_DIR/lib/hosts.sh"

usage() {
  cat <<'TEXT'
usage: lab.sh up                    build what is missing, start what is down (safe to repeat)
       lab.sh down                  stop the guests and the build host; the cache stays
       lab.sh status                one line a host; exit 1 if one is down
       lab.sh env                   shell variables for tests: eval "$(lab.sh env)"
       lab.sh ssh [USER@]NAME CMD…  a command (or a shell) on a host; root unless said otherwise
       lab.sh serial NAME           a guest's console since its boot; the build host's sshd log
Hosts: builder db1 db2 web1 bare1 inner1 strict1. Cache: $TAPBOOK_LAB_CACHE, else ~/.cache/tapbook-lab.
TEXT
}

# One up or down at a time. The lock is file descriptor 9; hosts, which outlive us, are started with 9>&-.
take_lock() {
  mkdir -p "$CACHE"
  exec 9>>"$CACHE/lock"
  flock -n 9 && return
  note "another lab.sh is at work on $CACHE; waiting for it, at most 30 min"
  flock -w 1800 9 || die "still locked after 30 min: see who holds it with: lslocks | grep $CACHE/lock"
}

up() {
  must_be_possible_here
  take_lock
  mkdir -p "$CACHE"/{trees,debs,kernels,images,log,tmp} "$STATE"
  chmod 700 "$STATE"
  clear_half_built

  if kernels_are_chosen && all_artifacts_exist && all_hosts_greet; then
    write_state_files
    say "everything is up already"
    return
  fi

  step 1/7 "this machine's packages"
  install_machine_packages

  step 2/7 "kernels"
  choose_kernels
  note "A $KERNEL_A with DWARF (db1, db2, inner1); B $KERNEL_B (web1, bare1, strict1)"

  step 3/7 "keys, ports, inventory"
  make_keys
  choose_ports
  write_state_files

  step 4/7 "downloads and trees, side by side"
  start_missing_artifacts
  await_guest_artifacts

  step 5/7 "guests"
  start_guests

  step 6/7 "build host"
  await_builder_artifacts
  start_builder

  step 7/7 "waiting for ssh on every host, at most ${BOOT_LIMIT} s"
  await_hosts
  # Now it is known which foreign kernel there is.
  write_state_files
  prune_old_artifacts
  say "up: ${#HOSTS[@]} hosts. Inventory: $STATE/inventory.yml"
}

down() {
  take_lock
  stop_guests
  stop_builder
  say "down"
}

main() {
  local command=${1:-}
  shift || true
  case $command in
    up) up ;;
    down) down ;;
    status) print_status ;;
    env) print_env ;;
    ssh) [[ $# -ge 1 ]] || { usage >&2; exit 2; }; ssh_to_host "$@" ;;
    serial) [[ $# -eq 1 ]] || { usage >&2; exit 2; }; print_serial "$1" ;;
    help | -h | --help) usage ;;
    *) usage >&2; exit 2 ;;
  esac
}

main "$@"
