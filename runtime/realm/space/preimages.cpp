// Index spaces by preimage, and associations.
#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/affine.h"
#include "runtime/realm/space/chunked_fields.h"
#include "runtime/realm/space/preimage.h"
#include "runtime/realm/space/space_family.h"

namespace palatine::realm::space {

namespace {

using Realm::detail::Hit;
using Realm::detail::PointerLocator;
using Realm::detail::SpaceFamily;

// Stage 0 reads chunks of the field, stage 1 joins the parts of each target.
template <int N, typename T>
class FieldPreimageWork final : public SpaceWork {
 public:
  FieldPreimageWork(ChunkedFields<N, T> fields, bool are_ranges, std::shared_ptr<SpaceFamily> targets,
                    std::vector<std::shared_ptr<SparsityContents<N, T>>> results)
      : fields_(std::move(fields)),
        are_ranges_(are_ranges),
        targets_(std::move(targets)),
        results_(std::move(results)) {}

  size_t stage_count() const override { return 2; }
  size_t prepare(size_t stage) override {
    if (stage == 1) return results_.size();
    chunks_.resize(fields_.prepare());
    locator_ = targets_->make_locator(fields_.points());
    return chunks_.size();
  }
  uint64_t cost(size_t stage) const override { return fields_.points(); }
  void run_piece(size_t stage, size_t piece) override {
    if (stage == 1) {
      results_[piece]->set(RunLists<N, T>::take(chunks_, piece));
      return;
    }
    RunLists<N, T> preimages(results_.size());
    std::vector<Hit> hits;
    fields_.for_each_row(
        piece, [&](const Point<N, T>& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
          // In parts, so that the hits of one stay in the cache.
          constexpr uint64_t kPart = 8192;
          for (uint64_t at = 0; at < count; at += kPart) {
            hits.clear();
            locator_->locate(values + static_cast<ptrdiff_t>(at) * stride, stride,
                             std::min(kPart, count - at), are_ranges_, hits);
            for (const Hit& hit : hits)
              add_preimage(preimages, first, at + hit.start, hit.length, {&hit.target, 1});
          }
        });
    chunks_[piece] = std::move(preimages);
  }

 private:
  ChunkedFields<N, T> fields_;
  bool are_ranges_;
  std::shared_ptr<SpaceFamily> targets_;
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results_;
  std::unique_ptr<PointerLocator> locator_;
  std::vector<RunLists<N, T>> chunks_;
};

template <int N, typename T>
class AffinePreimageWork final : public SpaceWork {
 public:
  AffinePreimageWork(const IndexSpace<N, T>& parent, const AffineMap& map,
                     std::shared_ptr<SpaceFamily> targets,
                     std::vector<std::shared_ptr<SparsityContents<N, T>>> results, const char* call)
      : parent_(parent, call), map_(map), targets_(std::move(targets)), results_(std::move(results)) {}

  void add_known(std::vector<Realm::Event>& events) const {
    parent_.add_known(events);
    targets_->add_known(events);
  }
  size_t prepare(size_t stage) override {
    bounds_ = bounds(parent_.list());
    targets_->prepare();
    return has_rect_preimages(map_) ? results_.size() : 1;
  }
  uint64_t cost(size_t stage) const override { return has_rect_preimages(map_) ? 1000 * results_.size() : 0; }
  void run_piece(size_t stage, size_t piece) override {
    if (has_rect_preimages(map_))
      solve(piece);
    else
      walk();
  }

 private:
  void solve(size_t target) {
    const std::vector<int64_t> rects = targets_->rects(target);
    RectList<N, T> found;
    for (size_t at = 0; at < rects.size(); at += static_cast<size_t>(2 * map_.rows)) {
      const Rect<N, T> r = affine_preimage(map_, &rects[at], bounds_);
      if (!r.empty()) found.push_back(r);
    }
    found = coalesce(std::move(found));
    results_[target]->set(parent_.list().size() == 1 ? std::move(found) : intersect(found, parent_.list()));
  }
  // Point by point.
  void walk() {
    const RectList<N, T>& domain = parent_.list();
    const auto locator = targets_->make_locator(volume(domain));
    RunLists<N, T> preimages(results_.size());
    std::vector<int64_t> coordinates;
    std::vector<Hit> hits;
    for (const Rect<N, T>& r : domain)
      for_each_row(r, [&](const Point<N, T>& first, uint64_t count) {
        coordinates.clear();
        for (uint64_t k = 0; k < count; k++)
          for (int i = 0; i < map_.rows; i++) {
            uint64_t value = static_cast<uint64_t>(map_.offset[i]);
            for (int j = 0; j < N; j++)
              value += static_cast<uint64_t>(map_.matrix[i][j]) *
                       (static_cast<uint64_t>(first[j]) + (j == 0 ? k : 0));
            coordinates.push_back(static_cast<int64_t>(value));
          }
        hits.clear();
        locator->locate_coordinates(coordinates.data(), count, hits);
        for (const Hit& hit : hits) add_preimage(preimages, first, hit.start, hit.length, {&hit.target, 1});
      });
    for (size_t i = 0; i < results_.size(); i++) results_[i]->set(RunLists<N, T>::take({&preimages, 1}, i));
  }

