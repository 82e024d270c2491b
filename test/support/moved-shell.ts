/**
 * A program that stands in for a host's `sh`, and looks elsewhere for some paths: a kernel cannot be given to a process. Scripts
 * are moved as they come, as an argument or on standard input; of the latter it takes one at a time, each of which is a
 * group, and not a byte more, since what follows need be no script.
 */
export function movedShell(moves: Readonly<Record<string, string>>, before = ''): string {
  const expressions = Object.entries(moves).map(([from, to]) => `-e 's#${from}#${to}#g'`);
  return `#!/bin/dash
move() { sed ${expressions.join(' ')}; }
take() {
  group='' last=''
  while IFS= read -r line; do
    group="$group$line
"
    case $line in
      '} '*'2>/dev/null') return 0 ;;
      '}') [ "$last" != finish ] || return 0 ;;
    esac
    last=$line
  done
  [ -n "$group" ]
}
${before}
case $1 in
  -s)
    shift
    [ "$1" != -- ] || shift
    while take; do eval "$(printf '%s' "$group" | move)"; done
    exit
    ;;
  -c)
    script=$(printf '%s\\n' "$2" | move)
    shift 2
    exec /bin/dash -c "$script" "$@"
    ;;
esac
exec /bin/dash "$@"
`;
}
