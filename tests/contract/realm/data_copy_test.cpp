// Copies, fills, reductions, gathers and scatters against loops over single elements.
// Realm API reference, section "Copy, fill, reduce".
#include <array>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>

#include "contract/realm/data_support.h"

namespace palatine::test {
namespace {

using namespace Realm;

// A random layout: order of the dimensions, arrays or structures, one piece or several.
template <int N>
RegionInstance random_instance(std::mt19937& random, Memory memory, const Rect<N>& bounds,
                               const std::vector<size_t>& sizes) {
  std::vector<FieldID> ids(sizes.size());
  std::iota(ids.begin(), ids.end(), 10);
  InstanceLayoutConstraints constraints(ids, sizes, random() % 2);
  int order[N];
  std::iota(order, order + N, 0);
  std::shuffle(order, order + N, random);
  std::vector<Rect<N>> covering = {bounds};
  for (uint32_t cuts = random() % 3; cuts > 0; --cuts) {
    std::vector<Rect<N>> cut;
    const int d = static_cast<int>(random() % N);
    for (const Rect<N>& rect : covering) {
      Rect<N> low = rect, high = rect;
      low.hi[d] = rect.lo[d] + static_cast<int>(random() % 5);
      high.lo[d] = low.hi[d] + 1;
      if (low.hi[d] >= rect.hi[d]) {
        cut.push_back(rect);
      } else {
        cut.push_back(high), cut.push_back(low);
      }
    }
    covering = cut;
  }
  RegionInstance instance;
  RegionInstance::create_instance(instance, memory,
                                  InstanceLayoutGeneric::choose_instance_layout<N, int>(
                                      IndexSpace<N>(bounds), covering, constraints, order),
                                  ProfilingRequestSet())
      .external_wait();
  return instance;
}

// Every byte of every element of a field, by the points of `bounds` in Fortran order.
template <int N>
std::vector<unsigned char> bytes_of(RegionInstance instance, FieldID field, size_t size,
                                    const Rect<N>& bounds) {
  std::vector<unsigned char> result;
  GenericAccessor<unsigned char, N> bytes(instance, field);
  for (PointInRectIterator<N> it(bounds); it.valid; it.step()) {
    const unsigned char* element = bytes.ptr(it.p);
    result.insert(result.end(), element, element + size);
  }
  return result;
}

template <int N>
void scramble(std::mt19937& random, RegionInstance instance, FieldID field, size_t size,
              const Rect<N>& bounds) {
  GenericAccessor<unsigned char, N> bytes(instance, field);
  for (PointInRectIterator<N> it(bounds); it.valid; it.step()) {
    for (size_t k = 0; k < size; ++k) bytes.ptr(it.p)[k] = static_cast<unsigned char>(random());
  }
}

template <int N>
Rect<N> random_rect(std::mt19937& random, const Rect<N>& bounds) {
  Rect<N> rect;
  for (int d = 0; d < N; ++d) {
    const unsigned extent = static_cast<unsigned>(bounds.hi[d] - bounds.lo[d] + 1);
    int a = bounds.lo[d] + static_cast<int>(random() % extent),
        b = bounds.lo[d] + static_cast<int>(random() % extent);
    rect.lo[d] = std::min(a, b);
    rect.hi[d] = std::max(a, b);
  }
  return rect;
}

template <int N>
void random_copies(std::mt19937& random, Memory memory, int extent, int rounds) {
  const std::array<size_t, 9> choices = {1, 2, 3, 4, 8, 12, 16, 40, 100};
  for (int round = 0; round < rounds; ++round) {
    Rect<N> bounds;
    for (int d = 0; d < N; ++d) {
      bounds.lo[d] = static_cast<int>(random() % 20) - 10;
      bounds.hi[d] = bounds.lo[d] + static_cast<int>(random() % static_cast<unsigned>(extent));
    }
    std::vector<size_t> sizes;
    for (uint32_t k = 1 + random() % 4; k > 0; --k) sizes.push_back(choices[random() % choices.size()]);
    RegionInstance src = random_instance<N>(random, memory, bounds, sizes);
    RegionInstance dst = random_instance<N>(random, memory, bounds, sizes);
    const Rect<N> domain = random_rect(random, bounds);
    std::vector<CopySrcDstField> srcs, dsts;
    std::vector<std::vector<unsigned char>> expected;
    for (size_t k = 0; k < sizes.size(); ++k) {
      const FieldID field = static_cast<FieldID>(10 + k);
      scramble(random, src, field, sizes[k], bounds);
      scramble(random, dst, field, sizes[k], bounds);
      std::vector<unsigned char> from = bytes_of(src, field, sizes[k], bounds),
                                 to = bytes_of(dst, field, sizes[k], bounds);
      size_t at = 0;
      for (PointInRectIterator<N> it(bounds); it.valid; it.step(), at += sizes[k]) {
        if (domain.contains(it.p)) std::memcpy(&to[at], &from[at], sizes[k]);
      }
      expected.push_back(to);
      srcs.push_back(field_of(src, field, sizes[k]));
      dsts.push_back(field_of(dst, field, sizes[k]));
    }
    IndexSpace<N>(domain).copy(srcs, dsts, ProfilingRequestSet()).external_wait();
    for (size_t k = 0; k < sizes.size(); ++k) {
      ASSERT_EQ(bytes_of(dst, static_cast<FieldID>(10 + k), sizes[k], bounds), expected[k])
          << "round " << round << " of " << N << " dimensions";
    }
    src.destroy();
    dst.destroy();
  }
}

TEST(RealmCopy, BetweenAllLayouts) {
  DataRuntime rt;
  std::mt19937 random(17);
  random_copies<1>(random, rt.memory(), 300, 40);
  random_copies<2>(random, rt.memory(), 40, 40);
  random_copies<3>(random, rt.memory(), 14, 40);
  random_copies<4>(random, rt.memory(), 6, 20);
}

// Large enough for strips on all workers, stores that bypass the caches, and blocked transposes.
TEST(RealmCopy, LargeOnesInStrips) {
  for (int workers : {1, 3}) {
    DataRuntime rt(workers, 256);
    const Rect<2> bounds(Point<2>(0, 0), Point<2>(2046, 1030));
    IndexSpace<2> space(bounds);
    std::map<FieldID, size_t> fields = {{1, 8}, {2, 4}};
    InstanceLayoutConstraints soa(fields, 0), aos(fields, 1);
    int straight[2] = {0, 1}, turned[2] = {1, 0};
    auto make = [&](const InstanceLayoutConstraints& constraints, const int* order) {
      RegionInstance instance;
      RegionInstance::create_instance(
          instance, rt.memory(),
          InstanceLayoutGeneric::choose_instance_layout<2, int>(space, constraints, order),
          ProfilingRequestSet())
          .external_wait();
      return instance;
    };
    std::vector<RegionInstance> chain = {make(soa, straight), make(aos, straight), make(soa, turned),
                                         make(soa, straight), make(aos, turned)};
    AffineAccessor<int64_t, 2> first(chain[0], 1);
    AffineAccessor<int, 2> second(chain[0], 2);
    for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
      first[it.p] = int64_t{it.p[0]} << 32 | it.p[1];
      second[it.p] = it.p[0] * 5000 + it.p[1];
    }
    Event last = Event::NO_EVENT;
    for (size_t k = 1; k < chain.size(); ++k) {
      last = space.copy({field_of(chain[k - 1], 1, 8), field_of(chain[k - 1], 2, 4)},
                        {field_of(chain[k], 1, 8), field_of(chain[k], 2, 4)}, ProfilingRequestSet(), last);
    }
    last.external_wait();
    AffineAccessor<int64_t, 2> first_out(chain.back(), 1);
    AffineAccessor<int, 2> second_out(chain.back(), 2);
    size_t wrong = 0;
    for (PointInRectIterator<2> it(bounds); it.valid; it.step()) {
      wrong += first_out[it.p] != (int64_t{it.p[0]} << 32 | it.p[1]);
      wrong += second_out[it.p] != it.p[0] * 5000 + it.p[1];
    }
    EXPECT_EQ(wrong, 0u);
    for (RegionInstance instance : chain) instance.destroy();
  }
}

// Structures that become columns and the other way round, larger than the caches, with a field left out.
TEST(RealmCopy, StructuresAndColumns) {
  DataRuntime rt(2, 256);
  const IndexSpace<2> space(Rect<2>(Point<2>(1, 2), Point<2>(700, 500)));
  for (size_t size : {4, 8}) {
    for (int used : {2, 5, 8}) {
      std::vector<FieldID> ids(8);
      std::iota(ids.begin(), ids.end(), 10);
      RegionInstance instances[3];
      for (int k = 0; k < 3; ++k) {
        InstanceLayoutConstraints constraints(ids, std::vector<size_t>(8, size), k == 1 ? 1 : 0);
        const int order[2] = {0, 1};
        RegionInstance::create_instance(
            instances[k], rt.memory(),
            InstanceLayoutGeneric::choose_instance_layout<2, int>(space, constraints, order),
            ProfilingRequestSet())
            .external_wait();
      }
      std::vector<CopySrcDstField> ends[3];
      for (int f = 0; f < used; ++f) {
        // The third of more fields is left out, so the distances differ.
        const FieldID id = 10 + f + (used < 8 && f >= 2 ? 1 : 0);
        for (int k = 0; k < 3; ++k) ends[k].push_back(field_of(instances[k], id, size));
        GenericAccessor<uint32_t, 2> values(instances[0], id);
        for (PointInRectIterator<2> it(space.bounds); it.valid; it.step())
          values.write(it.p, static_cast<uint32_t>(it.p[0] * 1000 + it.p[1] * 7 + f));
      }
      space.copy(ends[0], ends[1], ProfilingRequestSet()).external_wait();
      space.copy(ends[1], ends[2], ProfilingRequestSet()).external_wait();
      for (int f = 0; f < used; ++f) {
        const FieldID id = 10 + f + (used < 8 && f >= 2 ? 1 : 0);
        GenericAccessor<uint32_t, 2> structures(instances[1], id), columns(instances[2], id);
        size_t wrong = 0;
        for (PointInRectIterator<2> it(space.bounds); it.valid; it.step()) {
          const uint32_t expected = static_cast<uint32_t>(it.p[0] * 1000 + it.p[1] * 7 + f);
          wrong += structures.read(it.p) != expected || columns.read(it.p) != expected;
        }
        ASSERT_EQ(wrong, 0u) << size << " bytes, " << used << " fields, field " << f;
      }
      for (RegionInstance instance : instances) instance.destroy();
    }
  }
}

TEST(RealmCopy, SparseDomainsAndSubfields) {
  DataRuntime rt;
  std::vector<Rect<1>> rects;
  for (int k = 0; k < 50; ++k) rects.push_back(Rect<1>(20 * k, 20 * k + k % 7));
  IndexSpace<1> sparse(rects);
  std::map<FieldID, size_t> fields = {{1, 8}};
  RegionInstance src, dst;
  RegionInstance::create_instance(src, rt.memory(), Rect<1>(0, 1000), fields, 0, ProfilingRequestSet());
  RegionInstance::create_instance(dst, rt.memory(), Rect<1>(0, 1000), fields, 0, ProfilingRequestSet());
  fill_with<1, int, int64_t>(Rect<1>(0, 1000), src, 1, 0x1122334455667788);
  fill_with<1, int, int64_t>(Rect<1>(0, 1000), dst, 1, 0);
  // The upper half of each source element to the lower half of the destination's.
  CopySrcDstField from, to;
  from.set_field(src, 1, 4, 4);
  to.set_field(dst, 1, 4, 0);
  sparse.copy({from}, {to}, ProfilingRequestSet()).external_wait();
  AffineAccessor<int64_t, 1> result(dst, 1);
  for (int p = 0; p <= 1000; ++p) EXPECT_EQ(result[p], sparse.contains(p) ? 0x11223344 : 0) << p;
  src.destroy();
  dst.destroy();
  sparse.destroy();
}

TEST(RealmCopy, WaitsForThePreconditionAndSpreadsPoison) {
  DataRuntime rt;
  std::map<FieldID, size_t> fields = {{1, 4}};
  RegionInstance a, b;
  RegionInstance::create_instance(a, rt.memory(), Rect<1>(0, 9), fields, 0, ProfilingRequestSet());
  RegionInstance::create_instance(b, rt.memory(), Rect<1>(0, 9), fields, 0, ProfilingRequestSet());
  fill_with<1, int, int>(Rect<1>(0, 9), a, 1, 5);
  fill_with<1, int, int>(Rect<1>(0, 9), b, 1, 0);
  AffineAccessor<int, 1> values(b, 1);
  UserEvent start = UserEvent::create_user_event();
  Event copied = IndexSpace<1>(Rect<1>(0, 9))
                     .copy({field_of(a, 1, 4)}, {field_of(b, 1, 4)}, ProfilingRequestSet(), start);
  EXPECT_FALSE(copied.has_triggered());
  EXPECT_EQ(values[3], 0);
  start.trigger();
  copied.external_wait();
  EXPECT_EQ(values[3], 5);
  UserEvent never = UserEvent::create_user_event();
  int value = 9;
  Event filled =
      IndexSpace<1>(Rect<1>(0, 9)).fill({field_of(b, 1, 4)}, ProfilingRequestSet(), &value, 4, never);
  never.cancel();
  EXPECT_TRUE(ends_in_poison(filled));
  EXPECT_EQ(values[3], 5);
  a.destroy();
  b.destroy();
}

TEST(RealmFill, PatternsOfAllSizesAndSeveralFields) {
  DataRuntime rt;
  for (size_t size : {1, 2, 3, 4, 7, 8, 16, 24, 100, 5000}) {
    for (size_t block : {0, 1}) {
      std::vector<FieldID> ids = {1, 2};
      InstanceLayoutConstraints constraints(ids, {size, 4}, block);
      int order[1] = {0};
      const Rect<1> bounds(0, size > 1000 ? 20 : 3000);
      RegionInstance instance;
      RegionInstance::create_instance(
          instance, rt.memory(),
          InstanceLayoutGeneric::choose_instance_layout<1, int>(IndexSpace<1>(bounds), constraints, order),
          ProfilingRequestSet());
      std::vector<unsigned char> value(size + 4);
      for (size_t k = 0; k < value.size(); ++k) value[k] = static_cast<unsigned char>(3 * k + 1);
      IndexSpace<1>(bounds)
          .fill({field_of(instance, 1, size), field_of(instance, 2, 4)}, ProfilingRequestSet(), value.data(),
                value.size())
          .external_wait();
      std::vector<unsigned char> first = bytes_of(instance, 1, size, bounds),
                                 second = bytes_of(instance, 2, 4, bounds);
      for (size_t k = 0; k < first.size(); ++k) ASSERT_EQ(first[k], value[k % size]) << size;
      for (size_t k = 0; k < second.size(); ++k) ASSERT_EQ(second[k], value[size + k % 4]);
      instance.destroy();
    }
  }
}

// ---- reductions

struct AddOp {
  typedef double LHS;
  typedef int RHS;
  static const RHS identity;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    if (EXCLUSIVE) {
      lhs += rhs;
    } else {
      int64_t* bits = reinterpret_cast<int64_t*>(&lhs);
      int64_t before = __atomic_load_n(bits, __ATOMIC_RELAXED), after;
      do {
        double sum;
        std::memcpy(&sum, &before, 8);
        sum += rhs;
        std::memcpy(&after, &sum, 8);
      } while (!__atomic_compare_exchange_n(bits, &before, after, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    }
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& rhs1, RHS rhs2) {
    EXCLUSIVE ? void(rhs1 += rhs2) : void(__atomic_fetch_add(&rhs1, rhs2, __ATOMIC_RELAXED));
  }
};
const int AddOp::identity = 0;
constexpr ReductionOpID kAdd = 11;

TEST(RealmReduction, ApplyAndFoldExclusiveOrNot) {
  DataRuntime rt(3);
  rt.runtime.register_reduction<AddOp>(kAdd);
  IndexSpace<2> space(Rect<2>(Point<2>(0, 0), Point<2>(99, 49)));
  std::map<FieldID, size_t> fields = {{1, sizeof(double)}, {2, sizeof(int)}};
  for (size_t block : {0, 1}) {
    RegionInstance target, source;
    RegionInstance::create_instance(target, rt.memory(), space, fields, block, ProfilingRequestSet());
    RegionInstance::create_instance(source, rt.memory(), space, fields, 1 - block, ProfilingRequestSet());
    fill_with<2, int, double>(space, target, 1, 0.5);
    fill_with<2, int, int>(space, target, 2, 100);
    AffineAccessor<int, 2> values(source, 2);
    for (PointInRectIterator<2> it(space.bounds); it.valid; it.step()) values[it.p] = it.p[0] + it.p[1];
    std::vector<Event> events;
    for (int k = 0; k < 6; ++k) {
      CopySrcDstField applied = field_of(target, 1, sizeof(double)),
                      folded = field_of(target, 2, sizeof(int));
      applied.set_redop(kAdd, false, false);
      folded.set_redop(kAdd, true, false);
      events.push_back(space.copy({field_of(source, 2, 4), field_of(source, 2, 4)}, {applied, folded},
                                  ProfilingRequestSet()));
    }
    Event::merge_events(events).external_wait();
    // A constant, exclusively.
    CopySrcDstField constant, applied = field_of(target, 1, sizeof(double));
    constant.set_fill<int>(1000);
    applied.set_redop(kAdd, false, true);
    space.copy({constant}, {applied}, ProfilingRequestSet()).external_wait();
    AffineAccessor<double, 2> sums(target, 1);
    AffineAccessor<int, 2> folds(target, 2);
    for (PointInRectIterator<2> it(space.bounds); it.valid; it.step()) {
      ASSERT_EQ(sums[it.p], 0.5 + 6 * (it.p[0] + it.p[1]) + 1000);
      ASSERT_EQ(folds[it.p], 100 + 6 * (it.p[0] + it.p[1]));
    }
    target.destroy();
    source.destroy();
  }
}

// ---- gathers and scatters

class RealmIndirect : public testing::Test {
 protected:
  RealmIndirect() : rt(2) {
    rt.runtime.register_reduction<AddOp>(kAdd);
    std::map<FieldID, size_t> fields = {{kPointer, sizeof(Point<2>)}, {kValue, 4}, {kSum, 8}};
    RegionInstance::create_instance(near_, rt.memory(), points, fields, 1, ProfilingRequestSet());
    // The targets lie in two instances.
    for (int k = 0; k < 2; ++k) {
      RegionInstance instance;
      RegionInstance::create_instance(instance, rt.memory(), spaces[static_cast<size_t>(k)], fields, 0,
                                      ProfilingRequestSet());
      far_.push_back(instance);
    }
    std::mt19937 random(5);
    AffineAccessor<Point<2>, 1> pointers(near_, kPointer);
    AffineAccessor<int, 1> values(near_, kValue);
    std::vector<Point<2>> all;
    for (int x = 0; x < 60; ++x)
      for (int y = 0; y < 40; ++y) all.push_back(Point<2>(x, y));
    std::shuffle(all.begin(), all.end(), random);
    for (int p = 0; p <= points.bounds.hi[0]; ++p) {
      pointers[p] = all[static_cast<size_t>(p)];
      values[p] = 7 * p;
    }
    for (int k = 0; k < 2; ++k) {
      AffineAccessor<int, 2> targets(far_[static_cast<size_t>(k)], kValue);
      for (PointInRectIterator<2> it(spaces[static_cast<size_t>(k)].bounds); it.valid; it.step())
        targets[it.p] = 1000 * it.p[0] + it.p[1];
    }
  }
  ~RealmIndirect() override {
    near_.destroy();
    for (RegionInstance instance : far_) instance.destroy();
  }
  CopySrcDstField indirect(FieldID field, size_t size) {
    CopySrcDstField result;
    result.set_indirect(0, field, size);
    return result;
  }
  int far_value(const Point<2>& p) { return AffineAccessor<int, 2>(far_[p[0] < 30 ? 0 : 1], kValue)[p]; }

