# shellcheck shell=bash
# PostgreSQL in two majors, that of this machine's suite and that of the trees': unpacked into the targets' tree, since no
# Debian has both. Each lies beside its place; a guest moves the one that it is to have there when it starts.

# What a guest is to have, and nothing when it is to have none.
postgresql_of() {
  case $1 in
    db1) echo 17 ;;
    db2) echo 15 ;;
  esac
}
POSTGRESQL_HERE=(postgresql-15 libicu72 libldap-2.5-0)
POSTGRESQL_IN_TREES=(postgresql-17 libicu76 libxml2 libpq5)

fetch_postgresql() {
  local package missing=() scratch
  fetch_packages "${POSTGRESQL_HERE[@]}"
  for package in "${POSTGRESQL_IN_TREES[@]}"; do [[ -n $(deb_of "$package") ]] || missing+=("$package"); done
  ((${#missing[@]})) || return 0
  own_apt "$CACHE/tmp/apt-$TREE_SUITE"
  echo "deb [signed-by=$TREE_KEYRING] $(mirror) $TREE_SUITE main" >"$CACHE/tmp/apt-$TREE_SUITE/sources.list"
  OWN_APT+=(-o "Dir::Etc::SourceList=$CACHE/tmp/apt-$TREE_SUITE/sources.list" -o Dir::Etc::SourceParts=/dev/null)
  scratch=$(mktemp -d "$CACHE/tmp/fetch.XXXXXX")
  download_from_trees_once() {
    apt_get "${OWN_APT[@]}" update && (cd "$scratch" && apt_get "${OWN_APT[@]}" download "${missing[@]}")
  }
  retry 4 10 download_from_trees_once
  mv "$scratch"/*.deb "$CACHE/debs/"
}

# A cluster with pgbench's tables is made here, where it takes seconds.
add_postgresql() {
  local tree=$1 major package
  chroot "$tree" useradd --system --create-home --home-dir /var/lib/postgresql postgres
  install -m 755 "$LAB_DIR/guest/postgresql" "$tree/usr/local/bin/postgresql"
  for package in "${POSTGRESQL_HERE[@]:1}" "${POSTGRESQL_IN_TREES[@]:1}"; do unpack_deb "$(deb_of "$package")" "$tree" ./usr/lib; done
  chroot "$tree" ldconfig
  for package in "${POSTGRESQL_HERE[0]}" "${POSTGRESQL_IN_TREES[0]}"; do
    major=${package#postgresql-}
    unpack_deb "$(deb_of "$package")" "$tree" --exclude='*/man' --exclude='*/bitcode' --exclude='*/llvmjit*' \
      ./usr/lib/postgresql ./usr/share/postgresql
    chroot "$tree" /usr/local/bin/postgresql init
    mv "$tree/usr/lib/postgresql" "$tree/usr/lib/postgresql-$major"
  done
  rm -rf "$tree/run/postgresql" "$tree"/var/lib/postgresql/*.log
}
