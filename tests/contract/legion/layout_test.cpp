// Layouts that variants, launchers and mappers ask for: orders of dimensions, arrays of structures, tiles,
// padding, instances of parts. Legion's API, sections 5 and 9.
#include <gtest/gtest.h>

#include "contract/legion/support.h"
#include "mappers/default_mapper.h"

namespace palatine::test {
namespace {

using namespace Legion;
using namespace Legion::Mapping;
typedef const std::vector<PhysicalRegion>& Regions;

enum Fields : FieldID { FID_A = 11, FID_B = 3 };

Grid make_world(Context ctx, Runtime* runtime, const Domain& domain) {
  const Grid world = make_grid(ctx, runtime, domain, {{FID_A, sizeof(long)}, {FID_B, sizeof(int)}});
  runtime->attach_name(world.region, "world");
  runtime->attach_name(world.fields, FID_A, "a");
  return world;
}

RegionRequirement requirement(LogicalRegion region, PrivilegeMode mode, LogicalRegion parent,
                              const std::vector<FieldID>& fields = {FID_A}) {
  RegionRequirement result(region, mode, EXCLUSIVE, parent);
  result.add_fields(fields);
  return result;
}

// The body of the task that `launch_with` launches.
typedef std::function<void(const Task*, Regions, Context, Runtime*)> Probe;
Probe probe_body;
void probe(const Task* task, Regions regions, Context ctx, Runtime* runtime) {
  probe_body(task, regions, ctx, runtime);
}

// Runs `body` as a leaf whose first argument has the layouts.
void launch_with(Context ctx, Runtime* runtime, const std::vector<LayoutConstraintID>& layouts,
                 const std::vector<RegionRequirement>& requirements, Probe body, bool is_leaf = true) {
  const TaskID id = runtime->generate_dynamic_task_id();
  TaskVariantRegistrar registrar(id, "probe");
  registrar.add_constraint(ProcessorConstraint(Processor::LOC_PROC));
  for (LayoutConstraintID layout : layouts) registrar.add_layout_constraint_set(0, layout);
  registrar.set_leaf(is_leaf);
  runtime->register_task_variant<probe>(registrar);
  runtime->attach_name(id, "probe");
  probe_body = std::move(body);
  TaskLauncher launcher(id, TaskArgument());
  for (const RegionRequirement& needed : requirements) launcher.add_region_requirement(needed);
  runtime->execute_task(ctx, launcher).get_void_result();
}

template <typename... Constraints>
LayoutConstraintID make_layout(Runtime* runtime, const Constraints&... constraints) {
  LayoutConstraintRegistrar registrar;
  (registrar.add_constraint(constraints), ...);
  return runtime->register_layout(registrar);
}

// 100 x + 10 y + z, and the same for the other dimensions.
template <int DIM>
long number_of(const Point<DIM>& p) {
  long number = 0;
  for (int d = 0; d < DIM; d++) number = number * 10 + p[d];
  return number;
}

template <int DIM>
void write_numbers(Context ctx, Runtime* runtime, const Grid& world) {
  const PhysicalRegion mapped =
      runtime->map_region(ctx, requirement(world.region, WRITE_DISCARD, world.region, {FID_A, FID_B}));
  const FieldAccessor<WRITE_DISCARD, long, DIM> a(mapped, FID_A);
  const FieldAccessor<WRITE_DISCARD, int, DIM> b(mapped, FID_B);
  const DomainT<DIM> domain = mapped;
  for (PointInDomainIterator<DIM> it(domain); it(); it++) {
    a[*it] = number_of<DIM>(*it);
    b[*it] = static_cast<int>(-number_of<DIM>(*it));
  }
  runtime->unmap_region(ctx, mapped);
}

TEST(LegionLayout, DimensionsComeInAnyOrder) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<3> rect({1, 2, 3}, {4, 4, 8});
        const Grid world = make_world(ctx, runtime, rect);
        write_numbers<3>(ctx, runtime, world);
        const LayoutConstraintID layout = make_layout(
            runtime, OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_Z, LEGION_DIM_X, LEGION_DIM_F}, true));
        launch_with(ctx, runtime, {layout}, {requirement(world.region, READ_WRITE, world.region)},
                    [rect](const Task*, Regions regions, Context, Runtime*) {
                      const FieldAccessor<READ_WRITE, long, 3, coord_t, Realm::AffineAccessor<long, 3>> a(
                          regions[0], FID_A);
                      size_t strides[3];
                      const long* first = a.ptr(rect, strides);
                      EXPECT_EQ(strides[1], 1u);
                      EXPECT_EQ(strides[2], 3u);
                      EXPECT_EQ(strides[0], 3u * 6u);
                      EXPECT_EQ(first[1 + 3 * 2 + 18 * 3], number_of<3>({4, 3, 5}));
                      EXPECT_EQ(a.accessor.strides[0], 18 * sizeof(long));
                      EXPECT_EQ(*a.accessor.ptr({1, 2, 4}), number_of<3>({1, 2, 4}));
                      for (PointInRectIterator<3> it(rect); it(); it++) a[*it] += 1;
                    });
        const PhysicalRegion mapped =
            runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region));
        const FieldAccessor<READ_ONLY, long, 3> a(mapped, FID_A);
        for (PointInRectIterator<3> it(rect); it(); it++) EXPECT_EQ(a[*it], number_of<3>(*it) + 1);
      },
      2);
}

