// Index spaces, field spaces, regions and partitions that C code makes, and their import into the program.
#include <algorithm>
#include <string>

#include "runtime/legion/c_calls.h"
#include "runtime/legion/context.h"
#include "runtime/legion/raw_handles.h"
#include "runtime/realm/fatal.h"

namespace legion = palatine::legion;
namespace realm = palatine::realm;
namespace api = palatine::api;

namespace {

static_assert(LEGION_C_MAX_DIM == legion::kMaxDim);

using legion::c_field_spaces;
using legion::CFieldSpaces;
using legion::forest_of_process;

legion_index_space_t handle_of_ispace(uint32_t id) {
  const legion::IndexSpace& space = forest_of_process().ispace(id);
  return {id, 0, Legion::Internal::type_tag_of(space.domain.box.dim)};
}

// The largest power of two that divides the size, as an element of an array of them is aligned.
uint32_t alignment_of(uint32_t size_bytes) {
  return std::min<uint32_t>(size_bytes & (~size_bytes + 1), 16);
}

// Its number among the partitions of its region.
legion_color_t color_of(const legion::Partition& partition) {
  const legion::Region& parent = *partition.parent;
  std::lock_guard lock(parent.root->mutex);
  const auto place = std::find(parent.partitions.begin(), parent.partitions.end(), &partition);
  return static_cast<legion_color_t>(place - parent.partitions.begin());
}

legion::Region& child_of(legion::Partition& partition, legion_domain_point_t color, const char* call) {
  return forest_of_process().subregion(partition, legion::number_of_color(partition, color, call));
}

}  // namespace

namespace palatine::legion {

CFieldSpaces& c_field_spaces() {
  static CFieldSpaces spaces;
  return spaces;
}

legion_index_partition_t handle_of(const Partition& partition) {
  const api::RawPartition raw = raw_partition(partition);
  return {raw.id, raw.index_tree, raw.tag};
}

Region& region_to_partition(legion_index_space_t handle) {
  legion::Forest& forest = forest_of_process();
  if (handle.tid != 0) return forest.region(handle.tid);
  // No region's: a tree without fields. Regions get partitions like those of it.
  return forest.create_root(handle.id, {nullptr, nullptr, 0}, {nullptr, {nullptr, 0}});
}

uint64_t number_of_color(const Partition& partition, legion_domain_point_t color, const char* call) {
  int64_t point[kMaxDim] = {};
  for (int d = 0; d < color.dim && d < kMaxDim; ++d) point[d] = color.point_data[d];
  if (partition.colors.dim != color.dim || !partition.colors.contains_point(point)) {
    realm::fatal_error("%s: a partition of `%s` has no such colour", call,
                       partition.parent->root->name.c_str());
  }
  return partition.colors.linear_index(point);
}

}  // namespace palatine::legion

// ---- index spaces and partitions

legion_index_space_t legion_index_space_create(legion_runtime_t runtime, legion_context_t context,
                                               size_t count) {
  PALATINE_IF_CPP_TASK(index_space_create, runtime, context, count);
  legion::Box box;
  box.lo[0] = 0;
  box.hi[0] = static_cast<int64_t>(count) - 1;
  return handle_of_ispace(forest_of_process().create_ispace(legion::OwnedDomain(box)));
}
legion_index_space_t legion_index_space_create_domain(legion_runtime_t runtime, legion_context_t context,
                                                      legion_domain_t domain) {
  PALATINE_IF_CPP_TASK(index_space_create_domain, runtime, context, domain);
  legion::Box box;
  if (domain.dim < 1 || domain.dim > legion::kMaxDim) {
    realm::fatal_error("legion_index_space_create_domain: a domain of %d dimensions", domain.dim);
  }
  box.dim = domain.dim;
  for (int d = 0; d < domain.dim; ++d) {
    box.lo[d] = domain.rect_data[d];
    box.hi[d] = domain.rect_data[domain.dim + d];
  }
  return handle_of_ispace(forest_of_process().create_ispace(legion::OwnedDomain(box)));
}
void legion_index_space_destroy(legion_runtime_t runtime, legion_context_t context,
                                legion_index_space_t handle) {
  PALATINE_IF_CPP_TASK(index_space_destroy, runtime, context, handle);
}

