#include "frontend/host/host.h"

#include <cerrno>
#include <cstring>
#include <lua.hpp>

#include "frontend/host/impl.h"
#include "frontend/host/translation.h"

namespace palatine::host {

// The addresses of these are keys; their values mean nothing.
static char host_key_value, impl_key_value, emitted_key_value, raw_globals_key_value, reported_error_value;
void* host_key() {
  return &host_key_value;
}
void* impl_key() {
  return &impl_key_value;
}
void* emitted_key() {
  return &emitted_key_value;
}
void* raw_globals_key() {
  return &raw_globals_key_value;
}
void* reported_error() {
  return &reported_error_value;
}

Host::Host(SourceManager& sources, Diagnostics& diags, ConstructHandler& handler, HostOptions options)
    : impl_(std::make_unique<Impl>(sources, diags, handler, std::move(options))) {
  lua_State* lua = luaL_newstate();
  if (!lua) throw std::bad_alloc();
  impl_->lua = lua;
  lua_pushlightuserdata(lua, host_key());
  lua_pushlightuserdata(lua, this);
  lua_rawset(lua, LUA_REGISTRYINDEX);
  lua_pushlightuserdata(lua, impl_key());
  lua_pushlightuserdata(lua, impl_.get());
  lua_rawset(lua, LUA_REGISTRYINDEX);
  luaL_openlibs(lua);
  open_library(lua);
  open_modules(lua, impl_->options);
  open_strict_globals(lua);
}

Host::~Host() {
  lua_close(impl_->lua);
}

lua_State* Host::state() const {
  return impl_->lua;
}

const std::vector<std::string>& Host::files_read() const {
  return impl_->files_read;
}

static void* registered(lua_State* lua, void* key) {
  lua_pushlightuserdata(lua, key);
  lua_rawget(lua, LUA_REGISTRYINDEX);
  void* value = lua_touserdata(lua, -1);
  lua_pop(lua, 1);
  return value;
}

Host& Host::from(lua_State* state) {
  return *static_cast<Host*>(registered(state, host_key()));
}

Host::Impl& impl_of(lua_State* lua) {
  return *static_cast<Host::Impl*>(registered(lua, impl_key()));
}

void Host::raise_reported(lua_State* state) {
  lua_pushlightuserdata(state, reported_error());
  lua_error(state);
  __builtin_unreachable();
}

FileId Host::Impl::read(const std::string& path) {
  FileId file = sources.load(path);
  if (file.is_valid()) files_read.push_back(path);
  return file;
}

// Whether there are errors among the diagnostics from `first` on after which a file cannot run. With a name
// that is defined twice it can, to report what else is wrong.
static bool has_syntax_errors(const Diagnostics& diags, size_t first) {
  const auto& all = diags.all();
  return std::any_of(all.begin() + static_cast<std::ptrdiff_t>(first), all.end(), [](const Diagnostic& one) {
    return one.main.severity == Severity::error && one.main.kind != DiagKind::name_redefined;
  });
}

bool Host::Impl::push_chunk(FileId file) {
  const std::string& name = sources.name(file);
  bool is_plain_lua = name.size() > 4 && name.compare(name.size() - 4, 4, ".lua") == 0;
  const size_t reported = diags.all().size();
  Translation translation = translate(sources, file, diags, constructs.size(), is_plain_lua);
  if (has_syntax_errors(diags, reported)) return false;
  for (ast::ConstructPtr& construct : translation.constructs) {
    if (options.on_construct_parsed) options.on_construct_parsed(*construct);
    constructs.push_back(std::move(construct));
  }
  std::string chunk = "@" + name;
  // Text only: byte code could crash the process.
  if (luaL_loadbufferx(lua, translation.lua.data(), translation.lua.size(), chunk.c_str(), "t") != 0) {
    const char* message = lua_tostring(lua, -1);
    report_load_error(*this, file, message ? message : "out of memory");
    lua_pop(lua, 1);
    return false;
  }
  lua_Debug info;
  lua_pushvalue(lua, -1);
  lua_getinfo(lua, ">S", &info);
  files_by_chunk[chunk] = file;
  files_by_short_name[info.short_src] = file;
  return true;
}

bool Host::Impl::call_chunk() {
  int function = lua_gettop(lua);
  lua_pushcfunction(lua, report_error);
  lua_insert(lua, function);
  size_t errors = diags.error_count();
  int status = lua_pcall(lua, 0, 0, function);
  // The handler reports; it cannot when memory or the stack ran out. A program may also end without an error.
  bool is_reported = status != 0 && lua_touserdata(lua, -1) == reported_error();
  if (status != 0 && !is_reported && diags.error_count() == errors) {
    const char* message = lua_tostring(lua, -1);
    diags.report(DiagKind::lua_error, SourceRange{}, message ? message : "Lua ran out of memory");
  }
  lua_settop(lua, function - 1);
  return status == 0 && diags.error_count() == errors;
}

bool Host::Impl::push_main(const std::string& path) {
  size_t slash = path.rfind('/');
  main_folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  errno = 0;
  FileId file = read(path);
  if (file.is_valid()) return push_chunk(file);
  diags.report(DiagKind::host_cannot_read, SourceRange{}, path, errno ? std::strerror(errno) : "not a file");
  return false;
}

bool Host::run_file(const std::string& path) {
  return impl_->push_main(path) && impl_->call_chunk();
}

bool Host::parse_file(const std::string& path) {
  if (!impl_->push_main(path)) return false;
  lua_pop(impl_->lua, 1);
  return true;
}

bool Host::load_chunk(const std::string& name, std::string text) {
  return impl_->push_chunk(impl_->sources.add(name, std::move(text)));
}

bool Host::load_file(lua_State* state, const std::string& path) {
  FileId file = impl_->read(path);
  if (!file.is_valid()) {
    impl_->diags.report(DiagKind::host_cannot_read, current_position(1, state), path, "no such file");
    return false;
  }
  if (!impl_->push_chunk(file)) return false;
  if (state != impl_->lua) lua_xmove(impl_->lua, state, 1);
  return true;
}

SourceRange line_range(const SourceManager& sources, FileId file, uint32_t line) {
  std::string_view text = sources.line_text(file, line);
  if (text.empty()) return sources.line_start(file, line);
  size_t first = text.find_first_not_of(" \t");
  size_t last = text.find_last_not_of(" \t\r");
  SourceRange range = sources.line_start(file, line);
  if (first == text.npos) return range;
  range.end = range.begin + static_cast<uint32_t>(last + 1);
  range.begin += static_cast<uint32_t>(first);
  return range;
}

SourceRange Host::current_position(int level, lua_State* state) const {
  lua_State* lua = state ? state : impl_->lua;
  lua_Debug info;
  if (!lua_getstack(lua, level, &info) || !lua_getinfo(lua, "Sl", &info) || info.currentline <= 0) return {};
  auto found = impl_->files_by_chunk.find(info.source);
  if (found == impl_->files_by_chunk.end()) return {};
  return line_range(impl_->sources, found->second, static_cast<uint32_t>(info.currentline));
}

}  // namespace palatine::host