struct Element {
  long a;
  int b;
};

TEST(LegionLayout, FieldsOfAnElementLieSideBySide) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<2> rect({0, 0}, {3, 4});
        const Grid world = make_world(ctx, runtime, rect);
        write_numbers<2>(ctx, runtime, world);
        const LayoutConstraintID layout =
            make_layout(runtime, OrderingConstraint({LEGION_DIM_F, LEGION_DIM_Y, LEGION_DIM_X}, true),
                        FieldConstraint(std::vector<FieldID>{FID_A, FID_B}, true, true));
        launch_with(ctx, runtime, {layout},
                    {requirement(world.region, READ_WRITE, world.region, {FID_A, FID_B})},
                    [](const Task*, Regions regions, Context, Runtime*) {
                      const FieldAccessor<READ_WRITE, long, 2> a(regions[0], FID_A);
                      auto* elements = reinterpret_cast<Element*>(a.ptr(Point<2>(0, 0)));
                      EXPECT_EQ(elements[3 * 5 + 2].a, 32);
                      EXPECT_EQ(elements[3 * 5 + 2].b, -32);
                      elements[7].b = 99;
                    });
        const PhysicalRegion mapped =
            runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region, {FID_B}));
        const FieldAccessor<READ_ONLY, int, 2> b(mapped, FID_B);
        EXPECT_EQ(b[Point<2>(1, 2)], 99);
        EXPECT_EQ(b[Point<2>(1, 3)], -13);
      },
      1);
}

