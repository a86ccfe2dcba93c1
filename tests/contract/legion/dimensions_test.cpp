// Index spaces, regions and partitions of as many dimensions as there may be.
#define LEGION_REDOP_COMPLEX
#define LEGION_REDOP_HALF
#include <gtest/gtest.h>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 1, FID_P = 2, FID_SUM = 3 };

static_assert(LEGION_MAX_DIM == 4);
typedef Point<4> P;
const Rect<4> kGrid({0, 0, 0, 0}, {3, 2, 1, 4});

long value_at(P p) {
  return p[0] + 10 * p[1] + 100 * p[2] + 1000 * p[3];
}

void write(const Task* task, Regions regions, Context, Runtime* runtime) {
  const FieldAccessor<WRITE_DISCARD, long, 4> a(regions[0], FID_A);
  const DomainT<4> domain =
      runtime->get_index_space_domain(IndexSpaceT<4>(task->regions[0].region.get_index_space()));
  for (PointInDomainIterator<4> it(domain); it(); it++) a[*it] = value_at(*it);
}

long add_up(const Task* task, Regions regions, Context, Runtime* runtime) {
  const FieldAccessor<READ_ONLY, long, 4> a(regions[0], FID_A);
  const DomainT<4> domain =
      runtime->get_index_space_domain(IndexSpaceT<4>(task->regions[0].region.get_index_space()));
  long sum = 0;
  for (PointInDomainIterator<4> it(domain); it(); it++) sum += a[*it];
  return sum;
}

// Of the points for which `matches`.
template <typename Matches>
long sum_where(Matches matches) {
  long sum = 0;
  for (PointInRectIterator<4> it(kGrid); it(); it++) sum += matches(*it) ? value_at(*it) : 0;
  return sum;
}

long sum_of(Context ctx, Runtime* runtime, LogicalRegion region, LogicalRegion parent) {
  TaskLauncher launcher(task_id<long, add_up>("add_up", true), TaskArgument());
  launcher.add_region_requirement(RegionRequirement(region, READ_ONLY, EXCLUSIVE, parent));
  launcher.add_field(0, FID_A);
  return runtime->execute_task(ctx, launcher).get_result<long>();
}

TEST(LegionDimensions, PiecesOfFourDimensionsAreLaunchedOn) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grid grid = make_grid(ctx, runtime, Domain(kGrid), {{FID_A, sizeof(long)}});
          const IndexSpaceT<4> colors = runtime->create_index_space(ctx, Rect<4>({0, 0, 0, 0}, {1, 0, 1, 1}));
          const IndexPartition blocks =
              runtime->create_partition_by_blockify(ctx, IndexSpaceT<4>(grid.space), Point<4>(2, 3, 1, 3));
          const LogicalPartition pieces = runtime->get_logical_partition(grid.region, blocks);
          EXPECT_EQ(runtime->get_index_partition_color_space(blocks).get_volume(), 8u);
          IndexLauncher launcher(task_id<void, write>("write", true), colors, TaskArgument(), ArgumentMap());
          launcher.add_region_requirement(
              RegionRequirement(pieces, 0, WRITE_DISCARD, EXCLUSIVE, grid.region));
          launcher.add_field(0, FID_A);
          runtime->execute_index_space(ctx, launcher);
          EXPECT_EQ(sum_of(ctx, runtime, grid.region, grid.region), sum_where([](P) { return true; }));
          const LogicalRegion last =
              runtime->get_logical_subregion_by_color(pieces, DomainPoint(Point<4>(1, 0, 1, 1)));
          EXPECT_EQ(sum_of(ctx, runtime, last, grid.region),
                    sum_where([](P p) { return p[0] >= 2 && p[2] == 1 && p[3] >= 3; }));
          destroy(ctx, runtime, grid);
        },
        workers);
  }
}

