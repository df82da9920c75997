# sigma_room(NAME SOURCES … [DOORS …] [NO_PCH]): one room of the house as an object library. DOORS are the
# third-party targets only this room may see (PRIVATE); CheckLayers enforces the includes.
#
# The standard library's headers are parsed once for all of them: that is two thirds of the time an
# engine's file takes to compile. Every file still includes what it uses: tests/clang.sh compiles
# them without. Kernels opt out (NO_PCH), being compiled once a target.
function(sigma_room name)
  cmake_parse_arguments(ROOM "NO_PCH" "" "SOURCES;DOORS" ${ARGN})
  if(NOT ROOM_SOURCES)
    return()
  endif()
  add_library(sigma_${name} OBJECT ${ROOM_SOURCES})
  target_include_directories(sigma_${name} PRIVATE ${PROJECT_SOURCE_DIR}
                             ${PROJECT_SOURCE_DIR}/engine/include)
  target_link_libraries(sigma_${name} PRIVATE sigma_warnings ${ROOM_DOORS})
  if(ROOM_NO_PCH)
  elseif(TARGET sigma_base AND NOT name STREQUAL base)
    target_precompile_headers(sigma_${name} REUSE_FROM sigma_base)
  else()
    target_precompile_headers(sigma_${name} PRIVATE <algorithm> <array> <atomic> <functional> <memory>
                              <mutex> <optional> <span> <string> <string_view> <variant> <vector>)
  endif()
  set_property(GLOBAL APPEND PROPERTY SIGMA_ROOMS sigma_${name})
  set_property(GLOBAL APPEND PROPERTY SIGMA_DOORS ${ROOM_DOORS})
endfunction()