// Tiles for one field, the region's own memory for the other.
TEST(LegionLayout, TilesAreSeenPieceByPiece) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<2> rect({0, 0}, {4, 3});
        const Grid world = make_world(ctx, runtime, rect);
        write_numbers<2>(ctx, runtime, world);
        const LayoutConstraintID tiled =
            make_layout(runtime, OrderingConstraint({LEGION_DIM_X, LEGION_DIM_Y, LEGION_DIM_F}, true),
                        TilingConstraint(LEGION_DIM_X, 2), TilingConstraint(LEGION_DIM_Y, 2, /*tiles=*/true));
        const LayoutConstraintID plain =
            make_layout(runtime, FieldConstraint(std::vector<FieldID>{FID_B}, true, true));
        launch_with(
            ctx, runtime, {tiled, plain},
            {requirement(world.region, READ_WRITE, world.region, {FID_A, FID_B})},
            [rect](const Task*, Regions regions, Context, Runtime*) {
              int pieces = 0, points = 0, spans = 0;
              for (PieceIteratorT<2> it(regions[0], FID_A); it(); it++, pieces++) {
                const FieldAccessor<READ_WRITE, long, 2, coord_t, Realm::AffineAccessor<long, 2>> a(
                    regions[0], FID_A, *it);
                // The elements of a tile are dense.
                const long* first = a.ptr(*it);
                for (PointInRectIterator<2> point(*it); point(); point++, points++) {
                  EXPECT_EQ(a[*point], number_of<2>(*point));
                  a[*point] *= 2;
                }
                EXPECT_EQ(first[0], 2 * number_of<2>(it->lo));
              }
              EXPECT_EQ(pieces, 3 * 2);
              EXPECT_EQ(points, 20);
              for (SpanIterator<READ_ONLY, long, 2> it(regions[0], FID_A); it(); it++) spans++;
              EXPECT_EQ(spans, 3 * 2);
              int plain_pieces = 0;
              for (PieceIterator it(regions[0], FID_B); it(); it++) plain_pieces++;
              EXPECT_EQ(plain_pieces, 1);
              const FieldAccessor<READ_WRITE, long, 2, coord_t, Realm::MultiAffineAccessor<long, 2>> all(
                  regions[0], FID_A);
              for (PointInRectIterator<2> point(rect); point(); point++) {
                EXPECT_EQ(all[*point], 2 * number_of<2>(*point));
                all.write(*point, all.read(*point) + 1);
              }
            });
        const PhysicalRegion mapped =
            runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region, {FID_A, FID_B}));
        const FieldAccessor<READ_ONLY, long, 2> a(mapped, FID_A);
        const FieldAccessor<READ_ONLY, int, 2> b(mapped, FID_B);
        for (PointInRectIterator<2> it(rect); it(); it++) {
          EXPECT_EQ(a[*it], 2 * number_of<2>(*it) + 1);
          EXPECT_EQ(b[*it], -number_of<2>(*it));
        }
      },
      2);
}

// Differences of neighbours, whose ends come from the room around the region.
TEST(LegionLayout, PaddingIsRoomAroundARegion) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 99));
        write_numbers<1>(ctx, runtime, world);
        const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
        const LogicalPartition quarters = runtime->get_logical_partition(
            world.region, runtime->create_equal_partition(ctx, world.space, colors));
        const LayoutConstraintID padded =
            make_layout(runtime, PaddingConstraint(DomainPoint(1), DomainPoint(2)));
        const LogicalRegion piece = runtime->get_logical_subregion_by_color(quarters, DomainPoint(1));
        launch_with(ctx, runtime, {padded},
                    {requirement(piece, READ_ONLY, world.region),
                     requirement(piece, WRITE_DISCARD, world.region, {FID_B})},
                    [](const Task*, Regions regions, Context, Runtime*) {
                      const PaddingAccessor<long, 1, coord_t, Realm::AffineAccessor<long, 1>, true> room(
                          regions[0], FID_A);
                      const FieldAccessor<READ_ONLY, long, 1> a(regions[0], FID_A);
                      const FieldAccessor<WRITE_DISCARD, int, 1> b(regions[1], FID_B);
                      room[24] = 24;
                      room[50] = 50;
                      room.write(51, 51);
                      for (int k = 25; k < 50; k++) b[k] = static_cast<int>(a[k + 1] - a[k - 1]);
                      EXPECT_EQ(room.read(51), 51);
                      EXPECT_EQ(room.read(30), 30);
                    });
        const PhysicalRegion mapped =
            runtime->map_region(ctx, requirement(world.region, READ_ONLY, world.region, {FID_A, FID_B}));
        const FieldAccessor<READ_ONLY, long, 1> a(mapped, FID_A);
        const FieldAccessor<READ_ONLY, int, 1> b(mapped, FID_B);
        for (int k = 0; k < 100; k++) {
          EXPECT_EQ(a[k], k);
          EXPECT_EQ(b[k], k < 25 || k >= 50 ? -k : 2);
        }
      },
      2);
}

void add_ten(const Task*, Regions regions, Context, Runtime*) {
  const FieldAccessor<READ_WRITE, long, 2> a(regions[0], FID_A);
  const Rect<2> rect = regions[0];
  for (PointInRectIterator<2> it(rect); it(); it++) a[*it] += 10;
}

