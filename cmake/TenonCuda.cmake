# The CUDA toolkit, the libraries for products and convolutions, and nvcc's flags.
#
# Code is compiled for Hopper (sm_90a, which has the instructions of that generation alone) and as
# PTX for Ampere and later, which the driver compiles when it is first used.
if(NOT CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 80-virtual 90a-real)
endif()
if(NOT CMAKE_CUDA_COMPILER)
  find_program(TENON_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_PATH PATH_SUFFIXES bin
               PATHS /usr/local/cuda ${PROJECT_SOURCE_DIR}/build/cuda-toolkit)
  if(NOT TENON_NVCC)
    message(FATAL_ERROR "There is no CUDA toolkit (13.0 or later, with cuDNN 9): scripts/install_cuda "
                        "installs one into build/cuda-toolkit")
  endif()
  set(CMAKE_CUDA_COMPILER ${TENON_NVCC})
endif()
if(TENON_CCACHE AND NOT CMAKE_CUDA_COMPILER_LAUNCHER)
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${TENON_CCACHE})
endif()
set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)
enable_language(CUDA)
# CMake 3.25 does not know that nvcc has had C++20 since version 12.
if(NOT DEFINED CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
  set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
endif()
set(CMAKE_CUDA_STANDARD 20)
set(CMAKE_CUDA_STANDARD_REQUIRED ON)
find_package(CUDAToolkit 12.8 REQUIRED)

# cuDNN comes without a CMake package.
find_path(TENON_CUDNN_INCLUDE cudnn.h HINTS ${CUDAToolkit_INCLUDE_DIRS} REQUIRED)
find_library(TENON_CUDNN_LIBRARY NAMES cudnn libcudnn.so.9 HINTS ${CUDAToolkit_LIBRARY_DIR} REQUIRED)
add_library(tenon_cudnn INTERFACE)
target_include_directories(tenon_cudnn SYSTEM INTERFACE $<BUILD_INTERFACE:${TENON_CUDNN_INCLUDE}>)
target_link_libraries(tenon_cudnn INTERFACE $<BUILD_INTERFACE:${TENON_CUDNN_LIBRARY}>)
