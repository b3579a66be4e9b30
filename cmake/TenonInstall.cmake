# What `cmake --install` puts under a prefix: headers, libraries, the original's library names as
# links, tools, a CMake package and a pkg-config file.
include(CMakePackageConfigHelpers)

file(GLOB public_headers ${PROJECT_SOURCE_DIR}/include/*.h)
install(FILES ${public_headers} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
# The host platform's CUDA headers stay out of the common include folder, where they could hide
# those of a real CUDA toolkit.
set(cuda_headers ${CMAKE_INSTALL_LIBDIR}/tenon/include)
if(TENON_CUDA)
  set(platform)
  set(platform_dependency "find_dependency(CUDAToolkit)\n")
  set(platform_cflags "-I${CUDAToolkit_INCLUDE_DIRS}")
  set(platform_libs "-L${CUDAToolkit_LIBRARY_DIR} -Wl,-rpath,${CUDAToolkit_LIBRARY_DIR} -lcudart")
else()
  set(platform tenon_hostcuda)
  set(platform_cflags "-I\${prefix}/${cuda_headers}")
  set(platform_libs "-ltenon_cudart")
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/src/hostcuda/include/
          DESTINATION ${cuda_headers} FILES_MATCHING PATTERN "*.h")
endif()

install(TARGETS tenon tenon_platform ${platform} EXPORT tenon
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
        INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} ${cuda_headers})

# Links: `ln -s TARGET lib/NAME` at install time.
function(tenon_link folder name target)
  install(CODE "
    file(MAKE_DIRECTORY \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}\")
    file(CREATE_LINK \"${target}\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${folder}/${name}\" SYMBOLIC)")
endfunction()
foreach(library nvinfer nvinfer_plugin nvonnxparser)
  foreach(suffix so so.10)
    tenon_link(${CMAKE_INSTALL_LIBDIR} lib${library}.${suffix} libtenon.so.${PROJECT_VERSION_MAJOR})
  endforeach()
endforeach()
# In a folder of their own, so that a real CUDA runtime on the machine is never hidden by accident.
if(NOT TENON_CUDA)
  foreach(suffix so so.12 so.13)
    tenon_link(${CMAKE_INSTALL_LIBDIR}/tenon/compat libcudart.${suffix}
               ../../libtenon_cudart.so.${PROJECT_VERSION_MAJOR})
  endforeach()
endif()

install(EXPORT tenon NAMESPACE tenon:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tenon
        FILE tenonTargets.cmake)
file(WRITE ${CMAKE_BINARY_DIR}/tenonConfig.cmake
     "include(CMakeFindDependencyMacro)\nfind_dependency(Threads)\n${platform_dependency}"
     "include(\"\${CMAKE_CURRENT_LIST_DIR}/tenonTargets.cmake\")\n")
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tenonConfigVersion.cmake
                                 COMPATIBILITY SameMajorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tenonConfig.cmake ${CMAKE_BINARY_DIR}/tenonConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/tenon)
# The prefix is that of the installation, wherever it is: the file finds it from its own place.
file(WRITE ${CMAKE_BINARY_DIR}/tenon.pc
"prefix=\${pcfiledir}/../..
Name: tenon
Description: ${PROJECT_DESCRIPTION}
Version: ${PROJECT_VERSION}
Cflags: -I\${prefix}/${CMAKE_INSTALL_INCLUDEDIR} ${platform_cflags}
Libs: -L\${prefix}/${CMAKE_INSTALL_LIBDIR} -Wl,-rpath,\${prefix}/${CMAKE_INSTALL_LIBDIR} -ltenon ${platform_libs}
")
install(FILES ${CMAKE_BINARY_DIR}/tenon.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
