// Random tasks, run along random paths: at each access the field must be mapped far enough, at each launch
// nothing that conflicts may be mapped, and maps and unmaps must alternate.
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "sema/passes/mapping_usage.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;
using sema::MapLevel;

class RandomTask {
 public:
  explicit RandomTask(unsigned seed) : random_(seed) {
    write_.region_param("r", Mode::read_write, {0});
    read_.region_param("r", Mode::read, {0});
    add_.region_param("r", Mode::reduce, {1});
    both_.region_param("r", Mode::read_write, {0, 1});
    ir::Block body = block(4, false);
    auto& stats = body.stats;
    stats.insert(stats.begin(), t_.var(b_, t_.subregion(p_, t_.number(1))));
    stats.insert(stats.begin(), t_.var(a_, t_.subregion(p_, t_.number(0))));
    stats.insert(stats.begin(), t_.make_region(s_));
    t_.task().body = std::move(body);
  }

  ir::Task& task() { return t_.task(); }
  const ir::Local& param() const { return r_; }

  // What really overlaps: `a` and `b` are different parts of `r`.
  bool overlap(const ir::Local& x, const ir::Local& y) const {
    if (&x == &y) return true;
    if (&x == &s_ || &y == &s_) return false;
    return &x == &r_ || &y == &r_;
  }

 private:
  int pick(int count) { return static_cast<int>(random_() % count); }

  ir::Local& region() {
    ir::Local* const regions[] = {&r_, &s_, &a_, &b_};
    return *regions[pick(4)];
  }

  ir::Block block(int depth, bool in_loop) {
    ir::Block result;
    for (int i = pick(4); i >= 0; --i) result.stats.push_back(statement(depth, in_loop));
    return result;
  }

  ir::StatPtr statement(int depth, bool in_loop) {
    switch (pick(depth > 0 ? 14 : 8)) {
      case 0:
      case 1:
        return t_.read(region(), pick(2));
      case 2:
        return t_.write(region(), pick(2));
      case 3:
        return t_.call(write_, region());
      case 4:
        return t_.call(read_, region());
      case 5:
        return t_.call(add_, region());
      case 6:
        return t_.call(both_, region());
      case 7:
        if (in_loop && pick(2) == 0) return t_.if_(t_.block(t_.break_()));
        return pick(4) == 0 ? t_.if_(t_.block(t_.return_())) : t_.fill(region(), pick(2));
      case 8:
        return t_.if_(block(depth - 1, in_loop), block(depth - 1, in_loop));
      case 9:
        return t_.if_(small(), block(depth - 1, in_loop));
      case 10:
        return t_.for_(block(depth - 1, true));
      case 11:
        return t_.while_(small(), block(depth - 1, true));
      case 12:
        return t_.repeat_(block(depth - 1, true), small());
      default:
        return t_.do_(block(depth - 1, in_loop));
    }
  }

  ir::ExprPtr small() {
    return t_.binary(ast::BinaryOp::less, t_.element(region(), pick(2)),
                     t_.number(3, program_.types.floating(64)));
  }

  std::mt19937 random_;
  Program program_;
  TaskBuilder write_{program_, "write"}, read_{program_, "read"}, add_{program_, "add"},
      both_{program_, "both"};
  TaskBuilder t_{program_, "main"};
  ir::Local& r_ = t_.region_param("r", Mode::read_write, {0, 1});
  ir::Local& p_ = t_.partition_param("p", r_);
  ir::Local& s_ = t_.region("s");
  ir::Local& a_ = t_.subregion_local("a", p_);
  ir::Local& b_ = t_.subregion_local("b", p_);
};

// Follows one path. Stops with a text when something is wrong.
class Path {
 public:
  Path(RandomTask& task, unsigned seed) : task_(task), random_(seed) {
    // The task declares both fields, so they are mapped when it starts.
    for (int leaf : {0, 1}) mapped_[{&task.param(), leaf}] = MapLevel::write;
  }

  std::string run() {
    block(task_.task().body);
    return error_;
  }

 private:
  enum class Next { go_on, leave_loop, end };
  using Field = std::pair<const ir::Local*, int>;