TEST(LegionDimensions, SparseSpacesAndDependentPartitionsHaveFour) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime, Domain(kGrid), {{FID_A, sizeof(long)}, {FID_P, sizeof(P)}});
        TaskLauncher writer(task_id<void, write>("write", true), TaskArgument());
        writer.add_region_requirement(RegionRequirement(grid.region, WRITE_DISCARD, EXCLUSIVE, grid.region));
        writer.add_field(0, FID_A);
        runtime->execute_task(ctx, writer);
        // Each point's mirror image.
        RegionRequirement writes(grid.region, WRITE_DISCARD, EXCLUSIVE, grid.region);
        writes.add_field(FID_P);
        const PhysicalRegion mapped = runtime->map_region(ctx, writes);
        const FieldAccessor<WRITE_DISCARD, P, 4> mirror(mapped, FID_P);
        for (PointInRectIterator<4> it(kGrid); it(); it++) mirror[*it] = kGrid.hi - *it;
        runtime->unmap_region(ctx, mapped);

        const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, 1));
        std::map<DomainPoint, Domain> domains;
        const std::vector<P> corners{P(0, 0, 0, 0), P(3, 2, 1, 4), P(1, 0, 0, 0)};
        const IndexSpace sparse = runtime->create_index_space<4, coord_t>(ctx, corners);
        EXPECT_EQ(runtime->get_index_space_domain(sparse).get_volume(), 3u);
        EXPECT_FALSE(runtime->get_index_space_domain(sparse).dense());
        domains[DomainPoint(0)] = runtime->get_index_space_domain(sparse);
        domains[DomainPoint(1)] = Domain(Rect<4>({0, 0, 0, 0}, {0, 2, 0, 0}));
        const IndexPartition chosen = runtime->create_partition_by_domain(ctx, grid.space, domains, colors);
        const LogicalPartition pieces = runtime->get_logical_partition(grid.region, chosen);
        const IndexPartition images =
            runtime->create_partition_by_image(ctx, grid.space, pieces, grid.region, FID_P, colors);
        const LogicalPartition mirrored = runtime->get_logical_partition(grid.region, images);
        const auto piece = [&](LogicalPartition of, coord_t color) {
          return runtime->get_logical_subregion_by_color(of, DomainPoint(color));
        };
        EXPECT_EQ(sum_of(ctx, runtime, piece(pieces, 0), grid.region), 0 + 4123 + 1);
        EXPECT_EQ(sum_of(ctx, runtime, piece(mirrored, 0), grid.region), 4123 + 0 + 4122);
        EXPECT_EQ(sum_of(ctx, runtime, piece(mirrored, 1), grid.region), 4123 + 4113 + 4103);
        const IndexPartition back =
            runtime->create_partition_by_preimage(ctx, images, grid.region, grid.region, FID_P, colors);
        EXPECT_EQ(runtime->get_index_space_domain(runtime->get_index_subspace(back, 1)).get_volume(), 3u);
        destroy(ctx, runtime, grid);
      },
      2);
}

TEST(LegionDimensions, SparseDomainsIntersect) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const auto domain_of = [&](std::vector<Point<2>> points) {
          return runtime->get_index_space_domain(ctx, runtime->create_index_space<2, coord_t>(ctx, points));
        };
        const Domain one = domain_of({{0, 0}, {2, 3}, {5, 5}, {7, 1}});
        const Domain other = domain_of({{5, 5}, {2, 3}, {1, 0}});
        Domain both = one.intersection(other);
        EXPECT_EQ(both.get_volume(), 2u);
        EXPECT_TRUE(both.contains(Point<2>(5, 5)));
        EXPECT_TRUE(both.contains(Point<2>(2, 3)));
        EXPECT_FALSE(both.contains(Point<2>(0, 0)));
        both.destroy();
      },
      1);
}

void contribute(const Task* task, Regions regions, Context, Runtime*) {
  const ReductionAccessor<SumReduction<complex<double>>, false, 1, coord_t> sum(regions[0], FID_SUM,
                                                                                LEGION_REDOP_SUM_COMPLEX128);
  const auto point = static_cast<double>(task->index_point[0]);
  for (coord_t k = 0; k < 8; k++) sum[k] <<= complex<double>(point, -2 * point);
}

TEST(LegionReductions, OfComplexNumbersAndHalvesAreThere) {
  for (int workers : kWorkerCounts) {
    run_legion(
        [](Context ctx, Runtime* runtime) {
          const Grid grid =
              make_grid(ctx, runtime, Domain(Rect<1>(0, 7)), {{FID_SUM, sizeof(complex<double>)}});
          runtime->fill_field(ctx, grid.region, grid.region, FID_SUM, complex<double>(1, 1));
          IndexLauncher launcher(task_id<void, contribute>("contribute", true), Domain(Rect<1>(0, 99)),
                                 TaskArgument(), ArgumentMap());
          launcher.add_region_requirement(
              RegionRequirement(grid.region, LEGION_REDOP_SUM_COMPLEX128, EXCLUSIVE, grid.region));
          launcher.add_field(0, FID_SUM);
          runtime->execute_index_space(ctx, launcher);
          RegionRequirement reads(grid.region, READ_ONLY, EXCLUSIVE, grid.region);
          reads.add_field(FID_SUM);
          const PhysicalRegion mapped = runtime->map_region(ctx, reads);
          const FieldAccessor<READ_ONLY, complex<double>, 1> sum(mapped, FID_SUM);
          for (coord_t k = 0; k < 8; k++) EXPECT_EQ(sum[k], complex<double>(4951, -9899));
          runtime->unmap_region(ctx, mapped);
          destroy(ctx, runtime, grid);
        },
        workers);
  }
  complex<float> product(1, 1);
  ProdReduction<complex<float>>::apply<false>(product, complex<float>(0, 2));
  EXPECT_EQ(product, complex<float>(-2, 2));
  __half least = MinReduction<__half>::identity;
  MinReduction<__half>::fold<false>(least, static_cast<__half>(1.5f));
  EXPECT_EQ(static_cast<float>(least), 1.5f);
  EXPECT_EQ(Runtime::get_reduction_op(LEGION_REDOP_MAX_FLOAT16)->sizeof_lhs, 2u);
}

}  // namespace
}  // namespace palatine::test
