# shellcheck shell=bash
# The two Debian trees: the build host's (a directory) and the target's (an image that every guest shares).
# Each lies under a name that holds its recipe's hash and gets that name only when whole: to exist is to be complete,
# and a changed recipe is another name.

BUILDER_PACKAGES=(
  systemtap gcc-12 libc6-dev make kmod    # what stap -p4 runs
  gcc-12-aarch64-linux-gnu                # the same compiler for another machine
  openssl                                 # makes keys to sign modules with
  libelf1t64 libssl3t64                   # what bookworm's kbuild tools (objtool, sign-file) link to
  openssh-server tini procps
)
TARGET_PACKAGES=(systemtap-runtime openssh-server tini iproute2 kmod procps sudo)

# recipe_id FUNCTION-OR-FILE-OR-WORD…: twelve digits that change with a function's text, a file's or the words.
recipe_id() {
  local part
  {
    echo "$TREE_SUITE"
    for part in "$@"; do
      if declare -F "$part" >/dev/null; then declare -f "$part"; elif [[ -f $part ]]; then cat "$part"; else echo "$part"; fi
    done
  } | sha256sum | cut -c 1-12
}

builder_tree() { echo "$CACHE/trees/builder-$(recipe_id make_tree make_builder_tree "${BUILDER_PACKAGES[*]}")"; }
target_image() {
  echo "$CACHE/images/target-$(recipe_id make_tree make_target_image "${TARGET_PACKAGES[*]}" add_postgresql \
    "${POSTGRESQL_HERE[*]}" "${POSTGRESQL_IN_TREES[*]}" "$LAB_DIR/guest/postgresql").ext4"
}
headers_stamp() { echo "$(builder_tree)/var/lib/tapbook-lab/headers-$1"; }
sdt_stamp() { echo "$(builder_tree)/var/lib/tapbook-lab/sdt"; }
dwarf_stamp() { echo "$(builder_tree)/var/lib/tapbook-lab/dwarf-$1"; }

all_artifacts_exist() {
  local file
  for file in "$(builder_tree)" "$(target_image)" "$(boot_files "$KERNEL_A")" "$(boot_files "$KERNEL_B")" \
    "$(headers_stamp "$KERNEL_A")" "$(headers_stamp "$KERNEL_B")" "$(dwarf_stamp "$KERNEL_A")" "$(sdt_stamp)"; do
    [[ -e $file ]] || return 1
  done
  [[ -n $(foreign_kernel) && -e $(headers_stamp "$(foreign_kernel)") ]]
}

# What an interrupted run left. --one-file-system, should anything ever be mounted below.
clear_half_built() {
  rm -rf --one-file-system "$CACHE/tmp"
  mkdir -p "$CACHE/tmp"
}

start_missing_artifacts() {
  if ! [[ -e $(boot_files "$KERNEL_A") && -e $(boot_files "$KERNEL_B") &&
    -e $(headers_stamp "$KERNEL_A") && -e $(headers_stamp "$KERNEL_B") ]]; then
    start_job kernel-packages fetch_small_kernel_packages
  fi
  [[ -n $(foreign_kernel) ]] || start_job foreign-headers fetch_foreign_headers
  [[ -e $(dwarf_stamp "$KERNEL_A") ]] || start_job dwarf-package fetch_packages "linux-image-$KERNEL_A-dbg"
  [[ -e $(target_image) ]] || start_job target-image make_target_image "$(target_image)"
  [[ -e $(builder_tree) ]] || start_job builder-tree make_builder_tree "$(builder_tree)"
}

await_guest_artifacts() {
  local release
  await_job kernel-packages 1800
  for release in "$KERNEL_A" "$KERNEL_B"; do
    [[ -e $(boot_files "$release") ]] || start_job "boot-$release" make_boot_files "$release" "$(boot_files "$release")"
    await_job "boot-$release" 120
  done
  await_job target-image 1800
}

await_builder_artifacts() {
  local release
  await_job builder-tree 2400
  for release in "$KERNEL_A" "$KERNEL_B"; do
    [[ -e $(headers_stamp "$release") ]] || start_job "headers-$release" add_headers "$release"
    await_job "headers-$release" 300
  done
  [[ -e $(sdt_stamp) ]] || start_job sdt-header add_sdt_header
  await_job sdt-header 900
  await_job foreign-headers 900
  release=$(foreign_kernel)
  [[ -e $(headers_stamp "$release") ]] || start_job "headers-$release" add_foreign_headers "$release"
  await_job "headers-$release" 300
  await_job dwarf-package 2400
  [[ -e $(dwarf_stamp "$KERNEL_A") ]] || start_job "dwarf-$KERNEL_A" add_dwarf "$KERNEL_A"
  await_job "dwarf-$KERNEL_A" 600
}

