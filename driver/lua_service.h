// Lua functions for compiled code: the protocol of `api::call_lua` (runtime/legion/call_lua.cpp).
#pragma once

#include "sema/ir/ir.h"

namespace palatine::driver {

// Answers the calls that come through the socket until the program closes it.
void serve_lua_calls(int socket, const ir::AnswerLua& answer);

// A library that was loaded into this process calls `answer` from now on. The last one that was given counts
// for all libraries.
void answer_lua_calls_of(void* library, const ir::AnswerLua& answer);

}  // namespace palatine::driver
