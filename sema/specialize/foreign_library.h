// Shared libraries that programs have compiled from C++ sources beside them (std/launcher).
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "frontend/source/source.h"

struct lua_State;

namespace palatine::sema {

struct World;

// One whose compiler runs while the program itself is compiled, or has run.
struct LibraryBuild {
  std::string name;
  std::string command;
  std::string key;    // in the cache
  std::string path;   // what it is called until it is there
  std::string kept;   // and then; empty when the compiler failed
  SourceRange where;  // the call that asked for it
  pid_t process = 0;  // 0: it has ended
  int64_t started_ns = 0;
  int source_count = 0;
};

// build_library(command, sources, name): the path of the library that `command` makes of the sources (a
// list), both as text for the shell without an output. The compiler is one that knows -MD and -MF. The
// library is kept in the cache as long as the sources and what they include do not change. It need not be
// there yet: see `finish_libraries`.
int build_library(lua_State* lua);

bool is_being_built(const World& world, const std::string& path);

// Waits for the compilers that run, loads the libraries for calls by Lua, and puts their places into what the
// program links and into `link_flags`, which may be null. False, with an error for each, when one failed.
bool finish_libraries(World& world, std::vector<std::string>* link_flags);

}  // namespace palatine::sema
