# bash completion for sigma-par, unsigma and sigmacat
_sigma_par() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  case $previous in
    --progress) mapfile -t COMPREPLY < <(compgen -W "auto always never json" -- "$current"); return ;;
    --sparse) mapfile -t COMPREPLY < <(compgen -W "auto always never" -- "$current"); return ;;
    --strategy)
      mapfile -t COMPREPLY < <(compgen -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Strategies: //p')" -- "$current")
      return ;;
    --level | -b | -e)
      mapfile -t COMPREPLY < <(compgen -W "$(sigma-par -H 2>/dev/null | sed -n 's/^Levels: //p')" -- "$current")
      return ;;
    --output-dir) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    -T | --threads | -M | --memory | -B | --chunk-size | --range | --seconds | -S | --suffix) return ;;
  esac
  if [[ $current == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "--compress --decompress --test --list --bench --level
      --threads --memory --chunk-size --decode-first --strategy --stdout --output --output-dir --keep --rm
      --force --recursive --files-from --files0-from --suffix --verify --range --stats --stats=json
      --progress --sparse --json --first-level --last-level --seconds --quiet --verbose --help
      --long-help --version" -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  fi
}
complete -o filenames -F _sigma_par sigma-par unsigma sigmacat
