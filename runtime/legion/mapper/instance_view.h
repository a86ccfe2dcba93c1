// Instances as mappers see them: views of the one place where a region tree's data lies.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "legion/mapping/mapper_runtime.h"
#include "runtime/legion/box.h"

namespace palatine::legion {

class Forest;
struct RootRegion;

struct InstanceView {
  enum class Kind { normal, reduction, virtual_ };
  unsigned long id = 0;
  Kind kind = Kind::normal;
  uint32_t root = 0;  // id of the root; 0 for the virtual one
  Legion::FieldSpace field_space;
  Legion::RegionTreeID tree_id = 0;
  std::set<Legion::FieldID> fields;
  Legion::ReductionOpID redop = 0;
  Legion::Domain domain;
  // Whether `domain` is less than the tree.
  bool is_partial = false;
  // Whether tasks get memory of their own, because the tree's is not like `layout`.
  bool has_own_memory = false;
  size_t size_bytes = 0;
  Legion::Memory memory;
  // What the instance satisfies.
  Legion::LayoutConstraintSet layout;
  Legion::LayoutConstraintID layout_id = 0;

  // Whether it has all points of a box.
  bool covers(const Box& box) const;
};
typedef std::shared_ptr<InstanceView> InstancePointer;

// The instances of a program. Any thread may use it.
class InstanceViews {
 public:
  InstanceViews(Forest& forest, Legion::Memory memory) : forest_(forest), memory_(memory) {}

  struct Request {
    Legion::Memory memory;
    const Legion::LayoutConstraintSet& constraints;
    RootRegion* root;
    Legion::FieldSpace field_space;
    Legion::RegionTreeID tree_id;
    // Whether the regions are the whole tree.
    bool is_whole;
    bool is_tight;
    // Around the regions.
    Legion::Domain bounds;
  };
  // Null when the request cannot be met; then `*unsat` is the constraint.
  InstancePointer create(const Request& request, size_t* footprint, const Legion::LayoutConstraint** unsat);
  // Null when there is none.
  InstancePointer find(const Request& request);
  std::vector<InstancePointer> find_all(const Request& request);
  // The instance with all fields of a tree; made when it is first asked for.
  InstancePointer whole(RootRegion& root, Legion::FieldSpace field_space, Legion::RegionTreeID tree_id);
  // Fields that an operation before in program order was mapped to: what is valid then.
  void mark_valid(const RootRegion& root, const std::set<Legion::FieldID>& fields);
  bool is_valid(const RootRegion& root, const std::set<Legion::FieldID>& fields);
  // Whether the data still exists.
  bool is_alive(const InstanceView& view) const;

 private:
  bool check(const Request& request, const Legion::LayoutConstraint** unsat) const;
  // The order of the elements and what is around them, of programs whose tasks use the tree's own memory.
  bool check_layout(const Request& request, const Legion::LayoutConstraint** unsat) const;
  InstancePointer make(RootRegion& root, Legion::FieldSpace field_space, Legion::RegionTreeID tree_id);
  static bool fits(const InstanceView& view, const Request& request);

  Forest& forest_;
  const Legion::Memory memory_;
  std::mutex mutex_;
  unsigned long next_id_ = 1;
  std::unordered_map<uint32_t, std::set<Legion::FieldID>> valid_;
  std::unordered_map<uint32_t, std::list<InstancePointer>> by_root_;
};

}  // namespace palatine::legion
