# Completions of dwell for elvish. For every new shell, add this to ~/.config/elvish/rc.elv:
#
#     eval (dwell completions elvish | slurp)

use str

set edit:completion:arg-completer[dwell] = {|@words|
    var lines = []
    try {
        set lines = [((external $words[0]) __complete -- (all $words[1..]) 2>/dev/null | from-lines)]
    } catch {
    }
    if (> (count $lines) 0) {
        for line $lines[1..] {
            var word meaning = (str:split &max=2 "\t" $line)
            edit:complex-candidate $word &display=$word"  "$meaning
        }
        if (eq $lines[0] files) {
            edit:complete-filename $@words
        }
    }
}