# make_tree DIR PACKAGE…: a minbase tree from this machine's mirror. Packages are kept for the next recipe. In its
# own mount and process namespace, so that a kill at any moment leaves neither a mount below DIR nor a process.
make_tree() {
  local tree=$1 pool=$CACHE/debs/$TREE_SUITE site setting options=()
  shift
  site=$(mirror)
  while read -r setting; do options+=(--aptopt="$setting"); done < <(apt_settings_for_trees)
  mkdir -p "$pool"
  make_tree_once() {
    rm -rf --one-file-system "$tree"
    unshare --mount --pid --fork --kill-child --mount-proc mmdebstrap --variant=minbase --mode=root \
      --include="$*" "${options[@]}" --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
      --skip=download/empty --skip=essential/unlink --skip=cleanup/apt \
      --setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
      --setup-hook="cp -n $pool/*.deb \"\$1/var/cache/apt/archives/\" 2>/dev/null || true" \
      --customize-hook="cp -n \"\$1\"/var/cache/apt/archives/*.deb $pool/ && rm -f \"\$1\"/var/cache/apt/archives/*.deb" \
      --customize-hook='rm -rf "$1"/var/lib/apt/lists/*' \
      "$TREE_SUITE" "$tree" "deb [signed-by=$TREE_KEYRING] $site $TREE_SUITE main"
  }
  retry 3 15 make_tree_once "$@"
}

make_builder_tree() {
  local to=$1 new=$CACHE/tmp/builder
  make_tree "$new" "${BUILDER_PACKAGES[@]}"
  mkdir -p "$new/run/sshd" "$new/var/lib/tapbook-lab"
  mv -T "$new" "$to"
}

make_target_image() {
  local to=$1 tree=$CACHE/tmp/target image=$CACHE/tmp/target.ext4
  make_tree "$tree" "${TARGET_PACKAGES[@]}"
  # '*' is "no password"; the '!' that useradd writes would mean "locked", and sshd without PAM refuses those.
  chroot "$tree" useradd --create-home --shell /bin/bash --password '*' ops
  chroot "$tree" useradd --create-home --shell /bin/bash --password '*' guest
  echo 'ops ALL=(ALL) NOPASSWD: ALL' >"$tree/etc/sudoers.d/ops"
  # Who has to give a password to sudo, and who needs no root at all.
  chroot "$tree" useradd --create-home --shell /bin/bash dba
  echo 'dba:lab-password' | chroot "$tree" chpasswd
  printf 'Defaults:dba lecture=always\ndba ALL=(ALL) ALL\n' >"$tree/etc/sudoers.d/dba"
  chroot "$tree" useradd --create-home --shell /bin/bash --password '*' --groups stapusr,stapdev tracer
  chmod 440 "$tree/etc/sudoers.d/"*
  fetch_postgresql
  add_postgresql "$tree"
  rm -f "$image"
  # Guests throw their writes away: no journal to keep.
  mke2fs -q -t ext4 -O ^has_journal -m 0 -L lab -d "$tree" "$image" 1G
  rm -rf --one-file-system "$tree"
  mv -T "$image" "$to"
}

# Unpacking twice is harmless, so a stamp written last is enough to tell a whole unpacking from a broken one.
add_headers() {
  local release=$1 tree package
  tree=$(builder_tree)
  for package in linux-kbuild-6.1 "$(common_headers "$release")" "linux-headers-$release"; do
    unpack_deb "$(deb_of "$package")" "$tree"
  done
  touch "$(headers_stamp "$release")"
}

# They use the scripts and the common headers that are there.
add_foreign_headers() {
  unpack_deb "$(deb_of "linux-headers-$1")" "$(builder_tree)"
  touch "$(headers_stamp "$1")"
}

# What a C program needs to have marks of its own: two headers. Tests compile such programs on the build host.
add_sdt_header() {
  fetch_packages systemtap-sdt-dev
  unpack_deb "$(deb_of systemtap-sdt-dev)" "$(builder_tree)" ./usr/include
  touch "$(sdt_stamp)"
}

# Of 1.7 GB only vmlinux and its symbol table: the symbol table in the image package is a stub that points to -dbg.
add_dwarf() {
  local release=$1 tree
  tree=$(builder_tree)
  unpack_deb "$(deb_of "linux-image-$release-dbg")" "$tree" --wildcards \
    "./usr/lib/debug/lib/modules/$release/vmlinux" './usr/lib/debug/boot/*'
  if [[ -e $tree/usr/lib/debug/boot/System.map-$release ]]; then
    cp "$tree/usr/lib/debug/boot/System.map-$release" "$tree/boot/"
  fi
  touch "$(dwarf_stamp "$release")"
}

# Only after everything new is up, and never what a running host uses.
prune_old_artifacts() {
  local old keep
  keep=" $(builder_tree) $(target_image) $(boot_files "$KERNEL_A") $(boot_files "$KERNEL_B") "
  for old in "$CACHE"/trees/* "$CACHE"/images/* "$CACHE"/kernels/*; do
    [[ -e $old && $keep != *" $old "* ]] || continue
    note "removing what an older recipe made: $old"
    rm -rf --one-file-system "$old"
  done
}
