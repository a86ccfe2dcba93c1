// Descriptions of task variants and layouts. Source: Legion's API, sections 2 and 9.
#pragma once

#include <map>
#include <set>
#include <string>

#include "legion/constraints.h"
#include "legion/pool_bounds.h"

namespace Legion {

// The command line without the runtime's own flags.
struct InputArgs {
  char** argv;
  int argc;
};

struct RegistrationCallbackArgs {
  Machine machine;
  Runtime* runtime;
  std::set<Processor> local_procs;
  UntypedBuffer buffer;
};

struct LayoutConstraintRegistrar {
  FieldSpace handle;
  LayoutConstraintSet layout_constraints;
  const char* layout_name = nullptr;

  LayoutConstraintRegistrar() = default;
  LayoutConstraintRegistrar(FieldSpace fields, const char* name = nullptr)
      : handle(fields), layout_name(name) {}
  template <typename Constraint>
  LayoutConstraintRegistrar& add_constraint(const Constraint& constraint) {
    layout_constraints.add_constraint(constraint);
    return *this;
  }
};

struct TaskVariantRegistrar {
  TaskID task_id = 0;
  bool global_registration = true;
  const char* task_variant_name = nullptr;
  ExecutionConstraintSet execution_constraints;
  TaskLayoutConstraintSet layout_constraints;
  std::map<Memory::Kind, PoolBounds> leaf_pool_bounds;
  std::set<TaskID> generator_tasks;
  bool leaf_variant = false;
  bool inner_variant = false;
  bool idempotent_variant = false;
  bool replicable_variant = false;
  bool concurrent_variant = false;
  bool concurrent_barrier = false;

  TaskVariantRegistrar() = default;
  TaskVariantRegistrar(TaskID task, bool global = true, const char* variant_name = nullptr)
      : task_id(task), global_registration(global), task_variant_name(variant_name) {}
  TaskVariantRegistrar(TaskID task, const char* variant_name, bool global = true)
      : task_id(task), global_registration(global), task_variant_name(variant_name) {}

  template <typename Constraint>
  TaskVariantRegistrar& add_constraint(const Constraint& constraint) {
    execution_constraints.add_constraint(constraint);
    return *this;
  }
  TaskVariantRegistrar& add_layout_constraint_set(unsigned index, LayoutConstraintID layout) {
    layout_constraints.add_layout_constraint(index, layout);
    return *this;
  }
  void set_leaf(bool is_leaf = true) { leaf_variant = is_leaf; }
  void set_inner(bool is_inner = true) { inner_variant = is_inner; }
  void set_idempotent(bool is_idempotent = true) { idempotent_variant = is_idempotent; }
  void set_replicable(bool is_replicable = true) { replicable_variant = is_replicable; }
  void set_concurrent(bool is_concurrent = true) { concurrent_variant = is_concurrent; }
  void set_concurrent_barrier(bool needs_barrier = true) { concurrent_barrier = needs_barrier; }
  void add_generator_task(TaskID task) { generator_tasks.insert(task); }
};

}  // namespace Legion
