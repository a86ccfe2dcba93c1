#include "contract/legion/random_program.h"

#include <map>
#include <optional>
#include <random>

#include "contract/legion/random_tasks.h"

namespace palatine::test {

namespace {

using namespace random_tasks;

template <int N>
class Program {
 public:
  Program(unsigned long seed, Context ctx, Runtime* runtime) : ctx_(ctx), runtime_(runtime), random_(seed) {}

  std::string run() {
    make();
    for (int step = 0; step < 30; step++) {
      if (below(6) == 0) {
        trace();
      } else {
        one(random_(), 0, true);
      }
    }
    std::string wrong = compare();
    for (Tree& tree : trees_) {
      runtime_->destroy_logical_region(ctx_, tree.region);
      runtime_->destroy_index_space(ctx_, tree.space);
    }
    runtime_->destroy_field_space(ctx_, fields_);
    runtime_->destroy_index_space(ctx_, colors_);
    return wrong;
  }

 private:
  struct Piece {
    LogicalRegion region;
    std::vector<size_t> points;  // of the tree's data, in the order of iteration
  };
  struct Pieces {
    int parent;  // the piece of the first partition that it cuts, or -1: the root
    IndexPartition index;
    LogicalPartition logical;
    bool is_disjoint;
    std::vector<Piece> pieces;
    LogicalRegion cut;
  };
  struct Tree {
    Rect<N> bounds;
    IndexSpaceT<N> space;
    LogicalRegion region;
    Piece whole;
    std::vector<Pieces> partitions;
    std::map<FieldID, std::vector<Value>> data;
    std::vector<size_t> pointers;  // by point: a point of the other tree
  };
  // A value that is computed, and what it must be.
  struct Expected {
    Future future;
    Value value;
    const char* of;
  };

  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned long>(n)); }
  size_t chosen(size_t n) { return static_cast<size_t>(below(static_cast<int>(n))); }

  size_t place(const Tree& tree, const Point<N>& p) const {
    size_t result = 0;
    for (int d = N - 1; d >= 0; d--)
      result = result * static_cast<size_t>(tree.bounds.hi[d] - tree.bounds.lo[d] + 1) +
               static_cast<size_t>(p[d] - tree.bounds.lo[d]);
    return result;
  }
  Piece piece_of(const Tree& tree, LogicalRegion region) {
    Piece piece{region, {}};
    const DomainT<N> domain =
        runtime_->get_index_space_domain(ctx_, IndexSpaceT<N>(region.get_index_space()));
    for (PointInDomainIterator<N> it(domain); it(); it++) piece.points.push_back(place(tree, *it));
    return piece;
  }

  void make() {
    colors_ = runtime_->create_index_space(ctx_, Rect<1>(0, kColors - 1));
    fields_ = runtime_->create_field_space(ctx_);
    FieldAllocator allocator = runtime_->create_field_allocator(ctx_, fields_);
    for (FieldID field : kFields) allocator.allocate_field(sizeof(Value), field);
    allocator.allocate_field(sizeof(Point<N>), kPointers);
    for (Tree& tree : trees_) {
      for (int d = 0; d < N; d++) {
        tree.bounds.lo[d] = below(7) - 3;
        tree.bounds.hi[d] = tree.bounds.lo[d] + (N == 1 ? 20 : N == 2 ? 5 : 2) + below(4);
      }
      tree.space = runtime_->create_index_space(ctx_, tree.bounds);
      tree.region = runtime_->create_logical_region(ctx_, tree.space, fields_);
      tree.whole = piece_of(tree, tree.region);
      for (FieldID field : kFields) {
        tree.data[field].assign(tree.whole.points.size(), field);
        runtime_->fill_field<Value>(ctx_, tree.region, tree.region, field, field);
      }
      for (int k = 0; k < 4; k++) tree.partitions.push_back(partition(tree, k));
    }
    for (int t = 0; t < 2; t++) point(static_cast<size_t>(t));
  }

