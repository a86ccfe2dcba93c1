#include "driver/lua_service.h"

#include <dlfcn.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace palatine::driver {

namespace {

// As in runtime/api/palatine_lua.h, which the compiler does not include.
struct LuaArgument {
  const void* bytes;
  uint64_t size_bytes;
};
using NearLua = bool (*)(uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
                         uint64_t result_bytes);
constexpr uint64_t kLuaFailed = ~uint64_t{0};
constexpr const char* kNearLuaName = "palatine_near_lua";

bool read_all(int socket, void* bytes, size_t count) {
  auto* at = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = recv(socket, at, count, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    count -= static_cast<size_t>(got);
  }
  return true;
}

bool write_all(int socket, const void* bytes, size_t count) {
  const auto* at = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t sent = send(socket, at, count, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    at += sent;
    count -= static_cast<size_t>(sent);
  }
  return true;
}

bool read_call(int socket, ir::LuaCall& call) {
  uint32_t header[2];
  if (!read_all(socket, header, sizeof header)) return false;
  call.function = header[0];
  for (uint32_t k = 0; k < header[1]; ++k) {
    uint64_t size_bytes = 0;
    if (!read_all(socket, &size_bytes, sizeof size_bytes)) return false;
    std::string argument(size_bytes, '\0');
    if (!read_all(socket, argument.data(), size_bytes)) return false;
    call.arguments.push_back(std::move(argument));
  }
  return true;
}

ir::AnswerLua near_answer;

bool answer_near(uint32_t function, const LuaArgument* arguments, uint32_t count, void* result,
                 uint64_t result_bytes) {
  ir::LuaCall call{function, {}};
  for (uint32_t k = 0; k < count; ++k)
    call.arguments.emplace_back(static_cast<const char*>(arguments[k].bytes), arguments[k].size_bytes);
  const std::optional<std::string> bytes = near_answer(call);
  if (!bytes || bytes->size() != result_bytes) return false;
  if (result_bytes > 0) memcpy(result, bytes->data(), result_bytes);
  return true;
}

}  // namespace

void serve_lua_calls(int socket, const ir::AnswerLua& answer) {
  for (;;) {
    ir::LuaCall call;
    if (!read_call(socket, call)) return;
    const std::optional<std::string> bytes = answer(call);
    const uint64_t size_bytes = bytes ? bytes->size() : kLuaFailed;
    if (!write_all(socket, &size_bytes, sizeof size_bytes)) return;
    if (bytes && !write_all(socket, bytes->data(), bytes->size())) return;
  }
}

void answer_lua_calls_of(void* library, const ir::AnswerLua& answer) {
  near_answer = answer;
  if (void* place = dlsym(library, kNearLuaName)) *static_cast<NearLua*>(place) = &answer_near;
}

}  // namespace palatine::driver
