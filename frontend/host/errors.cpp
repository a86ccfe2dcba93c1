// Lua errors as diagnostics.
#include <charconv>

#include "frontend/host/impl.h"

namespace palatine::host {

namespace {

struct Place {
  FileId file;
  uint32_t line = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

// Splits "FILE:LINE: " off the front of a message, when it names a file that we know.
Place take_place(const Host::Impl& impl, std::string& message) {
  // A short name may be the start of another one; the longest that fits is meant.
  Place place;
  size_t length = 0;
  for (const auto& [name, file] : impl.files_by_short_name) {
    if (message.size() <= name.size() + 1 || message.compare(0, name.size(), name) != 0) continue;
    if (message[name.size()] != ':') continue;
    uint32_t line = 0;
    const char* begin = message.data() + name.size() + 1;
    auto [end, error] = std::from_chars(begin, message.data() + message.size(), line);
    if (error != std::errc() || *end != ':' || name.size() < length) continue;
    place = {file, line};
    length = name.size();
  }
  if (place.line == 0) return place;
  size_t colon = message.find(':', length + 1);
  size_t text = message.find_first_not_of(' ', colon + 1);
  message = text == std::string::npos ? "" : message.substr(text);
  return place;
}

std::string error_text(lua_State* lua, int index) {
  if (luaL_callmeta(lua, index, "__tostring")) {
    const char* text = lua_tostring(lua, -1);
    std::string result = text ? text : "";
    lua_pop(lua, 1);
    if (!result.empty()) return result;
  }
  size_t length = 0;
  if (lua_isstring(lua, index)) {
    const char* text = lua_tolstring(lua, index, &length);
    return std::string(text, length);
  }
  return fmt::format("(error object is a {} value)", luaL_typename(lua, index));
}

// Lua lists every file that it tried for a missing module, those of its own installation too. Three folders
// are worth telling, and they are always the same.
void shorten_missing_module(std::string& message) {
  size_t tried = message.find(":\n\tno field package.preload[");
  if (tried == std::string::npos) return;
  message.resize(tried);
  message += " next to the program, in the current folder or among the std modules (as .t, .rg or .lua)";
}

// The running Lua functions, innermost first, as far as they are in known files.
std::vector<Place> running_places(lua_State* lua, const Host::Impl& impl) {
  std::vector<Place> places;
  lua_Debug info;
  for (int level = 1; lua_getstack(lua, level, &info); ++level) {
    if (!lua_getinfo(lua, "Sl", &info) || info.currentline <= 0) continue;
    auto found = impl.files_by_chunk.find(info.source);
    if (found == impl.files_by_chunk.end()) continue;
    Place place{found->second, static_cast<uint32_t>(info.currentline)};
    if (places.empty() || places.back() != place) places.push_back(place);
  }
  return places;
}

}  // namespace

int report_error(lua_State* lua) {
  return guarded(lua, [lua] {
    if (lua_touserdata(lua, 1) == reported_error()) return 1;
    Host::Impl& impl = impl_of(lua);
    std::string message = error_text(lua, 1);
    shorten_missing_module(message);
    std::vector<Place> places = running_places(lua, impl);
    Place main = take_place(impl, message);
    if (main.line == 0 && !places.empty()) main = places[0];
    auto range = [&](const Place& place) {
      return place.line == 0 ? SourceRange{} : line_range(impl.sources, place.file, place.line);
    };
    const size_t errors = impl.diags.error_count();
    auto diagnostic = impl.diags.report(DiagKind::lua_error, range(main), message);
    // It was reported before, with other callers.
    if (impl.diags.error_count() == errors) return 1;
    // The callers of the place at fault: those behind it on the stack.
    size_t next = 0;
    for (size_t i = 0; i < places.size(); ++i) {
      if (places[i] == main) next = i + 1;
    }
    constexpr size_t kMaxCallers = 5;
    for (size_t i = next; i < places.size() && i < next + kMaxCallers; ++i) {
      diagnostic.note(DiagKind::lua_called_from, range(places[i]));
    }
    return 1;
  });
}

void report_load_error(Host::Impl& impl, FileId file, const char* message) {
  // LuaJIT shortens long names, so only the line is taken from its message: "NAME:LINE: text".
  std::string_view text = message;
  for (size_t colon = text.find(':'); colon != text.npos; colon = text.find(':', colon + 1)) {
    uint32_t line = 0;
    auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), line);
    if (error != std::errc() || *end != ':' || line == 0) continue;
    std::string_view rest = text.substr(static_cast<size_t>(end - text.data()) + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    impl.diags.report(DiagKind::lua_error, line_range(impl.sources, file, line), rest);
    return;
  }
  impl.diags.report(DiagKind::lua_error, SourceRange{file, 0, 0}, text);
}

}  // namespace palatine::host
