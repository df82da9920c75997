# shellcheck shell=sh disable=SC2034
# Sourced by run.sh, test.sh and .ci/run: need PACKAGE… installs the Debian packages that are missing
# (as root, or by sudo) and touches nothing when all are there. POSIX sh.

# The packages that building sigma-par takes, and those that its tests and benchmarks take on top.
build_packages="cmake ninja-build g++ pkg-config libtbb-dev libhwy-dev libxxhash-dev nlohmann-json3-dev"
test_packages="libgtest-dev libgmock-dev libbenchmark-dev python3 python3-xxhash gzip xz-utils zstd tar strace bsdutils make parallel"
# For sigma-mpi, which is built where there is an MPI.
mpi_packages="mpich libmpich-dev"

need() {
  missing=
  for package in "$@"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
      *" installed") ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    echo "sigma: not a Debian system; if the build fails, install what these packages hold:$missing" >&2
    return 0
  fi
  if [ "$(id -u)" -eq 0 ]; then
    as_root=
  elif command -v sudo >/dev/null 2>&1; then
    as_root=sudo
  else
    echo "sigma: these packages are missing and neither root nor sudo is at hand:$missing" >&2
    return 1
  fi
  echo "sigma: installing$missing" >&2
  # shellcheck disable=SC2086  # lists of words on purpose
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >&2 ||
    { $as_root apt-get update >&2 &&
      $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing >&2; }
}
