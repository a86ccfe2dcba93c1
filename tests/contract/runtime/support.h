// What the tests of the runtime share: running a main task, and descriptors in few words.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/api/palatine_api.h"

namespace palatine::test {

// The log's lock would order for the thread sanitizer what nothing else orders.
#if __has_feature(thread_sanitizer)
inline constexpr bool kChecksSchedule = false;
#else
inline constexpr bool kChecksSchedule = true;
#endif

using TaskBody = void (*)(api::Context&, const void*, void*);

// A task without parameters.
inline api::TaskDesc plain_task(const char* name, TaskBody body, bool is_leaf = false) {
  api::TaskDesc desc = {};
  desc.name = name;
  desc.loc = {"test.rg", 1};
  desc.is_leaf = is_leaf;
  desc.body = body;
  return desc;
}

// A task whose arguments are an Args with the parameters `params`. Its requirements are the first
// `requirement_count` of `requirements`.
template <typename Args, uint16_t kParams>
api::TaskDesc task_with(const char* name, TaskBody body, bool is_leaf,
                        const api::ParamDesc (&params)[kParams],
                        const api::RequirementDesc* requirements = nullptr, uint16_t requirement_count = 0) {
  api::TaskDesc desc = plain_task(name, body, is_leaf);
  desc.args_size_bytes = sizeof(Args);
  desc.args_align_bytes = alignof(Args);
  desc.params = params;
  desc.param_count = kParams;
  desc.requirements = requirements;
  desc.requirement_count = requirement_count;
  return desc;
}

// Runs `main` with the given flags and returns the exit code. `others` are tasks that the program's table
// has, too.
inline int run_program(const api::TaskDesc& main, std::vector<std::string> flags,
                       std::vector<const api::TaskDesc*> others = {}) {
  std::vector<char*> argv;
  std::string name = "test";
  argv.push_back(name.data());
  for (std::string& flag : flags) argv.push_back(flag.data());
  argv.push_back(nullptr);
  others.push_back(&main);
  api::ProgramDesc program{others.data(), static_cast<uint32_t>(others.size()), &main};
  return api::run(program, static_cast<int>(argv.size()) - 1, argv.data());
}

inline int run_program(const api::TaskDesc& main, int workers) {
  return run_program(main, {"-ll:cpu", std::to_string(workers)});
}

}  // namespace palatine::test