  // Kinds: equal, windows that overlap, some boxes, an equal one of a piece.
  Pieces partition(Tree& tree, int kind) {
    Pieces result;
    result.parent = -1;
    result.cut = tree.region;
    if (kind == 3) {
      result.parent = below(kColors);
      result.cut = tree.partitions[0].pieces[static_cast<size_t>(result.parent)].region;
    }
    const IndexSpace parent = result.cut.get_index_space();
    if (kind == 1) {
      Transform<N, 1> stride;
      Rect<N> window = tree.bounds;
      for (int d = 0; d < N; d++) stride[d][0] = d == 0 ? 2 + below(4) : 0;
      window.hi[0] = window.lo[0] + 1 + below(8);
      result.index = runtime_->create_partition_by_restriction(ctx_, tree.space, colors_, stride, window);
    } else if (kind == 2) {
      std::map<DomainPoint, Domain> domains;
      for (int c = 0; c < kColors; c++) {
        if (below(4) == 0) continue;
        std::vector<Point<N>> points;
        const int density = 1 + below(3);
        for (PointInRectIterator<N> it(tree.bounds); it(); it++) {
          if (below(density + 1) == 0) points.push_back(*it);
        }
        if (points.empty()) continue;
        domains[c] = runtime_->get_index_space_domain(IndexSpace(runtime_->create_index_space(ctx_, points)));
      }
      result.index = runtime_->create_partition_by_domain(ctx_, tree.space, domains, colors_);
    } else {
      result.index = runtime_->create_equal_partition(ctx_, parent, colors_);
    }
    result.is_disjoint = kind == 0 || kind == 3;
    result.logical = runtime_->get_logical_partition(ctx_, result.cut, result.index);
    for (int c = 0; c < kColors; c++)
      result.pieces.push_back(
          piece_of(tree, runtime_->get_logical_subregion_by_color(result.logical, DomainPoint(c))));
    return result;
  }

  // New pointers from a tree into the other one.
  void point(size_t t) {
    Tree& tree = trees_[t];
    const Tree& other = trees_[1 - t];
    const Pointing<N> pointing{other.bounds, random_()};
    TaskLauncher launcher(task_id<void, point_to<N>>("point_to", true),
                          TaskArgument(&pointing, sizeof(pointing)));
    RegionRequirement write(tree.region, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, tree.region);
    write.add_field(kPointers);
    launcher.add_region_requirement(write);
    runtime_->execute_task(ctx_, launcher);
    tree.pointers.assign(tree.whole.points.size(), 0);
    for (size_t k = 0; k < tree.whole.points.size(); k++)
      tree.pointers[tree.whole.points[k]] = place(other, pointer(other.bounds, mix(pointing.seed, k)));
  }

  // ---- the sequential reading

  Value work_on(const Work& work, Value h, Tree* const* trees, const std::vector<size_t>* const* points) {
    for (int u = 0; u < work.use_count; u++) {
      const Use& use = work.uses[u];
      std::vector<Value>& data = trees[u]->data[use.field];
      for (Value k = 0; k < points[u]->size(); k++) {
        Value& value = data[(*points[u])[k]];
        if (use.does == Does::read) {
          h = mix(h, value);
        } else {
          value = changed(use.does, h, work.seed, k, value);
        }
      }
    }
    return h;
  }

  // ---- operations

  // What a launch uses: different fields, so that its own uses do not conflict.
  struct Shape {
    Work work;
    Tree* trees[kMaxUses];
  };
  Shape shape(Value salt) {
    Shape result{};
    result.work.use_count = 1 + below(kMaxUses);
    const int first = below(3);
    for (int u = 0; u < result.work.use_count; u++) {
      result.work.uses[u] = {static_cast<Does>(below(5)), kFields[(first + u) % 3]};
      result.trees[u] = &trees_[chosen(2)];
    }
    result.work.seed = random_() + salt;
    return result;
  }
  const Piece& some_piece(const Tree& tree) {
    const size_t k = chosen(tree.partitions.size() + 1);
    return k == tree.partitions.size() ? tree.whole : tree.partitions[k].pieces[chosen(kColors)];
  }

  // Adds a result of before as argument, now and then; its value.
  template <typename Launcher>
  std::optional<Value> add_future(Launcher& launcher) {
    if (expected_.empty() || below(3) != 0) return std::nullopt;
    const Expected& input = expected_[chosen(expected_.size())];
    launcher.add_future(input.future);
    return input.value;
  }

