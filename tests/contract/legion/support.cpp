#include "contract/legion/support.h"

namespace palatine::test {

namespace {

Body top_body;

void top_level(const Legion::Task*, const std::vector<Legion::PhysicalRegion>&, Legion::Context context,
               Legion::Runtime* runtime) {
  top_body(context, runtime);
}

}  // namespace

int run_legion(Body body, std::vector<std::string> flags) {
  top_body = std::move(body);
  Legion::Runtime::set_top_level_task_id(task_id<void, top_level>("top_level"));
  std::vector<char*> argv;
  std::string name = "test";
  argv.push_back(name.data());
  for (std::string& flag : flags) argv.push_back(flag.data());
  return Legion::Runtime::start(static_cast<int>(argv.size()), argv.data());
}

}  // namespace palatine::test
