# shellcheck shell=sh source-path=SCRIPTDIR
# Asks a host's package index, in POSIX sh, which versions of some packages it has: `sh -s -- NONCE NAME... -- GLOB...`. It
# prints `manager=`, `index=empty` where nothing was ever fetched, `offer=NAME VERSION` and `sibling=NAME` for each name that a
# glob fits. What is cached is asked first; dnf and yum then fetch their index if there is no cache.

. ./probe-prelude.sh
patience=$((patience * 4))
# The lines of dnf's and yum's list under "Available Packages"; yum breaks them where a name is long.
list_available() {
  awk -v name="$1" '
    /^(Installed|Available|Extra|Obsoleting) / { section = $1; next }
    section != "Available" { next }
    NF == 1 { broken = $1; next }
    NF == 2 && broken != "" { $0 = broken " " $0 }
    { broken = "" }
    NF >= 2 { sub(/\.[^.]*$/, "", $1); sub(/^[0-9]+:/, "", $2); if ($1 == name) print "offer=" $1 " " $2 }
  ' | head -n 200
}
ask_rpm() {
  tool=$1
  name=$2
  case $name in *-debuginfo) set -- '--enablerepo=*debug*' ;; *) set -- ;; esac
  said=$(within ask "$tool" -C -q "$@" list --showduplicates "$name" | list_available "$name")
  [ -n "$said" ] || said=$(within ask "$tool" -q "$@" list --showduplicates "$name" | list_available "$name")
  [ -z "$said" ] || printf '%s\n' "$said"
}
ask_zypper() {
  name=$1
  case $name in *-debuginfo) set -- --plus-content debug ;; *) set -- ;; esac
  within ask zypper --non-interactive --no-refresh -q "$@" search -s --match-exact -t package "$name" |
    awk -F'|' -v name="$name" '!/System Packages/ { gsub(/ /, ""); if ($2 == name) print "offer=" $2 " " $4 }' | head -n 200
}
{
  printf '\n%s begin\n' "$nonce"
  if has apt-cache; then
    put manager apt
    ls /var/lib/apt/lists/*_Packages* >/dev/null || put index empty
  elif has dnf; then
    put manager dnf
  elif has yum; then
    put manager yum
  elif has zypper; then
    put manager zypper
  elif has apk; then
    put manager apk
  fi
  while [ "$#" -gt 0 ]; do
    name=$1
    shift
    [ "$name" != -- ] || break
    if has apt-cache; then
      within ask apt-cache madison "$name" | sed -n 's/^ *\([^ |]*\) *| *\([^ |]*\) *|.* Packages$/offer=\1 \2/p' | sort -u | head -n 200
    elif has dnf; then
      ask_rpm dnf "$name"
    elif has yum; then
      ask_rpm yum "$name"
    elif has zypper; then
      ask_zypper "$name"
    elif has apk; then
      within ask apk policy "$name" | sed -n "s/^  \([0-9][^ :]*\):\$/offer=$name \1/p" | head -n 200
    fi
  done
  for glob in "$@"; do
    has apt-cache || break
    within ask apt-cache pkgnames "$(printf %s "$glob" | sed 's/[*].*//')" | while IFS= read -r name; do
      # shellcheck disable=SC2254 # It is a glob.
      case $name in $glob) put sibling "$name" ;; esac
    done | sort -u | head -n 500
  done
  printf '%s end\n' "$nonce"
} 2>/dev/null