  // A predicate on a result of before, and whether it holds.
  std::pair<Predicate, bool> predicate() {
    const Expected input = expected_.empty() ? Expected{Future::from_value<Value>(1), 1, ""}
                                             : expected_[chosen(expected_.size())];
    TaskLauncher launcher(task_id<bool, is_odd>("is_odd", true), TaskArgument());
    launcher.add_future(input.future);
    Predicate result = runtime_->create_predicate(ctx_, runtime_->execute_task(ctx_, launcher));
    const bool holds = input.value % 2 == 1;
    if (below(2)) return {result, holds};
    return {runtime_->predicate_not(ctx_, result), !holds};
  }

  void single(Value salt) {
    Shape s = shape(salt);
    const bool divides = below(3) == 0;
    const std::vector<size_t>* points[kMaxUses];
    std::vector<RegionRequirement> requirements;
    Pieces* halves = nullptr;
    if (divides) {
      // The first region is one that a partition cuts.
      halves = &s.trees[0]->partitions[chosen(s.trees[0]->partitions.size())];
      s.work.halves = halves->logical;
    }
    for (int u = 0; u < s.work.use_count; u++) {
      const Piece& piece = some_piece(*s.trees[u]);
      const bool is_cut = u == 0 && halves;
      points[u] = &piece.points;
      Use use = s.work.uses[u];
      // The pieces need not have all points of the region: it keeps the others.
      if (is_cut && use.does == Does::write) use.does = Does::update;
      requirements.push_back(requirement_of(is_cut ? halves->cut : piece.region, s.trees[u]->region, use));
    }
    TaskLauncher launcher(divides ? dividing<N>(below(2)) : operating<N>(true),
                          TaskArgument(&s.work, sizeof(s.work)));
    for (const RegionRequirement& requirement : requirements) launcher.add_region_requirement(requirement);
    Value h = s.work.seed;
    if (const std::optional<Value> input = add_future(launcher)) h = mix(h, *input);
    const Value otherwise = 42;
    bool runs = true;
    if (below(6) == 0) {
      auto [condition, holds] = predicate();
      launcher.predicate = condition;
      launcher.set_predicate_false_result(TaskArgument(&otherwise, sizeof(otherwise)));
      runs = holds;
    }
    Value result = otherwise;
    if (runs && divides) {
      Value sum = 0;
      for (int c = 0; c < kColors; c++) {
        Work part = s.work;
        part.seed = mix(h, static_cast<Value>(c));
        points[0] = &halves->pieces[static_cast<size_t>(c)].points;
        sum = mix(sum, work_on(part, part.seed, s.trees, points));
      }
      result = sum;
    } else if (runs) {
      result = work_on(s.work, h, s.trees, points);
    }
    expect(runtime_->execute_task(ctx_, launcher), result,
           divides ? "a task that launches others" : "a task");
  }

