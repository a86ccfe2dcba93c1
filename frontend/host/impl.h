// What the files of the host share.
#pragma once

#include <lua.hpp>
#include <map>
#include <unordered_map>

#include "frontend/host/host.h"

namespace palatine::host {

struct Host::Impl {
  Impl(SourceManager& s, Diagnostics& d, ConstructHandler& h, HostOptions o)
      : sources(s), diags(d), handler(h), options(std::move(o)) {}

  SourceManager& sources;
  Diagnostics& diags;
  ConstructHandler& handler;
  HostOptions options;
  lua_State* lua = nullptr;

  std::string main_folder;  // of the main program, for modules next to it; with a final slash, or empty
  std::vector<std::string> files_read;
  std::vector<ast::ConstructPtr> constructs;  // by the number in __palatine.execute(NUMBER, ...)
  // Files by the names that Lua gives them: the chunk's whole name, and the short form in messages.
  std::unordered_map<std::string, FileId> files_by_chunk;
  std::map<std::string, FileId> files_by_short_name;
  // `rescape`s that are being executed; the list of the innermost is registry[emitted_key()][rescape_depth].
  int rescape_depth = 0;

  // Reads a file and notes it in `files_read`; an invalid id when it cannot be read.
  FileId read(const std::string& path);
  // Parses a file and pushes its main function; false, with nothing pushed, when errors were reported.
  bool push_chunk(FileId file);
  // Reads the main program and pushes its main function, or reports and returns false.
  bool push_main(const std::string& path);
  // Calls the function on top of the stack without arguments and results; an error becomes a diagnostic.
  bool call_chunk();
};

// Keys of the registry.
void* host_key();
void* impl_key();
void* emitted_key();
void* raw_globals_key();

// The parts of the host that owns this state.
Host::Impl& impl_of(lua_State* lua);

// The value that Host::raise_reported throws.
void* reported_error();

// library.cpp: the global table `__palatine`, and the environment of escapes.
void open_library(lua_State* lua);
// strict.cpp: reading a global that was never assigned is an error, and so is assigning one inside a
// function.
void open_strict_globals(lua_State* lua);
// modules.cpp: `require` finds modules through our parser; `arg`.
void open_modules(lua_State* lua, const HostOptions& options);
// errors.cpp: the handler for lua_pcall that turns an error into a diagnostic, at the place where it
// happened.
// The same for an error value of luaL_loadbuffer, whose place is only in its text.
void report_load_error(Host::Impl& impl, FileId file, const char* message);

// The text of a line without the blanks around it.
SourceRange line_range(const SourceManager& sources, FileId file, uint32_t line);

// Runs `body` for Lua: an exception of C++ becomes a Lua error. Lua errors pass through.
template <typename Body>
int guarded(lua_State* lua, const Body& body) {
  try {
    return body();
  } catch (const std::exception& error) {
    lua_pushstring(lua, error.what());
  }
  return lua_error(lua);
}

}  // namespace palatine::host
