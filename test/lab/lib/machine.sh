# shellcheck shell=bash
# This machine: can it hold the lab, has it the packages, which mirror does its apt use.

MACHINE_PACKAGES=(
  mmdebstrap debian-archive-keyring gpgv       # the two trees
  qemu-system-x86 busybox-static cpio          # the guests
  e2fsprogs                                    # the image of the targets' tree
  openssh-client util-linux procps ca-certificates
)
TREE_SUITE=trixie
TREE_KEYRING=/usr/share/keyrings/debian-archive-$TREE_SUITE-stable.gpg

must_be_possible_here() {
  [[ $(uname -m) == x86_64 ]] || die "the lab runs on amd64 (x86_64) only; this machine is $(uname -m)"
  [[ $EUID -eq 0 ]] || die "run as root: the trees are made with chroot, and the build host needs mounts"
  command -v apt-get >/dev/null || die "the lab is made of Debian packages: no apt-get here"
  grep -q '^VERSION_CODENAME=bookworm' /etc/os-release ||
    note "warning: tried on Debian 12 (bookworm) only; the kernels come from its package lists"
}

apt_get() {
  DEBIAN_FRONTEND=noninteractive timeout 900 apt-get -q -y -o Acquire::Retries=5 -o Acquire::http::Timeout=60 \
    -o APT::Sandbox::User=root -o DPkg::Lock::Timeout=300 "$@" 9>&-
}

update_package_lists() { apt_get update; }

install_machine_packages() {
  local missing=() package
  for package in "${MACHINE_PACKAGES[@]}"; do
    dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  if ((${#missing[@]})); then
    note "installing: ${missing[*]}"
    start_job machine-packages install_with_fresh_lists "${missing[@]}"
    await_job machine-packages 1800
  fi
  # An old keyring does not know the key that signs the trees' suite.
  if [[ ! -e $TREE_KEYRING ]]; then
    start_job keyring install_with_fresh_lists debian-archive-keyring
    await_job keyring 900
    [[ -e $TREE_KEYRING ]] || die "debian-archive-keyring has no $TREE_KEYRING: $TREE_SUITE cannot be verified"
  fi
}

install_with_fresh_lists() {
  # A list that is hours old names packages that a moving pool no longer has.
  install_once() { update_package_lists && apt_get install --no-install-recommends "$@"; }
  retry 4 10 install_once "$@"
}

# The mirror that this machine's apt takes bookworm from also has the suite of the trees; no mirror is named in the lab.
mirror() {
  local site
  site=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(SITE)' 'Created-By: Packages' 2>/dev/null |
    awk '$1 == "bookworm" && $2 == "main" && !seen++ { print $3 }')
  [[ -n $site ]] || site=$(apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(SITE)' 'Created-By: Packages' |
    awk -F '|' '$1 == "Debian" && $2 == "Debian" && !seen++ { print $3 }')
  [[ -n $site ]] || { echo "apt names no Debian mirror: look at apt-get indextargets" >&2; return 1; }
  echo "$site"
}

# Proxies, timeouts and date checks of this machine's apt, as options for the apt that fills a tree.
apt_settings_for_trees() {
  apt-config dump | grep -E '^Acquire::(https?::|Check-Valid-Until|Check-Date|Max-FutureTime)' | grep -v ' "";$' || true
  echo 'Acquire::Retries "5";'
}