  void all_pieces(Value salt, bool in_epoch) {
    Shape s = shape(salt);
    ArgumentMap map;
    Value extra[kColors];
    bool has_extra[kColors];
    for (int c = 0; c < kColors; c++) {
      extra[c] = random_() + salt;
      has_extra[c] = below(2);
      if (has_extra[c]) map.set_point(DomainPoint(c), TaskArgument(&extra[c], sizeof(Value)));
    }
    const int first = below(3) == 0 ? below(kColors) : 0;
    const Domain domain(Rect<1>(first, kColors - 1));
    IndexTaskLauncher launcher(operating<N>(true), domain, TaskArgument(&s.work, sizeof(s.work)), map);
    const Pieces* pieces[kMaxUses];
    for (int u = 0; u < s.work.use_count; u++) {
      std::vector<Pieces>& partitions = s.trees[u]->partitions;
      // What runs at the same time must not interfere.
      pieces[u] = &partitions[in_epoch ? 0 : chosen(partitions.size())];
      const Does does = s.work.uses[u].does;
      if (does == Does::read && below(4) == 0) {
        pieces[u] = nullptr;
        RegionRequirement whole(s.trees[u]->region, 0, LEGION_READ_ONLY, LEGION_EXCLUSIVE,
                                s.trees[u]->region);
        launcher.add_region_requirement(with_privilege(whole, s.work.uses[u]));
      } else {
        launcher.add_region_requirement(
            requirement_of(pieces[u]->logical, s.trees[u]->region, s.work.uses[u]));
      }
    }
    const std::optional<Value> input = add_future(launcher);
    Value results[kColors] = {};
    for (int c = first; c < kColors; c++) {
      const std::vector<size_t>* points[kMaxUses];
      for (int u = 0; u < s.work.use_count; u++)
        points[u] = pieces[u] ? &pieces[u]->pieces[static_cast<size_t>(c)].points : &s.trees[u]->whole.points;
      Value h = s.work.seed;
      if (has_extra[c]) h = mix(h, extra[c]);
      // The future comes after what the point was given.
      if (input) h = mix(h, *input);
      results[c] = work_on(s.work, h, s.trees, points);
    }
    if (in_epoch) {
      MustEpochLauncher epoch;
      epoch.add_index_task(launcher);
      const FutureMap map_of_results = runtime_->execute_must_epoch(ctx_, epoch);
      for (int c = first; c < kColors; c++)
        expect(map_of_results.get_future(DomainPoint(c)), results[c], in_epoch ? "an epoch" : "a point");
    } else if (below(3) == 0) {
      Value sum = 0;
      for (int c = first; c < kColors; c++) sum += results[c];
      expect(runtime_->execute_index_space(ctx_, launcher, kSum), sum, "points that are folded");
    } else {
      const FutureMap map_of_results = runtime_->execute_index_space(ctx_, launcher);
      for (int c = first; c < kColors; c++)
        expect(map_of_results.get_future(DomainPoint(c)), results[c], in_epoch ? "an epoch" : "a point");
    }
  }

  void fill(Value salt) {
    Tree& tree = trees_[chosen(2)];
    const FieldID field = kFields[chosen(3)];
    std::vector<Value>& data = tree.data[field];
    const Value value = random_() + salt;
    if (below(2)) {
      const Pieces& pieces = tree.partitions[chosen(tree.partitions.size())];
      IndexFillLauncher launcher(Domain(Rect<1>(0, kColors - 1)), pieces.logical, tree.region,
                                 TaskArgument(&value, sizeof(value)));
      launcher.add_field(field);
      runtime_->fill_fields(ctx_, launcher);
      for (const Piece& piece : pieces.pieces) {
        for (size_t p : piece.points) data[p] = value;
      }
      return;
    }
    const Piece& piece = some_piece(tree);
    Value written = value;
    if (!expected_.empty() && below(2)) {
      const Expected& input = expected_[chosen(expected_.size())];
      FillLauncher launcher(piece.region, tree.region, input.future);
      launcher.add_field(field);
      runtime_->fill_fields(ctx_, launcher);
      written = input.value;
    } else {
      runtime_->fill_field<Value>(ctx_, piece.region, tree.region, field, value);
    }
    for (size_t p : piece.points) data[p] = written;
  }

