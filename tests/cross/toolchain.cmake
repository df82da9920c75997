# Cross builds with Debian's compilers: cmake -DCMAKE_TOOLCHAIN_FILE=… -DSIGMA_CROSS=aarch64 (or
# riscv64) -DSIGMA_CROSS_ROOT=<the foreign packages, unpacked>. Programs run under qemu-user.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${SIGMA_CROSS})
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES SIGMA_CROSS SIGMA_CROSS_ROOT)
set(triple ${SIGMA_CROSS}-linux-gnu)
set(CMAKE_C_COMPILER ${triple}-gcc)
set(CMAKE_CXX_COMPILER ${triple}-g++)
set(CMAKE_FIND_ROOT_PATH ${SIGMA_CROSS_ROOT}/usr /usr/${triple})
set(CMAKE_LIBRARY_ARCHITECTURE ${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
# The header-only package (nlohmann-json) is the same for all: /usr/share/cmake.
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE BOTH)
set(ENV{PKG_CONFIG_LIBDIR} ${SIGMA_CROSS_ROOT}/usr/lib/${triple}/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${SIGMA_CROSS_ROOT})
set(CMAKE_CROSSCOMPILING_EMULATOR
    "qemu-${SIGMA_CROSS}-static;-cpu;max;-L;/usr/${triple};-E;LD_LIBRARY_PATH=${SIGMA_CROSS_ROOT}/usr/lib/${triple}")