// What a task has mapped with a layout of its own and what it launches see the same data.
TEST(LegionLayout, LaunchesSeeWhatTheTaskWrote) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const Rect<2> rect({0, 0}, {3, 4});
        const Grid world = make_world(ctx, runtime, rect);
        write_numbers<2>(ctx, runtime, world);
        const LayoutConstraintID rows =
            make_layout(runtime, OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, true));
        auto check = [](const PhysicalRegion& mapped, LogicalRegion region, Context of, Runtime* rt) {
          const FieldAccessor<READ_WRITE, long, 2> a(mapped, FID_A);
          EXPECT_EQ(a.ptr(Point<2>(0, 1)) - a.ptr(Point<2>(0, 0)), 1);
          const long before = a[Point<2>(2, 3)];
          a[Point<2>(2, 3)] += 1000;
          TaskLauncher launcher(task_id<void, add_ten>("add_ten", true), TaskArgument());
          launcher.add_region_requirement(requirement(region, READ_WRITE, region));
          rt->execute_task(of, launcher);
          EXPECT_EQ(a[Point<2>(2, 3)], before + 1010);
          rt->fill_field<long>(of, region, region, FID_A, 4);
          EXPECT_EQ(a[Point<2>(3, 4)], 4);
          a[Point<2>(2, 3)] = 23;
          EXPECT_EQ(a[Point<2>(0, 0)], 4);
        };
        launch_with(
            ctx, runtime, {rows}, {requirement(world.region, READ_WRITE, world.region)},
            [check](const Task* task, Regions regions, Context of, Runtime* rt) {
              check(regions[0], task->regions[0].region, of, rt);
            },
            false);
        InlineLauncher inlined(requirement(world.region, READ_WRITE, world.region));
        inlined.layout_constraint_id = rows;
        PhysicalRegion mapped = runtime->map_region(ctx, inlined);
        EXPECT_EQ((FieldAccessor<READ_ONLY, long, 2>(mapped, FID_A)[Point<2>(2, 3)]), 23);
        check(mapped, world.region, ctx, runtime);
        runtime->unmap_region(ctx, mapped);
        runtime->remap_region(ctx, mapped);
        const FieldAccessor<READ_ONLY, long, 2> a(mapped, FID_A);
        EXPECT_EQ(a[Point<2>(2, 3)], 23);
        EXPECT_EQ(a.ptr(Point<2>(0, 1)) - a.ptr(Point<2>(0, 0)), 1);
      },
      2);
}

TEST(LegionLayout, SparseRegionsAreCopiedPointByPoint) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        const std::vector<Point<2>> points{{0, 0}, {5, 1}, {2, 7}};
        const IndexSpaceT<2> space = runtime->create_index_space(ctx, points);
        const FieldSpace fields = runtime->create_field_space(ctx);
        FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
        allocator.allocate_field(sizeof(long), FID_A);
        const LogicalRegion region = runtime->create_logical_region(ctx, space, fields);
        runtime->fill_field<long>(ctx, region, region, FID_A, 3);
        const LayoutConstraintID rows =
            make_layout(runtime, OrderingConstraint({LEGION_DIM_Y, LEGION_DIM_X, LEGION_DIM_F}, true));
        launch_with(ctx, runtime, {rows}, {requirement(region, READ_WRITE, region)},
                    [points](const Task*, Regions regions, Context, Runtime*) {
                      const FieldAccessor<READ_WRITE, long, 2> a(regions[0], FID_A);
                      for (const Point<2>& p : points) a[p] += number_of<2>(p);
                    });
        const PhysicalRegion mapped = runtime->map_region(ctx, requirement(region, READ_ONLY, region));
        const FieldAccessor<READ_ONLY, long, 2> a(mapped, FID_A);
        for (const Point<2>& p : points) EXPECT_EQ(a[p], 3 + number_of<2>(p));
      },
      1);
}

// ---- mappers

std::function<void(DefaultMapper&, MapperContext, MapperRuntime&, const Task&, Mapper::MapTaskOutput&)>
    map_probe;

struct LayoutMapper : DefaultMapper {
  using DefaultMapper::DefaultMapper;
  void map_task(MapperContext ctx, const Task& task, const MapTaskInput& input,
                MapTaskOutput& output) override {
    DefaultMapper::map_task(ctx, task, input, output);
    if (std::string(task.get_task_name()) == "probe") map_probe(*this, ctx, *runtime, task, output);
  }
};