  void copy() {
    const size_t a = chosen(2), b = chosen(2);
    Tree& from = trees_[a];
    Tree& to = trees_[b];
    const int first = below(3);
    const Use read{Does::read, kFields[first]};
    const bool reduces = below(3) == 0;
    const Use write{reduces ? Does::sum : Does::update, kFields[(first + 1) % 3]};
    std::vector<Value>& source = from.data[read.field];
    std::vector<Value>& target = to.data[write.field];
    auto move = [&](size_t p, size_t q) { target[q] = reduces ? target[q] + source[p] : source[p]; };
    // From and to the same points, of trees that have them.
    auto move_common = [&](const Piece& x, const Piece& y) {
      const DomainT<N> domain =
          runtime_->get_index_space_domain(ctx_, IndexSpaceT<N>(x.region.get_index_space()));
      std::vector<bool> is_target(to.whole.points.size(), false);
      for (size_t q : y.points) is_target[q] = true;
      for (PointInDomainIterator<N> it(domain); it(); it++) {
        if (!to.bounds.contains(*it)) continue;
        const size_t q = place(to, *it);
        if (is_target[q]) move(place(from, *it), q);
      }
    };
    if (a != b && below(3) == 0) {
      CopyLauncher launcher;
      if (reduces) {
        // To where the pointers of the source's points lead.
        const Piece& piece = some_piece(from);
        launcher.add_copy_requirements(requirement_of(piece.region, from.region, read),
                                       requirement_of(to.region, to.region, write));
        RegionRequirement pointers(piece.region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, from.region);
        launcher.add_dst_indirect_field(kPointers, pointers);
        launcher.possible_dst_indirect_aliasing = true;
        for (size_t p : piece.points) move(p, from.pointers[p]);
      } else {
        const Piece& piece = some_piece(to);
        launcher.add_copy_requirements(requirement_of(from.region, from.region, read),
                                       requirement_of(piece.region, to.region, write));
        RegionRequirement pointers(piece.region, LEGION_READ_ONLY, LEGION_EXCLUSIVE, to.region);
        launcher.add_src_indirect_field(kPointers, pointers);
        for (size_t q : piece.points) move(to.pointers[q], q);
      }
      runtime_->issue_copy_operation(ctx_, launcher);
      return;
    }
    if (below(3) == 0) {
      const Pieces& sources = from.partitions[chosen(from.partitions.size())];
      const Pieces& targets = to.partitions[0];
      IndexCopyLauncher launcher(Domain(Rect<1>(0, kColors - 1)));
      launcher.add_copy_requirements(requirement_of(sources.logical, from.region, read),
                                     requirement_of(targets.logical, to.region, write));
      runtime_->issue_copy_operation(ctx_, launcher);
      for (size_t c = 0; c < kColors; c++) move_common(sources.pieces[c], targets.pieces[c]);
      return;
    }
    const Piece& x = some_piece(from);
    const Piece& y = some_piece(to);
    CopyLauncher launcher;
    launcher.add_copy_requirements(requirement_of(x.region, from.region, read),
                                   requirement_of(y.region, to.region, write));
    bool happens = true;
    if (below(4) == 0) {
      auto [condition, holds] = predicate();
      launcher.predicate = condition;
      happens = holds;
    }
    runtime_->issue_copy_operation(ctx_, launcher);
    if (happens) move_common(x, y);
  }

  void map(Value salt) {
    Tree& tree = trees_[chosen(2)];
    const Piece& piece = some_piece(tree);
    Shape s{};
    s.work.use_count = 1;
    s.work.uses[0] = {below(2) ? Does::read : Does::update, kFields[chosen(3)]};
    s.work.seed = random_() + salt;
    s.trees[0] = &tree;
    unmap_conflicting(tree.region, s.work.uses[0]);
    PhysicalRegion mapped =
        runtime_->map_region(ctx_, requirement_of(piece.region, tree.region, s.work.uses[0]));
    const Value h = s.work.uses[0].does == Does::read
                        ? run_on<N, READ_ONLY>(mapped, s.work.uses[0], s.work.seed)
                        : run_on<N, READ_WRITE>(mapped, s.work.uses[0], s.work.seed);
    const std::vector<size_t>* points[] = {&piece.points};
    if (h != work_on(s.work, s.work.seed, s.trees, points)) wrong_ = "an inline mapping read other values";
    if (below(2)) {
      runtime_->unmap_region(ctx_, mapped);
    } else {
      mapped_.push_back(mapped);
    }
    if (mapped_.size() > 2) unmap();
  }
  // A task must not map what conflicts with what it has mapped.
  void unmap_conflicting(LogicalRegion root, Use use) {
    std::erase_if(mapped_, [&](const PhysicalRegion& region) {
      std::vector<FieldID> fields;
      region.get_fields(fields);
      const bool conflicts = region.get_logical_region().get_tree_id() == root.get_tree_id() &&
                             fields.front() == use.field &&
                             (use.does != Does::read || region.get_privilege() != LEGION_READ_ONLY);
      if (conflicts) runtime_->unmap_region(ctx_, region);
      return conflicts;
    });
  }
  void unmap() {
    for (const PhysicalRegion& region : mapped_) runtime_->unmap_region(ctx_, region);
    mapped_.clear();
  }

  // A partition goes, and another one comes in its place; the second and third have nothing below.
  void renew() {
    unmap();
    Tree& tree = trees_[chosen(2)];
    const int kind = 1 + below(3);
    Pieces& old = tree.partitions[static_cast<size_t>(kind)];
    runtime_->destroy_index_partition(ctx_, old.index);
    old = partition(tree, kind);
  }

