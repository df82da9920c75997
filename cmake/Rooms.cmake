# sigma_room(NAME SOURCES … [DOORS …]): one room of the house as an object library. DOORS are the
# third-party targets only this room may see (PRIVATE); CheckLayers enforces the includes.
function(sigma_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;DOORS" ${ARGN})
  if(NOT ROOM_SOURCES)
    return()
  endif()
  add_library(sigma_${name} OBJECT ${ROOM_SOURCES})
  target_include_directories(sigma_${name} PRIVATE ${PROJECT_SOURCE_DIR}
                             ${PROJECT_SOURCE_DIR}/engine/include)
  target_link_libraries(sigma_${name} PRIVATE sigma_warnings ${ROOM_DOORS})
  set_property(GLOBAL APPEND PROPERTY SIGMA_ROOMS sigma_${name})
  set_property(GLOBAL APPEND PROPERTY SIGMA_DOORS ${ROOM_DOORS})
endfunction()
