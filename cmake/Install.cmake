# cmake --install: the public headers, the library with its CMake package and pkg-config file, and the
# command with its links, scripts, manual pages and completions. The components are what Packages.cmake
# makes packages of.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set_target_properties(sigma PROPERTIES VERSION ${PROJECT_VERSION}
                      SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/engine/include/sigma COMPONENT development
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp" PATTERN "*.h")
install(TARGETS sigma EXPORT sigma
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
        NAMELINK_COMPONENT development)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sigma)
install(EXPORT sigma NAMESPACE sigma:: FILE sigmaTargets.cmake DESTINATION ${package_dir}
        COMPONENT development)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/sigmaConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/sigmaConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sigmaConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sigmaConfig.cmake ${PROJECT_BINARY_DIR}/sigmaConfigVersion.cmake
        DESTINATION ${package_dir} COMPONENT development)

# A static library hands on what it needs; a shared one keeps it to itself.
if(BUILD_SHARED_LIBS)
  set(SIGMA_PC_REQUIRES "Requires.private")
  set(SIGMA_PC_LIBS "")
else()
  set(SIGMA_PC_REQUIRES "Requires")
  set(SIGMA_PC_LIBS " -lstdc++ -lm -lpthread")
endif()
# Relative to the file itself, so that cmake --install --prefix may choose another place.
file(RELATIVE_PATH SIGMA_PC_UP /x/${CMAKE_INSTALL_LIBDIR}/pkgconfig /x)
configure_file(${CMAKE_CURRENT_LIST_DIR}/sigma.pc.in ${PROJECT_BINARY_DIR}/sigma.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/sigma.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT development)

if(TARGET sigma-par)
  set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME command)
  set(cli ${PROJECT_SOURCE_DIR}/cli)
  install(TARGETS sigma-par RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(PROGRAMS ${cli}/scripts/sigmadiff ${cli}/scripts/sigmagrep ${cli}/scripts/sigmaless
          DESTINATION ${CMAKE_INSTALL_BINDIR})
  # What file(1) and desktops know the files by.
  install(FILES ${cli}/share/sigma.magic DESTINATION ${CMAKE_INSTALL_DATADIR}/sigma-par)
  install(FILES ${cli}/share/sigma.xml DESTINATION ${CMAKE_INSTALL_DATADIR}/mime/packages)
  # Links, as gzip's and xz's: relative, and inside DESTDIR.
  foreach(name unsigma sigmacat)
    install(FILES $<TARGET_FILE_DIR:sigma-par>/${name} DESTINATION ${CMAKE_INSTALL_BINDIR})
    install(FILES ${cli}/man/${name}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  endforeach()
  install(FILES ${cli}/man/sigmadiff.1 ${cli}/man/sigmagrep.1 ${cli}/man/sigmaless.1
          DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${cli}/man/sigma-par.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${cli}/completions/sigma-par.bash RENAME sigma-par
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES ${cli}/completions/sigma-par.zsh RENAME _sigma-par
          DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
  install(FILES ${cli}/completions/sigma-par.fish
          DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endif()
# By name alone (cmake --install --component mpi): it needs the MPI that it was built with.
if(TARGET sigma-mpi)
  install(TARGETS sigma-mpi RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT mpi EXCLUDE_FROM_ALL)
endif()

include(Packages)
