// Handles with dimensions in their types, and accessors that look at regions in other ways than by point.
// Legion's API, sections 4 and 5.
#include <gtest/gtest.h>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;

enum Fields : FieldID { FID_A = 1, FID_P = 2, FID_B = 3 };

RegionRequirement want(LogicalRegion region, PrivilegeMode mode, LogicalRegion parent, FieldID field) {
  RegionRequirement result(region, mode, EXCLUSIVE, parent);
  result.add_field(field);
  return result;
}

// Programs make numbers of tasks of them.
TEST(LegionTyped, TypeTagsAreTheDimensionAndTheTypeOfCoordinates) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        EXPECT_EQ((runtime->create_index_space<2, coord_t>(ctx, Rect<2>({0, 0}, {1, 1})).get_type_tag()),
                  2u * 256 + 2);
        EXPECT_EQ(
            (runtime->create_index_space<3, int>(ctx, Rect<3, int>({0, 0, 0}, {1, 1, 1})).get_type_tag()),
            3u * 256);
        EXPECT_EQ((runtime->create_index_space<1, unsigned>(ctx, Rect<1, unsigned>(0, 1)).get_type_tag()),
                  256u + 1);
        const IndexSpace untyped = runtime->create_index_space(ctx, Domain(Rect<1>(0, 9)));
        EXPECT_EQ(untyped.get_type_tag(), 256u + 2);
        EXPECT_EQ(untyped.get_dim(), 1);
      },
      1);
}

TEST(LegionTyped, PartitionsKeepTheTypesOfTheirSpaces) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const IndexSpaceT<1> space = runtime->create_index_space(ctx, Rect<1>(0, 99));
        const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
        const IndexPartitionT<1> quarters = runtime->create_equal_partition(ctx, space, colors);
        const std::map<Point<1>, int> weights{{0, 1}, {1, 0}, {2, 1}, {3, 2}};
        const IndexPartitionT<1> weighted = runtime->create_partition_by_weights(ctx, space, weights, colors);
        const IndexPartitionT<1> both =
            runtime->create_partition_by_intersection(ctx, space, quarters, weighted, colors);
        const IndexPartitionT<1> either =
            runtime->create_partition_by_union(ctx, space, quarters, weighted, colors);
        const IndexPartitionT<1> first_only =
            runtime->create_partition_by_difference(ctx, space, quarters, weighted, colors);
        const IndexSpaceT<1> last = runtime->get_index_subspace(ctx, quarters, Point<1>(3));
        EXPECT_EQ(Rect<1>(runtime->get_index_space_domain(ctx, last)), Rect<1>(75, 99));
        auto piece = [&](IndexPartitionT<1> partition, coord_t color) {
          return runtime->get_index_space_domain(runtime->get_index_subspace(partition, Point<1>(color)));
        };
        EXPECT_EQ(piece(weighted, 3).volume(), 50u);
        EXPECT_EQ(piece(both, 3).volume(), 25u);
        EXPECT_EQ(piece(either, 3).volume(), 50u);
        EXPECT_EQ(piece(first_only, 1).volume(), 25u);
        const IndexSpaceT<1> back = runtime->get_parent_index_space(quarters);
        EXPECT_EQ(back, space);
        const IndexPartitionT<1> above = runtime->get_parent_index_partition(ctx, last);
        EXPECT_EQ(above, quarters);
        const IndexSpaceT<1> colors_again =
            runtime->get_index_partition_color_space_name<1, coord_t, 1, coord_t>(quarters);
        EXPECT_EQ(colors_again, colors);
        std::map<IndexSpaceT<1>, IndexPartitionT<1>> products;
        runtime->create_cross_product_partitions(ctx, quarters, weighted, products);
        EXPECT_EQ(products.size(), 4u);
        const IndexPartitionT<1> pending = runtime->create_pending_partition(ctx, space, colors);
        for (coord_t c = 0; c < 4; c++) {
          const IndexSpaceT<1> made =
              runtime->create_index_space_union(ctx, pending, Point<1>(c), std::vector<IndexSpaceT<1>>{last});
          EXPECT_EQ(runtime->get_index_space_domain(made).volume(), 25u);
        }
      },
      2);
}