  static constexpr FieldID kPointer = 1, kValue = 2, kSum = 3;
  DataRuntime rt;
  const IndexSpace<1> points{Rect<1>(0, 1499)};
  const std::vector<IndexSpace<2>> spaces = {Rect<2>(Point<2>(0, 0), Point<2>(29, 39)),
                                             Rect<2>(Point<2>(30, 0), Point<2>(59, 39))};
  RegionInstance near_;
  std::vector<RegionInstance> far_;
};

TEST_F(RealmIndirect, Gather) {
  CopyIndirection<1>::Unstructured<2> indirection(near_, spaces, far_, kPointer);
  AffineAccessor<Point<2>, 1> pointers(near_, kPointer);
  AffineAccessor<int, 1> values(near_, kValue);
  points.copy({indirect(kValue, 4)}, {field_of(near_, kValue, 4)}, {&indirection}, ProfilingRequestSet())
      .external_wait();
  for (int p = 0; p <= points.bounds.hi[0]; ++p) ASSERT_EQ(values[p], 1000 * pointers[p][0] + pointers[p][1]);
}

TEST_F(RealmIndirect, ScatterAndOutOfRange) {
  AffineAccessor<Point<2>, 1> pointers(near_, kPointer);
  pointers[17] = Point<2>(-1, 99);
  CopyIndirection<1>::Unstructured<2> indirection(near_, spaces, far_, kPointer, 0, false, true);
  points.copy({field_of(near_, kValue, 4)}, {indirect(kValue, 4)}, {&indirection}, ProfilingRequestSet())
      .external_wait();
  for (int p = 0; p <= points.bounds.hi[0]; ++p) {
    if (p != 17) ASSERT_EQ(far_value(pointers[p]), 7 * p);
  }
}

TEST_F(RealmIndirect, ScatterReductionsMeetInOneElement) {
  AffineAccessor<Point<2>, 1> pointers(near_, kPointer);
  for (int p = 0; p <= points.bounds.hi[0]; ++p) pointers[p] = Point<2>(p % 3, 0);
  fill_with<2, int, double>(spaces[0], far_[0], kSum, 0.0);
  CopyIndirection<1>::Unstructured<2> indirection(near_, spaces, far_, kPointer, 0, false, false, true);
  CopySrcDstField one, target = indirect(kSum, 8);
  one.set_fill<int>(1);
  target.set_redop(kAdd, false, true);
  points.copy({one}, {target}, {&indirection}, ProfilingRequestSet()).external_wait();
  AffineAccessor<double, 2> sums(far_[0], kSum);
  for (int x = 0; x < 3; ++x) EXPECT_EQ(sums[Point<2>(x, 0)], 500.0);
}

// Mirrored, shrunk and wrapped points, in both directions.
TEST_F(RealmIndirect, AffineMaps) {
  const Rect<1> line(0, 39);
  CopyIndirection<1>::Affine<2> map;
  map.transform.rows[0] = Point<1>(3);
  map.transform.rows[1] = Point<1>(-1);
  map.offset_lo = map.offset_hi = Point<2>(1, 39);
  map.divisor = Point<2>(2, 1);
  map.wrap = Rect<2>(Point<2>(5, 0), Point<2>(44, 1000));
  map.spaces = spaces;
  map.insts = far_;
  auto target = [](int p) {
    const int x = (3 * p + 1) / 2;
    return Point<2>(5 + ((x - 5) % 40 + 40) % 40, 39 - p);
  };
  IndexSpace<1>(line)
      .copy({indirect(kValue, 4)}, {field_of(near_, kValue, 4)}, {&map}, ProfilingRequestSet())
      .external_wait();
  AffineAccessor<int, 1> values(near_, kValue);
  for (int p = 0; p <= 39; ++p) ASSERT_EQ(values[p], 1000 * target(p)[0] + target(p)[1]) << p;
  for (int p = 0; p <= 39; ++p) values[p] = -p;
  IndexSpace<1>(line)
      .copy({field_of(near_, kValue, 4)}, {indirect(kValue, 4)}, {&map}, ProfilingRequestSet())
      .external_wait();
  for (int p = 0; p <= 39; ++p) ASSERT_EQ(far_value(target(p)), -p);
}

// Rectangles of one and of two dimensions with as many points.
TEST_F(RealmIndirect, RangesOnBothSides) {
  const Rect<1> line(0, 9);
  RegionInstance ranges;
  std::map<FieldID, size_t> fields = {{1, sizeof(Rect<2>)}, {2, sizeof(Rect<1>)}};
  RegionInstance::create_instance(ranges, rt.memory(), line, fields, 0, ProfilingRequestSet())
      .external_wait();
  AffineAccessor<Rect<2>, 1> from(ranges, 1);
  AffineAccessor<Rect<1>, 1> to(ranges, 2);
  for (int p = 0; p <= 9; ++p) {
    // Across the border of the two instances; the last one is empty.
    from[p] = p == 9 ? Rect<2>(Point<2>(1, 1), Point<2>(0, 1))
                     : Rect<2>(Point<2>(28, 2 * p), Point<2>(31, 2 * p + 1));
    to[p] = p == 9 ? Rect<1>(1, 0) : Rect<1>(100 * p, 100 * p + 7);
  }
  CopyIndirection<1>::Unstructured<2> sources(ranges, spaces, far_, 1, 0, true);
  CopyIndirection<1>::Unstructured<1> targets(ranges, {points}, {near_}, 2, 0, true);
  CopySrcDstField scattered;
  scattered.set_indirect(1, kValue, 4);
  IndexSpace<1>(line)
      .copy({indirect(kValue, 4)}, {scattered}, {&sources, &targets}, ProfilingRequestSet())
      .external_wait();
  AffineAccessor<int, 1> values(near_, kValue);
  for (int p = 0; p < 9; ++p) {
    for (int k = 0; k < 8; ++k) ASSERT_EQ(values[100 * p + k], 1000 * (28 + k % 4) + 2 * p + k / 4);
    ASSERT_EQ(values[100 * p + 8], 7 * (100 * p + 8));
  }
  ranges.destroy();
}

// ---- objects

struct Text {
  std::string words;
};
struct TextSerdez {
  typedef Text* FIELD_TYPE;
  static const size_t MAX_SERIALIZED_SIZE = 4096;
  static size_t serialized_size(const FIELD_TYPE& text) { return text->words.size() + 1; }
  static size_t serialize(const FIELD_TYPE& text, void* buffer) {
    std::memcpy(buffer, text->words.c_str(), text->words.size() + 1);
    return text->words.size() + 1;
  }
  static size_t deserialize(FIELD_TYPE& text, const void* buffer) {
    text = new Text{static_cast<const char*>(buffer)};
    return text->words.size() + 1;
  }
  static void destroy(FIELD_TYPE& text) { delete text; }
};

TEST(RealmCopy, ObjectsThroughSerializers) {
  DataRuntime rt;
  constexpr CustomSerdezID kText = 3;
  rt.runtime.register_custom_serdez<TextSerdez>(kText);
  const Rect<1> bounds(0, 99);
  std::map<FieldID, size_t> fields = {{1, sizeof(Text*)}};
  RegionInstance src, dst;
  RegionInstance::create_instance(src, rt.memory(), bounds, fields, 0, ProfilingRequestSet());
  RegionInstance::create_instance(dst, rt.memory(), bounds, fields, 0, ProfilingRequestSet());
  AffineAccessor<Text*, 1> from(src, 1), to(dst, 1);
  for (int p = 0; p < 100; ++p) from[p] = new Text{std::string(static_cast<size_t>(p), 'x')};
  CopySrcDstField a = field_of(src, 1, 8), b = field_of(dst, 1, 8);
  a.set_serdez(kText);
  b.set_serdez(kText);
  IndexSpace<1>(bounds).copy({a}, {b}, ProfilingRequestSet()).external_wait();
  for (int p = 0; p < 100; ++p) {
    EXPECT_NE(from[p], to[p]);
    EXPECT_EQ(to[p]->words.size(), static_cast<size_t>(p));
  }
  // The address sanitizer sees what is not destroyed.
  const std::vector<RegionInstance::DestroyedField> objects = {RegionInstance::DestroyedField(1, 8, kText)};
  src.destroy(objects);
  dst.destroy(objects);
}

// ---- profiling and wrong uses

struct Reply {
  UserEvent done;
  size_t* bytes;
  int* kind;
};

TEST(RealmCopy, ProfilingTellsWhatMoved) {
  DataRuntime rt;
  constexpr Processor::TaskFuncID kReply = Processor::TASK_ID_FIRST_AVAILABLE;
  rt.runtime.register_task(kReply, [](const void* args, size_t size, const void*, size_t, Processor) {
    ProfilingResponse response(args, size);
    const Reply& reply = *static_cast<const Reply*>(response.user_data());
    ProfilingMeasurements::OperationMemoryUsage usage;
    ProfilingMeasurements::OperationCopyInfo info;
    if (response.get_measurement(usage)) *reply.bytes = usage.size;
    if (response.get_measurement(info) && info.inst_info.size() == 1) {
      *reply.kind = static_cast<int>(info.inst_info[0].request_type);
    }
    reply.done.trigger();
  });
  std::map<FieldID, size_t> fields = {{1, 4}};
  RegionInstance instance;
  RegionInstance::create_instance(instance, rt.memory(), Rect<1>(0, 99), fields, 0, ProfilingRequestSet());
  size_t bytes = 0;
  int kind = -1;
  Reply reply = {UserEvent::create_user_event(), &bytes, &kind};
  ProfilingRequestSet requests;
  requests.add_request(rt.cpu(), kReply, &reply, sizeof(reply))
      .add_measurement<ProfilingMeasurements::OperationMemoryUsage>()
      .add_measurement<ProfilingMeasurements::OperationCopyInfo>();
  int value = 1;
  IndexSpace<1>(Rect<1>(10, 19)).fill({field_of(instance, 1, 4)}, requests, &value, 4).external_wait();
  reply.done.external_wait();
  EXPECT_EQ(bytes, 40u);
  EXPECT_EQ(kind, static_cast<int>(ProfilingMeasurements::OperationCopyInfo::FILL));
  instance.destroy();
}

TEST(RealmCopyDeathTest, MessagesSayWhatIsWrong) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  auto run = [](FieldID field, size_t size, const Rect<1>& domain) {
    DataRuntime rt(1);
    std::map<FieldID, size_t> fields = {{1, 4}};
    RegionInstance instance;
    RegionInstance::create_instance(instance, rt.memory(), Rect<1>(0, 99), fields, 0, ProfilingRequestSet());
    int64_t value = 0;
    IndexSpace<1>(domain)
        .fill({field_of(instance, field, size)}, ProfilingRequestSet(), &value, size)
        .external_wait();
  };
  EXPECT_EXIT(run(2, 4, Rect<1>(0, 9)), testing::ExitedWithCode(1),
              "IndexSpace::fill: instance .* has no field 2");
  EXPECT_EXIT(run(1, 8, Rect<1>(0, 9)), testing::ExitedWithCode(1), "field 1 of instance .* has 4 bytes");
  EXPECT_EXIT(run(1, 4, Rect<1>(95, 104)), testing::ExitedWithCode(1), "5 points are not in the instances");
  auto with_nulls = [](bool is_fill) {
    DataRuntime rt(1);
    std::map<FieldID, size_t> fields = {{1, 4}};
    RegionInstance instance;
    RegionInstance::create_instance(instance, rt.memory(), Rect<1>(0, 99), fields, 0, ProfilingRequestSet());
    const IndexSpace<1> all(Rect<1>(0, 99));
    if (is_fill) all.fill({field_of(instance, 1, 4)}, ProfilingRequestSet(), nullptr, 4);
    const std::vector<const CopyIndirection<1, int>::Base*> none = {nullptr};
    all.copy({CopySrcDstField().set_indirect(0, 1, 4)}, {field_of(instance, 1, 4)}, none,
             ProfilingRequestSet());
  };
  EXPECT_EXIT(with_nulls(true), testing::ExitedWithCode(1), "IndexSpace::fill: the value of 4 bytes is null");
  EXPECT_EXIT(with_nulls(false), testing::ExitedWithCode(1), "IndexSpace::copy: an indirection is null");
}

}  // namespace
}  // namespace palatine::test
