// Shared libraries that programs have compiled from C++ sources beside them (std/launcher).
#pragma once

struct lua_State;

namespace palatine::sema {

// build_library(command, sources): the path of the library that `command` makes of the sources (a list), both
// as text for the shell without an output. The compiler is one that knows -MD and -MF. The library is kept in
// the cache as long as the sources and what they include do not change. Nil when the compiler fails, which
// has said why.
int build_library(lua_State* lua);

}  // namespace palatine::sema