legion_domain_t legion_index_space_get_domain(legion_runtime_t runtime, legion_index_space_t handle) {
  PALATINE_IF_CPP_TASK(index_space_get_domain, runtime, handle);
  const legion::IndexSpace& space = forest_of_process().ispace(handle.id);
  const legion::Box& box = space.domain.box;
  legion_domain_t domain = {};
  if (!space.domain.is_dense()) domain.is_id = handle.id;
  domain.dim = box.dim;
  for (int d = 0; d < box.dim; ++d) {
    domain.rect_data[d] = box.lo[d];
    domain.rect_data[box.dim + d] = box.hi[d];
  }
  return domain;
}
namespace {

struct RectIterator {
  std::vector<legion::Box> boxes;
  size_t place = 0;

  RectIterator(legion_domain_t domain, int dim) {
    if (domain.dim != dim) {
      realm::fatal_error("legion_rect_in_domain_iterator_create_%dd: the domain has %d dimensions", dim,
                         domain.dim);
    }
    const legion::CppTaskCalls* calls = legion::calls_of_cpp_task();
    if (domain.is_id != 0 && calls) {
      boxes = calls->boxes_of(domain);
      return;
    }
    if (domain.is_id != 0) {
      const legion::IndexSpace& space = forest_of_process().ispace(static_cast<uint32_t>(domain.is_id));
      legion::for_each_box(space.domain, [&](const legion::Box& box) { boxes.push_back(box); });
      return;
    }
    legion::Box box;
    box.dim = dim;
    for (int d = 0; d < dim; ++d) {
      box.lo[d] = domain.rect_data[d];
      box.hi[d] = domain.rect_data[dim + d];
    }
    if (!box.is_empty()) boxes.push_back(box);
  }
  static RectIterator& of(void* impl) {
    if (!impl) realm::fatal_error("an iterator of the C API is null");
    return *static_cast<RectIterator*>(impl);
  }
};

}  // namespace

#define PALATINE_FOR_DIMENSION(N)                                                                      \
  legion_rect_in_domain_iterator_##N##d_t legion_rect_in_domain_iterator_create_##N##d(                \
      legion_domain_t domain) {                                                                        \
    return {new RectIterator(domain, N)};                                                              \
  }                                                                                                    \
  void legion_rect_in_domain_iterator_destroy_##N##d(legion_rect_in_domain_iterator_##N##d_t handle) { \
    delete &RectIterator::of(handle.impl);                                                             \
  }                                                                                                    \
  bool legion_rect_in_domain_iterator_valid_##N##d(legion_rect_in_domain_iterator_##N##d_t handle) {   \
    const RectIterator& iterator = RectIterator::of(handle.impl);                                      \
    return iterator.place < iterator.boxes.size();                                                     \
  }                                                                                                    \
  bool legion_rect_in_domain_iterator_step_##N##d(legion_rect_in_domain_iterator_##N##d_t handle) {    \
    RectIterator& iterator = RectIterator::of(handle.impl);                                            \
    if (iterator.place < iterator.boxes.size()) ++iterator.place;                                      \
    return iterator.place < iterator.boxes.size();                                                     \
  }                                                                                                    \
  legion_rect_##N##d_t legion_rect_in_domain_iterator_get_rect_##N##d(                                 \
      legion_rect_in_domain_iterator_##N##d_t handle) {                                                \
    const RectIterator& iterator = RectIterator::of(handle.impl);                                      \
    if (iterator.place >= iterator.boxes.size()) realm::fatal_error("the iterator is at its end");     \
    legion_rect_##N##d_t rect = {};                                                                    \
    for (int d = 0; d < N; ++d) {                                                                      \
      rect.lo.x[d] = iterator.boxes[iterator.place].lo[d];                                             \
      rect.hi.x[d] = iterator.boxes[iterator.place].hi[d];                                             \
    }                                                                                                  \
    return rect;                                                                                       \
  }
LEGION_C_FOR_EACH_DIMENSION(PALATINE_FOR_DIMENSION)
#undef PALATINE_FOR_DIMENSION

namespace {

struct IndexIterator {
  std::vector<legion::Box> boxes;
  size_t box = 0;
  int64_t next = 0;

