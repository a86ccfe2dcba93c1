// At each point of the program a field is unmapped, mapped for reading or mapped for writing, the same on
// every path to the point. An access needs a level; an operation caps it. The walk keeps the level and
// inserts what is missing:
//
//   - A statement with everything in it whose needs stay below its caps runs at one level. A loop of that
//   kind is
//     entered with the field mapped, so the map stands in front of the outermost such loop.
//   - Branches are walked from the same level. Where their ends differ, both give the field up.
//   - A loop with conflicts inside is tried with the level in front of it. When its end, or a `break`, does
//   not give
//     that level back, the field is given up in front of it, at its end and at each `break`.
//   - The first access on a path decides where a map stands. Its level looks ahead, so that a read that is
//   followed
//     by a write maps once.
#include "sema/passes/mapping_place.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// Of a statement with everything in it.
struct Summary {
  MapLevel need = MapLevel::unmapped;
  MapLevel cap = MapLevel::write;
  // A `break` that leaves a loop around the statement.
  bool has_break = false;

  bool is_uniform() const { return need <= cap; }
  bool is_silent() const { return need == MapLevel::unmapped && cap == MapLevel::write; }
  void add(const Summary& other) {
    need = std::max(need, other.need);
    cap = std::min(cap, other.cap);
    has_break = has_break || other.has_break;
  }
};

bool is_loop(const ir::Stat& stat) {
  switch (stat.kind) {
    case ir::StatKind::While:
    case ir::StatKind::Repeat:
    case ir::StatKind::ForNum:
    case ir::StatKind::ForList:
      return true;
    default:
      return false;
  }
}

// The level after a statement; empty when control does not get there.
using Level = std::optional<MapLevel>;
using Operations = std::vector<const Operation*>;

class Placer {
 public:
  Placer(ir::Task& task, const MappingUsage& usage, const ir::MappedField& field, bool hoist)
      : task_(task), usage_(usage), field_(field), hoist_(hoist) {
    for (const ir::StatPtr& stat : task.body.stats) summarize(*stat);
  }

  std::vector<MapInsertion> run() {
    if (field_.region->is_param) {
      block(task_.body, 0, enter_task());
    } else {
      declaring_block(task_.body, nullptr);
    }
    return std::move(insertions_);
  }

 private:
  struct Loop {
    MapLevel exit;
    // Each end of the loop is brought to `exit`; else a difference is noted in `differs`.
    bool is_forced;
    bool differs = false;
  };

  // ---- what statements mean

  Summary own_summary(const ir::Stat& stat) const {
    Summary summary;
    for (const OwnAccess& access : usage_.accesses(stat)) {
      if (access.field == field_) summary.need = std::max(summary.need, access.level);
    }
    for (const Operation& operation : usage_.operations(stat)) {
      summary.cap = std::min(summary.cap, usage_.cap(operation, field_));
    }
    // The variable names another region from here on.
    if (const auto* assign = ir::try_as<ir::AssignStat>(&stat)) {
      if (local_of(*assign->target) == field_.region) summary.cap = MapLevel::unmapped;
    }
    summary.has_break = stat.kind == ir::StatKind::Break;
    return summary;
  }

  const Summary& summarize(ir::Stat& stat) {
    Summary summary = own_summary(stat);
    for_each_block(stat, [&](ir::Block& inner) {
      for (const ir::StatPtr& child : inner.stats) summary.add(summarize(*child));
    });
    if (is_loop(stat)) summary.has_break = false;
    return summaries_[&stat] = summary;
  }

  MapLevel declared_level() const {
    MapLevel level = MapLevel::read;
    for (const ir::Requirement& requirement : task_.requirements) {
      if (task_.params.at(requirement.param) != field_.region ||
          std::ranges::find(requirement.leaves, field_.leaf) == requirement.leaves.end()) {
        continue;
      }
      if (requirement.mode != ir::Requirement::Mode::read) level = MapLevel::write;
    }
    return level;
  }

  // What the task declares is mapped when it starts. Launches would wait for fields that the task itself does
  // not access, and readers for fields that it only reads, so those are given up at once.
  MapLevel enter_task() {
    MapLevel declared = declared_level();
    Summary all;
    bool has_reader = false;
    for (const ir::StatPtr& stat : task_.body.stats) {
      all.add(summaries_.at(stat.get()));
      for (const Operation* operation : conflicts(*stat, declared)) {
        has_reader = has_reader || usage_.cap(*operation, field_) == MapLevel::read;
      }
    }
    if (all.need >= declared || all.cap >= declared) return declared;
    if (all.need == MapLevel::read && !has_reader) return declared;
    ir::Stat& first = *task_.body.stats.front();
    unmap(task_.body, &first, {}, {});
    if (all.need == MapLevel::read) insertions_.push_back({&task_.body, &first, true, all.need, {}, {}});
    return all.need;
  }

