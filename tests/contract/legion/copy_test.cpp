// Copies through fields of points and ranges, of one region and of the points of an index launch. Legion's
// API, sections 3 and 11.4.
#include <gtest/gtest.h>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;

enum Fields : FieldID { FID_A = 11, FID_POINT = 4, FID_RANGE = 5 };
constexpr long kElements = 24, kPieces = 4;

struct World : Grid {
  LogicalPartition pieces;
  World(Context ctx, Runtime* runtime, const IndexSpace& colors) {
    static_cast<Grid&>(*this) =
        make_grid(ctx, runtime, Rect<1>(0, kElements - 1),
                  {{FID_A, sizeof(long)}, {FID_POINT, sizeof(Point<1>)}, {FID_RANGE, sizeof(Rect<1>)}});
    pieces = runtime->get_logical_partition(region, runtime->create_equal_partition(ctx, space, colors));
  }
};

template <typename Handle>
RegionRequirement want(Handle handle, PrivilegeMode mode, const World& world, FieldID field = FID_A) {
  RegionRequirement result(handle, 0, mode, EXCLUSIVE, world.region);
  result.add_field(field);
  return result;
}

template <typename T>
void write(Context ctx, Runtime* runtime, const World& world, FieldID field, std::function<T(long)> value) {
  RegionRequirement all(world.region, WRITE_DISCARD, EXCLUSIVE, world.region);
  all.add_field(field);
  const PhysicalRegion mapped = runtime->map_region(ctx, all);
  const FieldAccessor<WRITE_DISCARD, T, 1> a(mapped, field);
  for (long k = 0; k < kElements; k++) a[k] = value(k);
  runtime->unmap_region(ctx, mapped);
}

void expect_values(Context ctx, Runtime* runtime, const World& world, std::function<long(long)> expected) {
  RegionRequirement all(world.region, READ_ONLY, EXCLUSIVE, world.region);
  all.add_field(FID_A);
  const PhysicalRegion mapped = runtime->map_region(ctx, all);
  const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
  for (long k = 0; k < kElements; k++) EXPECT_EQ(a[k], expected(k)) << k;
  runtime->unmap_region(ctx, mapped);
}

struct Fixture {
  Context ctx;
  Runtime* runtime;
  IndexSpace colors;
  World from, to;
  Fixture(Context of, Runtime* rt)
      : ctx(of),
        runtime(rt),
        colors(rt->create_index_space(of, Rect<1>(0, kPieces - 1))),
        from(of, rt, colors),
        to(of, rt, colors) {
    write<long>(ctx, runtime, from, FID_A, [](long k) { return 10 * k; });
    write<long>(ctx, runtime, to, FID_A, [](long k) { return -k; });
    for (const World* world : {&from, &to}) {
      write<Point<1>>(ctx, runtime, *world, FID_POINT, [](long k) { return Point<1>(kElements - 1 - k); });
    }
  }
};

// The points of each piece lead to another piece's elements.
TEST(LegionIndexCopy, GathersFromTheRegionsOfAllPoints) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Fixture f(ctx, runtime);
          IndexCopyLauncher gather(f.colors);
          gather.add_copy_requirements(want(f.from.pieces, READ_ONLY, f.from),
                                       want(f.to.pieces, WRITE_DISCARD, f.to));
          gather.add_src_indirect_field(FID_POINT,
                                        RegionRequirement(f.to.pieces, 0, READ_ONLY, EXCLUSIVE, f.to.region));
          gather.possible_src_indirect_out_of_range = false;
          runtime->issue_copy_operation(ctx, gather);
          expect_values(ctx, runtime, f.to, [](long k) { return 10 * (kElements - 1 - k); });
        },
        workers);
  }
}

TEST(LegionIndexCopy, ScattersToTheRegionsOfAllPoints) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Fixture f(ctx, runtime);
        IndexCopyLauncher scatter(f.colors);
        scatter.add_copy_requirements(want(f.from.pieces, READ_ONLY, f.from),
                                      want(f.to.pieces, READ_WRITE, f.to));
        scatter.add_dst_indirect_field(
            FID_POINT, RegionRequirement(f.from.pieces, 0, READ_ONLY, EXCLUSIVE, f.from.region));
        scatter.possible_dst_indirect_out_of_range = false;
        runtime->issue_copy_operation(ctx, scatter);
        expect_values(ctx, runtime, f.to, [](long k) { return 10 * (kElements - 1 - k); });
      },
      3);
}

// Without it each point has its own region only, and what leads out of it is left out.
TEST(LegionIndexCopy, StaysInThePointsOwnRegionWhenTheLauncherSaysSo) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Fixture f(ctx, runtime);
        write<Point<1>>(ctx, runtime, f.to, FID_POINT, [](long k) { return Point<1>(k + 1); });
        IndexCopyLauncher gather(f.colors);
        gather.add_copy_requirements(want(f.from.pieces, READ_ONLY, f.from),
                                     want(f.to.pieces, READ_WRITE, f.to));
        gather.add_src_indirect_field(FID_POINT,
                                      RegionRequirement(f.to.pieces, 0, READ_ONLY, EXCLUSIVE, f.to.region));
        gather.collective_src_indirect_points = false;
        runtime->issue_copy_operation(ctx, gather);
        expect_values(ctx, runtime, f.to, [](long k) { return k % 6 == 5 ? -k : 10 * (k + 1); });
      },
      2);
}

