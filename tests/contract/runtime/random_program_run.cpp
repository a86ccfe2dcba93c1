// Runs a random program on the runtime.
#include <gtest/gtest.h>

#include <map>
#include <utility>

#include "contract/runtime/random_program.h"
#include "contract/runtime/support.h"
#include "runtime/api/palatine_kernel.h"
#include "runtime/device/device.h"
#include "runtime/legion/gpu/gpu_context.h"
#include "runtime/legion/include/legion/legion_c.h"

namespace palatine::test {

namespace {

const std::vector<api::FieldDesc> kFieldDescs(kFields, api::FieldDesc{"f", 8, 8});
const api::FieldSpaceDesc kFieldSpace{"fs", kFieldDescs.data(), kFields};

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

uint64_t result_of(api::Context& context, api::Future& future) {
  return future.state() ? future.get<uint64_t>(context) : 0;
}

void task_body(api::Context& context, const void* raw, void* result) {
  const Args& args = *static_cast<const Args*>(raw);
  const Program& program = *current_program;
  const TaskPlan& task = *program.tasks[args.task];
  Points regions[kMaxParams];
  for (int p = 0; p < kMaxParams; ++p) regions[p] = points_of(context, args.regions[p], program.dim);
  if (task.nested < 0) {
    const uint64_t value = work(task, regions, args.seed, args.input,
                                [&](int param, uint16_t f, int64_t x, int64_t y, int64_t z) -> uint64_t& {
                                  return element(context.field(args.regions[param], f), x, y, z);
                                });
    if (!task.is_void()) *static_cast<uint64_t*>(result) = value;
    return;
  }
  uint64_t h = mix(args.seed, args.input);
  api::LaunchSiteDesc site{&program.tasks[static_cast<size_t>(task.nested)]->desc, {"test.rg", 3}};
  Args inner = args;
  inner.task = static_cast<uint32_t>(task.nested);
  if (task.nests_on_temporary) {
    inner.regions[0] = context.create_region(create_ispace(context, temporary_box(program.dim)), kFieldSpace,
                                             {"temporary", {"test.rg", 15}});
    for (uint16_t f : kUsed) context.fill(inner.regions[0], f, &args.seed, 8, {"test.rg", 16});
    inner.input = 5;
    api::Future futures[2];
    for (uint64_t k = 0; k < 2; ++k) {
      inner.seed = args.seed + k;
      futures[k] = context.launch(site, &inner, nullptr, 0);
    }
    context.destroy_region(inner.regions[0]);
    for (api::Future& future : futures) h = mix(h, result_of(context, future));
  } else if (task.nested_colors == 0) {
    for (uint64_t k = 0; k < 2; ++k) {
      inner.seed = args.seed + k;
      inner.input = h;
      api::Future future = context.launch(site, &inner, nullptr, 0);
      h = mix(h, result_of(context, future));
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
    for (api::Future& future : futures) h = mix(h, result_of(context, future));
    context.destroy_partition(partition);
  }
  *static_cast<uint64_t*>(result) = h;
}

// Not commutative: the order of the points matters.
void fold(void* accumulator, const void* value) {
  uint64_t& sum = *static_cast<uint64_t*>(accumulator);
  sum += *static_cast<const uint64_t*>(value) * (sum + 1);
}

void add_row(void* target, const void* source, uint64_t count) {
  for (uint64_t k = 0; k < count; ++k)
    static_cast<uint64_t*>(target)[k] += static_cast<const uint64_t*>(source)[k];
}

void main_body(api::Context& context, const void*, void*) {
  Program program;
  program.nodes = current_program->nodes;
  program.partitions = current_program->partitions;
  int dim = current_program->dim;
  auto make_root = [&](int r) {
    Node& node = program.nodes[static_cast<size_t>(r)];
    node.handle = context.create_region(create_ispace(context, node.points.bounds()), kFieldSpace,
                                        {"r", {"test.rg", 5}});
    uint64_t zero = 0;
    for (uint16_t f : kUsed) context.fill(node.handle, f, &zero, 8, {"test.rg", 6});
  };
  auto make = [&](PartitionPlan& partition) {
    Box colors{dim, {0, 0, 0}, {}};
    for (size_t d = 0; d < 3; ++d) colors.hi[d] = partition.colors[d] - 1;
    partition.handle = make_partition(context, program, partition, colors);
    int child = partition.first_child;
    colors.for_each([&](int64_t x, int64_t y, int64_t z) {
      program.nodes[static_cast<size_t>(child++)].handle =
          subregion(context, partition.handle, dim, {x, y, z});
    });
  };
  // Partitions stand behind those that their parents are pieces of.
  auto make_again = [&](auto is_lost) {
    std::vector<bool> is_new(program.nodes.size(), false);
    for (size_t k = 0; k < program.partitions.size(); ++k) {
      PartitionPlan& partition = program.partitions[k];
      if (!is_lost(k) && !is_new[static_cast<size_t>(partition.parent)]) continue;
      make(partition);
      for (int c = 0; c < partition.child_count; ++c)
        is_new[static_cast<size_t>(partition.first_child + c)] = true;
    }
  };
  for (int r = 0; r < current_program->root_count; ++r) make_root(r);
  for (PartitionPlan& partition : program.partitions) make(partition);
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
        const bool is_void = op.is_silent || task.is_void();
        api::IndexLaunchSiteDesc site{op.is_silent ? &task.silent : &task.desc,
                                      {"test.rg", 9},
                                      projections,
                                      is_void ? nullptr : &fold,
                                      true,
                                      false};
        api::IndexLauncher launcher(context, site, static_cast<uint64_t>(op.count));
        std::vector<Args> all_args;
        std::vector<api::IndexLauncher::Source> sources;
        for (int k = 0; k < op.count; ++k) {
          Args& point_args = all_args.emplace_back(args);
          point_args.regions[0] =
              program.nodes[static_cast<size_t>(a.first_child + color_of_point(op, a, k))].handle;
          point_args.regions[1] = program.nodes[static_cast<size_t>(second_node(op, b, k))].handle;
          if (!op.has_equal_args) point_args.seed = op.seed + static_cast<uint64_t>(k);
          for (api::Region region : point_args.regions) sources.push_back(region);
        }
        void* const equal = op.has_equal_args
                                ? launcher.equal_args(sources.data(), static_cast<uint32_t>(sources.size()))
                                : nullptr;
        if (equal) {
          *static_cast<Args*>(equal) = args;
        } else {
          for (const Args& point_args : all_args) *static_cast<Args*>(launcher.point_args()) = point_args;
        }
        if (op.future >= 0) launcher.add_future(future_arg);
        const uint64_t initial = 0;
        future = is_void ? launcher.issue() : launcher.issue(&initial);
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
      case Kind::copy:
      case Kind::fold: {
        const api::CopyField field{op.field, op.target_field, op.kind == Kind::fold ? &add_row : nullptr};
        context.copy(program.nodes[static_cast<size_t>(op.nodes[0])].handle,
                     program.nodes[static_cast<size_t>(op.nodes[1])].handle, &field, 1, {}, {"test.rg", 14});
        break;
      }
      case Kind::repartition: {
        const size_t which = static_cast<size_t>(op.partitions[0]);
        context.destroy_partition(program.partitions[which].handle);
        make_again([&](size_t k) { return k == which; });
        break;
      }
      case Kind::renew:
        context.destroy_region(program.nodes[static_cast<size_t>(op.nodes[0])].handle);
        make_root(op.nodes[0]);
        make_again([&](size_t k) { return program.partitions[k].parent == op.nodes[0]; });
        break;
      case Kind::fence:
        context.execution_fence(true);
        break;
      case Kind::soft_fence:
        context.execution_fence(false);
        break;
      case Kind::begin_trace:
        context.begin_trace(op.seed);
        break;
      case Kind::end_trace:
        context.end_trace(op.seed);
        break;
    }
    futures.push_back(future);
    values.push_back(value);
  }
  for (size_t k = 0; k < futures.size(); ++k) {
    if (futures[k].state()) values[k] = result_of(context, futures[k]);
  }
  if (current_program->ends_with_fence) context.execution_fence(true);
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

}  // namespace

void random_task(api::Context& context, const void* args, void* result) {
  task_body(context, args, result);
}

void random_silent_task(api::Context& context, const void* args, void*) {
  uint64_t unused;
  task_body(context, args, &unused);
}

namespace {

struct Kernel {
  Args args;
  const TaskPlan* task;
  Points regions[kMaxParams];
  std::map<std::pair<int, uint16_t>, api::FieldAddress> addresses;
  uint64_t* result;
  // Launched again and again; a graph owns it.
  bool is_kept;
};

void run_kernel(const device::HostKernelPoint&, void* const* arguments) {
  Kernel* const self = *static_cast<Kernel* const*>(arguments[0]);
  const std::unique_ptr<Kernel> owned(self->is_kept ? nullptr : self);
  const uint64_t value = work(*self->task, self->regions, self->args.seed, self->args.input,
                              [&](int param, uint16_t f, int64_t x, int64_t y, int64_t z) -> uint64_t& {
                                return element(self->addresses.at({param, f}), x, y, z);
                              });
  if (!self->task->is_void()) *self->result = value;
}

const api::KernelImages kNoImages{"", "there are none", nullptr, 0};
const api::KernelModule kKernels{"random", &kNoImages};
const api::KernelDesc kKernel{"random", &kKernels, &run_kernel, "random", {"test.rg", 17}};

}  // namespace

// The same as a kernel, by the addresses of the device.
void random_gpu_task(api::Context& context, const void* raw, void* result) {
  auto* kernel = new Kernel;
  kernel->args = *static_cast<const Args*>(raw);
  kernel->task = current_program->tasks[kernel->args.task].get();
  kernel->result = static_cast<uint64_t*>(result);
  const TaskPlan& task = *kernel->task;
  for (int p = 0; p < kMaxParams; ++p)
    kernel->regions[p] = points_of(context, kernel->args.regions[p], current_program->dim);
  for (size_t r = 0; r < task.requirements.size(); ++r) {
    const int param = task.requirements[r].param;
    for (uint16_t f : task.fields[r])
      kernel->addresses[{param, f}] = context.field(kernel->args.regions[param], f);
  }
  kernel->is_kept = legion::gpu::keep(context, [kernel] { delete kernel; });
  api::launch_kernel(context, kKernel, {}, {}, &kernel, sizeof(kernel));
}

Result run_in_parallel(const Program& program, std::vector<std::string> flags, int* exit_code) {
  const api::TaskDesc main = plain_task("main", &main_body);
  Result result;
  current_program = &program;
  current_result = &result;
  std::vector<const api::TaskDesc*> tasks;
  for (const auto& task : program.tasks) tasks.push_back(&task->desc);
  *exit_code = run_program(main, std::move(flags), tasks);
  return result;
}

void expect_sequential_result(const Program& program, std::vector<std::string> flags, bool is_checked) {
  const Result expected = run_sequentially(program);
  if (kChecksSchedule && is_checked) flags.push_back("-lg:check");
  int exit_code = -1;
  const Result result = run_in_parallel(program, std::move(flags), &exit_code);
  ASSERT_EQ(exit_code, 0);
  ASSERT_EQ(result.values, expected.values);
  ASSERT_TRUE(result == expected);
}

}  // namespace palatine::test