  // The level to map at for the statements from `index` on, at least `level`: writes that come before any
  // conflict count.
  MapLevel look_ahead(const ir::Block& block, size_t index, MapLevel level) const {
    MapLevel cap = MapLevel::write;
    for (; index < block.stats.size(); ++index) {
      const Summary& summary = summaries_.at(block.stats[index].get());
      cap = std::min(cap, summary.cap);
      if (cap < std::max(level, summary.need)) return level;
      level = std::max(level, summary.need);
    }
    return level;
  }

  // ---- insertions

  void unmap(ir::Block& block, const ir::Stat* before, SourceRange reason, Operations operations) {
    insertions_.push_back({&block, before, false, MapLevel::unmapped, reason, std::move(operations)});
  }

  // What may still run on the field when it is mapped at `level`.
  Operations waited_for(MapLevel level) const {
    Operations result;
    for (const Operation* operation : pending_) {
      if (usage_.cap(*operation, field_) < level) result.push_back(operation);
    }
    return result;
  }

  void map(ir::Block& block, const ir::Stat& before, MapLevel level) {
    insertions_.push_back({&block, &before, true, level, first_access(before), waited_for(level)});
    std::erase_if(pending_,
                  [&](const Operation* operation) { return usage_.cap(*operation, field_) < level; });
  }

  SourceRange first_access(const ir::Stat& stat) const {
    SourceRange range = stat.range;
    bool found = false;
    walk_stats(stat, [&](const ir::Stat& inner) {
      for (const OwnAccess& access : usage_.accesses(inner)) {
        if (found || !(access.field == field_)) continue;
        range = access.range;
        found = true;
      }
    });
    return range;
  }

  // Operations of the statement, and of everything in it, that conflict when the field is mapped at `level`.
  Operations conflicts(const ir::Stat& stat, MapLevel level) const {
    Operations result;
    walk_stats(stat, [&](const ir::Stat& inner) {
      for (const Operation& operation : usage_.operations(inner)) {
        if (usage_.cap(operation, field_) < level) result.push_back(&operation);
      }
    });
    return result;
  }

  // Brings the level in front of statement `index` to what its summary asks for.
  MapLevel meet(ir::Block& block, size_t index, const Summary& summary, MapLevel level) {
    const ir::Stat& stat = *block.stats[index];
    if (level > summary.cap) {
      Operations operations = conflicts(stat, level);
      SourceRange reason = operations.empty() ? stat.range : operations.front()->range;
      unmap(block, &stat, reason, std::move(operations));
      level = MapLevel::unmapped;
    }
    if (level < summary.need) {
      // Readers that were launched meanwhile have to be done before the task writes.
      if (level == MapLevel::read) unmap(block, &stat, {}, {});
      level = std::min(look_ahead(block, index, summary.need), summary.cap);
      map(block, stat, level);
    }
    return level;
  }

  // ---- the walk

  Level block(ir::Block& body, size_t first, Level level) {
    for (size_t i = first; i < body.stats.size() && level; ++i) level = statement(body, i, *level);
    return level;
  }

  Level statement(ir::Block& body, size_t index, MapLevel level) {
    ir::Stat& stat = *body.stats[index];
    const Summary& summary = summaries_.at(&stat);
    switch (stat.kind) {
      case ir::StatKind::Block:
        return block(ir::as<ir::BlockStat>(stat).body, 0, level);
      case ir::StatKind::If:
        return branches(body, index, level);
      case ir::StatKind::While:
      case ir::StatKind::Repeat:
      case ir::StatKind::ForNum:
      case ir::StatKind::ForList:
        if (summary.is_silent()) return level;
        if (summary.is_uniform() && hoist_) {
          level = meet(body, index, summary, level);
          add_pending(stat);
          return level;
        }
        return loop(body, index, level);
      case ir::StatKind::Return:
        meet(body, index, summary, level);
        return {};
      case ir::StatKind::Break:
        leave_loop(body, stat, level);
        return {};
      default:
        level = meet(body, index, summary, level);
        add_pending(stat);
        return level;
    }
  }

  void add_pending(const ir::Stat& stat) { add_pending(conflicts(stat, MapLevel::write)); }

  void add_pending(const Operations& operations) {
    for (const Operation* operation : operations) {
      if (std::ranges::find(pending_, operation) == pending_.end()) pending_.push_back(operation);
    }
  }

  Level branches(ir::Block& body, size_t index, MapLevel level) {
    auto& branch = ir::as<ir::IfStat>(*body.stats[index]);
    level = meet(body, index, own_summary(branch), level);
    Operations before = pending_;
    Level then_level = block(branch.then_block, 0, level);
    std::swap(before, pending_);
    Level else_level = block(branch.else_block, 0, level);
    add_pending(before);
    if (!then_level || !else_level) return then_level ? then_level : else_level;
    if (*then_level == *else_level) return then_level;
    give_up_at_end(branch.then_block, *then_level);
    give_up_at_end(branch.else_block, *else_level);
    return MapLevel::unmapped;
  }

  void give_up_at_end(ir::Block& block, MapLevel level) {
    if (level != MapLevel::unmapped) unmap(block, nullptr, {}, {});
  }

