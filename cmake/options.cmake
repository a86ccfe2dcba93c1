# Options of the build, and the flags that every target shares.
option(PALATINE_TESTS "Build the tests" ON)
option(PALATINE_BENCHMARKS "Build the benchmarks" OFF)
option(PALATINE_FUZZ "Instrument the compiler for the fuzz targets" OFF)
set(PALATINE_SANITIZE "" CACHE STRING "Sanitizer: empty, `address` (with undefined) or `thread`")
set_property(CACHE PALATINE_SANITIZE PROPERTY STRINGS "" address thread)

add_library(palatine_flags INTERFACE)
target_compile_options(palatine_flags INTERFACE -Wall -Wextra -Wno-unused-parameter)
target_link_options(palatine_flags INTERFACE -fuse-ld=lld)
target_include_directories(palatine_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)

# The sanitizer flags of the runtime, of the tests that link it and of generated code.
set(PALATINE_SANITIZER_FLAGS "")
if(PALATINE_SANITIZE STREQUAL "address")
  set(PALATINE_SANITIZER_FLAGS -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(PALATINE_SANITIZE STREQUAL "thread")
  set(PALATINE_SANITIZER_FLAGS -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT PALATINE_SANITIZE STREQUAL "")
  message(FATAL_ERROR "PALATINE_SANITIZE must be empty, address or thread")
endif()
add_library(palatine_sanitized INTERFACE)
target_compile_options(palatine_sanitized INTERFACE ${PALATINE_SANITIZER_FLAGS})
target_link_options(palatine_sanitized INTERFACE ${PALATINE_SANITIZER_FLAGS})

# The compiler is single-threaded apart from code generation, and LuaJIT is not built for the
# thread sanitizer: only the runtime and what links it runs under it.
if(PALATINE_SANITIZE STREQUAL "address")
  target_link_libraries(palatine_flags INTERFACE palatine_sanitized)
endif()

# Files that derive from Clang's classes have no run-time type information, and share objects with the rest of the
# compiler; the vptr check needs it. The runtime and generated code are checked.
add_library(palatine_unchecked_vptr INTERFACE)
if(PALATINE_SANITIZE STREQUAL "address")
  target_compile_options(palatine_unchecked_vptr INTERFACE -fno-sanitize=vptr)
endif()

if(PALATINE_FUZZ)
  target_compile_options(palatine_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(palatine_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
