// Calls of Lua functions, which the compiler's process runs; see palatine_lua.h.
#include <sys/socket.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "runtime/api/palatine_lua.h"
#include "runtime/realm/fatal.h"

// Set by the compiler when it has loaded this code.
extern "C" __attribute__((visibility("default"))) palatine::api::NearLua palatine_near_lua;
palatine::api::NearLua palatine_near_lua = nullptr;

namespace palatine::api {

namespace {

// Held during a call: there is one Lua.
std::mutex lua_mutex;

int lua_socket() {
  const char* number = getenv(kLuaVariable);
  return number ? atoi(number) : -1;
}

bool send_all(int socket, const void* bytes, uint64_t count) {
  const auto* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = send(socket, at, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    count -= static_cast<uint64_t>(sent);
  }
  return true;
}

bool receive_all(int socket, void* bytes, uint64_t count) {
  auto* at = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = recv(socket, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<uint64_t>(got);
  }
  return true;
}

bool ask(int socket, uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
         uint64_t result_bytes) {
  const uint32_t header[] = {function, count};
  if (!send_all(socket, header, sizeof header)) return false;
  for (uint32_t k = 0; k < count; ++k) {
    if (!send_all(socket, &arguments[k].size_bytes, sizeof(uint64_t))) return false;
    if (!send_all(socket, arguments[k].bytes, arguments[k].size_bytes)) return false;
  }
  uint64_t answer_bytes = kLuaFailed;
  if (!receive_all(socket, &answer_bytes, sizeof answer_bytes)) return false;
  return answer_bytes == result_bytes && receive_all(socket, result, result_bytes);
}

}  // namespace

void call_lua(uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
              uint64_t result_bytes, bool is_near_only, SourceLoc loc) {
  // What was printed before the call comes before what the function prints.
  fflush(stdout);
  bool is_ok = false;
  if (palatine_near_lua) {
    is_ok = palatine_near_lua(function, arguments, count, result, result_bytes);
  } else {
    const int socket = lua_socket();
    if (socket < 0)
      realm::fatal_error(
          "%s:%u: the program calls this Lua function, which only `palatine run` can do: compiled programs "
          "contain no Lua",
          loc.file, loc.line);
    if (is_near_only)
      realm::fatal_error(
          "%s:%u: the program calls this Lua function with a pointer, but Lua runs in another process: pass "
          "values and strings",
          loc.file, loc.line);
    std::lock_guard lock(lua_mutex);
    is_ok = ask(socket, function, arguments, count, result, result_bytes);
  }
  if (!is_ok) realm::fatal_error("%s:%u: the Lua function failed", loc.file, loc.line);
}

}  // namespace palatine::api
