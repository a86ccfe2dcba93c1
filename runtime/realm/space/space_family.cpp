#include "runtime/realm/space/space_family.h"

#include <algorithm>
#include <cstring>

#include "realm/indexspace.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/space/field_reader.h"
#include "runtime/realm/space/preimage.h"
#include "runtime/realm/space/space_operation.h"

namespace palatine::realm::space {

namespace {

using Realm::detail::FieldRows;
using Realm::detail::Hit;
using Realm::detail::PointerLocator;
using Realm::detail::SpaceFamily;

template <int N, typename T>
class TypedLocator final : public PointerLocator {
 public:
  TypedLocator(const std::vector<const RectList<N, T>*>& targets, uint64_t pointers)
      : locator_(targets, pointers) {}

  void locate(const std::byte* values, ptrdiff_t stride, uint64_t count, bool are_ranges,
              std::vector<Hit>& hits) const override {
    if (!are_ranges) {
      locator_.locate_points(values, stride, count,
                             [&](uint32_t combination, uint64_t start, uint64_t length) {
                               for (uint32_t target : locator_.targets(combination))
                                 hits.push_back({start, length, target});
                             });
      return;
    }
    std::vector<uint32_t> found;
    for (uint64_t i = 0; i < count; i++, values += stride) {
      Rect<N, T> r;
      std::memcpy(&r, values, sizeof(r));
      found.clear();
      locator_.locate_rect(r, found);
      for (uint32_t target : found) hits.push_back({i, 1, target});
    }
  }
  void locate_coordinates(const int64_t* coordinates, uint64_t count, std::vector<Hit>& hits) const override {
    for (uint64_t i = 0; i < count; i++, coordinates += N) {
      Point<N, T> p;
      bool is_inside = true;
      for (int d = 0; d < N; d++) {
        p[d] = static_cast<T>(coordinates[d]);
        is_inside &= static_cast<int64_t>(p[d]) == coordinates[d];
      }
      if (!is_inside) continue;
      for (uint32_t target : locator_.targets(locator_.locate(p))) hits.push_back({i, 1, target});
    }
  }

 private:
  Locator<N, T> locator_;
};

template <int N, typename T>
class TypedFamily final : public SpaceFamily {
 public:
  TypedFamily(const std::vector<IndexSpace<N, T>>& spaces, const char* call)
      : inputs_(inputs_of(spaces, call)) {}

  size_t size() const override { return inputs_.size(); }
  int dimension() const override { return N; }
  size_t point_bytes() const override { return sizeof(Point<N, T>); }
  void add_known(std::vector<Realm::Event>& events) const override {
    for (const auto& input : inputs_) input.add_known(events);
  }
  uint64_t volume(size_t space) override { return space::volume(inputs_[space].list()); }
  void prepare() override { lists_ = lists_of(inputs_); }
  std::vector<int64_t> rects(size_t space) const override {
    std::vector<int64_t> out;
    out.reserve(lists_[space]->size() * 2 * N);
    for (const Rect<N, T>& r : *lists_[space]) {
      for (int i = 0; i < N; i++) out.push_back(static_cast<int64_t>(r.lo[i]));
      for (int i = 0; i < N; i++) out.push_back(static_cast<int64_t>(r.hi[i]));
    }
    return out;
  }
  std::unique_ptr<PointerLocator> make_locator(uint64_t pointers) override {
    return std::make_unique<TypedLocator<N, T>>(lists_of(inputs_), pointers);
  }
  std::vector<std::byte> points(uint64_t limit) override {
    std::vector<std::byte> out;
    for (auto& input : inputs_)
      for (const Rect<N, T>& r : input.list())
        for (Realm::PointInRectIterator<N, T> it(r); it.valid && limit > 0; it.step(), --limit) {
          const auto* bytes = reinterpret_cast<const std::byte*>(&it.p);
          out.insert(out.end(), bytes, bytes + sizeof(it.p));
        }
    return out;
  }

