# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a build host for its tools and for the trees of some kernels, in POSIX sh: `sh -s -- NONCE [KEY...] [probed=FILE...]
# RELEASE...` with this on standard input; a KEY and a FILE are absolute paths. It writes nothing. Output as of the target's
# probe; the lines of a release follow its `tree=RELEASE`.

. ./probe-prelude.sh
. ./ask-tree.sh
. ../transport/shell/read-build-id.sh
. ./ask-files.sh

{
  printf '\n%s begin\n' "$nonce"
  . ./system-questions.sh
  put memory_kb "$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)"
  dollar='$'
  if has stap; then
    put stap "$(command -v stap)"
    put stap.banner "$(within ask stap -V | grep 'version ')"
    rc=$HOME/.systemtap/rc
    [ -z "$SYSTEMTAP_DIR" ] || rc=$SYSTEMTAP_DIR/rc
    [ ! -s "$rc" ] || put stap.rc "$(cksum <"$rc")"
  fi
  put kmodsign "$(command -v kmodsign)"
  package=''
  if has dpkg-query; then
    package=$(within ask dpkg-query -W -f "$dollar{Status}:$dollar{Version}" systemtap | sed -n 's/^.* installed:/dpkg systemtap /p')
  fi
  if [ -z "$package" ] && has rpm; then
    package=$(within ask rpm -q --qf '%{VERSION}-%{RELEASE}\n' systemtap | sed -n 's/^[0-9]/rpm systemtap &/p')
  fi
  if [ -z "$package" ] && has apk; then
    package=$(within ask apk info -e -v systemtap | sed -n 's/^systemtap-\([0-9]\)/apk systemtap \1/p')
  fi
  put stap.package "$package"
  put make "$(command -v make)"
  IFS=:
  for place in $PATH; do
    for file in "$place"/*-linux*-gcc "$place"/*-linux*-gcc-[0-9]*; do
      [ ! -x "$file" ] || put cross "$(basename "$file") $(stat -L -c '%s:%Y' "$file")"
    done
  done
  unset IFS
  if [ -n "$DEBUGINFOD_URLS" ]; then
    put debuginfod asked
  else
    for file in /etc/debuginfod/*.urls; do [ ! -s "$file" ] || put debuginfod not-set; done
  fi
  folder=/var/tmp
  [ -w "$folder" ] || folder=/tmp
  put folder "$folder"
  put df "$(within ask df -Pk "$folder" | grep % | tail -n 1)"
  within ask_files "$@"
  compiler=''
  for release in "$@"; do
    case $release in
      probed=*) continue ;;
      /*)
        [ ! -r "$release" ] || put readable "$release"
        continue
        ;;
    esac
    ask_tree
  done
  put tree.end yes
  is_compiler "$compiler" || compiler=gcc
  has "$compiler" || compiler=cc
  if has "$compiler"; then
    put compiler "$(command -v "$compiler")"
    put compiler.version "$(within ask "$compiler" --version)"
  fi
  printf '%s end\n' "$nonce"
} 2>/dev/null
