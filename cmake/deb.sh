#!/bin/sh
# sh cmake/deb.sh [FOLDER]: the Debian packages libsigma0.1, libsigma-dev and sigma-par, built in FOLDER
# (default build/deb of this checkout) and left in FOLDER/packages. The same sources, compiler and
# libraries give the same bytes in any folder: no path of the build is in them, and no time but that of
# cmake/deb/changelog. SIGMA_JOBS: how many compilers at once; SIGMA_TARGETS: builds these alone, and
# packs nothing; SIGMA_MAINTAINER: NAME <ADDRESS> for the packages.
set -eu
checkout=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
. "$checkout/cmake/packages.sh"

# shellcheck disable=SC2086  # lists of words on purpose
need $build_packages dpkg-dev
folder=${1:-$checkout/build/deb}
cmake -S "$checkout" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=/usr \
  -DBUILD_SHARED_LIBS=ON -DSIGMA_BUILD_TESTS=OFF -DSIGMA_BUILD_BENCHMARKS=OFF -DSIGMA_FETCH=OFF \
  -DCMAKE_SKIP_RPATH=ON "-DCMAKE_CXX_FLAGS=-ffile-prefix-map=$checkout=." \
  ${SIGMA_MAINTAINER:+"-DSIGMA_MAINTAINER=$SIGMA_MAINTAINER"}
# shellcheck disable=SC2086
cmake --build "$folder" ${SIGMA_JOBS:+-j "$SIGMA_JOBS"} ${SIGMA_TARGETS:+--target $SIGMA_TARGETS}
[ -z "${SIGMA_TARGETS:-}" ] || exit 0
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$checkout/cmake/deb/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
cd "$folder"
cpack -G DEB -B packages
