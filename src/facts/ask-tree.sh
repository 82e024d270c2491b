# shellcheck shell=sh
# What a build host has of the kernel $release: its headers, the compiler that they want, debuginfo and symbols.

ask_tree() {
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
    tell_identity
    ask_tree_compiler
  fi
  [ ! -x "$tree/scripts/sign-file" ] || put sign_file "$tree/scripts/sign-file"
  tell_debuginfo
  tell_symbols
}
# The tree's identity: it changes with the headers.
tell_identity() {
  if has sha256sum; then
    put identity "$(for file in .config Module.symvers include/generated/utsrelease.h include/generated/compile.h; do
      [ ! -f "$tree/$file" ] || { echo "$file"; cat "$tree/$file"; }
    done | sha256sum | cut -d' ' -f1)"
  else
    put identity "cksum:$(cd "$tree" && cksum .config Module.symvers include/generated/*.h | tr '\n' ' ')"
  fi
  put uts_version "$(sed -n 's/^#define UTS_VERSION "\(.*\)"$/\1/p' "$tree/include/generated/compile.h" | head -n 1)"
}
# A word from a file is run only if it is the name of a compiler.
is_compiler() { case $1 in */* | -*) return 1 ;; *gcc* | *clang* | cc) has "$1" ;; *) return 1 ;; esac; }
# Of the first tree that names one, it is left in $compiler.
ask_tree_compiler() {
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
}
# Where stap looks for DWARF, in its order.
tell_debuginfo() {
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
}
tell_symbols() {
  for file in "$tree/System.map" "/boot/System.map-$release"; do
    [ -s "$file" ] && [ "$(wc -c <"$file")" -gt 1000 ] && { put symbols "$file"; break; }
  done
}
