// Random programs for the runtime, with their sequential reading.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "runtime/api/palatine_api.h"

namespace palatine::test {

constexpr int kFields = 70;  // two groups of 64
// The fields that tasks use.
constexpr std::array<uint16_t, 5> kUsed = {0, 1, 2, 63, 66};

inline uint64_t mix(uint64_t h, uint64_t v) {
  h ^= v + 0x9e3779b97f4a7c15ull + (h << 6) + (h >> 2);
  return h * 0xff51afd7ed558ccdull;
}

struct Box {
  int dim;
  std::array<int64_t, 3> lo{}, hi{};

  template <typename Visit>
  void for_each(Visit visit) const {
    for (int64_t z = lo[2]; z <= hi[2]; ++z) {
      for (int64_t y = lo[1]; y <= hi[1]; ++y) {
        for (int64_t x = lo[0]; x <= hi[0]; ++x) visit(x, y, z);
      }
    }
  }
};

// A block of an equal partition, by the rule of the language reference (3.9).
inline Box block(const Box& box, const std::array<int64_t, 3>& colors, const std::array<int64_t, 3>& c) {
  Box result = box;
  for (int d = 0; d < box.dim; ++d) {
    int64_t extent = box.hi[d] - box.lo[d] + 1;
    int64_t length = (extent + colors[d] - 1) / colors[d];
    result.lo[d] = box.lo[d] + c[d] * length;
    result.hi[d] = std::min(result.lo[d] + length - 1, box.hi[d]);
  }
  return result;
}

using Coordinates = std::array<int64_t, 3>;

inline bool comes_before(const Coordinates& a, const Coordinates& b) {
  return std::tie(a[2], a[1], a[0]) < std::tie(b[2], b[1], b[0]);
}

// The points of a region, the first dimension fastest.
struct Points {
  int dim = 1;
  std::vector<Coordinates> all;

