# One library a folder of src/. A folder's headers are reachable as "<folder>/x.h" only through a
# private include root, so a file can include nothing that its CMakeLists.txt does not list:
# the order of dependence is enforced by the compiler.
#
#   tenon_folder(NAME [SHARED] SOURCES a.cpp ... DEPENDS base ops LIBRARIES fmt::fmt)
function(tenon_folder name)
  cmake_parse_arguments(ARG "SHARED" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  set(kind STATIC)
  if(ARG_SHARED)
    set(kind SHARED)
  endif()
  set(root ${CMAKE_BINARY_DIR}/roots/${name})
  file(MAKE_DIRECTORY ${root})
  if(NOT EXISTS ${root}/${name})
    file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${root}/${name} SYMBOLIC)
  endif()
  add_library(tenon_${name} ${kind} ${ARG_SOURCES})
  target_include_directories(tenon_${name} PUBLIC $<BUILD_INTERFACE:${root}>)
  list(TRANSFORM ARG_DEPENDS PREPEND tenon_)
  target_link_libraries(tenon_${name} PUBLIC ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

# A GoogleTest program over one folder:  tenon_test(NAME SOURCES a_test.cpp ... DEPENDS tenon_base ...)
function(tenon_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
