# Libraries from Debian and Ubuntu packages; `./dev` installs them (see docs/architecture.md, section 7).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(LUAJIT REQUIRED IMPORTED_TARGET luajit)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)

# LLVM and Clang as shared libraries: their CMake packages load slowly and name every target.
find_program(LLVM_CONFIG NAMES llvm-config-19 REQUIRED)
execute_process(COMMAND ${LLVM_CONFIG} --prefix OUTPUT_VARIABLE LLVM_PREFIX OUTPUT_STRIP_TRAILING_WHITESPACE)
find_library(LLVM_LIBRARY NAMES LLVM-19 PATHS ${LLVM_PREFIX}/lib REQUIRED NO_DEFAULT_PATH)
find_library(CLANG_LIBRARY NAMES clang-cpp libclang-cpp.so.19.1 PATHS ${LLVM_PREFIX}/lib REQUIRED NO_DEFAULT_PATH)
find_library(LLD_ELF_LIBRARY NAMES lldELF PATHS ${LLVM_PREFIX}/lib REQUIRED NO_DEFAULT_PATH)
find_library(LLD_COMMON_LIBRARY NAMES lldCommon PATHS ${LLVM_PREFIX}/lib REQUIRED NO_DEFAULT_PATH)
find_package(ZLIB REQUIRED)
find_library(ZSTD_LIBRARY NAMES zstd REQUIRED)
add_library(palatine_llvm INTERFACE)
target_include_directories(palatine_llvm SYSTEM INTERFACE ${LLVM_PREFIX}/include)
target_link_libraries(palatine_llvm INTERFACE ${CLANG_LIBRARY} ${LLVM_LIBRARY})
# LLVM is built without run-time type information: files that derive from its classes are too.

add_library(palatine_lld INTERFACE)
target_link_libraries(palatine_lld INTERFACE ${LLD_ELF_LIBRARY} ${LLD_COMMON_LIBRARY} palatine_llvm ZLIB::ZLIB ${ZSTD_LIBRARY})

find_library(BOOST_CONTEXT_LIBRARY NAMES libboost_context.a boost_context REQUIRED)

if(PALATINE_TESTS)
  find_package(GTest REQUIRED)
endif()