// Between the halves of one region: what is read and what is written are parts of one tree.
TEST(LegionIndexCopy, ReadsAndWritesPartsOfOneField) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Fixture f(ctx, runtime);
        std::map<DomainPoint, Domain> low, high;
        low[DomainPoint(0)] = Rect<1>(0, 5);
        low[DomainPoint(1)] = Rect<1>(6, 11);
        high[DomainPoint(0)] = Rect<1>(12, 17);
        high[DomainPoint(1)] = Rect<1>(18, 23);
        const IndexSpace two = runtime->create_index_space(ctx, Rect<1>(0, 1));
        auto partition = [&](const std::map<DomainPoint, Domain>& pieces) {
          return runtime->get_logical_partition(
              f.from.region, runtime->create_partition_by_domain(ctx, f.from.space, pieces, two));
        };
        const LogicalPartition lows = partition(low), highs = partition(high);
        IndexCopyLauncher gather(two);
        gather.add_copy_requirements(want(lows, READ_ONLY, f.from), want(highs, READ_WRITE, f.from));
        gather.add_src_indirect_field(FID_POINT,
                                      RegionRequirement(highs, 0, READ_ONLY, EXCLUSIVE, f.from.region));
        gather.possible_src_indirect_out_of_range = false;
        runtime->issue_copy_operation(ctx, gather);
        expect_values(ctx, runtime, f.from, [](long k) { return 10 * (k < 12 ? k : kElements - 1 - k); });
      },
      2);
}

TEST(LegionRangeCopy, FoldsRanges) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Fixture f(ctx, runtime);
        write<Rect<1>>(ctx, runtime, f.to, FID_RANGE,
                       [](long k) { return Rect<1>(k, std::min(k + 2, kElements - 1)); });
        CopyLauncher fold;
        RegionRequirement target(f.to.region, SumReduction<long>::REDOP_ID, EXCLUSIVE, f.to.region);
        target.add_field(FID_A);
        fold.add_copy_requirements(want(f.from.region, READ_ONLY, f.from), target);
        fold.src_requirements[0].handle_type = LEGION_SINGULAR_PROJECTION;
        fold.add_src_indirect_field(FID_RANGE,
                                    RegionRequirement(f.to.region, READ_ONLY, EXCLUSIVE, f.to.region), true);
        runtime->issue_copy_operation(ctx, fold);
        expect_values(ctx, runtime, f.to, [](long k) {
          long sum = -k;
          for (long j = k; j <= std::min(k + 2, kElements - 1); j++) sum += 10 * j;
          return sum;
        });
      },
      2);
}

TEST(LegionRangeCopy, MovesRangesToRanges) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Fixture f(ctx, runtime);
        // Rows of three elements in the opposite order; the other elements have empty ranges.
        auto range = [](long k, bool reversed) {
          const long row = reversed ? 7 - k : k;
          return k < 8 ? Rect<1>(3 * row, 3 * row + 2) : Rect<1>(0, -1);
        };
        write<Rect<1>>(ctx, runtime, f.from, FID_RANGE, [&](long k) { return range(k, false); });
        write<Rect<1>>(ctx, runtime, f.to, FID_RANGE, [&](long k) { return range(k, true); });
        CopyLauncher move;
        RegionRequirement source(f.from.region, READ_ONLY, EXCLUSIVE, f.from.region);
        RegionRequirement target(f.to.region, READ_WRITE, EXCLUSIVE, f.to.region);
        source.add_field(FID_A);
        target.add_field(FID_A);
        move.add_copy_requirements(source, target);
        move.add_src_indirect_field(
            FID_RANGE, RegionRequirement(f.from.region, READ_ONLY, EXCLUSIVE, f.from.region), true);
        move.add_dst_indirect_field(FID_RANGE,
                                    RegionRequirement(f.to.region, READ_ONLY, EXCLUSIVE, f.to.region), true);
        runtime->issue_copy_operation(ctx, move);
        expect_values(ctx, runtime, f.to, [](long k) { return 10 * ((7 - k / 3) * 3 + k % 3); });
      },
      1);
}

TEST(LegionCopyError, SaysWhatIsWrong) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  auto gather_ranges = [] {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Fixture f(ctx, runtime);
          CopyLauncher gather;
          RegionRequirement source(f.from.region, READ_ONLY, EXCLUSIVE, f.from.region);
          RegionRequirement target(f.to.region, READ_WRITE, EXCLUSIVE, f.to.region);
          source.add_field(FID_A);
          target.add_field(FID_A);
          gather.add_copy_requirements(source, target);
          gather.add_src_indirect_field(
              FID_RANGE, RegionRequirement(f.to.region, READ_ONLY, EXCLUSIVE, f.to.region), true);
          runtime->issue_copy_operation(ctx, gather);
        },
        1);
  };
  EXPECT_EXIT(gather_ranges(), testing::ExitedWithCode(1),
              "gathers through a field of ranges: it must scatter through one, or reduce");
}

}  // namespace
}  // namespace palatine::test
