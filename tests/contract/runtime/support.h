// What the tests of the runtime share: running a main task, and descriptors in few words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/api/palatine_api.h"

namespace palatine::test {

// A task without parameters.
inline api::TaskDesc plain_task(const char* name, void (*body)(api::Context&, const void*, void*),
                                bool is_leaf = false) {
  api::TaskDesc desc = {};
  desc.name = name;
  desc.loc = {"test.rg", 1};
  desc.is_leaf = is_leaf;
  desc.body = body;
  return desc;
}

// Runs `main` with the given flags and returns the exit code.
inline int run_program(const api::TaskDesc& main, std::vector<std::string> flags) {
  std::vector<char*> argv;
  std::string name = "test";
  argv.push_back(name.data());
  for (std::string& flag : flags) argv.push_back(flag.data());
  argv.push_back(nullptr);
  const api::TaskDesc* tasks[] = {&main};
  api::ProgramDesc program{tasks, 1, &main};
  return api::run(program, static_cast<int>(argv.size()) - 1, argv.data());
}

inline int run_program(const api::TaskDesc& main, int workers) {
  return run_program(main, {"-ll:cpu", std::to_string(workers)});
}

}  // namespace palatine::test