  static IndexIterator& of(legion_index_iterator_t handle) {
    if (!handle.impl) realm::fatal_error("an iterator of the C API is null");
    return *static_cast<IndexIterator*>(handle.impl);
  }
  // Moves on by `count` points, which lie in one box.
  legion_ptr_t step(int64_t count) {
    if (box >= boxes.size()) realm::fatal_error("the iterator is at its end");
    const legion_ptr_t first = {next};
    next += count;
    if (next > boxes[box].hi[0] && ++box < boxes.size()) next = boxes[box].lo[0];
    return first;
  }
};

}  // namespace

legion_index_iterator_t legion_index_iterator_create(legion_runtime_t runtime, legion_context_t,
                                                     legion_index_space_t handle) {
  auto* iterator = new IndexIterator;
  if (const legion::CppTaskCalls* calls = legion::calls_of_cpp_task()) {
    iterator->boxes = calls->boxes_of(calls->index_space_get_domain(runtime, handle));
  } else {
    legion::for_each_box(forest_of_process().ispace(handle.id).domain, [&](const legion::Box& box) {
      if (!box.is_empty()) iterator->boxes.push_back(box);
    });
  }
  if (!iterator->boxes.empty() && iterator->boxes[0].dim > 1)
    realm::fatal_error("legion_index_iterator_create: the index space has %d dimensions",
                       iterator->boxes[0].dim);
  if (!iterator->boxes.empty()) iterator->next = iterator->boxes[0].lo[0];
  return {iterator};
}
void legion_index_iterator_destroy(legion_index_iterator_t handle) {
  delete &IndexIterator::of(handle);
}
bool legion_index_iterator_has_next(legion_index_iterator_t handle) {
  const IndexIterator& iterator = IndexIterator::of(handle);
  return iterator.box < iterator.boxes.size();
}
legion_ptr_t legion_index_iterator_next(legion_index_iterator_t handle) {
  return IndexIterator::of(handle).step(1);
}
legion_ptr_t legion_index_iterator_next_span(legion_index_iterator_t handle, size_t* count,
                                             size_t max_count) {
  IndexIterator& iterator = IndexIterator::of(handle);
  if (iterator.box >= iterator.boxes.size()) realm::fatal_error("the iterator is at its end");
  const auto left = static_cast<size_t>(iterator.boxes[iterator.box].hi[0] - iterator.next + 1);
  *count = std::min(left, max_count);
  return iterator.step(static_cast<int64_t>(*count));
}

bool legion_index_space_has_multiple_domains(legion_runtime_t runtime, legion_index_space_t handle) {
  PALATINE_IF_CPP_TASK(index_space_has_multiple_domains, runtime, handle);
  return !forest_of_process().ispace(handle.id).domain.is_dense();
}

legion_index_partition_t legion_index_partition_create_equal(legion_runtime_t runtime,
                                                             legion_context_t context,
                                                             legion_index_space_t parent,
                                                             legion_index_space_t color_space,
                                                             size_t granularity, legion_color_t color) {
  PALATINE_IF_CPP_TASK(index_partition_create_equal, runtime, context, parent, color_space, granularity,
                       color);
  legion::Region& region = legion::region_to_partition(parent);
  return legion::handle_of(forest_of_process().create_partition_equal(region, color_space.id));
}
void legion_index_partition_destroy(legion_runtime_t runtime, legion_context_t context,
                                    legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(index_partition_destroy, runtime, context, handle);
}