  SpaceInput<N, T> parent_;
  AffineMap map_;
  std::shared_ptr<SpaceFamily> targets_;
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results_;
  Rect<N, T> bounds_;
};

template <int N, typename T>
class AssociateWork final : public SpaceWork {
 public:
  AssociateWork(const IndexSpace<N, T>& parent, std::vector<Realm::detail::FieldSource<N, T>> fields,
                std::shared_ptr<SpaceFamily> range, const char* call)
      : parent_(parent, call), fields_(std::move(fields)), range_(std::move(range)), call_(call) {
    for (const auto& field : fields_) spaces_.emplace_back(field.space, call);
  }
  void add_known(std::vector<Realm::Event>& events) const {
    parent_.add_known(events);
    range_->add_known(events);
    for (const auto& space : spaces_) space.add_known(events);
  }
  size_t prepare(size_t stage) override { return 1; }
  uint64_t cost(size_t stage) const override { return 0; }
  void run_piece(size_t stage, size_t piece) override {
    const size_t bytes = range_->point_bytes();
    const std::vector<std::byte> values = range_->points(volume(parent_.list()));
    for (size_t i = 0; i < fields_.size(); i++) {
      const RectList<N, T>& held = spaces_[i].list();
      if (held.empty()) continue;
      const FieldReader<N, T> field(fields_[i].inst, fields_[i].field, bytes, call_);
      const RectIndex<N, T> index(held);
      size_t at = 0;
      for (const Rect<N, T>& r : parent_.list())
        for (Realm::PointInRectIterator<N, T> it(r); it.valid && at < values.size(); it.step(), at += bytes)
          if (index.find(it.p) >= 0) field.write(it.p, &values[at]);
    }
  }

 private:
  SpaceInput<N, T> parent_;
  std::vector<Realm::detail::FieldSource<N, T>> fields_;
  std::vector<SpaceInput<N, T>> spaces_;
  std::shared_ptr<SpaceFamily> range_;
  const char* call_;
};

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

using namespace palatine::realm::space;

template <int N, typename T>
Event preimages_by_field(const IndexSpace<N, T>& parent, const char* call,
                         const std::vector<FieldSource<N, T>>& fields, bool are_ranges,
                         std::shared_ptr<SpaceFamily> targets, std::vector<IndexSpace<N, T>>& preimages,
                         const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(preimages, call);
  const size_t count = targets->size();
  if (parent.empty() || count == 0) {
    preimages.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  // A rectangle is two points.
  ChunkedFields<N, T> chunked(parent, fields, targets->point_bytes() * (are_ranges ? 2 : 1), call);
  std::vector<Event> known;
  chunked.add_known(known);
  targets->add_known(known);
  auto results = make_results(parent.bounds, count, preimages);
  auto maps = results_of(results);
  auto work = std::make_unique<FieldPreimageWork<N, T>>(std::move(chunked), are_ranges, std::move(targets),
                                                        std::move(results));
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

template <int N, typename T>
Event preimages_by_map(const IndexSpace<N, T>& parent, const char* call, const AffineMap& map,
                       std::shared_ptr<SpaceFamily> targets, std::vector<IndexSpace<N, T>>& preimages,
                       const ProfilingRequestSet& requests, Event wait_on) {
  need_empty(preimages, call);
  const size_t count = targets->size();
  if (parent.empty() || count == 0) {
    preimages.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  auto results = make_results(parent.bounds, count, preimages);
  auto maps = results_of(results);
  auto work =
      std::make_unique<AffinePreimageWork<N, T>>(parent, map, std::move(targets), std::move(results), call);
  std::vector<Event> known;
  work->add_known(known);
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

template <int N, typename T>
Event associate(const IndexSpace<N, T>& parent, const char* call,
                const std::vector<FieldSource<N, T>>& fields, std::shared_ptr<SpaceFamily> range,
                const ProfilingRequestSet& requests, Event wait_on) {
  auto work = std::make_unique<AssociateWork<N, T>>(parent, fields, std::move(range), call);
  std::vector<Event> known;
  work->add_known(known);
  return launch_work(call, std::move(work), {}, std::move(known), requests, wait_on);
}

#define X(N, T)                                                                                         \
  template Event preimages_by_field(                                                                    \
      const IndexSpace<N, T>&, const char*, const std::vector<FieldSource<N, T>>&, bool,                \
      std::shared_ptr<SpaceFamily>, std::vector<IndexSpace<N, T>>&, const ProfilingRequestSet&, Event); \
  template Event preimages_by_map(const IndexSpace<N, T>&, const char*, const AffineMap&,               \
                                  std::shared_ptr<SpaceFamily>, std::vector<IndexSpace<N, T>>&,         \
                                  const ProfilingRequestSet&, Event);                                   \
  template Event associate(const IndexSpace<N, T>&, const char*, const std::vector<FieldSource<N, T>>&, \
                           std::shared_ptr<SpaceFamily>, const ProfilingRequestSet&, Event);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
