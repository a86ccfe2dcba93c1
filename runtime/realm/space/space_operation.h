// Operations that compute index spaces: work in stages, each of independent pieces that run on all workers.
#pragma once

#include <memory>
#include <vector>

#include "realm/event.h"
#include "realm/profiling.h"
#include "runtime/realm/space/sparsity_contents.h"

namespace palatine::realm::space {

// What an operation does, from when its inputs are known. Stages run one after the other, and everything of
// a stage happens before everything of the next one.
class SpaceWork {
 public:
  virtual ~SpaceWork() = default;
  virtual size_t stage_count() const { return 1; }
  // Called before the pieces of a stage; returns how many there are.
  virtual size_t prepare(size_t stage) = 0;
  // Roughly how many values or rectangles the stage handles: whether it pays to use several workers.
  virtual uint64_t cost(size_t stage) const = 0;
  // Called once for each piece, on any workers at once.
  virtual void run_piece(size_t stage, size_t piece) = 0;
};

// The maps that an operation computes; each must be set by its work. They become invalid for ever when the
// operation is cancelled.
using Results = std::vector<std::shared_ptr<SparsityBase>>;

// `inputs`: events that must trigger as well as `wait_on`.
Realm::Event launch_work(const char* call, std::unique_ptr<SpaceWork> work, Results results,
                         std::vector<Realm::Event> inputs, const Realm::ProfilingRequestSet& requests,
                         Realm::Event wait_on);

// For calls that were answered at once: `wait_on`, or an operation that does nothing but is profiled.
Realm::Event launch_nothing(const char* call, const Realm::ProfilingRequestSet& requests,
                            Realm::Event wait_on);

// How many workers there are to divide work among.
size_t worker_count();

// An index space that an operation reads. Keeps its map.
template <int N, typename T>
class SpaceInput {
 public:
  SpaceInput(const IndexSpace<N, T>& space, const char* call) : bounds_(space.bounds) {
    if (!space.bounds.empty() && !space.dense()) map_ = hold_map(space.sparsity, call);
  }

  void add_known(std::vector<Realm::Event>& events) const {
    if (map_ == nullptr || map_->is_known()) return;
    events.push_back(map_->make_valid());
  }
  // The points, once they are known. Not at once on several threads.
  const RectList<N, T>& list() {
    if (list_ != nullptr) return *list_;
    if (map_ == nullptr) {
      if (!bounds_.empty()) own_.push_back(bounds_);
      list_ = &own_;
    } else {
      const RectList<N, T>& all = map_->rects("IndexSpace");
      if (bounds_.contains(map_->bounds())) return *(list_ = &all);
      own_ = intersect(all, bounds_);
      list_ = &own_;
    }
    return *list_;
  }
  SpaceInput(SpaceInput&& other) noexcept
      : bounds_(other.bounds_), map_(std::move(other.map_)), own_(std::move(other.own_)) {}
  SpaceInput& operator=(SpaceInput&&) = delete;

 private:
  Rect<N, T> bounds_;
  std::shared_ptr<SparsityContents<N, T>> map_;
  RectList<N, T> own_;
  const RectList<N, T>* list_ = nullptr;
};

template <int N, typename T>
std::vector<SpaceInput<N, T>> inputs_of(const std::vector<IndexSpace<N, T>>& spaces, const char* call) {
  std::vector<SpaceInput<N, T>> inputs;
  inputs.reserve(spaces.size());
  for (const auto& space : spaces) inputs.emplace_back(space, call);
  return inputs;
}

// The lists of all, for operations on many lists.
template <int N, typename T>
std::vector<const RectList<N, T>*> lists_of(std::vector<SpaceInput<N, T>>& inputs) {
  std::vector<const RectList<N, T>*> lists;
  lists.reserve(inputs.size());
  for (auto& input : inputs) lists.push_back(&input.list());
  return lists;
}

// A space to be computed: its map is `result`, which the operation sets.
template <int N, typename T>
IndexSpace<N, T> make_result(const Rect<N, T>& bounds, std::shared_ptr<SparsityContents<N, T>>& result) {
  result = std::make_shared<SparsityContents<N, T>>();
  return IndexSpace<N, T>(bounds, add_map(result));
}

// `count` spaces to be computed, all with these bounds.
template <int N, typename T>
std::vector<std::shared_ptr<SparsityContents<N, T>>> make_results(const Rect<N, T>& bounds, size_t count,
                                                                  std::vector<IndexSpace<N, T>>& spaces) {
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results(count);
  spaces.reserve(count);
  for (auto& result : results) spaces.push_back(make_result(bounds, result));
  return results;
}

template <int N, typename T>
Results results_of(const std::vector<std::shared_ptr<SparsityContents<N, T>>>& results) {
  return Results(results.begin(), results.end());
}

// Ends the program when a vector for results is not empty.
template <typename S>
void need_empty(const std::vector<S>& results, const char* call) {
  if (!results.empty()) Realm::detail::wrong_use(call, "the vector for the results is not empty");
}

}  // namespace palatine::realm::space
