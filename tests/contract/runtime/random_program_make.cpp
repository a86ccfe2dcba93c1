// Makes random programs.
#include <random>

#include "contract/runtime/random_program.h"

namespace palatine::test {

static const api::ParamDesc kParams[] = {
    {"a", api::ParamKind::region, offsetof(Args, regions), sizeof(api::Region)},
    {"b", api::ParamKind::region, offsetof(Args, regions) + sizeof(api::Region), sizeof(api::Region)},
    {"task", api::ParamKind::value, offsetof(Args, task), 4},
    {"seed", api::ParamKind::value, offsetof(Args, seed), 8},
    {"input", api::ParamKind::value, offsetof(Args, input), 8},
};

// What every task does (random_program_run.cpp).
void random_task(api::Context& context, const void* args, void* result);
void random_silent_task(api::Context& context, const void* args, void* result);
// The same with work of a device.
void random_gpu_task(api::Context& context, const void* args, void* result);

namespace {

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

// Operations that end the replay of a trace.
bool interrupts(const Op& op) {
  return op.kind == Kind::map || op.kind == Kind::repartition || op.kind == Kind::renew;
}

// Runs of operations become traces that are executed some times, with other values each time; now and then
// with an operation more or less, or with one between two executions. Some runs become two traces that take
// turns, in one order or in any.
void repeat_in_traces(Program& program, std::mt19937_64& random) {
  const std::vector<Op> ops = std::move(program.ops);
  program.ops.clear();
  // Where the operation stands now: futures are its results.
  std::vector<int> place(ops.size());
  auto append = [&](size_t k, uint64_t change) {
    Op op = ops[k];
    op.seed += change;
    if (op.future >= 0) op.future = place[static_cast<size_t>(op.future)];
    place[k] = static_cast<int>(program.ops.size());
    program.ops.push_back(op);
  };
  auto mark = [&](Kind kind, uint64_t id) {
    Op op;
    op.kind = kind;
    op.seed = id;
    program.ops.push_back(op);
  };
  // Index launches without results alone, often enough for lanes (legion/lanes.h); now and then there is one
  // execution of another kind, and something else between two of them.
  auto repeat_in_lanes = [&](const std::vector<size_t>& body) {
    const uint64_t id = 7 + random() % 2;
    const int executions = 6 + pick(random, 30);
    const size_t part = 1 + static_cast<size_t>(pick(random, static_cast<int>(body.size())));
    for (int e = 0; e < executions; ++e) {
      const bool is_odd = pick(random, 12) == 0;
      mark(Kind::begin_trace, id);
      for (size_t j = 0; j < (is_odd ? part : body.size()); ++j) {
        Op op = ops[body[j]];
        op.seed += static_cast<uint64_t>(e);
        op.is_silent = true;
        program.ops.push_back(op);
      }
      mark(Kind::end_trace, id);
      if (pick(random, 16) == 0) mark(pick(random, 2) == 0 ? Kind::fence : Kind::soft_fence, 0);
      if (pick(random, 16) == 0) {
        Op op = ops[body[0]];
        op.is_silent = true;
        program.ops.push_back(op);
      }
    }
  };
  for (size_t k = 0; k < ops.size();) {
    if (pick(random, 6) == 0) {
      std::vector<size_t> body;
      for (size_t j = k; j < std::min(ops.size(), k + 24) && body.size() < 5; ++j) {
        const bool is_suitable = ops[j].kind == Kind::index_launch && ops[j].future < 0;
        if (is_suitable && pick(random, 3) != 0) body.push_back(j);
      }
      if (!body.empty()) repeat_in_lanes(body);
    }
    if (pick(random, 3) != 0) {
      append(k++, 0);
      continue;
    }
    const size_t end = std::min(ops.size(), k + 1 + static_cast<size_t>(pick(random, 8)));
    const bool may_interrupt = pick(random, 8) == 0;
    std::vector<size_t> body;
    for (size_t j = k; j < end; ++j) {
      if (may_interrupt || !interrupts(ops[j])) body.push_back(j);
    }
    const uint64_t id = 1 + random() % 3;
    const bool is_split = body.size() >= 2 && pick(random, 3) == 0;
    const bool is_in_order = pick(random, 3) != 0;
    const size_t middle =
        is_split ? 1 + static_cast<size_t>(pick(random, static_cast<int>(body.size()) - 1)) : 0;
    const int executions = (is_split ? 4 : 2) + pick(random, 5);
    const bool is_steady = pick(random, 2) == 0;
    // The first `repeats` of a part.
    const int repeats = 1 + pick(random, 2);
    for (int e = 0; e < executions; ++e) {
      const auto part = is_split ? static_cast<uint64_t>(e < 2 || is_in_order ? e % 2 : pick(random, 2)) : 0;
      const size_t begin = is_split && part == 1 ? middle : 0;
      const size_t end_of_part = is_split && part == 0 ? middle : body.size();
      for (int times = 0; times < (is_split && part == 1 ? repeats : 1); ++times) {
        mark(Kind::begin_trace, id + 3 * part);
        const bool changes = !is_steady && pick(random, 4) == 0;
        const size_t at =
            begin + static_cast<size_t>(pick(random, static_cast<int>(end_of_part - begin) + 1));
        for (size_t j = begin; j < end_of_part; ++j) {
          // One that comes later would need a future that is not there yet.
          if (changes && j == at) append(body[static_cast<size_t>(pick(random, static_cast<int>(j) + 1))], 7);
          if (changes && j == at && pick(random, 2) && e > 1) continue;
          append(body[j], static_cast<uint64_t>(e));
        }
        mark(Kind::end_trace, id + 3 * part);
      }
      if (!is_steady && pick(random, 4) == 0)
        append(static_cast<size_t>(pick(random, static_cast<int>(k) + 1)), 9);
    }
    // All that stands here has been appended, but for what interrupts.
    for (size_t j = k; j < end; ++j) {
      if (!may_interrupt && interrupts(ops[j])) append(j, 0);
    }
    k = end;
  }
}

}  // namespace

Program make_program(uint64_t seed, int op_count, bool is_sparse, bool has_temporaries, bool has_traces,
                     bool has_gpu_tasks) {
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
      task->nests_on_temporary = has_temporaries && pick(random, 2);
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
    desc.body = &random_task;
    if (has_gpu_tasks && desc.is_leaf && pick(random, 3) != 0) {
      desc.gpu_body = &random_gpu_task;
      // Its launchers do not wait for the device.
      if (pick(random, 2) == 0) desc.result_size_bytes = 0;
      desc.gpu_repeats = desc.result_size_bytes == 0;
      for (api::RequirementDesc& requirement : task->requirements)
        requirement.overwrites =
            requirement.privilege == api::Privilege::write_discard && pick(random, 2) == 0;
    }
    task->silent = desc;
    task->silent.result_size_bytes = 0;
    task->silent.body = &random_silent_task;
    task->silent.gpu_body = nullptr;
    program.tasks.push_back(std::move(task));
  }
  for (int k = 0; k < op_count; ++k) {
    Op op;
    int dice = pick(random, 100);
    op.kind = dice < 52   ? Kind::launch
              : dice < 67 ? Kind::index_launch
              : dice < 75 ? Kind::computed_launch
              : dice < 81 ? Kind::fill
              : dice < 86 ? Kind::copy
              : dice < 88 ? Kind::fold
              : dice < 94 ? Kind::map
              : dice < 96 ? Kind::repartition
              : dice < 97 ? Kind::renew
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
    op.has_equal_args = op.seed % 3 == 0;
    op.field = kUsed[static_cast<size_t>(pick(random, static_cast<int>(kUsed.size())))];
    op.target_field = kUsed[static_cast<size_t>(pick(random, static_cast<int>(kUsed.size())))];
    op.writes = pick(random, 2);
    if (op.kind == Kind::renew) op.nodes[0] = pick(random, program.root_count);
    if (k > 0 && pick(random, 4) == 0) {
      int source = pick(random, k);
      Kind kind = program.ops[static_cast<size_t>(source)].kind;
      const int launched = program.ops[static_cast<size_t>(source)].task;
      if (program.tasks[static_cast<size_t>(launched)]->is_void()) {
        // There is nothing to pass on.
      } else if (kind == Kind::launch || kind == Kind::index_launch || kind == Kind::computed_launch)
        op.future = source;
    }
    program.ops.push_back(op);
  }
  if (has_traces) repeat_in_traces(program, random);
  return program;
}

}  // namespace palatine::test
