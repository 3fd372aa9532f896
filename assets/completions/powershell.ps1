# Completions of dwell for PowerShell. For every new shell, add this to the file that $PROFILE names:
#
#     dwell completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName dwell -ScriptBlock {
    param($typed, $line, $cursor)
    $elements = @($line.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursor })
    $words = @($elements | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
    # An empty word would be lost on the way.
    if ($typed -eq '') { $words += '""' }
    $lines = @(& $elements[0].ToString() __complete '--' @words 2>$null)
    foreach ($found in $lines | Select-Object -Skip 1) {
        $word, $meaning = $found -split "`t", 2
        $text = if ($word -match '[^\w.,:/+-]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
        $tip = if ($meaning) { $meaning } else { $word }
        [System.Management.Automation.CompletionResult]::new($text, $word, 'ParameterValue', $tip)
    }
    if ($lines.Count -gt 0 -and $lines[0] -eq 'files') {
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($typed)
    }
}
