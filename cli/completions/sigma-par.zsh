#compdef sigma-par unsigma sigmacat
# made by sigma-pages
_arguments -s -S \
  '(-z --compress)'{-z,--compress}'[compress (the default mode)]' \
  '(-d --decompress)'{-d,--decompress}'[restore]' \
  '(-t --test)'{-t,--test}'[check that files are intact]' \
  '(-l --list)'{-l,--list}'[show what files hold]' \
  '(-x --extract)'{-x,--extract}'[extract members from a compressed tar\: -x FILE \[GLOB\]...]' \
  '--bench[measure speed and ratio in memory]' \
  '--analyze[show what the data is and what is chosen for it]' \
  '--estimate[show what every level would make of files, from a sample]' \
  '--merge[join the parts that --shard made into one file\: to -o FILE or -c]' \
  '(- *)'{-h,--help}'[this text]' \
  '(- *)'{-H,--long-help}'[all options]' \
  '(- *)'{-V,--version}'[the version, and what this machine gives it]' \
  '-'{1..9}'[level, from fast to small (default 3)]' \
  '--level=[the same\: level N]:N:(${=${${(M)${(f)"$(sigma-par -H 2>/dev/null)"}:#Levels:*}#Levels:}})' \
  '--best[the highest level there is]' \
  '--fast[the lowest level there is]' \
  '--target-ratio=[for each file the lowest level that makes it X times smaller, by a sample as --estimate takes it]:X:' \
  '--target-speed=[for each file the highest level that compresses as many MB (10^6 bytes) a second with these threads]:MB/S:' \
  '(-T --threads)'{-T,--threads=}'[worker threads (default 0\: all this process may use)]:N:' \
  '(-M --memory)'{-M,--memory=}'[bound on the memory of the process; K, M, G (1024), or % of what is available (default\: none)]:SIZE:' \
  '(-B --chunk-size)'{-B,--chunk-size=}'[64K to 64M (default\: the level'\''s own)]:SIZE:' \
  '--decode-first[prefer what restores fast\: larger files]' \
  '--strategy=[force one strategy on every chunk (default auto)]:NAME:(${=${${(M)${(f)"$(sigma-par -H 2>/dev/null)"}:#Strategies:*}#Strategies:}})' \
  '--verify[decode every chunk and compare before it is written; --rm implies it]' \
  '--rsyncable[cut chunks where the content says so\: for rsync and stores of equal pieces]' \
  '--far=[store once what repeats anywhere in a file\: backups, images, versions (default off)]:on|off|SIZE:' \
  '--adapt[each chunk by the level, from 1 to that of -1 ... -8, that keeps up with input and output]' \
  '--content-hash=-[store the hash of the whole content\: xxh3 (without a KIND) or sha256]::KIND:(xxh3 sha256)' \
  '--no-index[leave the index of members out of a compressed tar]' \
  '(-c --stdout)'{-c,--stdout}'[write to standard output, keep the files]' \
  '(-o --output)'{-o,--output=}'[write to FILE]:FILE:_files' \
  '--output-dir=[write into DIR under the usual names; with -r the folders are made there too]:DIR:_files -/' \
  '(-O --to-stdout)'{-O,--to-stdout}'[the same as -c\: with -x the members'\'' content, one after the other]' \
  '(-C --directory)'{-C,--directory=}'[with -x\: extract into DIR, which exists]:DIR:_files -/' \
  '--unsafe[with -x\: take absolute names, .., links that lead out, and devices]' \
  '--members[with -l\: list the members of a compressed tar\: -l --members FILE \[GLOB\]...]' \
  '(-k --keep)'{-k,--keep}'[keep the files (the default)]' \
  '--rm[remove each file once its result is verified and on the disk]' \
  '(-f --force)'{-f,--force}'[overwrite what has the result'\''s name]' \
  '(-r --recursive)'{-r,--recursive}'[take the files in folders]' \
  '--files-from=[read names of files from FILE, one a line]:FILE:_files' \
  '--files0-from=[the same, each ended by a zero byte]:FILE:_files' \
  '(-S --suffix)'{-S,--suffix=}'[another suffix (default .sigma)]:.SUF:' \
  '(-n --no-name)'{-n,--no-name}'[accepted\: no name and no time is ever stored]' \
  '--sparse=[whether long runs of zeros become holes in a restored file\: auto, always, never (default auto\: in new files)]:WHEN:(auto always never)' \
  '--sync=[whether results are forced to the disk\: auto, always, never (default auto\: with --rm)]:WHEN:(auto always never)' \
  '*--exclude=[with -r\: pass over what matches; may be given several times]:GLOB:' \
  '--range=[with -d\: just these bytes of the original, to standard output or to -o FILE; 5\: is all from byte 5, \:100 the first 100, -100\: the last 100]:OFF\:LEN:' \
  '--append[add each file as a stream of its own to what its result would be, or to -o FILE]' \
  '--recover[with -d\: restore every intact chunk of a damaged file to its place, and tell what is lost]' \
  '--repair[with -d --recover\: write a sound .sigma file instead, to -o FILE or to FILE.repaired.sigma]' \
  '--fill=[with -d --recover\: what lost ranges hold, 0 to 255 or 0x00 to 0xff (default 0)]:BYTE:' \
  '--shard=[compress only the I-th of N parts of a file, for --merge; to -o FILE, or to FILE.partIofN.sigma]:I/N:' \
  '--output-limit=[with -d and -t\: refuse to restore more than SIZE from a file (default\: no limit)]:SIZE:' \
  '*'{-q,--quiet}'[no warnings; twice\: no errors either]' \
  '*'{-v,--verbose}'[say what was done]' \
  '--stats=-[after the run\: sums, strategies and what bounded it, on standard error or the descriptor FD]::json\[=FD\]:(json)' \
  '--trace=[write when each stage of each chunk began and ended to FILE, as Chrome trace JSON]:FILE:_files' \
  '--progress=[auto, always, never, json or json=FD (default auto\: a bar on a terminal)]:WHEN:(auto always never json)' \
  '--json[with -l, --bench, --analyze, --estimate and --recover\: JSON; -lv adds the chunk table]' \
  '--report=[with --analyze\: a page with the map of each file (HTML); - is standard output]:FILE:_files' \
  '(-b --first-level)'{-b,--first-level=}'[with --bench and --estimate\: from this level (default\: that of --level; all)]:N:(${=${${(M)${(f)"$(sigma-par -H 2>/dev/null)"}:#Levels:*}#Levels:}})' \
  '(-e --last-level)'{-e,--last-level=}'[with --bench and --estimate\: to this level (default\: that of -b; all)]:N:(${=${${(M)${(f)"$(sigma-par -H 2>/dev/null)"}:#Levels:*}#Levels:}})' \
  '--seconds=[with --bench\: time for each direction of each file (default 1)]:S:' \
  '*:file:_files'
