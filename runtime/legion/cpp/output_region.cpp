#include "runtime/legion/cpp/output_region.h"

#include <algorithm>
#include <cstring>

#include "runtime/legion/cpp/physical_region.h"
#include "runtime/legion/cpp/privileges.h"
#include "runtime/legion/cpp/task_launch.h"
#include "runtime/legion/cpp/trees.h"
#include "runtime/legion/instance.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

using palatine::realm::fatal_error;

std::shared_ptr<OutputStore> make_output_store(const TaskContext& context, const char* task,
                                               const std::vector<OutputRequirement>* outputs,
                                               uint64_t points) {
  if (!outputs || outputs->empty()) return nullptr;
  for (const OutputRequirement& output : *outputs) {
    if (output.valid_requirement)
      fatal_error("error: %s launches task `%s` with an output region that exists, which is not supported",
                  who(context.task).c_str(), task);
    const FieldSpaceImpl& fields = field_space_of(output.field_space, "an output requirement");
    for (FieldID field : output.privilege_fields) fields.slot_of(field);
  }
  auto store = std::make_shared<OutputStore>();
  store->requirements = *outputs;
  store->pieces.resize(points * outputs->size());
  return store;
}

std::vector<OutputSlot> open_outputs(const TaskContext& context, const OutputStore& store,
                                     const ChosenLayouts* chosen) {
  std::vector<OutputSlot> slots(store.requirements.size());
  const unsigned regions = static_cast<unsigned>(context.task.regions.size());
  for (unsigned k = 0; k < slots.size(); k++) {
    slots[k].context = &context;
    slots[k].index = k;
    if (!chosen) continue;
    if (auto found = chosen->find(regions + k); found != chosen->end())
      slots[k].layout = found->second.back();
  }
  return slots;
}

void output_layout(const OutputSlot* slot, FieldID field, int dim, DimensionKind* order, size_t& alignment) {
  if (!slot) fatal_error("error: a buffer is made for an output region that does not exist");
  // Dimensions that the constraint lacks come last.
  int count = 0;
  auto add = [&](DimensionKind kind) {
    if (kind <= LEGION_DIM_X + dim - 1 && std::find(order, order + count, kind) == order + count)
      order[count++] = kind;
  };
  for (DimensionKind kind : slot->layout.ordering_constraint.ordering) add(kind);
  for (int d = 0; d < dim; d++) add(static_cast<DimensionKind>(LEGION_DIM_X + d));
  for (const AlignmentConstraint& constraint : slot->layout.alignment_constraints) {
    const bool is_about_it = constraint.fid == field;
    const bool is_lower_bound = constraint.eqk == LEGION_EQ_EK || constraint.eqk == LEGION_GE_EK;
    if (is_about_it && is_lower_bound) alignment = std::max(alignment, constraint.alignment);
  }
}

void return_output(OutputSlot* slot, const OutputBuffer& buffer) {
  if (!slot) fatal_error("error: data is returned to an output region that does not exist");
  const std::string task = who(slot->context->task);
  const OutputRequirement& requirement = slot->context->task.output_regions[slot->index];
  const std::string field = field_name(requirement.field_space, buffer.field);
  if (!requirement.privilege_fields.count(buffer.field))
    fatal_error("error: %s returns data for field %s of output region %u, which has no such field",
                task.c_str(), field.c_str(), slot->index);
  const size_t size = field_space_of(requirement.field_space, "an output region").size_of(buffer.field);
  if (size != buffer.element_bytes)
    fatal_error("error: %s returns elements of %zu bytes for field %s of output region %u, which has %zu",
                task.c_str(), buffer.element_bytes, field.c_str(), slot->index, size);
  const int dim = dimension_of(requirement.type_tag);
  if (dim != buffer.dim)
    fatal_error("error: %s returns data of %d dimensions for output region %u, which has %d", task.c_str(),
                buffer.dim, slot->index, dim);
  for (const OutputBuffer& other : slot->buffers) {
    if (other.field == buffer.field)
      fatal_error("error: %s returns data for field %s of output region %u twice", task.c_str(),
                  field.c_str(), slot->index);
    if (!std::equal(other.extents, other.extents + dim, buffer.extents))
      fatal_error("error: %s returns data of several sizes for the fields of output region %u", task.c_str(),
                  slot->index);
  }
  slot->buffers.push_back(buffer);
}

static size_t volume_of(const coord_t* extents, int dim) {
  size_t volume = 1;
  for (int d = 0; d < dim; d++) volume *= extents[d] > 0 ? static_cast<size_t>(extents[d]) : 0;
  return volume;
}

// Calls visit(p, k) for all points of a box of extents, and their numbers, the first dimension first.
template <typename Visit>
static void for_each_point(const coord_t* extents, int dim, Visit visit) {
  const size_t volume = volume_of(extents, dim);
  coord_t p[LEGION_MAX_DIM] = {};
  for (size_t k = 0; k < volume; k++) {
    visit(p, k);
    for (int d = 0; d < dim && ++p[d] == extents[d]; d++) p[d] = 0;
  }
}