void register_layout_mappers(Machine machine, Runtime* runtime, const std::set<Processor>& processors) {
  if (!map_probe) return;
  for (Processor processor : processors)
    runtime->replace_default_mapper(new LayoutMapper(runtime->get_mapper_runtime(), machine, processor),
                                    processor);
}

int run_mapped_layouts(Body body, decltype(map_probe) map) {
  Runtime::add_registration_callback(register_layout_mappers);
  map_probe = std::move(map);
  const int code = run_legion(std::move(body), 2);
  map_probe = nullptr;
  return code;
}

LayoutConstraintSet basic_layout(const std::vector<FieldID>& fields) {
  LayoutConstraintSet set;
  set.add_constraint(MemoryConstraint(Memory::SYSTEM_MEM))
      .add_constraint(FieldConstraint(fields, false, false));
  return set;
}

Memory system_memory() {
  return Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
}

// A piece of a region of 100 elements, of which the task gets to see memory with padding.
void launch_on_piece(Context ctx, Runtime* runtime, Probe body) {
  const Grid world = make_world(ctx, runtime, Rect<1>(0, 99));
  write_numbers<1>(ctx, runtime, world);
  const IndexSpace colors = runtime->create_index_space(ctx, Rect<1>(0, 3));
  const LogicalPartition quarters =
      runtime->get_logical_partition(world.region, runtime->create_equal_partition(ctx, world.space, colors));
  launch_with(ctx, runtime, {},
              {requirement(runtime->get_logical_subregion_by_color(quarters, DomainPoint(1)), READ_WRITE,
                           world.region)},
              std::move(body));
}

TEST(LegionLayoutMapper, GivesTasksMemoryWithPadding) {
  bool is_padded = false;
  const int code = run_mapped_layouts(
      [&](Context ctx, Runtime* runtime) {
        launch_on_piece(ctx, runtime, [&](const Task*, Regions regions, Context, Runtime*) {
          const PaddingAccessor<long, 1> room(regions[0], FID_A);
          room[24] = 1;
          room[50] = room[49] + 1;
          is_padded = room[50] == 50;
        });
      },
      [](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Task& task,
         Mapper::MapTaskOutput& output) {
        LayoutConstraintSet padded = basic_layout({FID_A});
        padded.add_constraint(PaddingConstraint(DomainPoint(1), DomainPoint(1)));
        PhysicalInstance instance, again;
        bool created = false;
        const std::vector<LogicalRegion> regions{task.regions[0].region};
        EXPECT_TRUE(runtime.find_or_create_physical_instance(ctx, system_memory(), padded, regions, instance,
                                                             created));
        EXPECT_TRUE(created);
        EXPECT_TRUE(instance.entails(padded));
        EXPECT_TRUE(
            runtime.find_or_create_physical_instance(ctx, system_memory(), padded, regions, again, created));
        EXPECT_FALSE(created);
        EXPECT_EQ(instance, again);
        output.chosen_instances[0].assign(1, instance);
      });
  EXPECT_EQ(code, 0);
  EXPECT_TRUE(is_padded);
}

