// What the tests of Legion's C++ interface share: running a top-level task.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "legion.h"

namespace palatine::test {

using Body = std::function<void(Legion::Context, Legion::Runtime*)>;

// Runs the body as the top-level task and returns the return code.
int run_legion(Body body, std::vector<std::string> flags);
inline int run_legion(Body body, int workers) {
  return run_legion(std::move(body), {"-ll:cpu", std::to_string(workers)});
}

// Starts the runtime in the background, for threads that are top-level tasks.
inline int start_without_top_level_task(int argc, char** argv) {
  Legion::Runtime::set_top_level_task_id(LEGION_AUTO_GENERATE_ID);
  return Legion::Runtime::start(argc, argv, true);
}

// Registers a task once and gives its id.
template <typename T, T (*TASK)(const Legion::Task*, const std::vector<Legion::PhysicalRegion>&,
                                Legion::Context, Legion::Runtime*)>
Legion::TaskID task_id(const char* name, bool is_leaf = false) {
  static const Legion::TaskID id = [&] {
    const Legion::TaskID made = Legion::Runtime::generate_static_task_id();
    Legion::TaskVariantRegistrar registrar(made, name);
    registrar.add_constraint(Legion::ProcessorConstraint(Legion::Processor::LOC_PROC));
    registrar.set_leaf(is_leaf);
    if constexpr (std::is_void_v<T>) {
      Legion::Runtime::preregister_task_variant<TASK>(registrar, name);
    } else {
      Legion::Runtime::preregister_task_variant<T, TASK>(registrar, name);
    }
    return made;
  }();
  return id;
}

// A region and what it was made of.
struct Grid {
  Legion::IndexSpace space;
  Legion::FieldSpace fields;
  Legion::LogicalRegion region;
};

// `fields`: the id and the size in bytes of each.
inline Grid make_grid(Legion::Context ctx, Legion::Runtime* runtime, const Legion::Domain& domain,
                      const std::map<Legion::FieldID, size_t>& fields) {
  Grid grid;
  grid.space = runtime->create_index_space(ctx, domain);
  grid.fields = runtime->create_field_space(ctx);
  Legion::FieldAllocator allocator = runtime->create_field_allocator(ctx, grid.fields);
  for (const auto& [field, bytes] : fields) allocator.allocate_field(bytes, field);
  grid.region = runtime->create_logical_region(ctx, grid.space, grid.fields);
  return grid;
}

inline void destroy(Legion::Context ctx, Legion::Runtime* runtime, const Grid& grid) {
  runtime->destroy_logical_region(ctx, grid.region);
  runtime->destroy_field_space(ctx, grid.fields);
  runtime->destroy_index_space(ctx, grid.space);
}

constexpr int kWorkerCounts[] = {1, 2, 3, 7};

}  // namespace palatine::test
