# shellcheck shell=bash
# Which two kernels, and their packages: kept in $CACHE/debs by file name, unpacked where each host needs them.

KERNEL_FLAVOUR=cloud-amd64
CHOICE=$CACHE/kernels.env

kernels_are_chosen() {
  [[ -e $CHOICE ]] || return 1
  # shellcheck source=/dev/null
  source "$CHOICE"
}

# The newest two releases that have both an image and headers today. At least one should have -dbg: it becomes A, and
# if neither has, A is the newest that does. Chosen once, then kept: a warm cache asks no mirror.
choose_kernels() {
  if kernels_are_chosen; then return; fi
  local offered release newest=() with_dwarf=''
  offered=$(offered_packages)
  if [[ -z $offered ]]; then
    retry 4 10 update_package_lists >"$CACHE/log/lists.log" 2>&1 || die "apt-get update failed; read $CACHE/log/lists.log"
    offered=$(offered_packages)
  fi
  while read -r release; do
    grep -qx "linux-headers-$release" <<<"$offered" || continue
    if [[ -z $with_dwarf ]] && grep -qx "linux-image-$release-dbg" <<<"$offered"; then with_dwarf=$release; fi
    ((${#newest[@]} == 2)) || newest+=("$release")
  done < <(sed -n "s/^linux-image-\(6\.1\.0-[0-9]*-$KERNEL_FLAVOUR\)\$/\1/p" <<<"$offered" | sort -rV)
  ((${#newest[@]} == 2)) || die "apt offers fewer than two 6.1.0-*-$KERNEL_FLAVOUR kernels with headers: ${newest[*]}"
  [[ -n $with_dwarf ]] || die "apt offers no linux-image-6.1.0-*-$KERNEL_FLAVOUR-dbg: no kernel with DWARF"
  KERNEL_A=$with_dwarf
  KERNEL_B=${newest[0]}
  [[ $KERNEL_B != "$KERNEL_A" ]] || KERNEL_B=${newest[1]}
}

# pkgnames also lists names that are only depended on; madison knows what can be fetched. One call for all: where apt
# keeps no cache of its lists, each call reads them anew.
offered_packages() {
  local names
  names=$(apt-cache pkgnames linux- | grep -E "^linux-(image|headers)-6\.1\.0-[0-9]+-$KERNEL_FLAVOUR(-dbg)?\$") || return 0
  # shellcheck disable=SC2086 # a list of words is meant
  apt-cache madison $names 2>/dev/null | awk '{ print $1 }' | sort -u
}

# linux-headers-6.1.0-56-cloud-amd64 needs linux-headers-6.1.0-56-common.
common_headers() { echo "linux-headers-${1%"-$KERNEL_FLAVOUR"}-common"; }

small_kernel_packages() {
  local release
  for release in "$KERNEL_A" "$KERNEL_B"; do
    echo "linux-image-$release linux-headers-$release $(common_headers "$release")"
  done
  echo linux-kbuild-6.1
}

deb_of() { compgen -G "$CACHE/debs/$1_*.deb" | sort -V | tail -n 1; }

# apt checks each package against the signed lists; a package appears in debs/ only when it is whole.
fetch_packages() {
  local package missing=() scratch
  for package in "$@"; do [[ -n $(deb_of "$package") ]] || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  scratch=$(mktemp -d "$CACHE/tmp/fetch.XXXXXX")
  download_once() { (cd "$scratch" && apt_get download "$@") || { update_package_lists && return 1; }; }
  retry 4 10 download_once "${missing[@]}"
  mv "$scratch"/*.deb "$CACHE/debs/"
  rmdir "$scratch"
}

fetch_small_kernel_packages() {
  # shellcheck disable=SC2046 # a list of words is meant
  fetch_packages $(small_kernel_packages)
  # Now the choice has its files, whatever the pool does later.
  printf 'KERNEL_A=%s\nKERNEL_B=%s\n' "$KERNEL_A" "$KERNEL_B" >"$CHOICE.new"
  mv "$CHOICE.new" "$CHOICE"
}

# Sets OWN_APT: settings for package lists and a cache in this folder, so that this machine's stay as they are.
own_apt() {
  mkdir -p "$1/lists/partial" "$1/archives/partial"
  OWN_APT=(-o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1")
}

# Another machine's headers, of the newest kernel that has them; the common headers are shared by all machines.
FOREIGN_ARCH=arm64
FOREIGN_FLAVOUR=cloud-$FOREIGN_ARCH

foreign_kernels() { for release in "$KERNEL_A" "$KERNEL_B"; do echo "${release%"$KERNEL_FLAVOUR"}$FOREIGN_FLAVOUR"; done; }

# Prints the release whose headers are fetched; nothing when there are none yet.
foreign_kernel() {
  local release
  for release in $(foreign_kernels); do
    if [[ -n $(deb_of "linux-headers-$release") ]]; then echo "$release" && return; fi
  done
}

fetch_foreign_headers() {
  local release scratch
  [[ -z $(foreign_kernel) ]] || return 0
  own_apt "$CACHE/tmp/apt-$FOREIGN_ARCH"
  OWN_APT+=(-o "APT::Architecture=$FOREIGN_ARCH" -o "APT::Architectures=$FOREIGN_ARCH")
  retry 4 10 apt_get "${OWN_APT[@]}" update
  scratch=$(mktemp -d "$CACHE/tmp/fetch.XXXXXX")
  for release in $(foreign_kernels); do
    (cd "$scratch" && retry 2 5 apt_get "${OWN_APT[@]}" download "linux-headers-$release") || continue
    mv "$scratch"/*.deb "$CACHE/debs/"
    return 0
  done
  echo "no linux-headers-$(foreign_kernels | tr '\n' ' ') to be had" >&2
  return 1
}

# bookworm's packages still ship /lib; a trixie tree has /lib -> usr/lib, which tar must walk through, not replace.
unpack_deb() {
  local deb=$1 tree=$2
  shift 2
  dpkg --fsys-tarfile "$deb" | tar -x -C "$tree" --keep-directory-symlink "$@"
}

# What a guest boots: vmlinuz, and an initrd of busybox and the few modules that find the disk and the network card.
INITRD_MODULES=(
  virtio virtio_ring virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk failover net_failover virtio_net
)

boot_files() { echo "$CACHE/kernels/$1-$(recipe_id make_boot_files "${INITRD_MODULES[*]}" "$LAB_DIR/guest/initrd-init")"; }

make_boot_files() {
  local release=$1 to=$2 new module root
  new=$(mktemp -d "$CACHE/tmp/boot.XXXXXX")
  root=$new/initrd.d
  mkdir -p "$new/package" "$root"/{bin,modules,proc,dev,root}
  unpack_deb "$(deb_of "linux-image-$release")" "$new/package"
  cp "$new/package/boot/vmlinuz-$release" "$new/vmlinuz"
  # A module that is built into this kernel, or not split off in it, is not in the package: the guest does without.
  for module in "${INITRD_MODULES[@]}"; do
    find "$new/package/lib/modules/$release" -name "$module.ko" -exec cp {} "$root/modules/" ';'
  done
  cp /bin/busybox "$root/bin/busybox"
  install -m 755 "$LAB_DIR/guest/initrd-init" "$root/init"
  # Not compressed: the guest's emulated processor would pay for it at each boot.
  (cd "$root" && find . | cpio --quiet -o -H newc) >"$new/initrd"
  rm -rf "$new/package" "$root"
  mv -T "$new" "$to"
}
