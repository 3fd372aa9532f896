#compdef dwell
# Completions of dwell for zsh. For every new shell, add this to ~/.zshrc, behind compinit:
#
#     source <(dwell completions zsh)
#
# Or keep the script in a folder of $fpath, where it works for any later version, too:
#
#     dwell completions zsh > ~/.zfunc/_dwell

_dwell() {
    local line word meaning
    local -a lines begun whole
    lines=("${(@f)$("${(Q)words[1]/#\~\//$HOME/}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in "${(@)lines[2,-1]}"; do
        word=${line%%$'\t'*}
        meaning=${line#*$'\t'}
        case $word in
            *[:=\>]) begun+=("${word//:/\\:}:$meaning") ;;
            *) whole+=("${word//:/\\:}:$meaning") ;;
        esac
    done
    (($#whole)) && _describe -V -t words dwell whole
    # The word goes on.
    (($#begun)) && _describe -V -t begun dwell begun -S ''
    if [[ $lines[1] == files ]]; then
        compset -P '--*='
        _files
    fi
}

if [[ $funcstack[1] == _dwell ]]; then
    _dwell "$@"
else
    compdef _dwell dwell
fi
