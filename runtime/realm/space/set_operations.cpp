// Union, intersection and difference of index spaces.
#include <algorithm>

#include "realm/indexspace.h"
#include "runtime/realm/space/cut.h"
#include "runtime/realm/space/space_operation.h"

namespace palatine::realm::space {

namespace {

using Realm::detail::SetOperation;

template <int N, typename T>
RectList<N, T> combine(SetOperation operation, const RectList<N, T>& a, const RectList<N, T>& b) {
  switch (operation) {
    case SetOperation::kUnion:
      return unite(a, b);
    case SetOperation::kIntersection:
      return intersect(a, b);
    default:
      return subtract(a, b);
  }
}

template <int N, typename T>
bool is_rect_around(const IndexSpace<N, T>& outer, const IndexSpace<N, T>& inner) {
  return outer.dense() && outer.bounds.contains(inner.bounds);
}

// The answer when bounds and maps tell it; owns a reference.
template <int N, typename T>
bool answer(SetOperation operation, const char* call, const IndexSpace<N, T>& lhs,
            const IndexSpace<N, T>& rhs, IndexSpace<N, T>& result) {
  const Rect<N, T> common = lhs.bounds.intersection(rhs.bounds);
  const bool is_same_map = !lhs.dense() && lhs.sparsity == rhs.sparsity;
  switch (operation) {
    case SetOperation::kUnion:
      if (rhs.empty() || is_rect_around(lhs, rhs) || (is_same_map && lhs.bounds.contains(rhs.bounds)))
        result = share(lhs, call);
      else if (lhs.empty() || is_rect_around(rhs, lhs) || (is_same_map && rhs.bounds.contains(lhs.bounds)))
        result = share(rhs, call);
      else
        return false;
      return true;
    case SetOperation::kIntersection:
      if (common.empty())
        result = IndexSpace<N, T>();
      else if (rhs.dense() || is_same_map)
        result = share(IndexSpace<N, T>(common, lhs.sparsity), call);
      else if (lhs.dense())
        result = share(IndexSpace<N, T>(common, rhs.sparsity), call);
      else
        return false;
      return true;
    default:
      if (lhs.empty() || is_rect_around(rhs, lhs) || (is_same_map && rhs.bounds.contains(lhs.bounds))) {
        result = IndexSpace<N, T>();
      } else if (common.empty()) {
        result = share(lhs, call);
      } else if (lhs.dense() && rhs.dense()) {
        RectList<N, T> cuts{common}, rest;
        cut_out(lhs.bounds, cuts, rest);
        if (rest.size() != 1) return false;
        result = IndexSpace<N, T>(rest[0]);
      } else {
        return false;
      }
      return true;
  }
}

template <int N, typename T>
class SetWork final : public SpaceWork {
 public:
  SetWork(SetOperation operation, const char* call) : operation_(operation), call_(call) {}

  void add(const IndexSpace<N, T>& lhs, const IndexSpace<N, T>& rhs,
           std::shared_ptr<SparsityContents<N, T>> result) {
    // The list of an input is made once, by whoever needs it first, so each pair has its own.
    pairs_.push_back({SpaceInput<N, T>(lhs, call_), SpaceInput<N, T>(rhs, call_), std::move(result)});
    pairs_.back().lhs.add_known(known_);
    pairs_.back().rhs.add_known(known_);
  }
  std::vector<Realm::Event> known() { return std::move(known_); }
  Results results() const {
    Results results;
    for (const Pair& pair : pairs_) results.push_back(pair.result);
    return results;
  }

  size_t prepare(size_t stage) override {
    cost_ = 0;
    for (Pair& pair : pairs_) cost_ += pair.lhs.list().size() + pair.rhs.list().size();
    return pairs_.size();
  }
  uint64_t cost(size_t stage) const override { return cost_; }
  void run_piece(size_t stage, size_t piece) override {
    Pair& pair = pairs_[piece];
    pair.result->set(combine(operation_, pair.lhs.list(), pair.rhs.list()));
  }

 private:
  struct Pair {
    SpaceInput<N, T> lhs, rhs;
    std::shared_ptr<SparsityContents<N, T>> result;
  };

  SetOperation operation_;
  const char* call_;
  std::vector<Pair> pairs_;
  std::vector<Realm::Event> known_;
  uint64_t cost_ = 0;
};

template <int N, typename T>
class ReductionWork final : public SpaceWork {
 public:
  ReductionWork(SetOperation operation, const Rect<N, T>& bounds, std::vector<SpaceInput<N, T>> inputs,
                std::shared_ptr<SparsityContents<N, T>> result)
      : operation_(operation), bounds_(bounds), inputs_(std::move(inputs)), result_(std::move(result)) {}

  size_t prepare(size_t stage) override { return 1; }
  uint64_t cost(size_t stage) const override { return 0; }
  void run_piece(size_t stage, size_t piece) override {
    auto lists = lists_of(inputs_);
    if (operation_ == SetOperation::kUnion) {
      result_->set(unite_all(lists));
      return;
    }
    // Small ones first keep what is left small.
    std::sort(lists.begin(), lists.end(), [](const auto* a, const auto* b) { return a->size() < b->size(); });
    RectList<N, T> left = intersect(*lists[0], bounds_);
    for (size_t i = 1; i < lists.size() && !left.empty(); i++) left = intersect(left, *lists[i]);
    result_->set(std::move(left));
  }