bool legion_index_partition_is_disjoint(legion_runtime_t runtime, legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(index_partition_is_disjoint, runtime, handle);
  return forest_of_process().partition(handle.id).is_disjoint;
}
bool legion_index_partition_is_complete(legion_runtime_t runtime, legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(index_partition_is_complete, runtime, handle);
  return forest_of_process().partition(handle.id).is_complete();
}
legion_color_t legion_index_partition_get_color(legion_runtime_t runtime, legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(index_partition_get_color, runtime, handle);
  return color_of(forest_of_process().partition(handle.id));
}
legion_index_space_t legion_index_partition_get_color_space(legion_runtime_t runtime,
                                                            legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(index_partition_get_color_space, runtime, handle);
  return handle_of_ispace(forest_of_process().partition(handle.id).colors_id);
}
legion_index_space_t legion_index_partition_get_index_subspace_domain_point(legion_runtime_t runtime,
                                                                            legion_index_partition_t handle,
                                                                            legion_domain_point_t color) {
  PALATINE_IF_CPP_TASK(index_partition_get_index_subspace_domain_point, runtime, handle, color);
  legion::Partition& partition = forest_of_process().partition(handle.id);
  return legion::handle_of(child_of(partition, color, "legion_index_partition_get_index_subspace"))
      .index_space;
}
legion_index_space_t legion_index_partition_get_index_subspace(legion_runtime_t runtime,
                                                               legion_index_partition_t handle,
                                                               legion_color_t color) {
  legion_domain_point_t point = {};
  point.dim = 1;
  point.point_data[0] = color;
  return legion_index_partition_get_index_subspace_domain_point(runtime, handle, point);
}

// ---- field spaces and regions

legion_field_space_t legion_field_space_create(legion_runtime_t runtime, legion_context_t context) {
  PALATINE_IF_CPP_TASK(field_space_create, runtime, context);
  CFieldSpaces& spaces = c_field_spaces();
  std::lock_guard lock(spaces.mutex);
  spaces.spaces.emplace_back();
  return {static_cast<legion_field_space_id_t>(spaces.spaces.size())};
}
void legion_field_space_destroy(legion_runtime_t runtime, legion_context_t context,
                                legion_field_space_t handle) {
  PALATINE_IF_CPP_TASK(field_space_destroy, runtime, context, handle);
}

legion_field_allocator_t legion_field_allocator_create(legion_runtime_t, legion_context_t,
                                                       legion_field_space_t handle) {
  return {reinterpret_cast<void*>(static_cast<uintptr_t>(handle.id))};
}
void legion_field_allocator_destroy(legion_field_allocator_t) {}

legion_field_id_t legion_field_allocator_allocate_field(legion_field_allocator_t allocator, size_t size_bytes,
                                                        legion_field_id_t desired) {
  PALATINE_IF_CPP_TASK(field_allocator_allocate_field, allocator, size_bytes, desired);
  CFieldSpaces& spaces = c_field_spaces();
  std::lock_guard lock(spaces.mutex);
  const size_t number = reinterpret_cast<uintptr_t>(allocator.impl);
  if (number == 0 || number > spaces.spaces.size() || size_bytes == 0) {
    realm::fatal_error("legion_field_allocator_allocate_field: no such field space, or an empty field");
  }
  auto& fields = spaces.spaces[number - 1];
  auto is_taken = [&](uint32_t id) {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const CFieldSpaces::Field& field) { return field.id == id; });
  };
  if (desired == LEGION_AUTO_GENERATE_ID) {
    desired = LEGION_MAX_APPLICATION_FIELD_ID;
    while (is_taken(desired)) ++desired;
  } else if (is_taken(desired)) {
    realm::fatal_error("legion_field_allocator_allocate_field: field %u is there already", desired);
  }
  fields.push_back({desired, static_cast<uint32_t>(size_bytes)});
  return desired;
}

legion_logical_region_t legion_logical_region_create(legion_runtime_t runtime, legion_context_t context,
                                                     legion_index_space_t index,
                                                     legion_field_space_t field_space, bool task_local) {
  PALATINE_IF_CPP_TASK(logical_region_create, runtime, context, index, field_space, task_local);
  CFieldSpaces& spaces = c_field_spaces();
  std::lock_guard lock(spaces.mutex);
  if (field_space.id == 0 || field_space.id > spaces.spaces.size()) {
    realm::fatal_error("legion_logical_region_create: field space %u does not exist", field_space.id);
  }
  const auto& fields = spaces.spaces[field_space.id - 1];
  std::vector<api::FieldDesc> descs;
  for (const CFieldSpaces::Field& field : fields) {
    descs.push_back({nullptr, field.size_bytes, alignment_of(field.size_bytes)});
  }
  const api::FieldSpaceDesc desc{nullptr, descs.data(), static_cast<uint16_t>(descs.size())};
  legion::RootRegion& root = forest_of_process().create_root(index.id, desc, {nullptr, {nullptr, 0}});
  spaces.regions[root.id] = {fields, false};
  return legion::handle_of(root);
}
void legion_logical_region_destroy(legion_runtime_t runtime, legion_context_t context,
                                   legion_logical_region_t handle) {
  PALATINE_IF_CPP_TASK(logical_region_destroy, runtime, context, handle);
  static_cast<api::Context*>(context.impl)->destroy_region({handle.index_space.tid});
}