void keep_outputs(const std::vector<OutputSlot>& slots, OutputStore& store, uint64_t point) {
  for (const OutputSlot& slot : slots) {
    const OutputRequirement& requirement = store.requirements[slot.index];
    OutputStore::Piece& piece = store.pieces[point * slots.size() + slot.index];
    for (const OutputBuffer& buffer : slot.buffers) {
      std::copy(buffer.extents, buffer.extents + buffer.dim, piece.extents);
      std::string& data = piece.data[buffer.field];
      data.resize(volume_of(buffer.extents, buffer.dim) * buffer.element_bytes);
      for_each_point(buffer.extents, buffer.dim, [&](const coord_t* p, size_t k) {
        const char* from = static_cast<const char*>(buffer.base);
        for (int d = 0; d < buffer.dim; d++) from += static_cast<size_t>(p[d]) * buffer.strides[d];
        memcpy(data.data() + k * buffer.element_bytes, from, buffer.element_bytes);
      });
    }
    for (FieldID field : requirement.privilege_fields) {
      if (!piece.data.count(field))
        fatal_error("error: %s ends without returning data for field %s of output region %u",
                    who(slot.context->task).c_str(), field_name(requirement.field_space, field).c_str(),
                    slot.index);
    }
  }
}

// The colour of each point's piece.
static std::vector<DomainPoint> colors_of(TaskContext& context, const OutputRequirement& output, size_t index,
                                          const Domain& domain, const std::vector<DomainPoint>& points) {
  if (output.projection == 0 || !domain.exists()) return points;
  const std::string what = who(context.task) + ": output region " + std::to_string(index);
  if (!output.color_space.exists())
    fatal_error("error: %s has a projection functor, but no colours", what.c_str());
  // A partition for the functor: nobody knows yet what the pieces are.
  Runtime* runtime = Runtime::get_runtime();
  const IndexSpace space = runtime->create_index_space(&context, Domain(Rect<1>(0, -1)));
  const LogicalRegion region = runtime->create_logical_region(&context, space, output.field_space);
  const IndexPartition pieces =
      runtime->create_partition_by_domain(&context, space, std::map<DomainPoint, Domain>(),
                                          output.color_space, true, LEGION_DISJOINT_COMPLETE_KIND);
  const RegionRequirement projected(runtime->get_logical_partition(region, pieces), output.projection,
                                    LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, region);
  std::vector<DomainPoint> colors;
  for (const DomainPoint& point : points) {
    const LogicalRegion piece = projected_region(projected, nullptr, 0, point, domain, what.c_str());
    colors.push_back(runtime->get_logical_region_color_point(piece));
    for (size_t k = 0; k + 1 < colors.size(); k++) {
      if (colors[k] == colors.back())
        fatal_error("error: %s: projection functor %u gives colour %s for point %s and for point %s",
                    what.c_str(), output.projection, text_of(colors[k]).c_str(), text_of(points[k]).c_str(),
                    text_of(point).c_str());
    }
  }
  runtime->destroy_logical_region(&context, region);
  runtime->destroy_index_space(&context, space);
  return colors;
}

// Where the pieces lie. Local: the dimensions of the launch come first. Global: pieces side by side, in the
// order of the points in each dimension.
static std::vector<Domain> places_of(const OutputStore& store, size_t index, const Domain& domain,
                                     const std::vector<DomainPoint>& points) {
  const size_t count = store.requirements.size();
  const OutputRequirement& requirement = store.requirements[index];
  const int dim = dimension_of(requirement.type_tag);
  std::vector<Domain> places;
  for (size_t k = 0; k < points.size(); k++) {
    const OutputStore::Piece& piece = store.pieces[k * count + index];
    DomainPoint lo, hi;
    if (domain.exists() && !requirement.global_indexing) {
      lo.dim = hi.dim = domain.get_dim() + dim;
      for (int d = 0; d < domain.get_dim(); d++) lo[d] = hi[d] = points[k][d];
      for (int d = 0; d < dim; d++) hi[domain.get_dim() + d] = piece.extents[d] - 1;
    } else {
      lo.dim = hi.dim = dim;
      for (int d = 0; d < dim; d++) {
        for (size_t other = 0; domain.exists() && other < points.size(); other++) {
          bool is_before = points[other][d] < points[k][d];
          for (int e = 0; e < dim; e++) is_before = is_before && (e == d || points[other][e] == points[k][e]);
          if (is_before) lo[d] += store.pieces[other * count + index].extents[d];
        }
        hi[d] = lo[d] + piece.extents[d] - 1;
      }
    }
    places.emplace_back(lo, hi);
  }
  return places;
}

