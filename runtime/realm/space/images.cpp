// Index spaces by image: IndexSpace::create_subspaces_by_image and ..._with_difference.
#include <mutex>

#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/affine.h"
#include "runtime/realm/space/image.h"
#include "runtime/realm/space/space_family.h"
#include "runtime/realm/space/space_operation.h"

namespace palatine::realm::space {

namespace {

using Realm::detail::FieldRows;
using Realm::detail::SpaceFamily;

// What images of both kinds have in common: one piece of work for each source.
template <int N, typename T>
class ImageWork : public SpaceWork {
 public:
  ImageWork(const IndexSpace<N, T>& parent, const std::vector<IndexSpace<N, T>>* without, const char* call)
      : parent_(parent, call) {
    if (without != nullptr) without_ = inputs_of(*without, call);
  }
  void set_results(std::vector<std::shared_ptr<SparsityContents<N, T>>> results) {
    results_ = std::move(results);
  }
  virtual void add_known(std::vector<Realm::Event>& events) const {
    parent_.add_known(events);
    for (const auto& space : without_) space.add_known(events);
  }

  size_t prepare(size_t stage) override {
    bounds_ = bounds(parent_.list());
    for (auto& space : without_) space.list();
    cost_ = prepare_sources();
    return results_.size();
  }
  uint64_t cost(size_t stage) const override { return cost_; }
  void run_piece(size_t stage, size_t piece) override {
    std::unique_ptr<ImageBuilder<N, T>> builder = take_builder();
    add_source(piece, *builder);
    RectList<N, T> image = builder->take();
    give_back(std::move(builder));
    if (parent_.list().size() > 1) image = intersect(image, parent_.list());
    if (!without_.empty()) image = subtract(image, without_[piece].list());
    results_[piece]->set(std::move(image));
  }

 protected:
  // Returns how many pointers there are.
  virtual uint64_t prepare_sources() = 0;
  virtual void add_source(size_t source, ImageBuilder<N, T>& builder) = 0;
  // How many points, not rectangles, are added to builders.
  virtual uint64_t points_to_add() const = 0;
  const Rect<N, T>& image_bounds() const { return bounds_; }

  uint64_t cost_ = 0;

 private:
  // Builders have large tables, so each worker uses one for many sources.
  std::unique_ptr<ImageBuilder<N, T>> take_builder() {
    {
      std::lock_guard lock(mutex_);
      if (!builders_.empty()) {
        auto builder = std::move(builders_.back());
        builders_.pop_back();
        return builder;
      }
    }
    return std::make_unique<ImageBuilder<N, T>>(bounds_, points_to_add());
  }
  void give_back(std::unique_ptr<ImageBuilder<N, T>> builder) {
    std::lock_guard lock(mutex_);
    builders_.push_back(std::move(builder));
  }

  SpaceInput<N, T> parent_;
  std::vector<SpaceInput<N, T>> without_;
  std::vector<std::shared_ptr<SparsityContents<N, T>>> results_;
  Rect<N, T> bounds_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ImageBuilder<N, T>>> builders_;
};

template <int N, typename T>
class FieldImageWork final : public ImageWork<N, T> {
 public:
  FieldImageWork(const IndexSpace<N, T>& parent, std::shared_ptr<FieldRows> pointers, bool are_ranges,
                 const std::vector<IndexSpace<N, T>>* without, const char* call)
      : ImageWork<N, T>(parent, without, call), pointers_(std::move(pointers)), are_ranges_(are_ranges) {}

  void add_known(std::vector<Realm::Event>& events) const override {
    ImageWork<N, T>::add_known(events);
    pointers_->add_known(events);
  }

 private:
  uint64_t prepare_sources() override {
    pointers_->prepare();
    uint64_t total = 0;
    for (size_t i = 0; i < pointers_->size(); i++) total += pointers_->volume(i);
    return total;
  }
  void add_source(size_t source, ImageBuilder<N, T>& builder) override {
    const FieldRows::Row add_points = [](void* to, const std::byte* values, ptrdiff_t stride,
                                         uint64_t count) {
      static_cast<ImageBuilder<N, T>*>(to)->add_points(values, stride, count);
    };
    const FieldRows::Row add_rects = [](void* to, const std::byte* values, ptrdiff_t stride, uint64_t count) {
      static_cast<ImageBuilder<N, T>*>(to)->add_rects(values, stride, count);
    };
    pointers_->visit(source, are_ranges_ ? add_rects : add_points, &builder);
  }

