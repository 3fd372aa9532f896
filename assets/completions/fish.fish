# Completions of dwell for fish. For every new shell, add this to ~/.config/fish/config.fish:
#
#     dwell completions fish | source
#
# Or keep the script, which then works for any later version, too:
#
#     dwell completions fish > ~/.config/fish/completions/dwell.fish

function __dwell_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --cut-at-cursor --current-token)
    $words[1] __complete -- $words[2..] 2>/dev/null
end

function __dwell_words
    __dwell_complete | tail -n +2
end

function __dwell_wants_no_files
    test (__dwell_complete | head -n 1) != files
end

complete --command dwell --keep-order --arguments '(__dwell_words)'
complete --command dwell --condition __dwell_wants_no_files --no-files
