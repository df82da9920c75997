#compdef sigma-par unsigma sigmacat
_arguments -s -S \
  '(-z --compress)'{-z,--compress}'[compress]' \
  '(-d --decompress)'{-d,--decompress}'[restore]' \
  '(-t --test)'{-t,--test}'[check that files are intact]' \
  '(-l --list)'{-l,--list}'[show what files hold]' \
  '--bench[measure speed and ratio in memory]' \
  '-'{1..9}'[level]' \
  '--level=[level]:level:' \
  '(-T --threads)'{-T,--threads=}'[worker threads]:number:' \
  '(-M --memory)'{-M,--memory=}'[bound on memory]:size:' \
  '(-B --chunk-size)'{-B,--chunk-size=}'[chunk size]:size:' \
  '--decode-first[larger files that restore faster]' \
  '--strategy=[force one strategy]:strategy:(${=${${(M)${(f)"$(sigma-par -H 2>/dev/null)"}:#Strategies:*}#Strategies:}})' \
  '(-c --stdout)'{-c,--stdout}'[write to standard output]' \
  '(-o --output)'{-o,--output=}'[write to a file]:file:_files' \
  '--output-dir=[write into a folder]:folder:_files -/' \
  '(-k --keep)'{-k,--keep}'[keep the files]' \
  '--rm[remove each file once its result is on the disk]' \
  '(-f --force)'{-f,--force}'[overwrite; take links and special files]' \
  '(-r --recursive)'{-r,--recursive}'[take the files in folders]' \
  '--files-from=[read names from a file]:file:_files' \
  '--files0-from=[read names ended by zero bytes]:file:_files' \
  '(-S --suffix)'{-S,--suffix=}'[another suffix]:suffix:' \
  '--verify[decode and compare every chunk before it is written]' \
  '--range=[just these bytes]:offset\:length:' \
  '--stats=-[print sums]::form:(json)' \
  '--progress=[show progress]:when:(auto always never json)' \
  '--sparse=[write holes]:when:(auto always never)' \
  '--json[JSON output of -l and --bench]' \
  '(-b --first-level)'{-b,--first-level=}'[first level of --bench]:level:' \
  '(-e --last-level)'{-e,--last-level=}'[last level of --bench]:level:' \
  '--seconds=[time of --bench]:seconds:' \
  '*'{-q,--quiet}'[no warnings]' \
  '*'{-v,--verbose}'[say what was done]' \
  '(- *)'{-h,--help}'[help]' \
  '(- *)'{-H,--long-help}'[all options]' \
  '(- *)'{-V,--version}'[version]' \
  '*:file:_files'
