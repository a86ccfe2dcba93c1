// Heat in a rod, with Legion's C++ interface: two fields change their roles, each piece reads one cell more
// on both sides.
#include <cmath>
#include <cstdio>

#include "legion.h"

using namespace Legion;

enum Tasks { kTop, kStart, kStep };
enum Fields { kFirst, kSecond };

constexpr int kCells = 1000, kPieces = 8, kSteps = 200;

void start(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime) {
  const FieldAccessor<WRITE_DISCARD, double, 1> heat(regions[0], kFirst);
  const Rect<1> cells = runtime->get_index_space_domain(ctx, task->regions[0].region.get_index_space());
  for (PointInRectIterator<1> cell(cells); cell(); cell++)
    heat[*cell] = 400 <= cell[0] && cell[0] < 600 ? 1.0 : 0.0;
}

// Gives the change of the piece's total.
double step(const Task* task, const std::vector<PhysicalRegion>& regions, Context ctx, Runtime* runtime) {
  const FieldID from = *task->regions[0].privilege_fields.begin();
  const FieldID to = *task->regions[1].privilege_fields.begin();
  const FieldAccessor<READ_ONLY, double, 1> old_heat(regions[0], from);
  const FieldAccessor<WRITE_DISCARD, double, 1> heat(regions[1], to);
  const Rect<1> cells = runtime->get_index_space_domain(ctx, task->regions[1].region.get_index_space());
  double change = 0;
  for (PointInRectIterator<1> cell(cells); cell(); cell++) {
    const coord_t c = cell[0];
    const double left = old_heat[c > 0 ? c - 1 : c], right = old_heat[c < kCells - 1 ? c + 1 : c];
    heat[c] = old_heat[c] + 0.25 * (left - 2 * old_heat[c] + right);
    change += heat[c] - old_heat[c];
  }
  return change;
}

void top(const Task*, const std::vector<PhysicalRegion>&, Context ctx, Runtime* runtime) {
  const IndexSpaceT<1> cells = runtime->create_index_space(ctx, Rect<1>(0, kCells - 1));
  const IndexSpaceT<1> colors = runtime->create_index_space(ctx, Rect<1>(0, kPieces - 1));
  const FieldSpace fields = runtime->create_field_space(ctx);
  FieldAllocator allocator = runtime->create_field_allocator(ctx, fields);
  allocator.allocate_field(sizeof(double), kFirst);
  allocator.allocate_field(sizeof(double), kSecond);
  const LogicalRegion rod = runtime->create_logical_region(ctx, cells, fields);

  const IndexPartition pieces = runtime->create_equal_partition(ctx, cells, colors);
  // Piece k and the cells beside it.
  Transform<1, 1> stride;
  stride[0][0] = kCells / kPieces;
  const IndexPartition wide =
      runtime->create_partition_by_restriction(ctx, cells, colors, stride, Rect<1>(-1, kCells / kPieces));
  const LogicalPartition own = runtime->get_logical_partition(ctx, rod, pieces);
  const LogicalPartition seen = runtime->get_logical_partition(ctx, rod, wide);

  IndexLauncher begin(kStart, colors, TaskArgument(), ArgumentMap());
  begin.add_region_requirement(RegionRequirement(own, 0, WRITE_DISCARD, EXCLUSIVE, rod));
  begin.add_field(0, kFirst);
  runtime->execute_index_space(ctx, begin);

  double change = 0;
  for (int k = 0; k < kSteps; k++) {
    IndexLauncher launcher(kStep, colors, TaskArgument(), ArgumentMap());
    launcher.add_region_requirement(RegionRequirement(seen, 0, READ_ONLY, EXCLUSIVE, rod));
    launcher.add_field(0, k % 2 ? kSecond : kFirst);
    launcher.add_region_requirement(RegionRequirement(own, 0, WRITE_DISCARD, EXCLUSIVE, rod));
    launcher.add_field(1, k % 2 ? kFirst : kSecond);
    change +=
        runtime->execute_index_space(ctx, launcher, SumReduction<double>::REDOP_ID).get_result<double>();
  }

  const PhysicalRegion mapped = runtime->map_region(ctx, [&] {
    RegionRequirement all(rod, READ_ONLY, EXCLUSIVE, rod);
    all.add_field(kFirst);
    return InlineLauncher(all);
  }());
  const FieldAccessor<READ_ONLY, double, 1> heat(mapped, kFirst);
  printf("middle %.3f, edge %.3f, %s\n", heat[500], heat[0],
         std::fabs(change) < 1e-9 ? "no heat lost" : "HEAT LOST");
  runtime->destroy_logical_region(ctx, rod);
  runtime->destroy_field_space(ctx, fields);
  runtime->destroy_index_space(ctx, cells);
  runtime->destroy_index_space(ctx, colors);
}

int main(int argc, char** argv) {
  Runtime::set_top_level_task_id(kTop);
  {
    TaskVariantRegistrar registrar(kTop, "top");
    Runtime::preregister_task_variant<top>(registrar, "top");
  }
  {
    TaskVariantRegistrar registrar(kStart, "start");
    registrar.set_leaf();
    Runtime::preregister_task_variant<start>(registrar, "start");
  }
  {
    TaskVariantRegistrar registrar(kStep, "step");
    registrar.set_leaf();
    Runtime::preregister_task_variant<double, step>(registrar, "step");
  }
  return Runtime::start(argc, argv);
}
