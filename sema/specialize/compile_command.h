// Commands that programs start while they are compiled.
#pragma once

#include <lua.hpp>
#include <string>

namespace palatine::sema {

// The command with `-std=c++17` in place of an earlier standard of C++, when it names the folder of the
// runtime's headers, which need that one; else the command itself.
std::string with_current_standard(const std::string& command, const std::string& include_folder);

// Programs compile their mappers with `os.execute` and `io.popen`: makes both go through
// with_current_standard, which is warned about.
void watch_compile_commands(lua_State* lua);

}  // namespace palatine::sema
