// What mappers must know of programs in C++ that the core does not: they have descriptions of their tasks,
// variants, and names of fields and layouts of their own.
#pragma once

#include <string>
#include <vector>

#include "legion/mapping/mapper_runtime.h"

namespace palatine::legion {

class DescribedTask;
class Task;
struct CatalogTask;

class CppFace {
 public:
  virtual ~CppFace() = default;

  // False for tasks that stand for other operations, which mappers are not asked about.
  virtual bool is_shown(const Task& task) const = 0;
  // Of a single task, a point of an index launch, or the main task.
  virtual void describe(DescribedTask& description, const Task& task) const = 0;
  // Of the index launch that a point is part of.
  virtual void describe_launch(DescribedTask& description, const Task& point) const = 0;
  // Null when no task with this id is registered. Entries never go.
  virtual const CatalogTask* find_task(Legion::TaskID id) const = 0;
  virtual Legion::VariantID launched_variant(const Task& task) const = 0;
  // Before the task is released; false when its launch is not made for this variant.
  virtual bool choose_variant(Task& task, Legion::VariantID variant) const = 0;
  // Before the task is released: it begins without this requirement being mapped.
  virtual void map_virtually(Task& task, unsigned requirement) const = 0;

  // The same: the requirement's fields lie in memory that is like that while the task runs. Behind the
  // requirements come the output regions, whose buffers are made like that.
  virtual void choose_layout(Task& task, unsigned requirement,
                             const Legion::LayoutConstraintSet& layout) const = 0;

  // Null, or the constraint that no memory of a region of `dim` dimensions fulfils.
  virtual const Legion::LayoutConstraint* impossible(const Legion::LayoutConstraintSet& layout,
                                                     int dim) const = 0;
  // Whether tasks made the tree's data, as an output region: its instances lie as who looks for them asks.
  virtual bool has_output(Legion::RegionTreeID tree) const = 0;
  // Whether the region's own memory of so many fields is not like that.
  virtual bool needs_own_memory(const Legion::LayoutConstraintSet& layout, int dim, size_t fields) const = 0;

  // Where a field lies in the core's regions; -1 when the field space lacks it.
  virtual int slot_of(Legion::FieldSpace fields, Legion::FieldID field) const = 0;
  virtual std::vector<Legion::FieldID> fields_of(Legion::FieldSpace fields) const = 0;
  virtual std::string name_of(Legion::FieldSpace fields, Legion::FieldID field) const = 0;

  // Null when there is none.
  virtual const Legion::LayoutConstraintSet* find_layout(Legion::LayoutConstraintID id) const = 0;
  virtual Legion::LayoutConstraintID add_layout(const Legion::LayoutConstraintSet& constraints) const = 0;
};

// Null while a program in another language runs.
extern const CppFace* cpp_face;

}  // namespace palatine::legion
