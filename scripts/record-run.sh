#!/usr/bin/env bash
# Records what a terminal shows of an apply on the lab, with a cache of its own so that modules are built, as
# docs/pictures/apply.ansi: of it `npm run generate` draws the picture in README.md. Needs tmux and the lab.
set -euo pipefail
cd "$(dirname "$0")/.."

eval "$(bash test/lab/lab.sh env)"
work=$(mktemp -d)
terminal=tapbook-record-$$
trap 'tmux -L "$terminal" kill-server 2>/dev/null || :; rm -rf "$work"' EXIT

# A folder as a user has one: playbooks, an inventory, tapbook on the PATH.
mkdir "$work/bin" "$work/fleet"
ln -s "$PWD/playbooks" "$work/fleet/playbooks"
ln -s "$TAPBOOK_LAB_INVENTORY" "$work/fleet/inventory.yml"
printf '#!/bin/sh\nexec node %s/dist/tapbook.js "$@"\n' "$PWD" >"$work/bin/tapbook"
chmod +x "$work/bin/tapbook"
cat >"$work/run.sh" <<SH
cd $work/fleet
export PATH=$work/bin:\$PATH XDG_CACHE_HOME=$work/cache XDG_STATE_HOME=$work/state LANG=C.UTF-8
line='tapbook apply playbooks/ioread-top5.yml -i inventory.yml -e interval=8'
printf '\033[32m\$\033[0m %s\n' "\$line"
eval "\$line"
echo \$? >$work/code
tmux -L $terminal wait-for -S over
sleep 60
SH

tmux -L "$terminal" -f /dev/null new-session -d -x 100 -y 50 "bash $work/run.sh"
tmux -L "$terminal" wait-for over
tmux -L "$terminal" capture-pane -p -e -S - >"$work/shown"
if [ "$(cat "$work/code")" != 0 ]; then
  cat "$work/shown" >&2
  exit 1
fi
mkdir -p docs/pictures
# Without the empty lines below the last one.
awk '{ lines[NR] = $0 } /[^ ]/ { last = NR } END { for (i = 1; i <= last; i++) print lines[i] }' "$work/shown" >docs/pictures/apply.ansi
