// What is declared and does not work yet: a message instead of something wrong.
#include "legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace Legion {

[[noreturn]] static void unsupported(const char* what) {
  palatine::realm::fatal_error("error: %s is not supported", what);
}

// ---- more top-level tasks

Future Runtime::launch_top_level_task(const TaskLauncher&) {
  unsupported("launch_top_level_task");
}

}  // namespace Legion
