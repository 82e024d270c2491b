#compdef tapbook
# zsh completion for tapbook. To use it, behind compinit:  source <(tapbook completion zsh)
# Or keep it as a file named _tapbook in a folder of $fpath. Candidates are only ever taken as texts: nothing here is evaluated.
_tapbook() {
  local line mode=''
  local -a values displays
  while IFS= read -r line; do
    if [[ -z $mode ]]; then
      mode=$line
      continue
    fi
    values+=("${line%%$'\t'*}")
    displays+=("${line/$'\t'/  -- }")
  done < <(command tapbook __complete zsh -- "${(@Q)words[1,CURRENT]}" 2>/dev/null </dev/null)
  case $mode in
    files) _files ;;
    nospace) compadd -S '' -l -d displays -- "${values[@]}" ;;
    *) (( $#values )) && compadd -l -d displays -- "${values[@]}" ;;
  esac
}
if [[ ${zsh_eval_context[-1]} == loadautofunc ]]; then
  _tapbook "$@"
else
  compdef _tapbook tapbook
fi
