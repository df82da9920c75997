# cpack -G DEB: libsigma0.1 (the shared library), libsigma-dev and sigma-par; cmake/deb.sh does all of it.
# Packages are made of a build with BUILD_SHARED_LIBS and the prefix /usr.
if(NOT BUILD_SHARED_LIBS OR NOT TARGET sigma-par)
  return()
endif()
set(soversion ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
set(SIGMA_MAINTAINER "Sigma maintainers <maintainers@users.noreply.r-seed-848f1794.example>" CACHE STRING
    "Maintainer of the Debian packages: NAME <ADDRESS>")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sigma)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")
set(CPACK_PACKAGE_CONTACT ${SIGMA_MAINTAINER})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library development command)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR}/engine)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(version ${PROJECT_VERSION}-${CPACK_DEBIAN_PACKAGE_RELEASE})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libsigma${soversion})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "data-parallel compression: shared library
Sigma cuts data into independent chunks, looks at each, and codes it as
its bytes deserve, on all processors at once.
This package has the library, which other programs use.")
# What programs that link with it depend on; and that the cache of libraries is to be renewed.
file(WRITE ${PROJECT_BINARY_DIR}/deb/shlibs
     "libsigma ${soversion} libsigma${soversion} (>= ${PROJECT_VERSION})\n")
file(WRITE ${PROJECT_BINARY_DIR}/deb/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA ${PROJECT_BINARY_DIR}/deb/shlibs
    ${PROJECT_BINARY_DIR}/deb/triggers)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libsigma-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libsigma${soversion} (= ${version})")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "data-parallel compression: headers
Sigma cuts data into independent chunks, looks at each, and codes it as
its bytes deserve, on all processors at once.
This package has the headers for C and C++, a CMake package and a file
for pkg-config.")
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME sigma-par)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS "libsigma${soversion} (= ${version})")
set(CPACK_DEBIAN_COMMAND_PACKAGE_SUGGESTS "less")
set(CPACK_COMPONENT_COMMAND_DESCRIPTION "data-parallel compression: command
Sigma cuts data into independent chunks, looks at each, and codes it as
its bytes deserve, on all processors at once.
This package has the command sigma-par, which is used as gzip and xz
are.")

# What every Debian package has.
set(deb ${PROJECT_SOURCE_DIR}/cmake/deb)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/deb)
execute_process(COMMAND gzip -9nc ${deb}/changelog COMMAND_ERROR_IS_FATAL ANY
                OUTPUT_FILE ${PROJECT_BINARY_DIR}/deb/changelog.Debian.gz)
foreach(component library development command)
  string(TOUPPER ${component} upper)
  install(FILES ${PROJECT_BINARY_DIR}/deb/changelog.Debian.gz COMPONENT ${component}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
  install(FILES ${deb}/copyright COMPONENT ${component}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
endforeach()
set(CPACK_PRE_BUILD_SCRIPTS ${deb}/finish.cmake)
include(CPack)