 private:
  std::vector<SpaceInput<N, T>> inputs_;
  std::vector<const RectList<N, T>*> lists_;
};

template <int N, typename T>
class TypedRows final : public FieldRows {
 public:
  TypedRows(const std::vector<IndexSpace<N, T>>& spaces,
            const std::vector<Realm::detail::FieldSource<N, T>>& fields, size_t value_bytes, const char* call)
      : inputs_(inputs_of(spaces, call)), value_bytes_(value_bytes), call_(call) {
    field_spaces_.reserve(fields.size());
    for (const auto& field : fields) {
      field_spaces_.emplace_back(field.space, call);
      places_.push_back({field.inst, field.field});
    }
  }

  size_t size() const override { return inputs_.size(); }
  void add_known(std::vector<Realm::Event>& events) const override {
    for (const auto& input : inputs_) input.add_known(events);
    for (const auto& input : field_spaces_) input.add_known(events);
  }
  void prepare() override {
    lists_ = lists_of(inputs_);
    field_lists_ = lists_of(field_spaces_);
    for (size_t i = 0; i < places_.size(); i++) {
      // An instance that holds no point of the field need not exist.
      readers_.push_back(field_lists_[i]->empty()
                             ? nullptr
                             : std::make_unique<FieldReader<N, T>>(places_[i].first, places_[i].second,
                                                                   value_bytes_, call_));
      field_bounds_.push_back(bounds(*field_lists_[i]));
    }
  }
  uint64_t volume(size_t space) const override { return space::volume(*lists_[space]); }
  void visit(size_t space, Row row, void* context) const override {
    std::vector<std::byte> scratch;
    const RectList<N, T>& source = *lists_[space];
    const Rect<N, T> source_bounds = bounds(source);
    auto read = [&](const FieldReader<N, T>& reader, const RectList<N, T>& domain) {
      reader.for_each_row(domain, scratch,
                          [&](const Point<N, T>&, uint64_t count, const std::byte* values, ptrdiff_t stride) {
                            row(context, values, stride, count);
                          });
    };
    for (size_t i = 0; i < readers_.size(); i++) {
      if (!source_bounds.overlaps(field_bounds_[i])) continue;
      const RectList<N, T>& field = *field_lists_[i];
      if (field.size() == 1 && field[0].contains(source_bounds))
        read(*readers_[i], source);
      else
        read(*readers_[i], intersect(source, field));
    }
  }

 private:
  std::vector<SpaceInput<N, T>> inputs_, field_spaces_;
  std::vector<std::pair<Realm::RegionInstance, size_t>> places_;
  size_t value_bytes_;
  const char* call_;
  std::vector<const RectList<N, T>*> lists_, field_lists_;
  std::vector<Rect<N, T>> field_bounds_;
  std::vector<std::unique_ptr<FieldReader<N, T>>> readers_;
};

}  // namespace

}  // namespace palatine::realm::space

namespace Realm::detail {

template <int N, typename T>
std::shared_ptr<SpaceFamily> space_family(const std::vector<IndexSpace<N, T>>& spaces, const char* call) {
  return std::make_shared<palatine::realm::space::TypedFamily<N, T>>(spaces, call);
}

template <int N, typename T>
std::shared_ptr<FieldRows> field_rows(const std::vector<IndexSpace<N, T>>& spaces,
                                      const std::vector<FieldSource<N, T>>& fields, size_t value_bytes,
                                      const char* call) {
  return std::make_shared<palatine::realm::space::TypedRows<N, T>>(spaces, fields, value_bytes, call);
}

#define X(N, T)                                                                                          \
  template std::shared_ptr<SpaceFamily> space_family(const std::vector<IndexSpace<N, T>>&, const char*); \
  template std::shared_ptr<FieldRows> field_rows(                                                        \
      const std::vector<IndexSpace<N, T>>&, const std::vector<FieldSource<N, T>>&, size_t, const char*);
PALATINE_FOR_EACH_SPACE(X)
#undef X

}  // namespace Realm::detail
