# bash completion for sigma-par, unsigma and sigmacat; made by sigma-pages
_sigma_par() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  # bash takes --name=value apart: three words
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  COMPREPLY=()
  words() { mapfile -t COMPREPLY < <(compgen "$@" -- "$current"); }
  case $previous in
    --level) words -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Levels: //p')"; return ;;
    --target-ratio) return ;;
    --target-speed) return ;;
    -T | --threads) return ;;
    -M | --memory) return ;;
    -B | --chunk-size) return ;;
    --strategy) words -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Strategies: //p')"; return ;;
    --far) return ;;
    -o | --output) words -f; return ;;
    --output-dir) words -d; return ;;
    -C | --directory) words -d; return ;;
    --files-from) words -f; return ;;
    --files0-from) words -f; return ;;
    -S | --suffix) return ;;
    --sparse) words -W 'auto always never'; return ;;
    --sync) words -W 'auto always never'; return ;;
    --exclude) return ;;
    --range) return ;;
    --fill) return ;;
    --shard) return ;;
    --output-limit) return ;;
    --trace) words -f; return ;;
    --progress) words -W 'auto always never json'; return ;;
    --report) words -f; return ;;
    -b | --first-level) words -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Levels: //p')"; return ;;
    -e | --last-level) words -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Levels: //p')"; return ;;
    --seconds) return ;;
  esac
  if [[ $current == -* ]]; then
    words -W '--compress --decompress --test --list --extract --bench --analyze --estimate --merge --help --long-help --version --level --best --fast --target-ratio --target-speed --threads --memory --chunk-size --decode-first --strategy --verify --rsyncable --far --adapt --content-hash --no-index --stdout --output --output-dir --to-stdout --directory --unsafe --members --keep --rm --force --recursive --files-from --files0-from --suffix --no-name --sparse --sync --exclude --range --append --recover --repair --fill --shard --output-limit --quiet --verbose --stats --trace --progress --json --report --first-level --last-level --seconds'
  else
    words -f
  fi
}
complete -o filenames -F _sigma_par sigma-par unsigma sigmacat
