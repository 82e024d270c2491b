# shellcheck shell=sh
# SystemTap's runtime on a target: where its staprun is and who may run it, and which version that is.

tell_staprun() {
  staprun=$(command -v staprun)
  if [ -z "$staprun" ]; then
    # Debian's is executable for root and group stapusr only.
    for file in /usr/bin/staprun /usr/sbin/staprun /usr/local/bin/staprun; do
      [ ! -f "$file" ] || { staprun=$file; break; }
    done
  fi
  if [ -n "$staprun" ]; then
    put staprun "$staprun"
    # Root has what it needs in one that makes everybody root; whom root is to become may not.
    if [ "$uid" != 0 ] || [ ! -u "$staprun" ]; then put staprun.mode "$(stat -L -c '%U %a' "$staprun")"; fi
    [ ! -x "$staprun" ] || put staprun.executable yes
  fi
}
# By itself, then by its package. More than one package manager may be there.
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
