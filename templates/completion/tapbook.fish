# fish completion for tapbook. To use it:  tapbook completion fish > ~/.config/fish/completions/tapbook.fish
# Candidates are only ever taken as texts: nothing here is evaluated.
function __tapbook_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --current-token --cut-at-cursor | string collect)
    set -l answer (command tapbook __complete fish -- $words 2>/dev/null </dev/null)
    if test "$answer[1]" = files
        __fish_complete_path (commandline --current-token --cut-at-cursor)
    else if set -q answer[2]
        printf '%s\n' $answer[2..-1]
    end
end
complete --command tapbook --no-files --arguments '(__tapbook_complete)'
