# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a build host for its tools and for the trees of some kernels, in POSIX sh: `sh -s -- NONCE [KEY...] RELEASE...` with this on
# standard input; a KEY is an absolute path. It writes nothing. Output as of the target's probe; the lines of a release follow
# its `tree=RELEASE`.

. ./probe-prelude.sh
# A word out of a file is run only if it is a compiler's name.
is_compiler() { case $1 in */* | -*) return 1 ;; *gcc* | *clang* | cc) has "$1" ;; *) return 1 ;; esac; }
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
  compiler=''
  for release in "$@"; do
    case $release in
      /*)
        [ ! -r "$release" ] || put readable "$release"
        continue
        ;;
    esac
    put tree "$release"
    tree=/lib/modules/$release/build
    if [ -L "$tree" ] && [ ! -e "$tree" ]; then
      put headers dangling-link
      put points_to "$(readlink "$tree")"
    elif [ ! -d "$tree" ]; then
      put headers missing
    elif [ ! -f "$tree/.config" ] || [ ! -f "$tree/Module.symvers" ] || [ ! -f "$tree/Makefile" ]; then
      put headers incomplete
      for file in .config Module.symvers Makefile; do [ -f "$tree/$file" ] || put lacks "$file"; done
    else
      put headers present
      if has sha256sum; then
        put identity "$(for file in .config Module.symvers include/generated/utsrelease.h include/generated/compile.h; do
          [ ! -f "$tree/$file" ] || { echo "$file"; cat "$tree/$file"; }
        done | sha256sum | cut -d' ' -f1)"
      else
        put identity "cksum:$(cd "$tree" && cksum .config Module.symvers include/generated/*.h | tr '\n' ' ')"
      fi
      put uts_version "$(sed -n 's/^#define UTS_VERSION "\(.*\)"$/\1/p' "$tree/include/generated/compile.h" | head -n 1)"
      wanted=$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(.*\)"$/\1/p' "$tree/.config" | head -n 1)
      put wanted_compiler "$wanted"
      required=$(sed -n 's/^CC = .*CROSS_COMPILE)\([a-z0-9.-]*\)$/\1/p' "$tree/.kernelvariables" | head -n 1)
      put required_compiler "$required"
      own=$required
      [ -n "$own" ] || own=$(printf '%s' "$wanted" | cut -d' ' -f1)
      [ -n "$compiler" ] || compiler=$own
      is_compiler "$own" || { [ -z "$required" ] && own=gcc; }
      if is_compiler "$own"; then
        put tree.compiler "$(command -v "$own")"
        put tree.compiler.version "$(within ask "$own" --version)"
      fi
    fi
    [ ! -x "$tree/scripts/sign-file" ] || put sign_file "$tree/scripts/sign-file"
    # Where stap looks for DWARF, in its order.
    for file in "/usr/lib/debug/lib/modules/$release/vmlinux" "/usr/lib/debug/lib/modules/$release/vmlinux.debug" \
      "/usr/lib/debug/boot/vmlinux-$release" "/boot/vmlinux-$release" "/lib/modules/$release/vmlinux" \
      "/lib/modules/$release/vmlinux.debug" "$tree/vmlinux"; do
      [ -f "$file" ] || continue
      put debuginfo "$file"
      # The build id stays the same where the file is copied. It stands in the notes: readelf does not read the rest.
      id=$(readelf -n "$file" | sed -n 's/^ *Build ID: *\([0-9a-f]*\)$/build-id:\1/p')
      put debuginfo.identity "$(printf '%s' "$id" | grep . || stat -L -c '%s:%Y' "$file")"
      break
    done
    for file in "$tree/System.map" "/boot/System.map-$release"; do
      [ -s "$file" ] && [ "$(wc -c <"$file")" -gt 1000 ] && { put symbols "$file"; break; }
    done
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