legion_logical_partition_t legion_logical_partition_create(legion_runtime_t runtime,
                                                           legion_logical_region_t parent,
                                                           legion_index_partition_t handle) {
  PALATINE_IF_CPP_TASK(logical_partition_create, runtime, parent, handle);
  legion::Forest& forest = forest_of_process();
  const legion::Partition& partition = forest.partition(handle.id);
  legion::Region& of_partition = *partition.parent;
  if (of_partition.id != parent.index_space.tid) {
    legion::Region& region = forest.region(parent.index_space.tid);
    const bool is_index_tree =
        of_partition.root->fields.empty() && of_partition.is_root() && region.is_root();
    if (!is_index_tree || forest.ispace_of(region) != forest.ispace_of(of_partition))
      realm::fatal_error("legion_logical_partition_create: the partition is one of another index space");
    const legion::Partition& made = forest.create_partition_like(region, partition);
    return __builtin_bit_cast(legion_logical_partition_t, legion::raw_partition(made));
  }
  return __builtin_bit_cast(legion_logical_partition_t, legion::raw_partition(partition));
}
void legion_logical_partition_destroy(legion_runtime_t runtime, legion_context_t context,
                                      legion_logical_partition_t handle) {
  PALATINE_IF_CPP_TASK(logical_partition_destroy, runtime, context, handle);
  static_cast<api::Context*>(context.impl)->destroy_partition({handle.index_partition.id});
}
legion_logical_region_t legion_logical_partition_get_logical_subregion_by_color_domain_point(
    legion_runtime_t runtime, legion_logical_partition_t parent, legion_domain_point_t color) {
  PALATINE_IF_CPP_TASK(logical_partition_get_logical_subregion_by_color_domain_point, runtime, parent, color);
  legion::Partition& partition = forest_of_process().partition(parent.index_partition.id);
  return legion::handle_of(
      child_of(partition, color, "legion_logical_partition_get_logical_subregion_by_color_domain_point"));
}

// ---- cross products

legion_terra_index_cross_product_t legion_terra_index_cross_product_create_multi(
    legion_runtime_t, legion_context_t context, legion_index_partition_t* partitions, legion_color_t* colors,
    size_t count) {
  api::Context& running = *static_cast<api::Context*>(context.impl);
  std::vector<api::Partition> list;
  for (size_t k = 0; k < count; ++k) {
    list.push_back({partitions[k].id});
    if (colors) colors[k] = color_of(forest_of_process().partition(partitions[k].id));
  }
  if (count < 2) realm::fatal_error("a cross product needs two partitions");
  const api::CrossProduct product = running.create_cross_product(list.data(), static_cast<uint32_t>(count));
  return __builtin_bit_cast(legion_terra_index_cross_product_t, running.raw(product));
}
legion_terra_index_cross_product_t legion_terra_index_cross_product_create(legion_runtime_t runtime,
                                                                           legion_context_t context,
                                                                           legion_index_partition_t lhs,
                                                                           legion_index_partition_t rhs) {
  legion_index_partition_t both[] = {lhs, rhs};
  return legion_terra_index_cross_product_create_multi(runtime, context, both, nullptr, 2);
}
legion_terra_index_cross_product_t legion_terra_index_cross_product_import(legion_index_partition_t partition,
                                                                           legion_color_t) {
  legion_terra_index_cross_product_t result = {};
  result.partition = __builtin_bit_cast(legion_logical_partition_t,
                                        legion::raw_partition(forest_of_process().partition(partition.id)));
  return result;
}

// ---- imports

namespace palatine::api {

using legion::ContextImpl;

namespace {

[[noreturn]] void fail_import(const std::string& message, SourceLoc loc) {
  runtime_error(message.c_str(), loc);
}

}  // namespace

RawCrossProduct Context::raw(CrossProduct product) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  legion::CrossProduct& node = forest.cross_product(product.id);
  RawCrossProduct result = {};
  result.partition = legion::raw_partition(forest.partition(node.partitions[0]));
  if (node.partitions[1] != 0) result.other = legion::raw_partition(forest.partition(node.partitions[1]));
  result.id = product.id;
  return result;
}