// Into the memory of a root region.
static void write_piece(const core::Region& region, const FieldSpaceImpl& fields,
                        const OutputStore::Piece& piece, const Domain& place, int dim) {
  const DomainPoint lo = place.lo();
  const int outer = lo.dim - dim;
  for (const auto& [field, data] : piece.data) {
    const api::FieldAddress to = core::field_address(*region.root, fields.slot_of(field));
    const size_t volume = volume_of(piece.extents, dim);
    const size_t element_bytes = volume ? data.size() / volume : 0;
    uintptr_t base = reinterpret_cast<uintptr_t>(to.base);
    for (int d = 0; d < lo.dim; d++)
      base += static_cast<uintptr_t>(lo[d]) * static_cast<uintptr_t>(to.stride_bytes[d]);
    for_each_point(piece.extents, dim, [&, from = data.data()](const coord_t* p, size_t k) {
      uintptr_t at = base;
      for (int d = 0; d < dim; d++)
        at += static_cast<uintptr_t>(p[d]) * static_cast<uintptr_t>(to.stride_bytes[outer + d]);
      memcpy(reinterpret_cast<void*>(at), from + k * element_bytes, element_bytes);
    });
  }
}

void make_output_regions(TaskContext& context, const OutputStore& store, const Domain& all,
                         std::vector<OutputRequirement>& outputs) {
  Runtime* runtime = Runtime::get_runtime();
  std::vector<DomainPoint> points;
  for (Domain::DomainPointIterator it(all); all.exists() && it; it++) points.push_back(*it);
  if (!all.exists()) points.push_back(DomainPoint(0));
  for (size_t index = 0; index < outputs.size(); index++) {
    OutputRequirement& output = outputs[index];
    const int dim = dimension_of(output.type_tag);
    const std::vector<DomainPoint> colors_of_points = colors_of(context, output, index, all, points);
    const bool is_projected = output.projection != 0 && all.exists();
    const Domain domain = is_projected ? domain_of(output.color_space) : all;
    if (domain.exists() && !output.global_indexing && dim + domain.get_dim() > LEGION_MAX_DIM)
      fatal_error("error: %s: output region %zu would have %d dimensions; more than %d are not supported",
                  who(context.task).c_str(), index, dim + domain.get_dim(), LEGION_MAX_DIM);
    if (domain.exists() && output.global_indexing && dim != domain.get_dim())
      fatal_error(
          "error: %s: output region %zu has %d dimensions and global indices; the launch must have "
          "as many, and has %d",
          who(context.task).c_str(), index, dim, domain.get_dim());
    const std::vector<Domain> places = places_of(store, index, domain, colors_of_points);
    std::vector<Domain> filled;
    for (const Domain& place : places) {
      if (!place.empty()) filled.push_back(place);
    }
    const int space_dim = places.front().get_dim();
    const TypeTag tag = type_tag_of(space_dim, coordinates_of(output.type_tag));
    IndexSpace space = filled.empty() ? runtime->create_index_space(&context, places.front(), tag)
                                      : runtime->create_index_space(&context, filled);
    space = Handle::index_space(space.get_id(), space.get_tree_id(), tag);
    output.parent = runtime->create_logical_region(&context, space, output.field_space);
    output.region = output.parent;
    {
      Trees& all = trees();
      std::unique_lock lock(all.mutex);
      all.regions.at(output.parent.get_tree_id())->is_output = true;
    }
    if (domain.exists()) {
      std::map<DomainPoint, Domain> pieces;
      for (size_t k = 0; k < points.size(); k++) pieces[colors_of_points[k]] = places[k];
      const IndexSpace colors =
          is_projected ? output.color_space : runtime->create_index_space(&context, domain);
      const IndexPartition partition = runtime->create_partition_by_domain(
          &context, space, pieces, colors, true, LEGION_DISJOINT_COMPLETE_KIND);
      output.partition = runtime->get_logical_partition(output.parent, partition);
      output.color_space = colors;
      output.handle_type = LEGION_PARTITION_PROJECTION;
    }
    if (filled.empty() || output.privilege_fields.empty()) continue;
    RegionRequirement writes(output.parent, LEGION_WRITE_DISCARD, LEGION_EXCLUSIVE, output.parent);
    for (FieldID field : output.privilege_fields) writes.add_field(field);
    // Nobody else knows the region yet. Leaves cannot wait for memory.
    const bool is_leaf = context.task.variant.registrar.leaf_variant;
    PhysicalRegion mapped;
    if (is_leaf) {
      check_use(context, writes, "makes");
      give_memory(context, writes);
    } else {
      mapped = runtime->map_region(&context, writes);
    }
    const FieldSpaceImpl& fields = field_space_of(output.field_space, "an output region");
    for (size_t k = 0; k < points.size(); k++)
      write_piece(region_of(output.parent), fields, store.pieces[k * outputs.size() + index], places[k], dim);
    if (!is_leaf) runtime->unmap_region(&context, mapped);
  }
}

}  // namespace Internal

OutputRegion Internal::LaunchCalls::get_output_region(Context ctx, unsigned index) {
  if (index >= ctx->outputs.size())
    palatine::realm::fatal_error("error: %s has %zu output regions, but no number %u",
                                 Internal::who(ctx->task).c_str(), ctx->outputs.size(), index);
  return OutputRegion(&ctx->outputs[index]);
}

void Internal::LaunchCalls::get_output_regions(Context ctx, std::vector<OutputRegion>& regions) {
  for (Internal::OutputSlot& slot : ctx->outputs) regions.emplace_back(&slot);
}

}  // namespace Legion
