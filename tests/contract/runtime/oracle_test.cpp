// Random programs, run in parallel and compared with a sequential reading: regions of one to three
// dimensions, partitions that overlap each other, nested ones, sparse ones and ones whose own subregions
// overlap (by coloring, and by union, intersection and difference of others), fields in several groups, all
// privileges, futures as arguments, nested tasks, index launches with and without interference, fills, inline
// mappings and fences.
//
// Section 5 of the language reference: a program gives the result of its sequential reading.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <tuple>

#include "contract/runtime/support.h"
#include "runtime/legion/include/legion/legion_c.h"

namespace palatine::test {
namespace {

constexpr int kFields = 70;  // two groups of 64
// The fields that tasks use.
constexpr std::array<uint16_t, 5> kUsed = {0, 1, 2, 63, 66};

uint64_t mix(uint64_t h, uint64_t v) {
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
Box block(const Box& box, const std::array<int64_t, 3>& colors, const std::array<int64_t, 3>& c) {
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

bool comes_before(const Coordinates& a, const Coordinates& b) {
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

bool is_in(const Box& box, const Coordinates& p) {
  for (size_t d = 0; d < 3; ++d) {
    if (p[d] < box.lo[d] || p[d] > box.hi[d]) return false;
  }
  return true;
}

// What nested tasks make of their region: blocks of its bounds.
Points block_of(const Points& points, const std::array<int64_t, 3>& colors, const std::array<int64_t, 3>& c) {
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
  int nested = -1;        // the task that it launches, or -1
  int nested_colors = 0;  // on a partition of its own; 0: on its own region
};

struct Args {
  api::Region regions[kMaxParams];
  uint32_t task;
  uint32_t colors_dim;
  uint64_t seed;
  uint64_t input;  // from a future
};

enum class Kind { launch, index_launch, computed_launch, fill, map, fence, soft_fence };

struct Op {
  Kind kind;
  int task = 0;
  int nodes[kMaxParams] = {0, 0};
  int partitions[kMaxParams] = {0, 0};
  // The colours of an index launch, and whether its second region is the same for all points.
  int first = 0, count = 0;
  bool is_invariant = false;
  uint64_t seed = 0;
  int future = -1;  // the operation whose result is an argument
  uint16_t field = 0;
  bool writes = false;
};

struct Program {
  int dim;
  std::vector<Node> nodes;
  std::vector<PartitionPlan> partitions;
  std::vector<std::unique_ptr<TaskPlan>> tasks;
  std::vector<Op> ops;
  int root_count;
};

// Point k of a computed launch uses some colours twice.
int color_of_point(const Op& op, const PartitionPlan& partition, int k) {
  return (op.first + (op.kind == Kind::computed_launch ? 2 * k : k)) % partition.child_count;
}

int second_node(const Op& op, const PartitionPlan& partition, int k) {
  return op.is_invariant ? op.nodes[1] : partition.first_child + (op.first + k) % partition.child_count;
}

// The data of the sequential reading: by root and field, of the root's box.
using Data = std::vector<std::array<std::vector<uint64_t>, kFields>>;

struct Result {
  Data data;
  std::vector<uint64_t> values;  // of operations that have one
  bool operator==(const Result&) const = default;
};

const api::ParamDesc kParams[] = {
    {"a", api::ParamKind::region, offsetof(Args, regions), sizeof(api::Region)},
    {"b", api::ParamKind::region, offsetof(Args, regions) + sizeof(api::Region), sizeof(api::Region)},
    {"task", api::ParamKind::value, offsetof(Args, task), 4},
    {"seed", api::ParamKind::value, offsetof(Args, seed), 8},
    {"input", api::ParamKind::value, offsetof(Args, input), 8},
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

// ---- the sequential reading

size_t position(const Box& root, int64_t x, int64_t y, int64_t z) {
  int64_t nx = root.hi[0] - root.lo[0] + 1, ny = root.hi[1] - root.lo[1] + 1;
  return static_cast<size_t>(((z - root.lo[2]) * ny + (y - root.lo[1])) * nx + (x - root.lo[0]));
}

struct Oracle {
  const Program& program;
  Result result;
  std::vector<Box> roots;

  explicit Oracle(const Program& p) : program(p) {
    result.data.resize(static_cast<size_t>(p.root_count));
    for (int r = 0; r < p.root_count; ++r) {
      roots.push_back(p.nodes[static_cast<size_t>(r)].points.bounds());
      size_t n = 0;
      roots.back().for_each([&](int64_t, int64_t, int64_t) { ++n; });
      for (uint16_t f : kUsed) result.data[static_cast<size_t>(r)][f].assign(n, 0);
    }
  }

  uint64_t run_task(int task_index, const int* node_roots, const Points* regions, uint64_t seed,
                    uint64_t input) {
    const TaskPlan& task = *program.tasks[static_cast<size_t>(task_index)];
    auto at = [&](int param, uint16_t f, int64_t x, int64_t y, int64_t z) -> uint64_t& {
      size_t r = static_cast<size_t>(node_roots[param]);
      return result.data[r][f][position(roots[r], x, y, z)];
    };
    if (task.nested < 0) return work(task, regions, seed, input, at);
    uint64_t h = mix(seed, input);
    if (task.nested_colors == 0) {
      for (uint64_t k = 0; k < 2; ++k) h = mix(h, run_task(task.nested, node_roots, regions, seed + k, h));
      return h;
    }
    std::array<int64_t, 3> colors = {task.nested_colors, 1, 1};
    for (int64_t c = 0; c < task.nested_colors; ++c) {
      const Points both[] = {block_of(regions[0], colors, {c, 0, 0}), regions[1]};
      h = mix(h, run_task(task.nested, node_roots, both, seed + static_cast<uint64_t>(c), 7));
    }
    return h;
  }

  void run() {
    for (const Op& op : program.ops) {
      uint64_t value = 0;
      uint64_t input = op.future >= 0 ? result.values[static_cast<size_t>(op.future)] : 3;
      auto launch = [&](const int* nodes, uint64_t seed) {
        int node_roots[kMaxParams];
        Points regions[kMaxParams];
        for (int p = 0; p < kMaxParams; ++p) {
          node_roots[p] = program.nodes[static_cast<size_t>(nodes[p])].root;
          regions[p] = program.nodes[static_cast<size_t>(nodes[p])].points;
        }
        return run_task(op.task, node_roots, regions, seed, input);
      };
      switch (op.kind) {
        case Kind::launch:
          value = launch(op.nodes, op.seed);
          break;
        case Kind::index_launch:
        case Kind::computed_launch: {
          const PartitionPlan& a = program.partitions[static_cast<size_t>(op.partitions[0])];
          const PartitionPlan& b = program.partitions[static_cast<size_t>(op.partitions[1])];
          for (int k = 0; k < op.count; ++k) {
            int nodes[] = {a.first_child + color_of_point(op, a, k), second_node(op, b, k)};
            value += launch(nodes, op.seed + static_cast<uint64_t>(k)) * static_cast<uint64_t>(value + 1);
          }
          break;
        }
        case Kind::fill: {
          const Node& node = program.nodes[static_cast<size_t>(op.nodes[0])];
          size_t r = static_cast<size_t>(node.root);
          node.points.for_each([&](int64_t x, int64_t y, int64_t z) {
            result.data[r][op.field][position(roots[r], x, y, z)] = op.seed;
          });
          break;
        }
        case Kind::map: {
          const Node& node = program.nodes[static_cast<size_t>(op.nodes[0])];
          size_t r = static_cast<size_t>(node.root);
          node.points.for_each([&](int64_t x, int64_t y, int64_t z) {
            uint64_t& v = result.data[r][op.field][position(roots[r], x, y, z)];
            if (op.writes) v = mix(v, op.seed);
            value = mix(value, v);
          });
          break;
        }
        case Kind::fence:
        case Kind::soft_fence:
          break;
      }
      result.values.push_back(value);
    }
  }
};

// ---- the parallel run

const Program* current_program;
Result* current_result;

template <int N>
api::PointOf<N> point(const std::array<int64_t, 3>& c) {
  api::PointOf<N> p;
  for (int d = 0; d < N; ++d) api::component(p, d) = c[d];
  return p;
}

api::Ispace create_ispace(api::Context& context, const Box& box) {
  switch (box.dim) {
    case 1:
      return context.create_ispace<1>({point<1>(box.lo), point<1>(box.hi)});
    case 2:
      return context.create_ispace<2>({point<2>(box.lo), point<2>(box.hi)});
    default:
      return context.create_ispace<3>({point<3>(box.lo), point<3>(box.hi)});
  }
}

template <int N>
Points points_n(api::Context& context, api::Region region) {
  Points points;
  points.dim = N;
  for (const api::Rect<N>& rect : api::boxes<N>(context, context.region_ispace(region))) {
    Box box{N, {}, {}};
    for (int d = 0; d < N; ++d) {
      box.lo[d] = api::component(rect.lo, d);
      box.hi[d] = api::component(rect.hi, d);
    }
    box.for_each([&](int64_t x, int64_t y, int64_t z) { points.all.push_back({x, y, z}); });
  }
  std::sort(points.all.begin(), points.all.end(), comes_before);
  return points;
}

Points points_of(api::Context& context, api::Region region, int dim) {
  return dim == 1   ? points_n<1>(context, region)
         : dim == 2 ? points_n<2>(context, region)
                    : points_n<3>(context, region);
}

constexpr api::PartitionInfo kNoClaim{api::Claim::none, api::Claim::none, {"test.rg", 7}};

// Colour c of the first axis gets block c of the bounds.
template <int N>
api::Partition blocks_n(api::Context& context, api::Region region, const Box& bounds, int64_t count,
                        api::Ispace colors) {
  const Box first = block(bounds, {count, 1, 1}, {0, 0, 0});
  api::Transform<N, N> transform{};
  transform.e[0][0] = first.hi[0] - first.lo[0] + 1;
  // The last block may be cut at the bounds; the region's own points see to that.
  Box whole = first;
  whole.hi[0] = first.lo[0] + transform.e[0][0] - 1;
  return context.create_partition_by_restriction<N, N>(
      region, transform, {point<N>(whole.lo), point<N>(whole.hi)}, colors, kNoClaim);
}

api::Partition blocks(api::Context& context, api::Region region, const Points& points, int64_t count,
                      api::Ispace colors) {
  const Box bounds = points.bounds();
  switch (bounds.dim) {
    case 1:
      return blocks_n<1>(context, region, bounds, count, colors);
    case 2:
      return blocks_n<2>(context, region, bounds, count, colors);
    default:
      return blocks_n<3>(context, region, bounds, count, colors);
  }
}

// By the C interface's coloring.
api::Partition by_coloring(api::Context& context, api::Region region, const PartitionPlan& plan,
                           const Box& colors, api::Ispace color_space) {
  legion_multi_domain_point_coloring_t coloring = legion_multi_domain_point_coloring_create();
  size_t k = 0;
  colors.for_each([&](int64_t x, int64_t y, int64_t z) {
    const legion_domain_point_t color = {colors.dim, {x, y, z}};
    for (const Box& box : plan.boxes[k]) {
      legion_domain_t domain = {};
      domain.dim = box.dim;
      for (int d = 0; d < box.dim; ++d) {
        domain.rect_data[d] = box.lo[static_cast<size_t>(d)];
        domain.rect_data[box.dim + d] = box.hi[static_cast<size_t>(d)];
      }
      legion_multi_domain_point_coloring_color_domain(coloring, color, domain);
    }
    ++k;
  });
  api::Partition partition =
      context.create_partition_by_coloring(region, coloring.impl, color_space, kNoClaim);
  legion_multi_domain_point_coloring_destroy(coloring);
  return partition;
}

api::Partition make_partition(api::Context& context, const Program& program, const PartitionPlan& plan,
                              const Box& colors) {
  const Node& parent = program.nodes[static_cast<size_t>(plan.parent)];
  auto operand = [&](int k) { return program.partitions[static_cast<size_t>(plan.operands[k])].handle; };
  api::Ispace color_space = create_ispace(context, colors);
  switch (plan.make) {
    case Make::equal:
      return context.create_partition_equal(parent.handle, color_space, {"test.rg", 7});
    case Make::coloring:
      return by_coloring(context, parent.handle, plan, colors, color_space);
    case Make::unite:
      return context.partition_union(operand(0), operand(1), kNoClaim);
    case Make::intersect:
      return context.partition_intersection(operand(0), operand(1), kNoClaim);
    case Make::subtract:
      return context.partition_difference(operand(0), operand(1), kNoClaim);
  }
  return {};
}

api::Region subregion(api::Context& context, api::Partition partition, int dim,
                      const std::array<int64_t, 3>& c) {
  api::SourceLoc loc{"test.rg", 2};
  switch (dim) {
    case 1:
      return context.subregion<1>(partition, point<1>(c), loc);
    case 2:
      return context.subregion<2>(partition, point<2>(c), loc);
    default:
      return context.subregion<3>(partition, point<3>(c), loc);
  }
}

uint64_t& element(const api::FieldAddress& address, int64_t x, int64_t y, int64_t z) {
  return *reinterpret_cast<uint64_t*>(address.base + x * address.stride_bytes[0] +
                                      y * address.stride_bytes[1] + z * address.stride_bytes[2]);
}

void task_body(api::Context& context, const void* raw, void* result) {
  const Args& args = *static_cast<const Args*>(raw);
  const Program& program = *current_program;
  const TaskPlan& task = *program.tasks[args.task];
  Points regions[kMaxParams];
  for (int p = 0; p < kMaxParams; ++p) regions[p] = points_of(context, args.regions[p], program.dim);
  if (task.nested < 0) {
    *static_cast<uint64_t*>(result) =
        work(task, regions, args.seed, args.input,
             [&](int param, uint16_t f, int64_t x, int64_t y, int64_t z) -> uint64_t& {
               return element(context.field(args.regions[param], f), x, y, z);
             });
    return;
  }
  uint64_t h = mix(args.seed, args.input);
  api::LaunchSiteDesc site{&program.tasks[static_cast<size_t>(task.nested)]->desc, {"test.rg", 3}};
  Args inner = args;
  inner.task = static_cast<uint32_t>(task.nested);
  if (task.nested_colors == 0) {
    for (uint64_t k = 0; k < 2; ++k) {
      inner.seed = args.seed + k;
      inner.input = h;
      h = mix(h, context.launch(site, &inner, nullptr, 0).get<uint64_t>(context));
    }
  } else {
    Box colors{program.dim, {0, 0, 0}, {task.nested_colors - 1, 0, 0}};
    api::Partition partition =
        regions[0].is_dense()
            ? context.create_partition_equal(args.regions[0], create_ispace(context, colors), {"test.rg", 4})
            : blocks(context, args.regions[0], regions[0], task.nested_colors,
                     create_ispace(context, colors));
    std::vector<api::Future> futures;
    for (int64_t c = 0; c < task.nested_colors; ++c) {
      inner.regions[0] = subregion(context, partition, program.dim, {c, 0, 0});
      inner.seed = args.seed + static_cast<uint64_t>(c);
      inner.input = 7;
      futures.push_back(context.launch(site, &inner, nullptr, 0));
    }
    for (api::Future& future : futures) h = mix(h, future.get<uint64_t>(context));
    context.destroy_partition(partition);
  }
  *static_cast<uint64_t*>(result) = h;
}

// Not commutative: the order of the points matters.
void fold(void* accumulator, const void* value) {
  uint64_t& sum = *static_cast<uint64_t*>(accumulator);
  sum += *static_cast<const uint64_t*>(value) * (sum + 1);
}

void main_body(api::Context& context, const void*, void*) {
  Program program;
  program.nodes = current_program->nodes;
  program.partitions = current_program->partitions;
  static std::vector<api::FieldDesc> field_descs = [] {
    std::vector<api::FieldDesc> descs;
    for (int f = 0; f < kFields; ++f) descs.push_back({"f", 8, 8});
    return descs;
  }();
  api::FieldSpaceDesc field_space{"fs", field_descs.data(), kFields};
  int dim = current_program->dim;
  for (int r = 0; r < current_program->root_count; ++r) {
    Node& node = program.nodes[static_cast<size_t>(r)];
    node.handle = context.create_region(create_ispace(context, node.points.bounds()), field_space,
                                        {"r", {"test.rg", 5}});
    uint64_t zero = 0;
    for (uint16_t f : kUsed) context.fill(node.handle, f, &zero, 8, {"test.rg", 6});
  }
  for (PartitionPlan& partition : program.partitions) {
    Box colors{dim, {0, 0, 0}, {}};
    for (int d = 0; d < 3; ++d) colors.hi[d] = partition.colors[d] - 1;
    partition.handle = make_partition(context, program, partition, colors);
    int child = partition.first_child;
    colors.for_each([&](int64_t x, int64_t y, int64_t z) {
      program.nodes[static_cast<size_t>(child++)].handle =
          subregion(context, partition.handle, dim, {x, y, z});
    });
  }
  std::vector<api::Future> futures;
  std::vector<uint64_t> values;
  for (const Op& op : current_program->ops) {
    api::Future future;
    uint64_t value = 0;
    const TaskPlan& task = *current_program->tasks[static_cast<size_t>(op.task)];
    Args args = {};
    args.task = static_cast<uint32_t>(op.task);
    args.seed = op.seed;
    args.input = 3;
    api::FutureArg future_arg{4, op.future >= 0 ? &futures[static_cast<size_t>(op.future)] : nullptr};
    switch (op.kind) {
      case Kind::launch: {
        for (int p = 0; p < kMaxParams; ++p)
          args.regions[p] = program.nodes[static_cast<size_t>(op.nodes[p])].handle;
        api::LaunchSiteDesc site{&task.desc, {"test.rg", 8}};
        future = context.launch(site, &args, &future_arg, op.future >= 0 ? 1 : 0);
        break;
      }
      case Kind::index_launch:
      case Kind::computed_launch: {
        const PartitionPlan& a = program.partitions[static_cast<size_t>(op.partitions[0])];
        const PartitionPlan& b = program.partitions[static_cast<size_t>(op.partitions[1])];
        api::Projection projections[] = {
            op.kind == Kind::computed_launch ? api::Projection::computed : api::Projection::identity,
            op.is_invariant                  ? api::Projection::invariant_region
            : a.child_count == b.child_count ? api::Projection::identity
                                             : api::Projection::computed,
            api::Projection::value, api::Projection::value, api::Projection::value};
        api::IndexLaunchSiteDesc site{&task.desc, {"test.rg", 9}, projections, &fold, true, false};
        api::IndexLauncher launcher(context, site, static_cast<uint64_t>(op.count));
        for (int k = 0; k < op.count; ++k) {
          Args& point_args = *static_cast<Args*>(launcher.point_args());
          point_args = args;
          point_args.regions[0] =
              program.nodes[static_cast<size_t>(a.first_child + color_of_point(op, a, k))].handle;
          point_args.regions[1] = program.nodes[static_cast<size_t>(second_node(op, b, k))].handle;
          point_args.seed = op.seed + static_cast<uint64_t>(k);
        }
        if (op.future >= 0) launcher.add_future(future_arg);
        const uint64_t initial = 0;
        future = launcher.issue(&initial);
        break;
      }
      case Kind::fill:
        context.fill(program.nodes[static_cast<size_t>(op.nodes[0])].handle, op.field, &op.seed, 8,
                     {"test.rg", 10});
        break;
      case Kind::map: {
        const Node& node = program.nodes[static_cast<size_t>(op.nodes[0])];
        api::MapDesc desc{node.handle, &op.field, 1,
                          op.writes ? api::Privilege::read_write : api::Privilege::read};
        context.map(&desc, 1, {"test.rg", 11});
        api::FieldAddress address = context.field(node.handle, op.field);
        node.points.for_each([&](int64_t x, int64_t y, int64_t z) {
          uint64_t& v = element(address, x, y, z);
          if (op.writes) v = mix(v, op.seed);
          value = mix(value, v);
        });
        context.unmap(&desc, 1);
        break;
      }
      case Kind::fence:
        context.execution_fence(true);
        break;
      case Kind::soft_fence:
        context.execution_fence(false);
        break;
    }
    futures.push_back(future);
    values.push_back(value);
  }
  for (size_t k = 0; k < futures.size(); ++k) {
    if (futures[k].state()) values[k] = futures[k].get<uint64_t>(context);
  }
  current_result->values = values;
  current_result->data.resize(static_cast<size_t>(current_program->root_count));
  for (int r = 0; r < current_program->root_count; ++r) {
    const Node& node = program.nodes[static_cast<size_t>(r)];
    for (const uint16_t& f : kUsed) {
      api::MapDesc desc{node.handle, &f, 1, api::Privilege::read};
      context.map(&desc, 1, {"test.rg", 12});
      api::FieldAddress address = context.field(node.handle, f);
      std::vector<uint64_t>& out = current_result->data[static_cast<size_t>(r)][f];
      node.points.for_each(
          [&](int64_t x, int64_t y, int64_t z) { out.push_back(element(address, x, y, z)); });
      context.unmap(&desc, 1);
    }
    context.destroy_region(node.handle);
  }
}

// ---- making programs

int pick(std::mt19937_64& random, int n) {
  return static_cast<int>(random() % static_cast<uint64_t>(n));
}

// Adds the children, one for each colour: `points(colour, its number)`.
template <typename Children>
int add_partition(Program& program, PartitionPlan partition, Children children) {
  partition.first_child = static_cast<int>(program.nodes.size());
  partition.child_count = 0;
  const int root = program.nodes[static_cast<size_t>(partition.parent)].root;
  const auto& n = partition.colors;
  Box color_box{program.dim, {0, 0, 0}, {n[0] - 1, n[1] - 1, n[2] - 1}};
  color_box.for_each([&](int64_t x, int64_t y, int64_t z) {
    Points points = children(Coordinates{x, y, z}, static_cast<size_t>(partition.child_count++));
    program.nodes.push_back({root, std::move(points), {}});
  });
  program.partitions.push_back(std::move(partition));
  return static_cast<int>(program.partitions.size()) - 1;
}

std::array<int64_t, 3> cut_to_dimension(int dim, std::array<int64_t, 3> colors) {
  for (int d = dim; d < 3; ++d) colors[static_cast<size_t>(d)] = 1;
  return colors;
}

void add_equal(Program& program, int parent, std::array<int64_t, 3> colors) {
  colors = cut_to_dimension(program.dim, colors);
  const Box box = program.nodes[static_cast<size_t>(parent)].points.bounds();
  add_partition(program, {Make::equal, parent, colors, 0, 0, {}, {}, {}},
                [&](const Coordinates& c, size_t) { return Points(block(box, colors, c)); });
}

// Some boxes for each colour, which overlap each other and those of other colours.
int add_coloring(Program& program, std::mt19937_64& random, int parent, std::array<int64_t, 3> colors) {
  colors = cut_to_dimension(program.dim, colors);
  const Points whole = program.nodes[static_cast<size_t>(parent)].points;
  const Box bounds = whole.bounds();
  PartitionPlan plan{Make::coloring, parent, colors, 0, 0, {}, {}, {}};
  for (int64_t k = 0; k < colors[0] * colors[1] * colors[2]; ++k) {
    std::vector<Box> boxes;
    for (int b = pick(random, 4); b > 0 && !whole.all.empty(); --b) {
      Box box = bounds;
      for (int d = 0; d < program.dim; ++d) {
        size_t e = static_cast<size_t>(d);
        box.lo[e] = bounds.lo[e] + pick(random, static_cast<int>(bounds.hi[e] - bounds.lo[e] + 1));
        box.hi[e] = box.lo[e] + pick(random, program.dim == 1 ? 6 : 3);
      }
      boxes.push_back(box);
    }
    plan.boxes.push_back(boxes);
  }
  const auto boxes = plan.boxes;
  return add_partition(program, std::move(plan), [&](const Coordinates&, size_t k) {
    return whole.filter([&](const Coordinates& p) {
      return std::any_of(boxes[k].begin(), boxes[k].end(), [&](const Box& box) { return is_in(box, p); });
    });
  });
}

// Colour by colour of two partitions of one parent, with as many colours.
void add_combination(Program& program, Make make, int first, int second) {
  const PartitionPlan a = program.partitions[static_cast<size_t>(first)];
  const PartitionPlan b = program.partitions[static_cast<size_t>(second)];
  const Points whole = program.nodes[static_cast<size_t>(a.parent)].points;
  PartitionPlan plan{make, a.parent, a.colors, 0, 0, {}, {first, second}, {}};
  add_partition(program, std::move(plan), [&](const Coordinates&, size_t k) {
    const Points x = program.nodes[static_cast<size_t>(a.first_child) + k].points;
    const Points y = program.nodes[static_cast<size_t>(b.first_child) + k].points;
    return whole.filter([&](const Coordinates& p) {
      return make == Make::unite       ? x.contains(p) || y.contains(p)
             : make == Make::intersect ? x.contains(p) && y.contains(p)
                                       : x.contains(p) && !y.contains(p);
    });
  });
}

Program make_program(uint64_t seed, int op_count, bool is_sparse) {
  std::mt19937_64 random(seed);
  Program program;
  program.dim = 1 + pick(random, 3);
  program.root_count = 1 + pick(random, 2);
  for (int r = 0; r < program.root_count; ++r) {
    Box box{program.dim, {0, 0, 0}, {0, 0, 0}};
    for (int d = 0; d < program.dim; ++d) {
      box.lo[d] = pick(random, 7) - 3;
      box.hi[d] = box.lo[d] + (program.dim == 1 ? 30 : program.dim == 2 ? 7 : 4) + pick(random, 5);
    }
    program.nodes.push_back({r, Points(box), {}});
  }
  for (int r = 0; r < program.root_count; ++r) {
    int first = static_cast<int>(program.nodes.size());
    add_equal(program, r, {4, 2, 2});
    add_equal(program, r, {3, 2, 1});
    add_equal(program, first, {2, 2, 1});
    if (!is_sparse) continue;
    int a = add_coloring(program, random, r, {5, 1, 1});
    int b = add_coloring(program, random, r, {5, 1, 1});
    const Make combinations[] = {Make::unite, Make::intersect, Make::subtract};
    add_combination(program, combinations[pick(random, 3)], a, b);
    const int piece = program.partitions[static_cast<size_t>(a)].first_child + pick(random, 5);
    add_coloring(program, random, piece, {3, 2, 1});
  }
  for (int t = 0; t < kDescs; ++t) {
    auto task = std::make_unique<TaskPlan>();
    task->param_count = kMaxParams;
    int used_params = 1 + pick(random, 2);
    for (int p = 0; p < used_params; ++p) {
      std::array<uint16_t, 5> fields = kUsed;
      std::shuffle(fields.begin(), fields.end(), random);
      size_t at = 0;
      int groups = 1 + pick(random, 2);
      for (int g = 0; g < groups; ++g) {
        std::vector<uint16_t> chosen(fields.begin() + static_cast<long>(at),
                                     fields.begin() + static_cast<long>(at) + 1 + pick(random, 2));
        at += chosen.size();
        std::sort(chosen.begin(), chosen.end());
        api::RequirementDesc requirement = {};
        requirement.param = static_cast<uint16_t>(p);
        const api::Privilege kinds[] = {api::Privilege::read, api::Privilege::read,
                                        api::Privilege::read_write, api::Privilege::write_discard,
                                        api::Privilege::reduce};
        requirement.privilege = kinds[pick(random, 5)];
        task->fields.push_back(chosen);
        task->requirements.push_back(requirement);
      }
    }
    // Later tasks may be nested in ones before them; privileges are the same, so that they suffice.
    if (t >= kDescs / 2 && pick(random, 2)) {
      task->nested = pick(random, kDescs / 2);
      const TaskPlan& inner = *program.tasks[static_cast<size_t>(task->nested)];
      task->requirements = inner.requirements;
      task->fields = inner.fields;
      task->nested_colors = pick(random, 4);
    }
    for (size_t r = 0; r < task->requirements.size(); ++r) {
      task->requirements[r].fields = task->fields[r].data();
      task->requirements[r].field_count = static_cast<uint16_t>(task->fields[r].size());
    }
    api::TaskDesc& desc = task->desc;
    desc.name = "work";
    desc.loc = {"test.rg", 13};
    desc.args_size_bytes = sizeof(Args);
    desc.args_align_bytes = alignof(Args);
    desc.result_size_bytes = 8;
    desc.params = kParams;
    desc.param_count = 5;
    desc.requirements = task->requirements.data();
    desc.requirement_count = static_cast<uint16_t>(task->requirements.size());
    desc.is_leaf = task->nested < 0 && pick(random, 4) != 0;
    desc.is_inner = task->nested >= 0;
    desc.body = &task_body;
    program.tasks.push_back(std::move(task));
  }
  for (int k = 0; k < op_count; ++k) {
    Op op;
    int dice = pick(random, 100);
    op.kind = dice < 60   ? Kind::launch
              : dice < 75 ? Kind::index_launch
              : dice < 83 ? Kind::computed_launch
              : dice < 90 ? Kind::fill
              : dice < 97 ? Kind::map
              : dice < 98 ? Kind::fence
                          : Kind::soft_fence;
    op.task = pick(random, kDescs);
    for (int p = 0; p < kMaxParams; ++p) {
      op.nodes[p] = pick(random, static_cast<int>(program.nodes.size()));
      op.partitions[p] = pick(random, static_cast<int>(program.partitions.size()));
    }
    if (pick(random, 3) == 0) op.partitions[1] = op.partitions[0];
    int colors = program.partitions[static_cast<size_t>(op.partitions[0])].child_count;
    if (pick(random, 3) == 0) {
      op.first = pick(random, colors);
      op.count = pick(random, colors - op.first + 1);
    } else {
      op.count = colors;
    }
    op.is_invariant = pick(random, 3) == 0;
    op.seed = random();
    op.field = kUsed[static_cast<size_t>(pick(random, static_cast<int>(kUsed.size())))];
    op.writes = pick(random, 2);
    if (k > 0 && pick(random, 4) == 0) {
      int source = pick(random, k);
      Kind kind = program.ops[static_cast<size_t>(source)].kind;
      if (kind == Kind::launch || kind == Kind::index_launch || kind == Kind::computed_launch)
        op.future = source;
    }
    program.ops.push_back(op);
  }
  return program;
}

struct Setting {
  int workers;
  int window;
};

class OracleTest : public testing::TestWithParam<Setting> {};

// Runs `count` programs, and compares.
void check_programs(const Setting& setting, uint64_t count, bool is_sparse) {
  api::TaskDesc main = plain_task("main", &main_body);
  for (uint64_t seed = 1; seed <= count; ++seed) {
    Program program = make_program(seed, 150, is_sparse);
    Oracle oracle(program);
    oracle.run();
    Result result;
    current_program = &program;
    current_result = &result;
    ASSERT_EQ(run_program(main, {"-ll:cpu", std::to_string(setting.workers), "-lg:window",
                                 std::to_string(setting.window), "-ll:csize", "64"}),
              0);
    ASSERT_EQ(result.values, oracle.result.values) << "seed " << seed;
    ASSERT_TRUE(result == oracle.result) << "seed " << seed;
  }
}

TEST_P(OracleTest, RandomProgramsGiveTheSequentialResult) {
  check_programs(GetParam(), 40, false);
}

TEST_P(OracleTest, AliasedAndSparsePartitionsGiveTheSequentialResult) {
  check_programs(GetParam(), 40, true);
}

INSTANTIATE_TEST_SUITE_P(Workers, OracleTest,
                         testing::Values(Setting{1, 1024}, Setting{2, 1024}, Setting{3, 1024},
                                         Setting{7, 1024}, Setting{1, 1}, Setting{3, 2}),
                         [](const auto& info) {
                           return "cpu" + std::to_string(info.param.workers) + "_window" +
                                  std::to_string(info.param.window);
                         });

}  // namespace
}  // namespace palatine::test
