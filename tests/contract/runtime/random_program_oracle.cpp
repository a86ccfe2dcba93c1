// The sequential reading of a random program.
#include "contract/runtime/random_program.h"

namespace palatine::test {

static size_t position(const Box& root, int64_t x, int64_t y, int64_t z) {
  int64_t nx = root.hi[0] - root.lo[0] + 1, ny = root.hi[1] - root.lo[1] + 1;
  return static_cast<size_t>(((z - root.lo[2]) * ny + (y - root.lo[1])) * nx + (x - root.lo[0]));
}

namespace {

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
    if (task.nested < 0) {
      const uint64_t value = work(task, regions, seed, input, at);
      return task.is_void() ? 0 : value;
    }
    uint64_t h = mix(seed, input);
    if (task.nests_on_temporary) {
      const Box box = temporary_box(program.dim);
      const Points both[] = {Points(box), regions[1]};
      const int both_roots[] = {static_cast<int>(roots.size()), node_roots[1]};
      roots.push_back(box);
      result.data.emplace_back();
      for (uint16_t f : kUsed) result.data.back()[f].assign(both[0].all.size(), seed);
      for (uint64_t k = 0; k < 2; ++k) h = mix(h, run_task(task.nested, both_roots, both, seed + k, 5));
      roots.pop_back();
      result.data.pop_back();
      return h;
    }
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
            value += launch(nodes, op.has_equal_args ? op.seed : op.seed + static_cast<uint64_t>(k)) *
                     static_cast<uint64_t>(value + 1);
          }
          if (op.is_silent) value = 0;
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
        case Kind::copy:
        case Kind::fold: {
          const Node& from = program.nodes[static_cast<size_t>(op.nodes[0])];
          const Node& to = program.nodes[static_cast<size_t>(op.nodes[1])];
          const size_t a = static_cast<size_t>(from.root), b = static_cast<size_t>(to.root);
          from.points.for_each([&](int64_t x, int64_t y, int64_t z) {
            if (!to.points.contains({x, y, z})) return;
            uint64_t& target = result.data[b][op.target_field][position(roots[b], x, y, z)];
            const uint64_t source = result.data[a][op.field][position(roots[a], x, y, z)];
            target = op.kind == Kind::fold ? target + source : source;
          });
          break;
        }
        case Kind::renew:
          for (uint16_t f : kUsed) {
            std::vector<uint64_t>& values = result.data[static_cast<size_t>(op.nodes[0])][f];
            std::fill(values.begin(), values.end(), 0);
          }
          break;
        case Kind::repartition:
        case Kind::fence:
        case Kind::soft_fence:
        case Kind::begin_trace:
        case Kind::end_trace:
          break;
      }
      result.values.push_back(value);
    }
  }
};

}  // namespace

Result run_sequentially(const Program& program) {
  Oracle oracle(program);
  oracle.run();
  return oracle.result;
}

}  // namespace palatine::test
