// A running low-level runtime, and fields over small spaces, for tests of index spaces.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "realm.h"
#include "unit/realm/space_oracle.h"

namespace palatine::realm::space {

using Realm::Event;
using Realm::IndexSpace;
using Realm::ProfilingRequestSet;
using Realm::RegionInstance;
using Realm::UserEvent;

// The runtime runs during the tests of a suite.
class SpaceTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    static char name[] = "test", cpus[] = "-ll:cpu", two[] = "2";
    static char* words[] = {name, cpus, two, nullptr};
    int argc = 3;
    char** argv = words;
    runtime() = new Realm::Runtime();
    ASSERT_TRUE(runtime()->init(&argc, &argv));
  }
  static void TearDownTestSuite() {
    runtime()->shutdown();
    EXPECT_EQ(runtime()->wait_for_shutdown(), 0);
    delete runtime();
  }
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

 private:
  static Realm::Runtime*& runtime() {
    static Realm::Runtime* instance = nullptr;
    return instance;
  }
};

template <int N, typename T>
PointSet<N, T> points_of(const IndexSpace<N, T>& space) {
  PointSet<N, T> out;
  size_t count = 0;
  for (Realm::IndexSpaceIterator<N, T> it(space); it.valid; it.step()) {
    EXPECT_FALSE(it.rect.empty());
    count += it.rect.volume();
    for (Realm::PointInRectIterator<N, T> p(it.rect); p.valid; p.step()) out.insert(p.p);
  }
  EXPECT_EQ(count, out.size()) << "rectangles overlap";
  return out;
}

// Dense and sparse ones, empty ones, and sparse ones with narrowed bounds.
template <int N, typename T>
IndexSpace<N, T> random_space(RandomSets<N, T>& random) {
  switch (random.number(5)) {
    case 0:
      return IndexSpace<N, T>(random.rect());
    case 1: {
      IndexSpace<N, T> space(random.rects());
      space.bounds = space.bounds.intersection(random.rect());
      return space;
    }
    case 2: {
      std::vector<Point<N, T>> points;
      for (int i = random.number(30); i > 0; i--) points.push_back(random.point());
      return IndexSpace<N, T>(points);
    }
    default:
      return IndexSpace<N, T>(random.rects());
  }
}

template <int N, typename T>
std::vector<IndexSpace<N, T>> random_spaces(RandomSets<N, T>& random, int count) {
  std::vector<IndexSpace<N, T>> spaces;
  for (int i = 0; i < count; i++) spaces.push_back(random_space(random));
  return spaces;
}

template <typename Spaces>
void destroy_all(Spaces& spaces) {
  for (auto& space : spaces) space.destroy();
}

inline Realm::Memory system_memory() {
  return Realm::Machine::MemoryQuery(Realm::Machine::get_machine())
      .only_kind(Realm::Memory::SYSTEM_MEM)
      .first();
}

// A field of `F` over a rectangle, in two instances of one half each, with different layouts.
template <int N, typename T, typename F>
struct TestField {
  using Descriptor = Realm::FieldDataDescriptor<IndexSpace<N, T>, F>;
  std::vector<Descriptor> data;
  std::function<F(const Point<N, T>&)> value;

  TestField(const Rect<N, T>& box, std::function<F(const Point<N, T>&)> value_in)
      : value(std::move(value_in)) {
    const T middle = static_cast<T>(box.lo[0] + (box.hi[0] - box.lo[0]) / 2);
    for (int half = 0; half < 2; half++) {
      Rect<N, T> part = box;
      half == 0 ? part.hi[0] = middle : part.lo[0] = static_cast<T>(middle + 1);
      if (part.empty()) continue;
      RegionInstance inst;
      // The field of interest is the second one: its number is the size of the first.
      RegionInstance::create_instance(inst, system_memory(), part, std::vector<size_t>{8, sizeof(F)},
                                      half == 0 ? 0 : 1, ProfilingRequestSet())
          .wait();
      Realm::GenericAccessor<F, N, T> access(inst, 8);
      for (Realm::PointInRectIterator<N, T> it(part); it.valid; it.step()) access.write(it.p, value(it.p));
      data.push_back({IndexSpace<N, T>(part), inst, 8});
    }
  }
  ~TestField() {
    for (auto& piece : data) piece.inst.destroy();
  }
};

}  // namespace palatine::realm::space
