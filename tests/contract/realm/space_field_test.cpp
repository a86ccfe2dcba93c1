// Index spaces from fields and maps: by field, images, preimages, associations.
#include <limits>

#include "contract/realm/space_support.h"

namespace palatine::realm::space {
namespace {

// A domain with fields (N2, T2) and a space that pointers lead into (N, T).
template <int N2_, typename T2_, int N_, typename T_>
struct Pair {
  static constexpr int N2 = N2_, N = N_;
  using T2 = T2_;
  using T = T_;
};
using Pairs = testing::Types<Pair<1, int, 1, int>, Pair<1, int, 2, int>, Pair<2, int, 1, int>,
                             Pair<3, int, 2, long long>, Pair<1, long long, 3, unsigned>,
                             Pair<2, unsigned, 4, int>, Pair<4, long long, 1, long long>>;

template <typename P>
class SpaceFieldTest : public SpaceTest {};
TYPED_TEST_SUITE(SpaceFieldTest, Pairs);

#define PAIR                                          \
  constexpr int N2 = TypeParam::N2;                   \
  using T2 = typename TypeParam::T2;                  \
  constexpr int N = TypeParam::N;                     \
  using T = typename TypeParam::T;                    \
  using Domain [[maybe_unused]] = IndexSpace<N2, T2>; \
  using Space [[maybe_unused]] = IndexSpace<N, T>

// A value that depends on the point and a seed only.
template <int N, typename T>
unsigned mix(const Point<N, T>& p, unsigned seed) {
  unsigned h = seed * 2654435761u;
  for (int i = 0; i < N; i++) h = (h ^ static_cast<unsigned>(p[i])) * 2246822519u + 374761393u;
  return h >> 8;
}

TYPED_TEST(SpaceFieldTest, ByField) {
  PAIR;
  RandomSets<N2, T2> random(31);
  for (unsigned round = 0; round < 6; round++) {
    auto parent = random_space(random);
    auto check = [&](auto make) {
      using F = decltype(make(0u));
      TestField<N2, T2, F> field(random.universe(), [&](const auto& p) { return make(mix(p, round) % 5); });
      const std::vector<F> colors{make(3), make(0), make(4), make(0)};
      std::vector<Domain> pieces;
      const UserEvent start = UserEvent::create_user_event();
      const Event done =
          parent.create_subspaces_by_field(field.data, colors, pieces, ProfilingRequestSet(), start);
      start.trigger();
      done.wait();
      ASSERT_EQ(pieces.size(), colors.size());
      for (size_t i = 0; i < colors.size(); i++) {
        PointSet<N2, T2> expected;
        for (const auto& p : points_of(parent))
          if (field.value(p) == static_cast<F>(colors[i])) expected.insert(p);
        EXPECT_EQ(points_of(pieces[i]), expected);
      }
      Domain single;
      parent.create_subspace_by_field(field.data, static_cast<F>(colors[0]), single, ProfilingRequestSet())
          .wait();
      EXPECT_EQ(points_of(single), points_of(pieces[0]));
      single.destroy();
      destroy_all(pieces);
    };
    check([](unsigned k) { return static_cast<int>(k) - 2; });
    check([](unsigned k) { return k % 2 == 1; });
    check([](unsigned k) { return static_cast<long long>(k) << 40; });
    check([](unsigned k) { return Point<2, int>(static_cast<int>(k), -1); });
    check([](unsigned k) { return Rect<1, long long>(Point<1, long long>(k), Point<1, long long>(-7)); });
    parent.destroy();
  }
}

TYPED_TEST(SpaceFieldTest, ImagesAndPreimagesOfPointers) {
  PAIR;
  RandomSets<N2, T2> domains(32);
  RandomSets<N, T> random(33);
  const auto box = random.universe();
  for (unsigned round = 0; round < 6; round++) {
    // Some pointers lead out of the space.
    TestField<N2, T2, Point<N, T>> field(domains.universe(), [&](const auto& p) {
      Point<N, T> out;
      for (int i = 0; i < N; i++)
        out[i] =
            static_cast<T>(box.lo[i] + static_cast<int>(mix(p, round * 4 + static_cast<unsigned>(i)) % 17));
      return out;
    });
    // At times a space so large that pointers are sorted instead of marked, and a target so far away that
    // there is no table of all places.
    const bool is_far = round % 3 == 1;
    const Point<N, T> end(std::numeric_limits<T>::max());
    auto parent = is_far ? Space(Rect<N, T>(box.lo, end)) : random_space(random);
    auto sources = random_spaces(domains, 4);
    auto without = random_spaces(random, 4);
    std::vector<Space> images, rest;
    const UserEvent start = UserEvent::create_user_event();
    const Event e1 =
        parent.create_subspaces_by_image(field.data, sources, images, ProfilingRequestSet(), start);
    const Event e2 = parent.create_subspaces_by_image_with_difference(field.data, sources, without, rest,
                                                                      ProfilingRequestSet(), start);
    // Preimages of images that are not known yet.
    auto whole = random_space(domains);
    std::vector<Domain> preimages;
    std::vector<Space> targets = images;
    if (is_far) targets.push_back(Space(Rect<N, T>(end, end)));
    const Event e3 =
        whole.create_subspaces_by_preimage(field.data, targets, preimages, ProfilingRequestSet());
    start.trigger();
    Event::merge_events({e1, e2, e3}).wait();
    for (size_t i = 0; i < 4; i++) {
      PointSet<N, T> image, left;
      for (const auto& p : points_of(sources[i]))
        if (parent.contains(field.value(p))) image.insert(field.value(p));
      for (const auto& p : image)
        if (!without[i].contains(p)) left.insert(p);
      EXPECT_EQ(points_of(images[i]), image);
      EXPECT_EQ(points_of(rest[i]), left);
      PointSet<N2, T2> preimage;
      for (const auto& p : points_of(whole))
        if (image.contains(field.value(p))) preimage.insert(p);
      EXPECT_EQ(points_of(preimages[i]), preimage);
    }
    if (is_far) EXPECT_TRUE(points_of(preimages.back()).empty());
    destroy_all(images);
    destroy_all(rest);
    destroy_all(preimages);
    destroy_all(sources);
    destroy_all(without);
    parent.destroy();
    whole.destroy();
  }
}

TYPED_TEST(SpaceFieldTest, ImagesAndPreimagesOfRanges) {
  PAIR;
  RandomSets<N2, T2> domains(34);
  RandomSets<N, T> random(35);
  const auto box = random.universe();
  for (unsigned round = 0; round < 4; round++) {
    // A third of the rectangles are empty.
    TestField<N2, T2, Rect<N, T>> field(domains.universe(), [&](const auto& p) {
      Rect<N, T> out;
      for (int i = 0; i < N; i++) {
        out.lo[i] =
            static_cast<T>(box.lo[i] + static_cast<int>(mix(p, round * 4 + static_cast<unsigned>(i)) % 9));
        out.hi[i] = static_cast<T>(out.lo[i] + static_cast<int>(mix(p, 77 + round) % 3));
      }
      if (mix(p, 99 + round) % 3 == 0) out.hi[0] = out.lo[0]++;
      return out;
    });
    auto parent = random_space(random);
    auto sources = random_spaces(domains, 3);
    auto targets = random_spaces(random, 3);
    auto whole = random_space(domains);
    std::vector<Space> images;
    std::vector<Domain> preimages;
    parent.create_subspaces_by_image(field.data, sources, images, ProfilingRequestSet()).wait();
    whole.create_subspaces_by_preimage(field.data, targets, preimages, ProfilingRequestSet()).wait();
    for (size_t i = 0; i < 3; i++) {
      PointSet<N, T> image;
      for (const auto& p : points_of(sources[i]))
        for (const auto& q : points_of(std::vector<Rect<N, T>>{field.value(p)}))
          if (parent.contains(q)) image.insert(q);
      EXPECT_EQ(points_of(images[i]), image);
      PointSet<N2, T2> preimage;
      for (const auto& p : points_of(whole))
        if (targets[i].contains_any(field.value(p))) preimage.insert(p);
      EXPECT_EQ(points_of(preimages[i]), preimage);
    }
    destroy_all(images);
    destroy_all(preimages);
    destroy_all(sources);
    destroy_all(targets);
    parent.destroy();
    whole.destroy();
  }
}

TYPED_TEST(SpaceFieldTest, ImagesAndPreimagesOfMaps) {
  PAIR;
  RandomSets<N2, T2> domains(36);
  RandomSets<N, T> random(37);
  for (int round = 0; round < 12; round++) {
    // Permutations and mirrors, then anything.
    Realm::AffineTransform<N, N2, T2> map;
    for (int i = 0; i < N; i++) {
      for (int j = 0; j < N2; j++) {
        if (round % 3 == 0) map.transform[i][j] = T2(i == (j + round) % 4 ? (round % 2 ? 1 : T2(-1)) : T2(0));
        if (round % 3 == 1) map.transform[i][j] = T2(i == j ? 2 : 0);
        if (round % 3 == 2) map.transform[i][j] = static_cast<T2>(random.number(3));
      }
      map.offset[i] = static_cast<T2>(random.number(9) - 4);
    }
    auto parent = random_space(random);
    auto sources = random_spaces(domains, 3);
    auto targets = random_spaces(random, 3);
    auto whole = random_space(domains);
    std::vector<Space> images;
    std::vector<Domain> preimages;
    parent.create_subspaces_by_image(map, sources, images, ProfilingRequestSet()).wait();
    // A map from this domain to the targets' space has the domain's coordinates.
    whole
        .create_subspaces_by_preimage(
            Realm::DomainTransform<N, T, N2, T2>(Realm::StructuredTransform<N, T, N2, T2>(map)), targets,
            preimages, ProfilingRequestSet())
        .wait();
    auto apply = [&](const Point<N2, T2>& p, Point<N, T>& out) {
      bool is_exact = true;
      for (int i = 0; i < N; i++) {
        using Signed = std::make_signed_t<T2>;
        long long value = static_cast<Signed>(map.offset[i]);
        for (int j = 0; j < N2; j++)
          value +=
              static_cast<long long>(static_cast<Signed>(map.transform[i][j])) * static_cast<long long>(p[j]);
        out[i] = static_cast<T>(value);
        is_exact &= static_cast<long long>(out[i]) == value;
      }
      return is_exact;
    };
    Point<N, T> q;
    for (size_t i = 0; i < 3; i++) {
      PointSet<N, T> image;
      for (const auto& p : points_of(sources[i]))
        if (apply(p, q) && parent.contains(q)) image.insert(q);
      EXPECT_EQ(points_of(images[i]), image) << "round " << round;
      PointSet<N2, T2> preimage;
      for (const auto& p : points_of(whole))
        if (apply(p, q) && targets[i].contains(q)) preimage.insert(p);
      EXPECT_EQ(points_of(preimages[i]), preimage) << "round " << round;
    }
    destroy_all(images);
    destroy_all(preimages);
    destroy_all(sources);
    destroy_all(targets);
    parent.destroy();
    whole.destroy();
  }
}

TYPED_TEST(SpaceFieldTest, Association) {
  PAIR;
  RandomSets<N2, T2> domains(38);
  RandomSets<N, T> random(39);
  auto domain = random_space(domains);
  auto range = random_space(random);
  const Point<N, T> none(T(77));
  TestField<N2, T2, Point<N, T>> field(domains.universe(), [&](const auto&) { return none; });
  domain.create_association(field.data, range, ProfilingRequestSet()).wait();
  const auto from = points_of(domain);
  const auto to = points_of(range);
  size_t written = 0;
  PointSet<N, T> seen;
  for (auto& piece : field.data) {
    Realm::GenericAccessor<Point<N, T>, N2, T2> access(piece.inst, 8);
    for (Realm::PointInRectIterator<N2, T2> it(piece.index_space.bounds); it.valid; it.step()) {
      const Point<N, T> value = access.read(it.p);
      if (value == none) continue;
      ++written;
      EXPECT_TRUE(from.contains(it.p));
      EXPECT_TRUE(to.contains(value));
      EXPECT_TRUE(seen.insert(value).second) << "written twice";
    }
  }
  EXPECT_EQ(written, std::min(from.size(), to.size()));
  domain.destroy();
  range.destroy();
}

// Large enough for several workers.
TEST_F(SpaceTest, ManyPointers) {
  constexpr int kCount = 400000, kPieces = 64;
  const Rect<1, int> box(Point<1, int>(0), Point<1, int>(kCount - 1));
  TestField<1, int, Point<1, int>> next(
      box, [](const auto& p) { return Point<1, int>(static_cast<int>(mix(p, 5) % kCount)); });
  TestField<1, int, int> color(box, [](const auto& p) { return static_cast<int>(mix(p, 6) % kPieces); });
  std::vector<int> colors(kPieces);
  for (int i = 0; i < kPieces; i++) colors[static_cast<size_t>(i)] = i;
  const IndexSpace<1, int> whole(box);
  std::vector<IndexSpace<1, int>> pieces, images, preimages;
  whole.create_subspaces_by_field(color.data, colors, pieces, ProfilingRequestSet());
  whole.create_subspaces_by_image(next.data, pieces, images, ProfilingRequestSet());
  whole.create_subspaces_by_preimage(next.data, pieces, preimages, ProfilingRequestSet()).wait();
  for (auto& image : images) image.make_valid().wait();
  size_t total = 0, back = 0, errors = 0;
  for (size_t i = 0; i < kPieces; i++) {
    total += pieces[i].volume();
    back += preimages[i].volume();
    for (Realm::IndexSpaceIterator<1, int> it(pieces[i]); it.valid; it.step())
      for (Realm::PointInRectIterator<1, int> p(it.rect); p.valid; p.step())
        errors += !images[i].contains(next.value(p.p)) || color.value(p.p) != static_cast<int>(i);
    for (Realm::IndexSpaceIterator<1, int> it(preimages[i]); it.valid; it.step())
      for (Realm::PointInRectIterator<1, int> p(it.rect); p.valid; p.step())
        errors += color.value(next.value(p.p)) != static_cast<int>(i);
  }
  EXPECT_EQ(total, static_cast<size_t>(kCount));
  EXPECT_EQ(back, static_cast<size_t>(kCount));
  EXPECT_EQ(errors, 0u);
  destroy_all(pieces);
  destroy_all(images);
  destroy_all(preimages);
}

}  // namespace
}  // namespace palatine::realm::space