  Points() = default;
  explicit Points(const Box& box) : dim(box.dim) {
    box.for_each([&](int64_t x, int64_t y, int64_t z) { all.push_back({x, y, z}); });
  }
  template <typename Visit>
  void for_each(Visit visit) const {
    for (const Coordinates& p : all) visit(p[0], p[1], p[2]);
  }
  bool contains(const Coordinates& p) const {
    return std::binary_search(all.begin(), all.end(), p, comes_before);
  }
  template <typename Keep>
  Points filter(Keep keep) const {
    Points result;
    result.dim = dim;
    for (const Coordinates& p : all) {
      if (keep(p)) result.all.push_back(p);
    }
    return result;
  }
  Box bounds() const {
    Box box{dim, {0, 0, 0}, {0, 0, 0}};
    if (all.empty()) {
      box.hi[0] = -1;
      return box;
    }
    box.lo = box.hi = all[0];
    for (const Coordinates& p : all) {
      for (size_t d = 0; d < 3; ++d) {
        box.lo[d] = std::min(box.lo[d], p[d]);
        box.hi[d] = std::max(box.hi[d], p[d]);
      }
    }
    return box;
  }
  bool is_dense() const {
    size_t volume = 0;
    if (!all.empty()) bounds().for_each([&](int64_t, int64_t, int64_t) { ++volume; });
    return volume == all.size();
  }
};

inline bool is_in(const Box& box, const Coordinates& p) {
  for (size_t d = 0; d < 3; ++d) {
    if (p[d] < box.lo[d] || p[d] > box.hi[d]) return false;
  }
  return true;
}

// What nested tasks make of their region: blocks of its bounds.
inline Points block_of(const Points& points, const std::array<int64_t, 3>& colors,
                       const std::array<int64_t, 3>& c) {
  const Box box = block(points.bounds(), colors, c);
  return points.filter([&](const Coordinates& p) { return is_in(box, p); });
}

// A region of the program: a root or a subregion.
struct Node {
  int root;
  Points points;
  api::Region handle;
};

enum class Make { equal, coloring, unite, intersect, subtract };

struct PartitionPlan {
  Make make;
  int parent;  // node
  std::array<int64_t, 3> colors;
  int first_child;  // nodes, in the order of colours
  int child_count;
  std::vector<std::vector<Box>> boxes;  // of colorings, by colour; they may overlap
  int operands[2] = {0, 0};             // partitions, of set operations
  api::Partition handle;
};

constexpr int kMaxParams = 2;
constexpr int kDescs = 24;

// A task of the program: its descriptor with the tables that it points to.
struct TaskPlan {
  int param_count;
  std::vector<api::RequirementDesc> requirements;
  std::vector<std::vector<uint16_t>> fields;
  api::TaskDesc desc = {};
  api::TaskDesc silent = {};  // the same without a result
  int nested = -1;            // the task that it launches, or -1
  int nested_colors = 0;      // on a partition of its own; 0: on its own region
  // On a region of its own in place of the first, filled with the seed, and deleted afterwards.
  bool nests_on_temporary = false;
  // It has no result, and stands for 0.
  bool is_void() const { return desc.result_size_bytes == 0; }
};

struct Args {
  api::Region regions[kMaxParams];
  uint32_t task;
  uint32_t colors_dim;
  uint64_t seed;
  uint64_t input;  // from a future
};

enum class Kind {
  launch,
  index_launch,
  computed_launch,
  fill,
  copy,  // from nodes[0] to nodes[1]
  fold,  // likewise, and adds
  map,
  repartition,  // deletes partitions[0] with all below, and makes it again
  renew,        // deletes root nodes[0], and makes it again, filled with 0
  fence,
  soft_fence,
  begin_trace,  // number `seed`
  end_trace,
};

struct Op {
  Kind kind;
  int task = 0;
  int nodes[kMaxParams] = {0, 0};
  int partitions[kMaxParams] = {0, 0};
  // The colours of an index launch, and whether its second region is the same for all points.
  int first = 0, count = 0;
  bool is_invariant = false;
  // Of an index launch: nobody wants its result.
  bool is_silent = false;
  uint64_t seed = 0;
  bool has_equal_args = false;  // the points of a launch, but for their regions
  int future = -1;              // the operation whose result is an argument
  uint16_t field = 0;
  uint16_t target_field = 0;
  bool writes = false;
};

struct Program {
  int dim;
  std::vector<Node> nodes;
  std::vector<PartitionPlan> partitions;
  std::vector<std::unique_ptr<TaskPlan>> tasks;
  std::vector<Op> ops;
  int root_count;
  // Everything is complete before the data is read at the end.
  bool ends_with_fence = false;
};

// Point k of a computed launch uses some colours twice.
inline int color_of_point(const Op& op, const PartitionPlan& partition, int k) {
  return (op.first + (op.kind == Kind::computed_launch ? 2 * k : k)) % partition.child_count;
}

inline int second_node(const Op& op, const PartitionPlan& partition, int k) {
  return op.is_invariant ? op.nodes[1] : partition.first_child + (op.first + k) % partition.child_count;
}

// The data of the sequential reading: by root and field, of the root's box.
using Data = std::vector<std::array<std::vector<uint64_t>, kFields>>;

struct Result {
  Data data;
  std::vector<uint64_t> values;  // of operations that have one
  bool operator==(const Result&) const = default;
};

// What a task does to its regions; `at(param, field, x, y, z)` gives an element.
template <typename At>
uint64_t work(const TaskPlan& task, const Points* regions, uint64_t seed, uint64_t input, At at) {
  uint64_t h = mix(seed, input);
  for (size_t r = 0; r < task.requirements.size(); ++r) {
    const api::RequirementDesc& requirement = task.requirements[r];
    for (uint16_t f : task.fields[r]) {
      uint64_t k = 0;
      regions[requirement.param].for_each([&](int64_t x, int64_t y, int64_t z) {
        uint64_t& value = at(requirement.param, f, x, y, z);
        switch (requirement.privilege) {
          case api::Privilege::read:
            h = mix(h, value);
            break;
          case api::Privilege::read_write:
            value = mix(value, h + k);
            h = mix(h, value);
            break;
          case api::Privilege::write_discard:
            value = mix(seed + f, k);
            break;
          case api::Privilege::reduce:
            value += mix(seed, k);
            break;
          case api::Privilege::none:
            break;
        }
        ++k;
      });
    }
  }
  return h;
}

// The region that a task makes for itself.
inline Box temporary_box(int dim) {
  return Box{dim, {2, 0, 0}, {8, 0, 0}};
}

// Makes the program of a number; `is_sparse`: with partitions that have holes and overlap; `has_temporaries`:
// tasks make regions; `has_traces`: parts are repeated within traces, often the same way; `has_gpu_tasks`:
// some tasks have bodies for GPUs.
Program make_program(uint64_t seed, int op_count, bool is_sparse, bool has_temporaries = false,
                     bool has_traces = false, bool has_gpu_tasks = false);
Result run_sequentially(const Program& program);
// With the flags of the command line. Several programs must not run at once.
Result run_in_parallel(const Program& program, std::vector<std::string> flags, int* exit_code);
// Fails unless both give the same, and the schedule checker agrees where it can look. Without it
// (`is_checked`) the runtime also runs short tasks where they are launched.
void expect_sequential_result(const Program& program, std::vector<std::string> flags, bool is_checked = true);

}  // namespace palatine::test
