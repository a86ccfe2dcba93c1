// Random programs, run in parallel and compared with a sequential reading: regions of one to three
// dimensions, two partitions that overlap each other, a nested one, fields in several groups, all privileges,
// futures as arguments, nested tasks, index launches with and without interference, fills, inline mappings
// and fences.
//
// Section 5 of the language reference: a program gives the result of its sequential reading.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

#include "contract/runtime/support.h"

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

// A region of the program: a root or a subregion.
struct Node {
  int root;
  Box box;
  api::Region handle;
};

struct PartitionPlan {
  int parent;  // node
  std::array<int64_t, 3> colors;
  int first_child;  // nodes, in the order of colours
  int child_count;
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
    {"a", api::ParamKind::region, offsetof(Args, regions), 4},
    {"b", api::ParamKind::region, offsetof(Args, regions) + 4, 4},
    {"task", api::ParamKind::value, offsetof(Args, task), 4},
    {"seed", api::ParamKind::value, offsetof(Args, seed), 8},
    {"input", api::ParamKind::value, offsetof(Args, input), 8},
};

// What a task does to its regions; `at(param, field, x, y, z)` gives an element.
template <typename At>
uint64_t work(const TaskPlan& task, const Box* boxes, uint64_t seed, uint64_t input, At at) {
  uint64_t h = mix(seed, input);
  for (size_t r = 0; r < task.requirements.size(); ++r) {
    const api::RequirementDesc& requirement = task.requirements[r];
    for (uint16_t f : task.fields[r]) {
      uint64_t k = 0;
      boxes[requirement.param].for_each([&](int64_t x, int64_t y, int64_t z) {
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
      roots.push_back(p.nodes[static_cast<size_t>(r)].box);
      size_t n = 0;
      roots.back().for_each([&](int64_t, int64_t, int64_t) { ++n; });
      for (uint16_t f : kUsed) result.data[static_cast<size_t>(r)][f].assign(n, 0);
    }
  }

  uint64_t run_task(int task_index, const int* node_roots, const Box* boxes, uint64_t seed, uint64_t input) {
    const TaskPlan& task = *program.tasks[static_cast<size_t>(task_index)];
    auto at = [&](int param, uint16_t f, int64_t x, int64_t y, int64_t z) -> uint64_t& {
      size_t r = static_cast<size_t>(node_roots[param]);
      return result.data[r][f][position(roots[r], x, y, z)];
    };
    if (task.nested < 0) return work(task, boxes, seed, input, at);
    uint64_t h = mix(seed, input);
    if (task.nested_colors == 0) {
      for (uint64_t k = 0; k < 2; ++k) h = mix(h, run_task(task.nested, node_roots, boxes, seed + k, h));
      return h;
    }
    std::array<int64_t, 3> colors = {task.nested_colors, 1, 1};
    for (int64_t c = 0; c < task.nested_colors; ++c) {
      Box part = block(boxes[0], colors, {c, 0, 0});
      Box both[] = {part, boxes[1]};
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
        Box boxes[kMaxParams];
        for (int p = 0; p < kMaxParams; ++p) {
          node_roots[p] = program.nodes[static_cast<size_t>(nodes[p])].root;
          boxes[p] = program.nodes[static_cast<size_t>(nodes[p])].box;
        }
        return run_task(op.task, node_roots, boxes, seed, input);
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
          node.box.for_each([&](int64_t x, int64_t y, int64_t z) {
            result.data[r][op.field][position(roots[r], x, y, z)] = op.seed;
          });
          break;
        }
        case Kind::map: {
          const Node& node = program.nodes[static_cast<size_t>(op.nodes[0])];
          size_t r = static_cast<size_t>(node.root);
          node.box.for_each([&](int64_t x, int64_t y, int64_t z) {
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
Box bounds_n(api::Context& context, api::Region region) {
  api::Rect<N> rect = context.bounds<N>(context.region_ispace(region));
  Box box{N, {}, {}};
  for (int d = 0; d < N; ++d) {
    box.lo[d] = api::component(rect.lo, d);
    box.hi[d] = api::component(rect.hi, d);
  }
  return box;
}

Box bounds(api::Context& context, api::Region region, int dim) {
  return dim == 1   ? bounds_n<1>(context, region)
         : dim == 2 ? bounds_n<2>(context, region)
                    : bounds_n<3>(context, region);
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
  Box boxes[kMaxParams];
  for (int p = 0; p < kMaxParams; ++p) boxes[p] = bounds(context, args.regions[p], program.dim);
  if (task.nested < 0) {
    *static_cast<uint64_t*>(result) =
        work(task, boxes, args.seed, args.input,
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
        context.create_partition_equal(args.regions[0], create_ispace(context, colors), {"test.rg", 4});
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
    node.handle = context.create_region(create_ispace(context, node.box), field_space, {"r", {"test.rg", 5}});
    uint64_t zero = 0;
    for (uint16_t f : kUsed) context.fill(node.handle, f, &zero, 8, {"test.rg", 6});
  }
  for (PartitionPlan& partition : program.partitions) {
    Box colors{dim, {0, 0, 0}, {}};
    for (int d = 0; d < 3; ++d) colors.hi[d] = partition.colors[d] - 1;
    partition.handle =
        context.create_partition_equal(program.nodes[static_cast<size_t>(partition.parent)].handle,
                                       create_ispace(context, colors), {"test.rg", 7});
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
        node.box.for_each([&](int64_t x, int64_t y, int64_t z) {
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
      node.box.for_each([&](int64_t x, int64_t y, int64_t z) { out.push_back(element(address, x, y, z)); });
      context.unmap(&desc, 1);
    }
    context.destroy_region(node.handle);
  }
}

// ---- making programs

int pick(std::mt19937_64& random, int n) {
  return static_cast<int>(random() % static_cast<uint64_t>(n));
}

void add_partition(Program& program, int parent, std::array<int64_t, 3> colors) {
  Box box = program.nodes[static_cast<size_t>(parent)].box;
  for (int d = box.dim; d < 3; ++d) colors[d] = 1;
  PartitionPlan partition{parent, colors, static_cast<int>(program.nodes.size()), 0, {}};
  Box color_box{box.dim, {0, 0, 0}, {colors[0] - 1, colors[1] - 1, colors[2] - 1}};
  color_box.for_each([&](int64_t x, int64_t y, int64_t z) {
    program.nodes.push_back(
        {program.nodes[static_cast<size_t>(parent)].root, block(box, colors, {x, y, z}), {}});
    ++partition.child_count;
  });
  program.partitions.push_back(partition);
}

Program make_program(uint64_t seed, int op_count) {
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
    program.nodes.push_back({r, box, {}});
  }
  for (int r = 0; r < program.root_count; ++r) {
    int first = static_cast<int>(program.nodes.size());
    add_partition(program, r, {4, 2, 2});
    add_partition(program, r, {3, 2, 1});
    add_partition(program, first, {2, 2, 1});
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

TEST_P(OracleTest, RandomProgramsGiveTheSequentialResult) {
  api::TaskDesc main = plain_task("main", &main_body);
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    Program program = make_program(seed, 150);
    Oracle oracle(program);
    oracle.run();
    Result result;
    current_program = &program;
    current_result = &result;
    ASSERT_EQ(run_program(main, {"-ll:cpu", std::to_string(GetParam().workers), "-lg:window",
                                 std::to_string(GetParam().window), "-ll:csize", "64"}),
              0);
    ASSERT_EQ(result.values, oracle.result.values) << "seed " << seed;
    ASSERT_TRUE(result == oracle.result) << "seed " << seed;
  }
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
