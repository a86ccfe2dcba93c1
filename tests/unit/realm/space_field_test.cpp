// Pieces by field, images and preimages against a walk over all points.
#include <gtest/gtest.h>

#include "runtime/realm/space/by_field.h"
#include "runtime/realm/space/image.h"
#include "runtime/realm/space/preimage.h"
#include "unit/realm/space_oracle.h"

namespace palatine::realm::space {
namespace {

// A field over a box, in memory order with a gap behind each value.
template <int N, typename T, typename F>
struct Field {
  struct Slot {
    F value;
    char gap[5];
  };
  Rect<N, T> box;
  std::vector<Slot> slots;

  explicit Field(const Rect<N, T>& box_in) : box(box_in), slots(box_in.volume()) {}
  F& operator[](const Point<N, T>& p) {
    uint64_t number = 0;
    const Linear<N, T> line(box);
    EXPECT_TRUE(line.number(p, number));
    return slots[number].value;
  }
  FieldView<N, T> view() const {
    FieldView<N, T> out;
    uintptr_t base = reinterpret_cast<uintptr_t>(slots.data());
    ptrdiff_t stride = sizeof(Slot);
    for (int i = 0; i < N; i++) {
      out.strides[i] = stride;
      base -= static_cast<uintptr_t>(box.lo[i]) * static_cast<uintptr_t>(stride);
      stride *= static_cast<ptrdiff_t>(box.hi[i] - box.lo[i] + 1);
    }
    out.base = reinterpret_cast<const std::byte*>(base);
    return out;
  }
};

template <typename S>
class SpaceFieldTest : public testing::Test {};
TYPED_TEST_SUITE(SpaceFieldTest, Shapes);

TYPED_TEST(SpaceFieldTest, ByField) {
  constexpr int N = TypeParam::N;
  using T = typename TypeParam::T;
  RandomSets<N, T> random(11);
  for (int round = 0; round < 30; round++) {
    Field<N, T, int> field(random.universe());
    const int colors = 1 + random.number(6);
    int color = 0;
    for (auto& slot : field.slots)
      slot.value = random.number(3) ? color : color = random.number(colors + 2) - 1;
    std::vector<int> wanted;
    for (int c = 0; c < colors; c++) wanted.push_back(round % 2 ? c : c * 100000);
    if (round % 2 == 0)
      for (auto& slot : field.slots) slot.value *= 100000;
    const auto domain = random.list();
    const ColorTable<int> table(wanted);
    ByField<N, T> pieces(table.size());
    for_each_row(domain, field.view(),
                 [&](auto& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
                   pieces.add_row(first, count, values, stride, table);
                 });
    for (int c : wanted) {
      PointSet<N, T> expected;
      for (const auto& p : points_of(domain))
        if (field[p] == c) expected.insert(p);
      const auto piece = pieces.take(table.find(c));
      EXPECT_TRUE(is_normal(piece));
      EXPECT_EQ(points_of(piece), expected);
    }
  }
}

TYPED_TEST(SpaceFieldTest, ImageOfPoints) {
  constexpr int N = TypeParam::N;
  using T = typename TypeParam::T;
  RandomSets<N, T> random(12);
  for (int round = 0; round < 30; round++) {
    Field<2, int, Point<N, T>> field(Rect<2, int>({0, 0}, {19, 9}));
    for (auto& slot : field.slots) slot.value = random.point();
    // Bounds that leave some pointers out, and bounds so large that points are sorted.
    Rect<N, T> bounds = random.rect();
    if (round % 3 == 0) {
      bounds = random.universe();
      bounds.hi = Point<N, T>(std::numeric_limits<T>::max());
    }
    ImageBuilder<N, T> builder(bounds, 200);
    for (int source = 0; source < 3; source++) {
      RandomSets<2, int> sources(static_cast<unsigned>(round * 3 + source));
      const auto domain = normalise(std::vector{sources.rect(field.box), sources.rect(field.box)});
      for_each_row(domain, field.view(),
                   [&](auto&, uint64_t count, const std::byte* values, ptrdiff_t stride) {
                     builder.add_points(values, stride, count);
                   });
      PointSet<N, T> expected;
      for (const auto& p : points_of(domain))
        if (bounds.contains(field[p])) expected.insert(field[p]);
      const auto image = builder.take();
      EXPECT_TRUE(is_normal(image));
      EXPECT_EQ(points_of(image), expected);
    }
  }
}

TYPED_TEST(SpaceFieldTest, ImageOfRects) {
  constexpr int N = TypeParam::N;
  using T = typename TypeParam::T;
  RandomSets<N, T> random(13);
  for (int round = 0; round < 20; round++) {
    Field<1, long long, Rect<N, T>> field(
        Rect<1, long long>(Point<1, long long>(-5), Point<1, long long>(14)));
    for (auto& slot : field.slots) slot.value = random.rect();
    const Rect<N, T> bounds = round % 2 ? random.universe() : random.rect();
    ImageBuilder<N, T> builder(bounds, 20);
    PointSet<N, T> expected;
    for_each_row({field.box}, field.view(),
                 [&](auto&, uint64_t count, const std::byte* values, ptrdiff_t stride) {
                   builder.add_rects(values, stride, count);
                 });
    for (auto& slot : field.slots)
      for (const auto& p : points_of(std::vector<Rect<N, T>>{slot.value}))
        if (bounds.contains(p)) expected.insert(p);
    const auto image = builder.take();
    EXPECT_TRUE(is_normal(image));
    EXPECT_EQ(points_of(image), expected);
  }
}

TYPED_TEST(SpaceFieldTest, Preimages) {
  constexpr int N = TypeParam::N;
  using T = typename TypeParam::T;
  RandomSets<N, T> random(14);
  for (int round = 0; round < 30; round++) {
    const Rect<2, int> box({-3, 2}, {16, 11});
    Field<2, int, Point<N, T>> points(box);
    Field<2, int, Rect<N, T>> rects(box);
    for (auto& slot : points.slots) slot.value = random.point();
    for (auto& slot : rects.slots) slot.value = random.rect();
    // Overlapping targets, disjoint ones, and some far away, so that there is no table.
    std::vector<RectList<N, T>> targets;
    if (round % 3 == 0) {
      const auto whole = random.list();
      for (uint64_t i = 0; i < 5; i++)
        targets.push_back(slice(whole, volume(whole) * i / 5, volume(whole) * (i + 1) / 5));
    } else {
      for (int i = 0; i < 5; i++) targets.push_back(random.list());
    }
    if (round % 3 == 1) {
      const Point<N, T> far(static_cast<T>(1 << 20));
      targets.push_back({Rect<N, T>(far, far)});
    }
    std::vector<const RectList<N, T>*> pointers;
    for (const auto& target : targets) pointers.push_back(&target);
    const Locator<N, T> locator(pointers, box.volume());

    RandomSets<2, int> domains(static_cast<unsigned>(round));
    const auto domain = normalise(std::vector{domains.rect(box), domains.rect(box), domains.rect(box)});
    Preimages<2, int> of_points(targets.size()), of_rects(targets.size());
    for_each_row(domain, points.view(),
                 [&](auto& first, uint64_t count, const std::byte* values, ptrdiff_t stride) {
                   locator.locate_points(
                       values, stride, count, [&](uint32_t combination, uint64_t start, uint64_t length) {
                         of_points.add_run(first, start, length, locator.targets(combination));
                       });
                 });
    std::vector<uint32_t> found;
    for (const auto& p : points_of(domain)) {
      found.clear();
      locator.locate_rect(rects[p], found);
      of_rects.add_run(p, 0, 1, found);
    }
    for (size_t i = 0; i < targets.size(); i++) {
      PointSet<2, int> by_point, by_rect;
      for (const auto& p : points_of(domain)) {
        if (contains(targets[i], points[p])) by_point.insert(p);
        if (overlaps(targets[i], rects[p])) by_rect.insert(p);
      }
      const auto a = of_points.take(i), b = of_rects.take(i);
      EXPECT_TRUE(is_normal(a));
      EXPECT_TRUE(is_normal(b));
      EXPECT_EQ(points_of(a), by_point);
      EXPECT_EQ(points_of(b), by_rect);
    }
  }
}

TEST(BitsTest, DrainGivesRunsAndClears) {
  std::mt19937 random(15);
  Bits bits(3000000);
  for (int round = 0; round < 5; round++) {
    std::set<uint64_t> expected;
    for (int i = 0; i < 2000; i++) {
      const uint64_t at = random() % 2999000;
      if (i % 3) {
        bits.mark(at);
        expected.insert(at);
      } else {
        const uint64_t last = at + random() % 300;
        bits.mark_range(at, last);
        for (uint64_t k = at; k <= last; k++) expected.insert(k);
      }
    }
    std::set<uint64_t> found;
    uint64_t end = 0;
    bits.drain([&](uint64_t first, uint64_t last) {
      EXPECT_TRUE(found.empty() || first > end + 1);
      for (uint64_t k = first; k <= last; k++) found.insert(k);
      end = last;
    });
    EXPECT_EQ(found, expected);
  }
  bits.drain([](uint64_t, uint64_t) { FAIL(); });
}

}  // namespace
}  // namespace palatine::realm::space
