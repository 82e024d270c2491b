import { probePrelude } from './probe-prelude.ts';

/**
 * Asks a build host for its tools and for the trees of some kernels, in POSIX sh: `sh -s -- NONCE RELEASE…` with this on
 * standard input. It writes nothing. Output as of the target's probe; the lines of a release follow its `tree=RELEASE`.
 */
export const buildHostProbe: string = String.raw`${probePrelude}
if has stap; then
  put stap "$(command -v stap)"
  put stap.banner "$(within stap -V | grep 'version ')"
fi
put make "$(command -v make)"
folder=/var/tmp
[ -w "$folder" ] || folder=/tmp
put folder "$folder"
put free_kb "$(free_kb "$folder")"
compiler=''
for release in "$@"; do
  put tree "$release"
  tree=/lib/modules/$release/build
  if [ -L "$tree" ] && [ ! -e "$tree" ]; then
    put headers dangling-link
  elif [ ! -d "$tree" ]; then
    put headers missing
  elif [ ! -f "$tree/.config" ] || [ ! -f "$tree/Module.symvers" ] || [ ! -f "$tree/Makefile" ]; then
    put headers incomplete
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
    [ -n "$compiler" ] || compiler=$(printf '%s' "$wanted" | cut -d' ' -f1)
  fi
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
# A word out of a file is run only if it is a compiler's name.
case $compiler in *gcc* | *clang* | cc) has "$compiler" || compiler=gcc ;; *) compiler=gcc ;; esac
has "$compiler" || compiler=cc
if has "$compiler"; then
  put compiler "$(command -v "$compiler")"
  put compiler.version "$(within "$compiler" --version)"
fi
printf '%s end\n' "$nonce"
} 2>/dev/null
`;
