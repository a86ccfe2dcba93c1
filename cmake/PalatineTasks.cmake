# palatine_add_tasks(NAME FILE.rg [DEPENDS file...])
# A library target NAME from the tasks of a program, for C and C++ targets that link it. Its header is NAME.h.
#
#   include(/path/of/palatine/lib/palatine/cmake/PalatineTasks.cmake)
#   palatine_add_tasks(physics physics.rg)
#   target_link_libraries(application PRIVATE physics)      # application.cpp: #include "physics.h"
if(NOT DEFINED PALATINE_COMMAND)
  get_filename_component(PALATINE_COMMAND "${CMAKE_CURRENT_LIST_DIR}/../../../bin/palatine" ABSOLUTE)
endif()

function(palatine_add_tasks name program)
  cmake_parse_arguments(arg "" "" "DEPENDS" ${ARGN})
  get_filename_component(source ${program} ABSOLUTE)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/palatine/${name})
  set(library ${folder}/lib${name}.so)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${library} ${folder}/${name}.h
    COMMAND ${PALATINE_COMMAND} build ${source} --shared --output ${library} --header ${folder}/${name}.h
    DEPENDS ${source} ${arg_DEPENDS} ${PALATINE_COMMAND}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Compiling the tasks of ${program}" VERBATIM)
  add_custom_target(${name}_tasks DEPENDS ${library} ${folder}/${name}.h)
  add_library(${name} SHARED IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${library} IMPORTED_NO_SONAME ON
    INTERFACE_INCLUDE_DIRECTORIES ${folder})
  add_dependencies(${name} ${name}_tasks)
endfunction()