TEST(LegionTyped, RegionsOfTypedPartitions) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const IndexSpaceT<2> space = runtime->create_index_space(ctx, Rect<2>({0, 0}, {3, 3}));
        const IndexSpaceT<2> colors = runtime->create_index_space(ctx, Rect<2>({0, 0}, {1, 1}));
        std::vector<FieldID> fields{FID_A};
        const FieldSpace field_space = runtime->create_field_space(ctx, {sizeof(int)}, fields);
        const LogicalRegionT<2> region = runtime->create_logical_region(ctx, space, field_space);
        const IndexPartitionT<2> quarters = runtime->create_equal_partition(ctx, space, colors);
        const LogicalPartitionT<2> parts = runtime->get_logical_partition(ctx, region, quarters);
        const LogicalRegionT<2> part = runtime->get_logical_subregion_by_color(ctx, parts, Point<2>(1, 0));
        EXPECT_EQ(Rect<2>(runtime->get_index_space_domain(IndexSpaceT<2>(part.get_index_space()))),
                  Rect<2>({2, 0}, {3, 1}));
      },
      1);
}

TEST(LegionTyped, SpansCoverARegionOnce) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid grid = make_grid(ctx, runtime, Rect<2>({0, 0}, {7, 5}), {{FID_A, sizeof(int)}});
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<2>({0, 0}, {1, 1}));
        const LogicalPartition parts = runtime->get_logical_partition(
            grid.region, runtime->create_equal_partition(ctx, grid.space, colors));
        runtime->fill_field<int>(ctx, grid.region, grid.region, FID_A, 1);
        const LogicalRegion part = runtime->get_logical_subregion_by_color(parts, Point<2>(1, 1));
        PhysicalRegion mapped = runtime->map_region(ctx, want(part, READ_WRITE, grid.region, FID_A));
        size_t spans = 0, elements = 0;
        for (SpanIterator<READ_WRITE, int, 2> it(mapped, FID_A); it(); it++, spans++) {
          for (int& element : *it) {
            element += 1;
            elements++;
          }
        }
        EXPECT_EQ(spans, 3u);
        EXPECT_EQ(elements, 12u);
        runtime->unmap_region(ctx, mapped);
        mapped = runtime->map_region(ctx, want(grid.region, READ_ONLY, grid.region, FID_A));
        const FieldAccessor<READ_ONLY, int, 2> a(mapped, FID_A);
        for (PointInRectIterator<2> p(Rect<2>({0, 0}, {7, 5})); p(); p++)
          EXPECT_EQ(a[*p], p[0] >= 4 && p[1] >= 3 ? 2 : 1);
        // All of it is one span.
        SpanIterator<READ_ONLY, int, 2> whole(mapped, FID_A);
        EXPECT_EQ(whole->size(), 48u);
        whole++;
        EXPECT_FALSE(whole.valid());
      },
      2);
}

TEST(LegionTyped, OneAccessorForSeveralRegions) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid low = make_grid(ctx, runtime, Rect<1>(0, 4), {{FID_A, sizeof(int)}});
        const Grid high = make_grid(ctx, runtime, Rect<1>(5, 9), {{FID_A, sizeof(int)}});
        std::vector<PhysicalRegion> mapped;
        for (const Grid& grid : {low, high})
          mapped.push_back(runtime->map_region(ctx, want(grid.region, WRITE_DISCARD, grid.region, FID_A)));
        const MultiRegionAccessor<int, 1> a(mapped.begin(), mapped.end(), FID_A);
        for (int k = 0; k < 10; k++) a[k] = k * k;
        const FieldAccessor<WRITE_DISCARD, int, 1> b(mapped[1], FID_A);
        EXPECT_EQ(b.ptr(7)[0], 49);
        EXPECT_EQ(a.read(3), 9);
      },
      1);
}

TEST(LegionTyped, AssociationsLeadThereAndBack) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid from = make_grid(ctx, runtime, Rect<1>(0, 5), {{FID_P, sizeof(Point<2>)}});
        const Grid to = make_grid(ctx, runtime, Rect<2>({1, 1}, {2, 3}), {{FID_P, sizeof(Point<1>)}});
        runtime->create_bidirectional_association(ctx, from.region, from.region, FID_P, to.region, to.region,
                                                  FID_P);
        const PhysicalRegion f = runtime->map_region(ctx, want(from.region, READ_ONLY, from.region, FID_P));
        const PhysicalRegion t = runtime->map_region(ctx, want(to.region, READ_ONLY, to.region, FID_P));
        const FieldAccessor<READ_ONLY, Point<2>, 1> there(f, FID_P);
        const FieldAccessor<READ_ONLY, Point<1>, 2> back(t, FID_P);
        for (int k = 0; k < 6; k++) EXPECT_EQ(back[there[k]], Point<1>(k));
      },
      1);
}

}  // namespace
}  // namespace palatine::test
