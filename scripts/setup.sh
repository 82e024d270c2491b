#!/bin/sh
# Installs what tests, lab and demo need, on Debian with Node: apt packages and node_modules. Quick when all is there.
set -eu
cd "$(dirname "$0")/.."
# Whoever runs several of what sets up does so once before.
[ "${TAPBOOK_IS_SET_UP:-}" != 1 ] || exit 0

say() { printf 'setup: %s\n' "$*" >&2; }

# What a download needs more than once: a mirror that is slow or drops us.
retry() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 4 ] || { say "failed: $*"; return 1; }
    say "trying again in $((tries * 5)) s: $*"
    sleep $((tries * 5))
  done
}

install_packages() {
  missing=''
  for package in "$@"; do
    dpkg-query -W -f "\${Status}" "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    say "as root: apt-get install$missing"
    return 1
  fi
  say "installing$missing"
  retry apt-get -qq -o Acquire::Retries=3 update
  # shellcheck disable=SC2086 # a list of names
  DEBIAN_FRONTEND=noninteractive retry apt-get -qq -y -o Acquire::Retries=3 --no-install-recommends install $missing >/dev/null
}

# openssh: the loopback sshd of the tests; the shells: what probe, supervisor and quoting must live with; sudo, doas: what
# becomes another user; ansible-core: whose inventories tapbook has to read as it does; systemd, cron: whose timers and
# crontabs it writes; tmux: a terminal whose screen can be read; libxml2-utils: xmllint, to check the JUnit that it prints;
# strace: what is synced when; chromium: in which the report is looked at; mandoc, man-db: whether the man pages are as they
# have to be.
install_packages openssh-server openssh-client busybox-static dash mksh zsh tcsh fish shellcheck git sudo opendoas \
  ansible-core systemd cron tmux libxml2-utils strace chromium fonts-dejavu-core mandoc man-db

# The mark is written last: it names the lock file that node_modules was made from.
lock=$(sha256sum <package-lock.json)
if [ -L node_modules ]; then
  say 'node_modules is a link to those of another tree: they are left as they are'
elif [ "$(cat node_modules/.made-from 2>/dev/null || :)" != "$lock" ]; then
  say 'npm ci'
  # npm ci insists on packages for other platforms, which not every registry has.
  npm ci --no-audit --no-fund --loglevel=error || retry npm install --no-save --no-audit --no-fund --loglevel=error
  printf '%s\n' "$lock" >node_modules/.made-from
fi
node scripts/generate.mjs
node scripts/bundle.mjs
