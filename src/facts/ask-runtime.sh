# shellcheck shell=sh
# SystemTap's runtime on a target: the path of staprun, who may run it, and its version.

tell_staprun() {
  staprun=$(command -v staprun)
  if [ -z "$staprun" ]; then
    # Only root and group stapusr may execute Debian's.
    for file in /usr/bin/staprun /usr/sbin/staprun /usr/local/bin/staprun; do
      [ ! -f "$file" ] || { staprun=$file; break; }
    done
  fi
  if [ -n "$staprun" ]; then
    put staprun "$staprun"
    # Root needs no set-user-ID bit, but the user to become may.
    if [ "$uid" != 0 ] || [ ! -u "$staprun" ]; then put staprun.mode "$(stat -L -c '%U %a' "$staprun")"; fi
    [ ! -x "$staprun" ] || put staprun.executable yes
  fi
}
# Its own version, then its package's. There may be several package managers.
ask_version() {
  if [ -n "$staprun" ] && [ -x "$staprun" ]; then
    step staprun
    "$staprun" -V 2>&1
  fi
  found='' dollar='$'
  if has dpkg-query; then
    step dpkg
    dpkg-query -W -f "$dollar{Status}:$dollar{Version}" systemtap-runtime && found=yes
  fi
  if [ -z "$found" ] && has rpm; then
    step rpm
    rpm -q --qf '%{VERSION}-%{RELEASE}\n' systemtap-runtime && found=yes
  fi
  if [ -z "$found" ] && has apk; then
    step apk
    apk info -e -v systemtap
  fi
}
