# cmake -DROOT=… -P CheckLayers.cmake: fails on an include that the house forbids. The table below is
# the table "Who may call whom" of the architecture: what each room may include of ours, and the
# third-party and system headers it is the sole door to. A ctest runs it as `layers`.
#
# A folder in a room is a family: it knows itself and the headers at the room's root, but no other
# family, and not the registry that lists them all. One door stands open: LZ codes its sections as
# entropy streams.
#
# Third-party headers stay in .cc files (a kernel's -inl.h excepted), so that nothing leaks through
# ours. tests and benchmarks may include anything.

cmake_minimum_required(VERSION 3.25)

# The C++ standard library's headers are those without a suffix.
set(std_header "^[a-z_0-9]+$")
set(os_header "^(fcntl|unistd|dirent|sched|signal|pthread|termios|poll|errno|limits|link|malloc|ucontext|getopt|fnmatch)[.]h$|^sys/[a-z]+[.]h$|^linux/[a-z_]+[.]h$")

# room(NAME FOLDER OURS… DOOR…): OURS and DOOR are regular expressions over the text of an include.
set(rooms)
function(room name folder ours door)
  set(rooms ${rooms} ${name} PARENT_SCOPE)
  set(${name}_folder ${folder} PARENT_SCOPE)
  set(${name}_ours "${ours}" PARENT_SCOPE)
  set(${name}_door "${door}" PARENT_SCOPE)
endfunction()

set(api "sigma/[a-z_]+[.]h(pp)?$")
set(base "engine/base/")
room(kernels   kernels          "^kernels/"                                          "^hwy/|^cpuid[.]h$")
# SHA-256 is an instruction that Highway has not.
room(base      engine/base      "^(${api}|${base})"                                  "^(xxhash|xxh_x86dispatch|cpuid|immintrin)[.]h$")
room(format    engine/format    "^(${api}|${base}|engine/format/)"                   "^$")
# Parsers of the archives that are compressed, and the columns of their index.
room(archive   engine/archive   "^(${api}|${base}|engine/(format|archive)/)"         "^$")
# Large buffers are mappings of their own.
room(memory    engine/memory    "^(${api}|${base}|engine/memory/)"                   "^sys/mman[.]h$")
room(io        engine/io        "^(${api}|${base}|engine/io/)"                       "${os_header}")
# What an input repeats at any distance.
room(far       engine/far       "^(${api}|${base}|kernels/|engine/(format|io|far)/)" "^$")
room(transform engine/transform "^(${api}|${base}|kernels/|engine/(format|memory|transform)/)" "^$")
room(coder     engine/coder     "^(${api}|${base}|kernels/|engine/(format|memory|coder)/)"     "^$")
room(plan      engine/plan      "^(${api}|${base}|engine/(format|memory|transform|coder|plan)/)" "^$")
# A plan is coded with leases of the worker's pool: strategy passes them on, hence memory.
room(strategy  engine/strategy  "^(${api}|${base}|kernels/|engine/(format|memory|transform|coder|plan|strategy)/)" "^$")
# The workers are threads of its own, and oneTBB's allocator is loaded before it does so itself
# (workers.cc).
room(pipeline  engine/pipeline  "^(${api}|${base}|engine/(format|archive|memory|io|far|transform|coder|plan|strategy|pipeline)/)" "^(tbb|oneapi)/|^(dlfcn|limits|pthread)[.]h$")
# SimdTarget() reports what the kernels dispatch to.
room(api       engine/api       "^(${api}|engine/|kernels/targets[.]h$)"             "^$")
# sigma.h is C.
room(public    engine/include   "^(sigma/|std(def|int)[.]h$)"                        "^$")
# MPI is for the command that runs on several machines (cli/mpi).
room(cli       cli              "^(${api}|cli/)"                                     "${os_header}|^nlohmann/|^mpi[.]h$")

set(family_door "^engine/coder/entropy/stream[.]h$")

set(bad 0)
set(files_seen 0)
foreach(name ${rooms})
  file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/${${name}_folder}/*.h
       ${ROOT}/${${name}_folder}/*.hpp ${ROOT}/${${name}_folder}/*.cc)
  foreach(file ${files})
    math(EXPR files_seen "${files_seen} + 1")
    set(family)
    if(file MATCHES "^${${name}_folder}/([^/]+)/")
      set(family ${CMAKE_MATCH_1})
    endif()
    file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
    foreach(line ${lines})
      string(REGEX REPLACE "^[^<\"]*[<\"]([^>\"]*)[>\"].*$" "\\1" include "${line}")
      if(family AND include MATCHES "^${${name}_folder}/(.+/|registry[.]h$)"
         AND NOT include MATCHES "^${${name}_folder}/${family}/"
         AND NOT include MATCHES "${family_door}")
        message("${file}: the family ${family} may not include ${include}")
        math(EXPR bad "${bad} + 1")
        continue()
      endif()
      if(include MATCHES "${${name}_ours}" OR include MATCHES "${std_header}")
        continue()
      endif()
      if(include MATCHES "${${name}_door}")
        # The command is nobody's dependency: its headers may name the system's types.
        if(file MATCHES "([.]cc|-inl[.]h)$" OR name STREQUAL "cli")
          continue()
        endif()
        message("${file}: <${include}> belongs in a .cc file")
      else()
        message("${file}: ${name} may not include ${include}")
      endif()
      math(EXPR bad "${bad} + 1")
    endforeach()
  endforeach()
endforeach()
if(files_seen EQUAL 0)
  message(FATAL_ERROR "no source found below ${ROOT}")
endif()
if(bad)
  message(FATAL_ERROR "${bad} forbidden includes")
endif()
message("${files_seen} files keep to their layers")
