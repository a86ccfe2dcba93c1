// What a mapper may ask to be measured about an operation, and what it is told.
#pragma once

#include <memory>
#include <set>

#include "realm/profiling.h"

namespace Legion {
namespace Mapping {

namespace ProfilingMeasurements {
using namespace Realm::ProfilingMeasurements;

// Nanoseconds of a task's life: in its body, in calls of the runtime, and waiting.
struct RuntimeOverhead {
  static const Realm::ProfilingMeasurementID ID =
      static_cast<Realm::ProfilingMeasurementID>(Realm::PMID_REALM_LAST + 1);
  long long application_time = 0;
  long long runtime_time = 0;
  long long wait_time = 0;
};
}  // namespace ProfilingMeasurements

class ProfilingRequest {
 public:
  template <typename T>
  ProfilingRequest& add_measurement() {
    measurements_.insert(static_cast<int>(T::ID));
    return *this;
  }
  bool empty() const { return measurements_.empty(); }

  // For the runtime.
  const std::set<int>& measurements() const { return measurements_; }

 private:
  std::set<int> measurements_;
};

// Holds those measurements that were asked for and that the runtime makes: OperationStatus,
// OperationTimeline, OperationProcessorUsage, OperationEventWaits (empty) and RuntimeOverhead.
class ProfilingResponse {
 public:
  template <typename T>
  bool has_measurement() const {
    return find(static_cast<int>(T::ID)) != nullptr;
  }
  // A new object, which the caller deletes; null when there is no such measurement.
  template <typename T>
  T* get_measurement() const {
    const void* found = find(static_cast<int>(T::ID));
    return found ? new T(*static_cast<const T*>(found)) : nullptr;
  }
  template <typename T>
  bool get_measurement(T& result) const {
    const void* found = find(static_cast<int>(T::ID));
    if (found) result = *static_cast<const T*>(found);
    return found != nullptr;
  }

  // For the runtime.
  struct Values {
    std::set<int> present;
    ProfilingMeasurements::OperationStatus status;
    ProfilingMeasurements::OperationTimeline timeline;
    ProfilingMeasurements::OperationProcessorUsage processor;
    ProfilingMeasurements::OperationEventWaits waits;
    ProfilingMeasurements::RuntimeOverhead overhead;
  };
  ProfilingResponse() = default;
  explicit ProfilingResponse(std::shared_ptr<const Values> values) : values_(std::move(values)) {}

 private:
  const void* find(int id) const;
  std::shared_ptr<const Values> values_;
};

}  // namespace Mapping
}  // namespace Legion
