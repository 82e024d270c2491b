#!/usr/bin/env bash
# `npm run demo`: sets up all that is needed and does the main job on the lab: one script, three hosts, two kernels.
set -euo pipefail
cd "$(dirname "$0")/../.."

sh scripts/setup.sh
bash test/lab/lab.sh up
eval "$(bash test/lab/lab.sh env)"

# A cache and a history of its own, so that the first apply builds and the second does not.
if [ -n "${TAPBOOK_DEMO_HOME:-}" ]; then
  # Of a test, which looks at both afterwards.
  work=$TAPBOOK_DEMO_HOME
else
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
fi
export TAPBOOK_INVENTORY=$TAPBOOK_LAB_INVENTORY

step() {
  printf '\n\033[1m$ tapbook %s\033[0m\n' "$*"
  XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state node dist/tapbook.js "$@"
}

# What the newest run says of its builds: BUILT CACHED.
builds() {
  local newest
  newest=$(find "$work/state/tapbook/runs" -mindepth 1 -maxdepth 1 | sort | tail -n 1)
  node -p "const { built, cached } = JSON.parse(fs.readFileSync('$newest/summary.json', 'utf8')).finished.builds; built + ' ' + cached"
}

expect_builds() {
  local got
  got=$(builds)
  if [ "$got" != "$1" ]; then
    echo "demo: expected $1 (built, cached), got $got" >&2
    exit 1
  fi
  printf '\n=> %s\n' "$2"
}

step check playbooks/ioread-top5.yml
step plan playbooks/ioread-top5.yml -e interval=3
step apply playbooks/ioread-top5.yml -e interval=3
expect_builds '2 0' '3 targets on 2 kernels: 2 modules were built'
step apply playbooks/ioread-top5.yml -e interval=3
expect_builds '0 2' 'the same again: no build, both modules came from the cache'
step apply playbooks/ioread-top5-args.yml
expect_builds '2 0' 'other arguments make other modules: 2 were built'
for host in db1 db2 web1; do
  left=$(bash test/lab/lab.sh ssh "$host" 'grep -E "^ioread_top5" /proc/modules; ls -d /tmp/tapbook-* 2>/dev/null; true')
  if [ -n "$left" ]; then
    echo "demo: left on $host: $left" >&2
    exit 1
  fi
done
printf '=> no module and no file of ours is left on any target\n'
