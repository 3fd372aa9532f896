# Completions of dwell for bash. For every new shell, add this to ~/.bashrc:
#
#     source <(dwell completions bash)
#
# Or keep the script, which then works for any later version, too:
#
#     dwell completions bash > ~/.local/share/bash-completion/completions/dwell

_dwell() {
    local dwell=${1/#\~\//$HOME/} typed=${COMP_WORDS[COMP_CWORD]} kind word
    COMPREPLY=()
    {
        read -r kind
        while IFS=$'\t' read -r word _; do
            # Within quotes, a word stands as it is.
            case $typed in
                [\"\']*) ;;
                *) printf -v word %q "$word" ;;
            esac
            COMPREPLY+=("$word")
        done
    } < <("$dwell" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [[ $kind != files ]]; then
        compopt +o default +o bashdefault 2>/dev/null
    elif ((${#COMPREPLY[@]} > 0)); then
        # Files alone are left to bash.
        compopt -o filenames 2>/dev/null
        while IFS= read -r word; do
            COMPREPLY+=("$word")
        done < <(compgen -f -- "$typed")
    fi
    if ((${#COMPREPLY[@]} == 1)) && [[ ${COMPREPLY[0]} == *[:=\>] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -o default -F _dwell dwell
