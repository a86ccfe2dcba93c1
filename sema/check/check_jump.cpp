// Labels and `goto` of terra functions.
#include <algorithm>

#include "sema/check/checker.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

// The blocks around a statement, outermost first.
using Path = std::vector<const ir::Block*>;

struct Place {
  ir::JumpStat* stat;
  Path path;
};

class Jumps {
 public:
  void visit(ir::Block& block) {
    path_.push_back(&block);
    for (const ir::StatPtr& stat : block.stats) {
      if (auto* jump = ir::try_as<ir::JumpStat>(stat.get()))
        (jump->is_label ? labels : jumps).push_back({jump, path_});
      const auto* inner = ir::try_as<ir::BlockStat>(stat.get());
      if (inner && inner->is_deferred) {
        // It runs elsewhere: nothing outside is around it.
        Path outer;
        outer.swap(path_);
        for_each_block(*stat, [this](ir::Block& nested) { visit(nested); });
        path_ = std::move(outer);
      } else {
        for_each_block(*stat, [this](ir::Block& nested) { visit(nested); });
      }
    }
    path_.pop_back();
  }

  std::vector<Place> labels, jumps;

 private:
  Path path_;
};

}  // namespace

void Checker::check_jumps() {
  if (task_ || has_error_) return;
  Jumps found;
  found.visit(function_.body);
  auto label_of = [&](const std::string& name, int splice) {
    return std::ranges::find_if(found.labels, [&](const Place& place) {
      return place.stat->label == name && place.stat->splice == splice;
    });
  };
  for (const Place& place : found.labels) {
    const auto first = label_of(place.stat->label, place.stat->splice);
    if (first->stat == place.stat) continue;
    error(DiagKind::label_twice, place.stat->range, place.stat->label)
        .note(DiagKind::label_first, first->stat->range);
  }
  for (const Place& jump : found.jumps) {
    // Of its own quote, or of what that stands in.
    int& splice = jump.stat->splice;
    auto label = label_of(jump.stat->label, splice);
    while (label == found.labels.end() && splice != 0) {
      splice = splice_parents_[static_cast<size_t>(splice)];
      label = label_of(jump.stat->label, splice);
    }
    if (label == found.labels.end()) {
      error(DiagKind::label_undefined, jump.stat->range, jump.stat->label);
      continue;
    }
    const bool is_around = label->path.size() <= jump.path.size() &&
                           std::equal(label->path.begin(), label->path.end(), jump.path.begin());
    if (is_around) continue;
    error(DiagKind::label_out_of_reach, jump.stat->range, jump.stat->label)
        .note(DiagKind::label_first, label->stat->range);
  }
}

}  // namespace palatine::sema
