#include "runtime/legion/tunable.h"

#include "runtime/legion/context.h"
#include "runtime/legion/mapper/launch_mapper.h"
#include "runtime/realm/fatal.h"

namespace palatine::legion {

std::vector<char> tunable_value(ContextImpl& context, uint32_t tunable, uint32_t mapper, uint64_t tag,
                                const void* arguments, size_t size_bytes) {
  const Runtime& runtime = context.runtime();
  if (runtime.mapper) return runtime.mapper->tunable(context, tunable, mapper, tag, arguments, size_bytes);
  // The numbers of mappers/default_mapper.h, which needs a mapper's context.
  size_t value = 0;
  switch (tunable) {
    case 0:  // nodes
      value = 1;
      break;
    case 1:  // CPUs, of this node and all
    case 6:
      value = static_cast<size_t>(context.task().scheduler().worker_count());
      break;
    case 3:  // I/O processors
    case 8:
      value = static_cast<size_t>(runtime.options.io_workers);
      break;
    case 2:  // GPUs, OpenMP and Python processors
    case 4:
    case 5:
    case 7:
    case 9:
    case 10:
      break;
    default:
      realm::fatal_error(
          "error: task `%s` asks for tunable %u, but the program has no mapper that could give its value",
          context.task().info.desc->name, tunable);
  }
  const char* bytes = reinterpret_cast<const char*>(&value);
  return {bytes, bytes + sizeof(value)};
}

}  // namespace palatine::legion
