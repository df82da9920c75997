#!/bin/sh
# sh cmake/test.sh [CTEST-OPTION…]: installs what is missing on Debian 12, builds everything in this
# checkout's build/release and runs every test but the long ones (`sh cmake/test.sh -L long` runs
# those).
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$checkout/cmake/packages.sh"

# shellcheck disable=SC2086  # lists of words on purpose
need $build_packages $test_packages
# shellcheck disable=SC2086
need $mpi_packages || echo "sigma: no MPI can be installed: sigma-mpi is neither built nor tested" >&2
cd "$checkout"
cmake --preset release
cmake --build --preset release
[ $# -gt 0 ] || set -- -LE long
exec ctest --test-dir build/release --output-on-failure -j "$(nproc)" "$@"
