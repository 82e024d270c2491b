# bash completion for tapbook. To use it:  source <(tapbook completion bash)
# Candidates are only ever taken as texts: nothing here is evaluated.
_tapbook_completion() {
  local line mode=''
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ -z $mode ]]; then
      mode=$line
    else
      COMPREPLY+=("${line%%$'\t'*}")
    fi
  done < <(command tapbook __complete bash -- "$COMP_WORDBREAKS" "${COMP_LINE:0:COMP_POINT}" 2>/dev/null </dev/null)
  case $mode in
    files) compopt -o default 2>/dev/null ;;
    nospace) compopt -o nospace 2>/dev/null ;;
  esac
  return 0
}
complete -F _tapbook_completion tapbook