  uint64_t points_to_add() const override { return are_ranges_ ? 0 : this->cost_; }

  std::shared_ptr<FieldRows> pointers_;
  bool are_ranges_;
};

template <int N, typename T>
class AffineImageWork final : public ImageWork<N, T> {
 public:
  AffineImageWork(const IndexSpace<N, T>& parent, const AffineMap& map, std::shared_ptr<SpaceFamily> sources,
                  const std::vector<IndexSpace<N, T>>* without, const char* call)
      : ImageWork<N, T>(parent, without, call), map_(map), sources_(std::move(sources)) {}

  void add_known(std::vector<Realm::Event>& events) const override {
    ImageWork<N, T>::add_known(events);
    sources_->add_known(events);
  }

 private:
  uint64_t prepare_sources() override {
    sources_->prepare();
    // Rectangles to rectangles: nothing is marked point by point.
    if (maps_rects_to_rects(map_)) return 0;
    uint64_t total = 0;
    for (size_t i = 0; i < sources_->size(); i++) total += sources_->volume(i);
    return total;
  }
  void add_source(size_t source, ImageBuilder<N, T>& builder) override {
    add_affine_image(map_, sources_->rects(source), this->image_bounds(), builder);
  }

  uint64_t points_to_add() const override { return this->cost_; }

  AffineMap map_;
  std::shared_ptr<SpaceFamily> sources_;
};

template <int N, typename T>
Realm::Event launch_images(std::unique_ptr<ImageWork<N, T>> work, const IndexSpace<N, T>& parent,
                           const char* call, size_t count, std::vector<IndexSpace<N, T>>& images,
                           const Realm::ProfilingRequestSet& requests, Realm::Event wait_on) {
  std::vector<Realm::Event> known;
  work->add_known(known);
  auto results = make_results(parent.bounds, count, images);
  auto maps = results_of(results);
  work->set_results(std::move(results));
  return launch_work(call, std::move(work), std::move(maps), std::move(known), requests, wait_on);
}

template <typename S>
void check_without(const std::vector<S>* without, size_t sources, const char* call) {
  if (without != nullptr && without->size() != sources)
    bad_use(call, "there are %zu spaces to take away for %zu sources", without->size(), sources);
}

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

using namespace palatine::realm::space;

template <int N, typename T>
Event images_by_field(const IndexSpace<N, T>& parent, const char* call, std::shared_ptr<FieldRows> pointers,
                      bool are_ranges, const std::vector<IndexSpace<N, T>>* without,
                      std::vector<IndexSpace<N, T>>& images, const ProfilingRequestSet& requests,
                      Event wait_on) {
  need_empty(images, call);
  const size_t count = pointers->size();
  check_without(without, count, call);
  if (parent.empty() || count == 0) {
    images.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  auto work = std::make_unique<FieldImageWork<N, T>>(parent, std::move(pointers), are_ranges, without, call);
  return launch_images<N, T>(std::move(work), parent, call, count, images, requests, wait_on);
}

template <int N, typename T>
Event images_by_map(const IndexSpace<N, T>& parent, const char* call, const AffineMap& map,
                    std::shared_ptr<SpaceFamily> sources, const std::vector<IndexSpace<N, T>>* without,
                    std::vector<IndexSpace<N, T>>& images, const ProfilingRequestSet& requests,
                    Event wait_on) {
  need_empty(images, call);
  const size_t count = sources->size();
  check_without(without, count, call);
  if (parent.empty() || count == 0) {
    images.resize(count);
    return launch_nothing(call, requests, wait_on);
  }
  auto work = std::make_unique<AffineImageWork<N, T>>(parent, map, std::move(sources), without, call);
  return launch_images<N, T>(std::move(work), parent, call, count, images, requests, wait_on);
}

#define X(N, T)                                                                                          \
  template Event images_by_field(const IndexSpace<N, T>&, const char*, std::shared_ptr<FieldRows>, bool, \
                                 const std::vector<IndexSpace<N, T>>*, std::vector<IndexSpace<N, T>>&,   \
                                 const ProfilingRequestSet&, Event);                                     \
  template Event images_by_map(const IndexSpace<N, T>&, const char*, const AffineMap&,                   \
                               std::shared_ptr<SpaceFamily>, const std::vector<IndexSpace<N, T>>*,       \
                               std::vector<IndexSpace<N, T>>&, const ProfilingRequestSet&, Event);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
