// What mappers ask of instances and of measurements.
#include "legion/mapping/mapper_runtime.h"
#include "runtime/legion/mapper/instance_view.h"
#include "runtime/legion/process.h"
#include "runtime/legion/region_tree.h"
#include "runtime/legion/runtime.h"

namespace Legion {
namespace Mapping {

using View = palatine::legion::InstanceView;

bool PhysicalInstance::operator<(const PhysicalInstance& rhs) const {
  return get_instance_id() < rhs.get_instance_id();
}
bool PhysicalInstance::operator==(const PhysicalInstance& rhs) const {
  return view_ == rhs.view_;
}
Memory PhysicalInstance::get_location() const {
  return view_ ? view_->memory : Memory::NO_MEMORY;
}
unsigned long PhysicalInstance::get_instance_id() const {
  return view_ ? view_->id : 0;
}
size_t PhysicalInstance::get_instance_size() const {
  return view_ ? view_->size_bytes : 0;
}
Domain PhysicalInstance::get_instance_domain() const {
  return view_ ? view_->domain : Domain();
}
void PhysicalInstance::get_fields(std::set<FieldID>& fields) const {
  if (view_) fields.insert(view_->fields.begin(), view_->fields.end());
}
FieldSpace PhysicalInstance::get_field_space() const {
  return view_ ? view_->field_space : FieldSpace();
}
RegionTreeID PhysicalInstance::get_tree_id() const {
  return view_ ? view_->tree_id : 0;
}
LayoutConstraintID PhysicalInstance::get_layout_id() const {
  return view_ ? view_->layout_id : 0;
}
bool PhysicalInstance::exists(bool strong_test) const {
  if (!view_) return false;
  if (!strong_test || view_->kind == View::Kind::virtual_) return true;
  palatine::legion::Runtime* runtime = palatine::legion::runtime_of_process();
  return runtime && runtime->forest.find_region(view_->root) != nullptr;
}
bool PhysicalInstance::is_normal_instance() const {
  return view_ && view_->kind == View::Kind::normal;
}
bool PhysicalInstance::is_virtual_instance() const {
  return view_ && view_->kind == View::Kind::virtual_;
}
bool PhysicalInstance::is_reduction_instance() const {
  return view_ && view_->kind == View::Kind::reduction;
}
bool PhysicalInstance::is_external_instance() const {
  return false;
}
bool PhysicalInstance::has_field(FieldID fid) const {
  return view_ && view_->fields.count(fid) > 0;
}
void PhysicalInstance::has_fields(std::map<FieldID, bool>& fids) const {
  for (auto& entry : fids) entry.second = has_field(entry.first);
}
void PhysicalInstance::remove_space_fields(std::set<FieldID>& fids) const {
  if (!view_) return;
  for (FieldID field : view_->fields) fids.erase(field);
}
void PhysicalInstance::add_use_field(FieldID fid) {
  use_fields_.insert(fid);
}
void PhysicalInstance::add_use_fields(const std::set<FieldID>& fids) {
  use_fields_.insert(fids.begin(), fids.end());
}
bool PhysicalInstance::entails(const LayoutConstraintSet& constraint_set,
                               const LayoutConstraint** failed_constraint) const {
  if (!view_) return false;
  return view_->layout.entails(constraint_set, static_cast<unsigned>(view_->domain.get_dim()),
                               failed_constraint);
}

/*static*/ PhysicalInstance PhysicalInstance::get_virtual_instance() {
  static const palatine::legion::InstancePointer view = [] {
    auto made = std::make_shared<View>();
    made->kind = View::Kind::virtual_;
    return made;
  }();
  return PhysicalInstance(view);
}

std::ostream& operator<<(std::ostream& os, const PhysicalInstance& instance) {
  if (instance.is_virtual_instance()) return os << "PhysicalInstance(virtual)";
  return os << "PhysicalInstance(" << instance.get_instance_id() << ")";
}
std::ostream& operator<<(std::ostream& os, const CollectiveView&) {
  return os << "CollectiveView()";
}

const void* ProfilingResponse::find(int id) const {
  if (!values_ || !values_->present.count(id)) return nullptr;
  switch (id) {
    case ProfilingMeasurements::OperationStatus::ID:
      return &values_->status;
    case ProfilingMeasurements::OperationTimeline::ID:
      return &values_->timeline;
    case ProfilingMeasurements::OperationProcessorUsage::ID:
      return &values_->processor;
    case ProfilingMeasurements::OperationEventWaits::ID:
      return &values_->waits;
    case ProfilingMeasurements::RuntimeOverhead::ID:
      return &values_->overhead;
    default:
      return nullptr;
  }
}

}  // namespace Mapping
}  // namespace Legion
