// What is declared and does not work yet: a message instead of something wrong.
#include "legion/runtime.h"
#include "runtime/realm/fatal.h"

namespace Legion {

[[noreturn]] static void unsupported(const char* what) {
  palatine::realm::fatal_error("error: %s is not supported", what);
}

// ---- tunables and mappers

Future Runtime::select_tunable_value(Context, const TunableLauncher&) {
  unsupported("select_tunable_value");
}
Future Runtime::select_tunable_value(Context, TunableID, MapperID, MappingTagID, const void*, size_t) {
  unsupported("select_tunable_value");
}
int Runtime::get_tunable_value(Context, TunableID, MapperID, MappingTagID) {
  unsupported("get_tunable_value");
}
Mapping::Mapper* Runtime::get_mapper(Context, MapperID, Processor) {
  unsupported("get_mapper");
}

// ---- more top-level tasks

Future Runtime::launch_top_level_task(const TaskLauncher&) {
  unsupported("launch_top_level_task");
}

}  // namespace Legion