  bool flip() { return random_() % 2 == 0; }
  void fail(const std::string& what, const ir::Local& region, int leaf) {
    if (error_.empty()) error_ = what + " " + region.name + "." + std::to_string(leaf);
  }

  Next block(const ir::Block& body) {
    for (const ir::StatPtr& stat : body.stats) {
      Next next = statement(*stat);
      if (next != Next::go_on || !error_.empty()) return error_.empty() ? next : Next::end;
    }
    return Next::go_on;
  }

  void own(const ir::Stat& stat) {
    for (const sema::OwnAccess& access : sema::own_accesses(stat)) {
      auto found = mapped_.find({access.field.region, access.field.leaf});
      if (found == mapped_.end() || found->second < access.level) {
        fail("access of", *access.field.region, access.field.leaf);
      }
    }
    for (const sema::Operation& operation : sema::operations_of(stat)) {
      for (const sema::RegionEffect& effect : operation.effects) {
        const ir::Local* region = effect.local ? effect.local : sema::local_of(*effect.region);
        for (const auto& [field, level] : mapped_) {
          if (!effect.touches(field.second) || !task_.overlap(*region, *field.first)) continue;
          bool both_read = effect.mode == sema::RegionEffect::Mode::read && level == MapLevel::read;
          if (!both_read) fail("launch while mapped:", *field.first, field.second);
        }
      }
    }
  }

  Next statement(const ir::Stat& stat) {
    using ir::as;
    own(stat);
    switch (stat.kind) {
      case ir::StatKind::Map:
        for (const ir::MappedField& field : as<ir::MapStat>(stat).fields) {
          MapLevel level = as<ir::MapStat>(stat).write ? MapLevel::write : MapLevel::read;
          if (!mapped_.emplace(Field{field.region, field.leaf}, level).second) {
            fail("second map of", *field.region, field.leaf);
          }
        }
        return Next::go_on;
      case ir::StatKind::Unmap:
        for (const ir::MappedField& field : as<ir::UnmapStat>(stat).fields) {
          if (mapped_.erase({field.region, field.leaf}) == 0) fail("unmap of", *field.region, field.leaf);
        }
        return Next::go_on;
      case ir::StatKind::Block:
        return block(as<ir::BlockStat>(stat).body);
      case ir::StatKind::If:
        return block(flip() ? as<ir::IfStat>(stat).then_block : as<ir::IfStat>(stat).else_block);
      case ir::StatKind::While:
        while (true) {
          if (block(as<ir::WhileStat>(stat).condition_block) == Next::end) return Next::end;
          if (flip()) return Next::go_on;
          Next next = block(as<ir::WhileStat>(stat).body);
          if (next != Next::go_on) return next == Next::end ? next : Next::go_on;
        }
      case ir::StatKind::Repeat:
        while (true) {
          Next next = block(as<ir::RepeatStat>(stat).body);
          if (next != Next::go_on) return next == Next::end ? next : Next::go_on;
          if (block(as<ir::RepeatStat>(stat).until_block) == Next::end) return Next::end;
          if (flip()) return Next::go_on;
        }
      case ir::StatKind::ForNum:
        while (flip()) {
          Next next = block(as<ir::ForNumStat>(stat).body);
          if (next != Next::go_on) return next == Next::end ? next : Next::go_on;
        }
        return Next::go_on;
      case ir::StatKind::Break:
        return Next::leave_loop;
      case ir::StatKind::Return:
        return Next::end;
      default:
        return Next::go_on;
    }
  }

  RandomTask& task_;
  std::mt19937 random_;
  std::map<Field, MapLevel> mapped_;
  std::string error_;
};

class MappingRandom : public ::testing::TestWithParam<bool> {};

TEST_P(MappingRandom, EveryPathIsMappedWhereItMustBe) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    RandomTask task(seed);
    sema::PassOptions options;
    options.mapping = GetParam();
    sema::mapping(task.task(), options);
    ASSERT_EQ(ir::verify(task.task()), "") << ir::print(task.task());
    for (unsigned path = 0; path < 20; ++path) {
      ASSERT_EQ(Path(task, path).run(), "") << "seed " << seed << ", path " << path << "\n"
                                            << ir::print(task.task());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Hoisting, MappingRandom, ::testing::Bool());

}  // namespace
}  // namespace palatine::test
