# The target palatine::runtime: legion.h, realm.h and palatine/pool.h with the runtime behind them, for C++ targets.
#
#   include(/path/of/palatine/lib/palatine/cmake/PalatineRuntime.cmake)
#   target_link_libraries(application PRIVATE palatine::runtime)      # application.cpp: #include "legion.h"
if(NOT TARGET palatine::runtime)
  get_filename_component(palatine_lib "${CMAKE_CURRENT_LIST_DIR}/.." ABSOLUTE)
  find_package(Threads REQUIRED)
  # Beside the runtime when it is a static library there, else that of the system.
  find_library(PALATINE_BOOST_CONTEXT NAMES libboost_context.a boost_context HINTS ${palatine_lib})
  add_library(palatine::runtime STATIC IMPORTED GLOBAL)
  set_target_properties(palatine::runtime PROPERTIES
    IMPORTED_LOCATION ${palatine_lib}/libpalatine_runtime.a
    # Programs name the headers of mappers with their folder and without.
    INTERFACE_INCLUDE_DIRECTORIES "${palatine_lib}/include;${palatine_lib}/include/mappers"
    INTERFACE_COMPILE_FEATURES cxx_std_17
    INTERFACE_LINK_LIBRARIES "${PALATINE_BOOST_CONTEXT};Threads::Threads;${CMAKE_DL_LIBS}")
endif()