Ispace Context::import_ispace(const RawIspace& raw, int dim, const char* name, SourceLoc loc) {
  const legion::IndexSpace& space = ContextImpl::of(*this).forest().ispace(raw.id);
  if (space.domain.box.dim != dim) {
    fail_import(std::string(name) + " is not a " + std::to_string(dim) + "D index space", loc);
  }
  if (space.is_subspace) fail_import("cannot import a subspace", loc);
  return {raw.id};
}

Region Context::import_region(Ispace ispace, const RawRegion& raw, const uint32_t* field_ids,
                              const FieldSpaceDesc& fields, const char* ispace_name, const char* name,
                              SourceLoc loc) {
  legion::Region& region = ContextImpl::of(*this).forest().region(raw.ispace.tree);
  legion::Forest& forest = ContextImpl::of(*this).forest();
  if (forest.ispace_of(region) != ispace.id) {
    fail_import(std::string(ispace_name) + " is not the index space of " + name, loc);
  }
  if (!region.is_root()) fail_import("cannot import a subregion", loc);
  legion::CFieldSpaces& spaces = legion::c_field_spaces();
  std::lock_guard lock(spaces.mutex);
  const auto made = spaces.regions.find(region.id);
  // The fields of a region of the program itself are numbered.
  const auto& known = region.root->fields;
  bool is_in_order = true;
  for (uint32_t k = 0; k < fields.field_count; ++k) {
    uint32_t place = field_ids[k];
    if (made != spaces.regions.end()) {
      place = 0;
      while (place < made->second.fields.size() && made->second.fields[place].id != field_ids[k]) ++place;
    }
    if (place >= known.size()) fail_import("found an invalid field id", loc);
    if (known[place].size_bytes != fields.fields[k].size_bytes) fail_import("field size does not match", loc);
    is_in_order = is_in_order && place == k;
  }
  if (made == spaces.regions.end() || made->second.is_imported) {
    fail_import("cannot import a handle that is already imported", loc);
  }
  if (!is_in_order || fields.field_count != known.size()) {
    fail_import(
        "the fields of an imported region have to be all that it has, in the order of their allocation", loc);
  }
  made->second.is_imported = true;
  region.root->fields.assign(fields.fields, fields.fields + fields.field_count);
  return {region.id};
}

Partition Context::import_partition(Region region, Ispace colors, const RawPartition& raw, bool is_disjoint,
                                    const char* region_name, const char* name, SourceLoc loc) {
  legion::Forest& forest = ContextImpl::of(*this).forest();
  const legion::Partition& partition = forest.partition(raw.id);
  if (is_disjoint && !partition.is_disjoint) {
    fail_import(std::string(name) + " is not a disjoint partition", loc);
  }
  if (partition.parent->id != region.id) {
    fail_import(std::string(name) + " is not a logical partition of " + region_name, loc);
  }
  const int dim = forest.ispace(colors.id).domain.box.dim;
  if (partition.colors.dim != dim) {
    fail_import(std::string(name) + " does not have a " + std::to_string(dim) + "D color space", loc);
  }
  return {partition.id};
}

CrossProduct Context::import_cross_product(const RawCrossProduct& raw, const Partition* partitions,
                                           uint32_t count, SourceLoc loc) {
  if (raw.partition.id != partitions[0].id) {
    fail_import("the cross product does not begin with the first partition", loc);
  }
  return create_cross_product(partitions, count);
}

void Context::order(Region region, const uint16_t* fields, uint32_t count, const ConditionList& conditions) {
  ContextImpl& context = ContextImpl::of(*this);
  const legion::Views& views = context.forest().views();
  std::vector<uint16_t> numbers(fields, fields + count);
  for (uint16_t& field : numbers) field = static_cast<uint16_t>(views.field(region.view, field));
  std::sort(numbers.begin(), numbers.end());
  context.order(context.forest().region(region.id), numbers.data(), count, conditions);
}

}  // namespace palatine::api