 private:
  SetOperation operation_;
  Rect<N, T> bounds_;
  std::vector<SpaceInput<N, T>> inputs_;
  std::shared_ptr<SparsityContents<N, T>> result_;
};

template <int N, typename T>
bool answer_union(const char* call, const std::vector<IndexSpace<N, T>>& spaces, IndexSpace<N, T>& result,
                  std::vector<IndexSpace<N, T>>& open) {
  Rect<N, T> all = Rect<N, T>::make_empty();
  for (const auto& space : spaces) {
    all = all.union_bbox(space.bounds);
    if (!space.empty()) open.push_back(space);
  }
  for (const auto& space : open)
    if (open.size() == 1 || is_rect_around(space, IndexSpace<N, T>(all))) {
      result = share(space, call);
      return true;
    }
  result = IndexSpace<N, T>(all);
  return open.empty();
}

template <int N, typename T>
bool answer_intersection(const char* call, const std::vector<IndexSpace<N, T>>& spaces,
                         IndexSpace<N, T>& result, std::vector<IndexSpace<N, T>>& open) {
  result = spaces.empty() ? IndexSpace<N, T>() : IndexSpace<N, T>(spaces[0].bounds);
  for (const auto& space : spaces) {
    result.bounds = result.bounds.intersection(space.bounds);
    if (space.dense()) continue;
    const bool is_new = std::none_of(open.begin(), open.end(),
                                     [&](const auto& other) { return other.sparsity == space.sparsity; });
    if (is_new) open.push_back(space);
  }
  if (result.bounds.empty() || open.empty()) {
    if (result.bounds.empty()) result = IndexSpace<N, T>();
    return true;
  }
  if (open.size() > 1) return false;
  result = share(IndexSpace<N, T>(result.bounds, open[0].sparsity), call);
  return true;
}

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

using namespace palatine::realm::space;

template <int N, typename T>
Event set_operations(SetOperation operation, const char* call, const IndexSpace<N, T>* lhss, size_t lhs_count,
                     const IndexSpace<N, T>* rhss, size_t rhs_count, std::vector<IndexSpace<N, T>>& results,
                     const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(results, call);
  const size_t count = lhs_count == 0 || rhs_count == 0 ? 0 : std::max(lhs_count, rhs_count);
  results.reserve(count);
  std::unique_ptr<SetWork<N, T>> work;
  for (size_t i = 0; i < count; i++) {
    const IndexSpace<N, T>& lhs = lhss[lhs_count == 1 ? 0 : i];
    const IndexSpace<N, T>& rhs = rhss[rhs_count == 1 ? 0 : i];
    IndexSpace<N, T> result;
    if (!answer(operation, call, lhs, rhs, result)) {
      const Rect<N, T> bounds = operation == SetOperation::kUnion ? lhs.bounds.union_bbox(rhs.bounds)
                                : operation == SetOperation::kIntersection
                                    ? lhs.bounds.intersection(rhs.bounds)
                                    : lhs.bounds;
      if (work == nullptr) work = std::make_unique<SetWork<N, T>>(operation, call);
      std::shared_ptr<SparsityContents<N, T>> contents;
      result = make_result(bounds, contents);
      work->add(lhs, rhs, std::move(contents));
    }
    results.push_back(result);
  }
  if (work == nullptr) return launch_nothing(call, requests, wait_on);
  auto maps = work->results();
  auto known = work->known();
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

template <int N, typename T>
Event set_reduction(SetOperation operation, const char* call, const std::vector<IndexSpace<N, T>>& spaces,
                    IndexSpace<N, T>& result, const ProfilingRequestSet& requests, Event wait_on) {
  std::vector<IndexSpace<N, T>> open;
  IndexSpace<N, T> found;
  const bool is_answered = operation == SetOperation::kUnion ? answer_union(call, spaces, found, open)
                                                             : answer_intersection(call, spaces, found, open);
  if (is_answered) {
    result = found;
    return launch_nothing(call, requests, wait_on);
  }
  const Rect<N, T> bounds = found.bounds;
  auto inputs = inputs_of(open, call);
  std::vector<Event> known;
  for (const auto& input : inputs) input.add_known(known);
  std::shared_ptr<SparsityContents<N, T>> contents;
  result = make_result(bounds, contents);
  auto work = std::make_unique<ReductionWork<N, T>>(operation, bounds, std::move(inputs), contents);
  return launch_work(call, std::move(work), {contents}, std::move(known), requests, wait_on);
}

#define X(N, T)                                                                                  \
  template Event set_operations(SetOperation, const char*, const IndexSpace<N, T>*, size_t,      \
                                const IndexSpace<N, T>*, size_t, std::vector<IndexSpace<N, T>>&, \
                                const ProfilingRequestSet&, Event);                              \
  template Event set_reduction(SetOperation, const char*, const std::vector<IndexSpace<N, T>>&,  \
                               IndexSpace<N, T>&, const ProfilingRequestSet&, Event);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
