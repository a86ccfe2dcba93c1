// Where a task that launches others accesses regions itself: each field of each region variable is placed on
// its own (mapping_place), then what falls on the same point becomes one statement.
//
// A leaf task has everything mapped from start to end and an inner task accesses nothing, so neither gets
// statements.
#include <algorithm>
#include <memory>
#include <tuple>
#include <unordered_map>

#include "sema/passes/mapping_place.h"
#include "sema/passes/mapping_usage.h"
#include "sema/passes/passes.h"
#include "sema/passes/walk.h"

namespace palatine::sema {

namespace {

struct PlacedField {
  ir::MappedField field;
  MapInsertion insertion;
};

// What is inserted at one point: unmaps first, then maps for reading and for writing.
struct InsertedStats {
  std::unique_ptr<ir::UnmapStat> unmap;
  std::unique_ptr<ir::MapStat> map_read;
  std::unique_ptr<ir::MapStat> map_write;
};
using StatsByPoint = std::unordered_map<const ir::Stat*, InsertedStats>;

SourceRange range_of(const ir::Task& task, const MapInsertion& insertion) {
  if (insertion.before) return insertion.before->range;
  return insertion.block->stats.empty() ? task.range : insertion.block->stats.back()->range;
}

void add_to(InsertedStats& stats, const PlacedField& placed, SourceRange range) {
  if (!placed.insertion.is_map) {
    if (!stats.unmap) {
      stats.unmap = std::make_unique<ir::UnmapStat>();
      stats.unmap->range = range;
    }
    stats.unmap->fields.push_back(placed.field);
    return;
  }
  bool writes = placed.insertion.level == MapLevel::write;
  auto& map = writes ? stats.map_write : stats.map_read;
  if (!map) {
    map = std::make_unique<ir::MapStat>();
    map->range = range;
    map->write = writes;
  }
  map->fields.push_back(placed.field);
}

void move_point(StatsByPoint& points, const ir::Stat* before, std::vector<ir::StatPtr>& result) {
  auto found = points.find(before);
  if (found == points.end()) return;
  InsertedStats& stats = found->second;
  if (stats.unmap) result.push_back(std::move(stats.unmap));
  if (stats.map_read) result.push_back(std::move(stats.map_read));
  if (stats.map_write) result.push_back(std::move(stats.map_write));
}

void insert_all(const ir::Task& task, const std::vector<PlacedField>& placed) {
  std::unordered_map<ir::Block*, StatsByPoint> blocks;
  for (const PlacedField& entry : placed) {
    add_to(blocks[entry.insertion.block][entry.insertion.before], entry, range_of(task, entry.insertion));
  }
  for (auto& [block, points] : blocks) {
    std::vector<ir::StatPtr> old = std::move(block->stats);
    std::vector<ir::StatPtr> result;
    for (ir::StatPtr& stat : old) {
      move_point(points, stat.get(), result);
      result.push_back(std::move(stat));
    }
    move_point(points, nullptr, result);
    block->stats = std::move(result);
  }
}

// ---- what `check --explain` tells

bool is_compound(const ir::Stat& stat) {
  bool result = false;
  for_each_block(const_cast<ir::Stat&>(stat), [&](ir::Block&) { result = true; });
  return result;
}

ir::MappingPoint point_of(const PlacedField& placed) {
  const MapInsertion& insertion = placed.insertion;
  ir::MappingPoint point;
  point.fields.push_back(placed.field);
  for (const Operation* operation : insertion.operations) {
    point.causes.push_back({operation->what, operation->range});
  }
  if (!insertion.is_map) {
    point.kind = ir::MappingPoint::Kind::unmap;
    point.range = insertion.reason;
    return point;
  }
  bool is_hoisted = is_compound(*insertion.before);
  point.kind = point.causes.empty() ? ir::MappingPoint::Kind::map : ir::MappingPoint::Kind::block;
  point.range = is_hoisted ? insertion.before->range : insertion.reason;
  point.reason = insertion.level == MapLevel::write ? "written" : "read";
  point.reason += is_hoisted ? " in the statement that begins here" : " here";
  return point;
}

bool same_causes(const ir::MappingPoint& a, const ir::MappingPoint& b) {
  return std::ranges::equal(a.causes, b.causes, [](const auto& x, const auto& y) {
    return x.what == y.what && x.range.begin == y.range.begin;
  });
}

// Fields that are mapped or given up at one line for one reason are one point.
void add_point(std::vector<ir::MappingPoint>& points, ir::MappingPoint point) {
  for (ir::MappingPoint& other : points) {
    if (other.kind != point.kind || other.range.begin != point.range.begin || other.reason != point.reason ||
        !same_causes(other, point)) {
      continue;
    }
    other.fields.insert(other.fields.end(), point.fields.begin(), point.fields.end());
    return;
  }
  points.push_back(std::move(point));
}

}  // namespace

// The fields of parameters that the task has a privilege for: what is mapped when it starts.
static std::vector<ir::MappedField> declared_fields(const ir::Task& task) {
  std::vector<ir::MappedField> fields;
  for (const ir::Requirement& requirement : task.requirements) {
    // The regions of a list are mapped where the task uses them.
    if (requirement.mode == ir::Requirement::Mode::none ||
        task.params.at(requirement.param)->type->kind == TypeKind::list) {
      continue;
    }
    for (int leaf : requirement.leaves) fields.push_back({task.params.at(requirement.param), leaf});
  }
  return fields;
}

void mapping(ir::Task& task, const PassOptions& options) {
  task.accessed_fields.clear();
  if (!task.is_leaf && !task.is_inner) separate_accesses(task);
  MappingUsage usage(task);
  task.accessed_fields = usage.fields();
  if (task.is_leaf || task.is_inner) return;

  std::vector<PlacedField> placed;
  auto place = [&](const ir::MappedField& field) {
    for (MapInsertion& insertion : place_field(task, usage, field, options.mapping)) {
      placed.push_back({field, std::move(insertion)});
    }
  };
  for (const ir::MappedField& field : usage.fields()) {
    if (field.region->is_param) {
      add_point(
          task.mapping_points,
          {ir::MappingPoint::Kind::map, field.region->range, {field}, "mapped before the task starts", {}});
    }
    place(field);
  }
  for (const ir::MappedField& field : declared_fields(task)) {
    if (std::ranges::find(usage.fields(), field) == usage.fields().end()) place(field);
  }
  for (const PlacedField& entry : placed) {
    // Points without a reason only make paths agree; they never wait.
    if (entry.insertion.reason.is_valid()) add_point(task.mapping_points, point_of(entry));
  }
  std::ranges::sort(task.mapping_points, {}, [](const ir::MappingPoint& point) {
    const ir::MappedField first = point.fields.empty() ? ir::MappedField{} : point.fields.front();
    return std::tuple(point.range.begin, point.kind, first.region ? first.region->id : 0, first.leaf);
  });
  insert_all(task, placed);
}

}  // namespace palatine::sema