TEST(LegionLayoutMapper, GetsInstancesOfPartsAndCompactOnes) {
  const int code = run_mapped_layouts(
      [&](Context ctx, Runtime* runtime) {
        launch_on_piece(ctx, runtime, [](const Task*, Regions regions, Context, Runtime*) {
          const FieldAccessor<READ_WRITE, long, 1> a(regions[0], FID_A);
          EXPECT_EQ(a[30], 30);
        });
      },
      [](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Task& task,
         Mapper::MapTaskOutput& output) {
        const std::vector<LogicalRegion> piece{task.regions[0].region};
        const std::vector<LogicalRegion> root{
            runtime.get_parent_logical_region(ctx, runtime.get_parent_logical_partition(ctx, piece.front()))};
        PhysicalInstance tight, compact, whole, found;
        size_t footprint = 0;
        EXPECT_TRUE(runtime.create_physical_instance(ctx, system_memory(), basic_layout({FID_A}), piece,
                                                     tight, true, 0, true, &footprint));
        EXPECT_EQ(footprint, 25 * sizeof(long));
        EXPECT_EQ(tight.get_instance_domain().get_volume(), 25u);
        EXPECT_EQ(tight.get_instance_size(), 25 * sizeof(long));
        LayoutConstraintSet sparse = basic_layout({FID_A});
        sparse.add_constraint(SpecializedConstraint(LEGION_COMPACT_SPECIALIZE, 0, false, true));
        EXPECT_TRUE(runtime.create_physical_instance(ctx, system_memory(), sparse, piece, compact));
        EXPECT_TRUE(compact.entails(sparse));
        // The instance of a part is none of the whole tree.
        EXPECT_FALSE(runtime.find_physical_instance(ctx, system_memory(), basic_layout({FID_A}), root, found,
                                                    true, true) &&
                     found == tight);
        output.chosen_instances[0].assign(1, compact);
      });
  EXPECT_EQ(code, 0);
}

// ---- errors

void expect_error(Body body, const char* message) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(run_legion(std::move(body), 2), testing::ExitedWithCode(1), message);
}

TEST(LegionLayoutError, AccessorsThatDoNotFitTheMemory) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        write_numbers<1>(ctx, runtime, world);
        const PhysicalRegion mapped =
            runtime->map_region(ctx, requirement(world.region, READ_WRITE, world.region));
        PaddingAccessor<long, 1> room(mapped, FID_A);
      },
      "makes a PaddingAccessor for field `a` of region `world`, whose memory has no padding");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        write_numbers<1>(ctx, runtime, world);
        launch_with(ctx, runtime, {make_layout(runtime, TilingConstraint(LEGION_DIM_X, 4))},
                    {requirement(world.region, READ_WRITE, world.region)},
                    [](const Task*, Regions regions, Context, Runtime*) {
                      FieldAccessor<READ_WRITE, long, 1> a(regions[0], FID_A);
                    });
      },
      "an accessor is made for data that does not lie in one place");
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        write_numbers<1>(ctx, runtime, world);
        launch_with(ctx, runtime, {make_layout(runtime, PaddingConstraint(DomainPoint(1), DomainPoint(1)))},
                    {requirement(world.region, READ_WRITE, world.region)},
                    [](const Task*, Regions regions, Context, Runtime*) {
                      PaddingAccessor<long, 1, coord_t, Realm::AffineAccessor<long, 1>, true> room(regions[0],
                                                                                                   FID_A);
                      room[11] = 4;
                    });
      },
      "accesses field `a` of region `world` at \\(11\\)");
}

TEST(LegionLayoutError, LayoutsThatNoMemoryHas) {
  expect_error(
      [](Context ctx, Runtime* runtime) {
        const Grid world = make_world(ctx, runtime, Rect<1>(0, 9));
        write_numbers<1>(ctx, runtime, world);
        launch_with(ctx, runtime, {make_layout(runtime, OffsetConstraint(FID_A, 16))},
                    {requirement(world.region, READ_WRITE, world.region)},
                    [](const Task*, Regions, Context, Runtime*) {});
      },
      "task `probe` wants a layout of region `world` that is not supported: a field at a given offset");
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      run_mapped_layouts(
          [](Context ctx, Runtime* runtime) {
            launch_on_piece(ctx, runtime, [](const Task*, Regions, Context, Runtime*) {});
          },
          [](DefaultMapper&, MapperContext ctx, MapperRuntime& runtime, const Task& task,
             Mapper::MapTaskOutput& output) {
            const LogicalPartition pieces = runtime.get_parent_logical_partition(ctx, task.regions[0].region);
            PhysicalInstance other;
            runtime.create_physical_instance(ctx, system_memory(), basic_layout({FID_A}),
                                             {runtime.get_logical_subregion_by_color(ctx, pieces, 2)}, other,
                                             true, 0, true);
            output.chosen_instances[0].assign(1, other);
          }),
      testing::ExitedWithCode(1),
      "an instance is chosen for region requirement 0 \\(region `world`\\) that does not have all of its "
      "points");
}

}  // namespace
}  // namespace palatine::test
