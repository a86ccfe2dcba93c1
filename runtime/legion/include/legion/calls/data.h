// The calls that fill, copy and attach data. Source: Legion's API, section 6.
#pragma once

#include <set>

#include "legion/calls/launches.h"

namespace Legion::Internal {

#define LEGION_PROVENANCE const char* provenance = nullptr

class DataCalls : public LaunchCalls {
 public:
  // ---- fills, copies, external data

  template <typename T>
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, const T& value,
                  Predicate pred = Predicate::TRUE_PRED) {
    fill_field(ctx, handle, parent, fid, &value, sizeof(T), pred);
  }
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, const void* value,
                  size_t value_size, Predicate pred = Predicate::TRUE_PRED);
  void fill_field(Context ctx, LogicalRegion handle, LogicalRegion parent, FieldID fid, Future value,
                  Predicate pred = Predicate::TRUE_PRED);
  template <typename T>
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   const T& value, Predicate pred = Predicate::TRUE_PRED) {
    fill_fields(ctx, handle, parent, fields, &value, sizeof(T), pred);
  }
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   const void* value, size_t value_size, Predicate pred = Predicate::TRUE_PRED);
  void fill_fields(Context ctx, LogicalRegion handle, LogicalRegion parent, const std::set<FieldID>& fields,
                   Future value, Predicate pred = Predicate::TRUE_PRED);
  void fill_fields(Context ctx, const FillLauncher& launcher);
  void fill_fields(Context ctx, const IndexFillLauncher& launcher);
  void discard_fields(Context ctx, const DiscardLauncher& launcher);
  void issue_copy_operation(Context ctx, const CopyLauncher& launcher);
  void issue_copy_operation(Context ctx, const IndexCopyLauncher& launcher);

  PhysicalRegion attach_external_resource(Context ctx, const AttachLauncher& launcher);
  Future detach_external_resource(Context ctx, PhysicalRegion region, const bool flush = true,
                                  const bool unordered = false, LEGION_PROVENANCE);
  ExternalResources attach_external_resources(Context ctx, const IndexAttachLauncher& launcher);
  Future detach_external_resources(Context ctx, ExternalResources resources, const bool flush = true,
                                   const bool unordered = false, LEGION_PROVENANCE);
  void progress_unordered_operations(Context) {}
  void issue_acquire(Context ctx, const AcquireLauncher& launcher);
  void issue_release(Context ctx, const ReleaseLauncher& launcher);
};

#undef LEGION_PROVENANCE

}  // namespace Legion::Internal