  // One operation; its choices follow from `seed`, its numbers also from `salt`.
  void one(unsigned long seed, Value salt, bool may_interrupt) {
    const std::mt19937_64 before = random_;
    random_.seed(seed);
    const int dice = below(100);
    if (dice < 32) {
      single(salt);
    } else if (dice < 58) {
      all_pieces(salt, false);
    } else if (dice < 62) {
      all_pieces(salt, true);
    } else if (dice < 72) {
      fill(salt);
    } else if (dice < 86) {
      copy();
    } else if (dice < 89) {
      point(chosen(2));
    } else if (dice < 91) {
      if (below(2)) runtime_->issue_mapping_fence(ctx_);
      runtime_->issue_execution_fence(ctx_);
    } else if (dice < 97 && may_interrupt) {
      map(salt);
    } else if (may_interrupt) {
      renew();
    }
    random_ = before;
  }

  // A trace that repeats, or two that take turns.
  void trace() {
    const int parts = below(3) == 0 ? 2 : 1;
    std::vector<unsigned long> steps[2];
    for (int part = 0; part < parts; part++) {
      for (int k = 1 + below(5); k > 0; k--) steps[part].push_back(random_());
    }
    const int first = 1 + below(3);
    const bool may_interrupt = below(5) == 0;
    const int executions = parts * (2 + below(4));
    // Results of before as arguments would be others each time.
    for (int e = 0; e < executions; e++) {
      const int part = below(8) == 0 ? 0 : e % parts;
      const TraceID id = static_cast<TraceID>(first + 3 * part);
      runtime_->begin_trace(ctx_, id);
      for (unsigned long step : steps[part]) one(step, static_cast<Value>(e), may_interrupt);
      if (below(8) == 0) one(random_(), 0, false);
      runtime_->end_trace(ctx_, id);
      if (below(8) == 0) one(random_(), 0, true);
    }
  }

  void expect(const Future& future, Value value, const char* of) { expected_.push_back({future, value, of}); }

  std::string compare() {
    if (!wrong_.empty()) return wrong_;
    for (size_t k = 0; k < expected_.size(); k++) {
      Future future = expected_[k].future;
      if (future.get_result<Value>() != expected_[k].value)
        return "result " + std::to_string(k) + " of " + expected_[k].of + " differs";
    }
    unmap();
    for (size_t t = 0; t < 2; t++) {
      Tree& tree = trees_[t];
      for (FieldID field : kFields) {
        PhysicalRegion mapped =
            runtime_->map_region(ctx_, requirement_of(tree.region, tree.region, Use{Does::read, field}));
        const FieldAccessor<READ_ONLY, Value, N> a(mapped, field);
        for (PointInRectIterator<N> it(tree.bounds); it(); it++) {
          if (a[*it] != tree.data[field][place(tree, *it)])
            return "tree " + std::to_string(t) + ", field " + std::to_string(field) + ", point " +
                   std::to_string(place(tree, *it)) + " differs";
        }
        runtime_->unmap_region(ctx_, mapped);
      }
    }
    return "";
  }

  Context ctx_;
  Runtime* runtime_;
  std::mt19937_64 random_;
  IndexSpaceT<1> colors_;
  FieldSpace fields_;
  Tree trees_[2];
  std::vector<Expected> expected_;
  std::vector<PhysicalRegion> mapped_;
  std::string wrong_;
};

template <int N>
void register_tasks() {
  operating<N>(true);
  dividing<N>(true);
  dividing<N>(false);
  task_id<void, point_to<N>>("point_to", true);
}

}  // namespace

void register_random_tasks() {
  register_tasks<1>();
  register_tasks<2>();
  register_tasks<3>();
  task_id<bool, is_odd>("is_odd", true);
}

std::string run_random_program(unsigned long seed, Legion::Context ctx, Legion::Runtime* runtime) {
  switch (seed % 3) {
    case 0:
      return Program<1>(seed, ctx, runtime).run();
    case 1:
      return Program<2>(seed, ctx, runtime).run();
    default:
      return Program<3>(seed, ctx, runtime).run();
  }
}

}  // namespace palatine::test
