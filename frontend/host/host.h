// The Lua host: runs a program's Lua, with its embedded constructs, inside the compiler.
//
// A `.rg`, `.t` or `.lua` file is parsed by our own parser, which knows all of Lua's grammar and scopes.
// Plain Lua is handed on to LuaJIT unchanged and on its own lines; each embedded construct becomes one call
// that carries the construct's number, the Lua values of the names it mentions and a closure for each Lua
// expression inside it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "frontend/ast/ast.h"
#include "frontend/diag/diag.h"

struct lua_State;

namespace palatine::host {

// The Lua values around one execution of a construct. Valid during ConstructHandler::execute only.
class CaptureEnv {
 public:
  CaptureEnv(lua_State* state, int captures_index, int escapes_index)
      : state_(state), captures_(captures_index), escapes_(escapes_index) {}

  // Pushes the value of a captured name; nil when it is undefined.
  void push_capture(const ast::Construct& construct, ast::CaptureId capture) const;
  // Calls the Lua code of an escape. Before the call, the Lua values of its parameters (EscapeInfo::params:
  // the symbols of the bindings that it mentions) must be on the stack, in order; they are popped and the one
  // result is pushed. For a `rescape` the result is a Lua list of all values that `remit` gave. False, with
  // nothing pushed, when a Lua error was reported; one that a `pcall` of the program waits for propagates.
  bool call_escape(const ast::Construct& construct, ast::EscapeId escape) const;

 private:
  lua_State* state_;
  int captures_;
  int escapes_;
};

// Implemented by sema: gives a construct its meaning when Lua executes it.
class ConstructHandler {
 public:
  virtual ~ConstructHandler() = default;
  // Pushes exactly one Lua value: the task, field space, quote, terra function or struct. Errors in the
  // construct are reported as diagnostics, and the value is then marked erroneous; Lua goes on.
  virtual void execute(lua_State* state, const ast::Construct& construct, const CaptureEnv& env) = 0;
  // `import "regent"` (or another language): defines its globals; false when the language is unknown.
  virtual bool import_language(lua_State* state, const std::string& name) = 0;
  // The type operators of Lua expressions: `&T`, and `{A, B} -> R` (two tables or types on the stack). Each
  // pops its operands and pushes the result.
  virtual void pointer_type(lua_State* state) = 0;
  virtual void function_type(lua_State* state) = 0;
};

struct HostOptions {
  std::string stdlib_dir;         // std modules: `require "std/format"`
  std::vector<std::string> args;  // `arg`: args[0] is the program's path
  // Where finished syntax trees go, for `emit --stage=ast`; may be empty.
  std::function<void(const ast::Construct&)> on_construct_parsed;
};

// One Lua world with one program in it. Not thread safe; at most one per thread.
//
// Lua errors unwind C++ frames as exceptions do: destructors run. C++ code that Lua calls must not catch them
// (`catch (...)`) without throwing them on, and no exception of C++ may leave a function that Lua calls.
class Host {
 public:
  Host(SourceManager& sources, Diagnostics& diags, ConstructHandler& handler, HostOptions options);
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  lua_State* state() const;

  // Parses and runs the main program. Syntax errors (all of them) are reported before any Lua runs. An
  // uncaught Lua error becomes one diagnostic at its file and line. False when anything was reported as an
  // error.
  bool run_file(const std::string& path);

  // Parses only, for `emit --stage=ast` and tests.
  bool parse_file(const std::string& path);

  // Every file that the program read (itself, modules, preludes), for caches.
  const std::vector<std::string>& files_read() const;

  // Parses a text as a file of this name and pushes its main function. False, with nothing pushed, when
  // syntax errors were reported.
  bool load_chunk(const std::string& name, std::string text);

  // Reads a file and pushes its main function onto the stack of the running coroutine. False, with nothing
  // pushed, when it cannot be read or has syntax errors (reported).
  bool load_file(lua_State* state, const std::string& path);

  // The source position of the innermost running Lua code at `level` (1: the function that called into C++),
  // in a file of the SourceManager; an invalid range when unknown. For diagnostics of library calls such as
  // `includec`. `state`: the running coroutine, when it may be another than the main one.
  SourceRange current_position(int level = 1, lua_State* state = nullptr) const;

  // Ends the running Lua code like an error, without another message: what went wrong was reported already.
  [[noreturn]] static void raise_reported(lua_State* state);

  // The host that owns this state.
  static Host& from(lua_State* state);

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

// Message handler for lua_pcall: the error as a diagnostic, with its place and callers.
int report_error(lua_State* lua);

}  // namespace palatine::host