  void leave_loop(ir::Block& body, const ir::Stat& stat, MapLevel level) {
    if (loops_.empty()) {
      // The `break` leaves the scope of the variable.
      if (level != MapLevel::unmapped) unmap(body, &stat, {}, {});
    } else if (loops_.back().is_forced) {
      if (level != loops_.back().exit) unmap(body, &stat, {}, {});
    } else if (level != loops_.back().exit) {
      loops_.back().differs = true;
    }
  }

  MapLevel loop(ir::Block& body, size_t index, MapLevel level) {
    ir::Stat& stat = *body.stats[index];
    level = meet(body, index, own_summary(stat), level);
    // An operation of one iteration may still run in the next.
    add_pending(stat);
    size_t insertion_count = insertions_.size();
    Operations pending = pending_;

    loops_.push_back({level, false});
    Level end = iteration(stat, level);
    bool is_stable = !loops_.back().differs && (!end || *end == level);
    loops_.pop_back();
    if (is_stable) return level;

    insertions_.resize(insertion_count);
    pending_ = std::move(pending);
    if (level != MapLevel::unmapped) {
      Operations operations = conflicts(stat, level);
      SourceRange reason = operations.empty() ? stat.range : operations.front()->range;
      unmap(body, &stat, reason, std::move(operations));
    }
    loops_.push_back({MapLevel::unmapped, true});
    end = iteration(stat, MapLevel::unmapped);
    if (end) {
      bool is_repeat = stat.kind == ir::StatKind::Repeat;
      give_up_at_end(is_repeat ? ir::as<ir::RepeatStat>(stat).until_block : loop_body(stat), *end);
    }
    loops_.pop_back();
    return MapLevel::unmapped;
  }

  ir::Block& loop_body(ir::Stat& stat) const {
    switch (stat.kind) {
      case ir::StatKind::While:
        return ir::as<ir::WhileStat>(stat).body;
      case ir::StatKind::Repeat:
        return ir::as<ir::RepeatStat>(stat).body;
      case ir::StatKind::ForNum:
        return ir::as<ir::ForNumStat>(stat).body;
      default:
        return ir::as<ir::ForListStat>(stat).body;
    }
  }

  // The level at the end of one iteration that starts at `level`.
  Level iteration(ir::Stat& stat, MapLevel level) {
    if (auto* loop = ir::try_as<ir::WhileStat>(&stat)) {
      // The loop ends after its condition, so the level there is its exit too.
      Level tested = block(loop->condition_block, 0, level);
      if (tested && *tested != level) {
        if (loops_.back().is_forced) {
          give_up_at_end(loop->condition_block, *tested);
          tested = level;
        } else {
          loops_.back().differs = true;
        }
      }
      return block(loop->body, 0, tested);
    }
    Level end = block(loop_body(stat), 0, level);
    if (auto* repeat = ir::try_as<ir::RepeatStat>(&stat)) end = block(repeat->until_block, 0, end);
    return end;
  }

  // Looks for the declaration of the variable and walks what follows it in its block; the variable is used
  // nowhere else. `repeat` is the loop whose body this is: its `until` belongs to the same scope. True when
  // it was found.
  bool declaring_block(ir::Block& body, ir::RepeatStat* repeat) {
    for (size_t i = 0; i < body.stats.size(); ++i) {
      ir::Stat& stat = *body.stats[i];
      const auto* var = ir::try_as<ir::VarStat>(&stat);
      if (var && var->local == field_.region) {
        // Nothing was issued yet on a region that is created here.
        if (var->value && var->value->kind == ir::ExprKind::NewRegion) pending_.clear();
        scope(body, i + 1, repeat);
        return true;
      }
      // Later operations of a loop run before the next iteration declares the variable again.
      if (is_loop(stat)) add_pending(stat);
      bool found = false;
      for_each_block(stat, [&](ir::Block& inner) {
        auto* enclosing = ir::try_as<ir::RepeatStat>(&stat);
        if (enclosing && &enclosing->body != &inner) enclosing = nullptr;
        found = found || declaring_block(inner, enclosing);
      });
      if (found) return true;
      add_pending(stat);
    }
    return false;
  }

  void scope(ir::Block& body, size_t first, ir::RepeatStat* repeat) {
    ir::Block* last = &body;
    Level level = block(body, first, MapLevel::unmapped);
    if (repeat) {
      last = &repeat->until_block;
      level = block(*last, 0, level);
    }
    // The task's end gives everything up by itself.
    if (level && &body != &task_.body) give_up_at_end(*last, *level);
  }

  ir::Task& task_;
  const MappingUsage& usage_;
  const ir::MappedField field_;
  const bool hoist_;
  std::vector<MapInsertion> insertions_;
  std::unordered_map<const ir::Stat*, Summary> summaries_;
  // Loops around the current statement that lie inside the variable's scope.
  std::vector<Loop> loops_;
  // Operations issued so far that conflict with an access of the field.
  Operations pending_;
};

}  // namespace

std::vector<MapInsertion> place_field(ir::Task& task, const MappingUsage& usage, const ir::MappedField& field,
                                      bool hoist) {
  return Placer(task, usage, field, hoist).run();
}

}  // namespace palatine::sema
