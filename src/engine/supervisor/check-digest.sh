# shellcheck shell=sh
# Checks that the module has arrived unchanged, by whichever tool this host has.

digest() {
  case $1 in
    sha256sum) sha256sum ;;
    busybox) busybox sha256sum ;;
    openssl) openssl dgst -sha256 ;;
    shasum) shasum -a 256 ;;
  esac
}
check_digest() {
  for tool in sha256sum busybox openssl shasum; do
    has "$tool" || continue
    # By a file: a subshell for $(…) would cost as much as the command.
    sum=''
    { digest "$tool" <"$ko" >"$dir/said" && read -r sum <"$dir/said"; } 2>/dev/null
    # The module may have filled the disk.
    [ "${#sum}" -ge 64 ] || sum=$(digest "$tool" <"$ko" 2>/dev/null)
    case $sum in *"$sha256"*) return 0 ;; esac
    # A busybox may lack sha256sum.
    [ "${#sum}" -ge 64 ] || continue
    is_whole || refuse cut-short
    refuse changed
  done
  is_whole || refuse cut-short
  say 'unchecked sha256'
}
is_whole() { [ "$(wc -c <"$ko")" -eq "$bytes" ]; }
