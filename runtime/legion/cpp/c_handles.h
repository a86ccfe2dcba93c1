// Between the handles of the C API and those of the C++ interface, for tasks in C.
//
// Handles of index spaces, regions and so on have the same bits; those of launchers, futures and physical
// regions point to objects that C code owns.
#pragma once

#include "legion.h"
#include "legion/legion_c.h"
#include "runtime/realm/fatal.h"

namespace Legion::Internal {

#define PALATINE_SAME_BITS(Type, c_type)         \
  static_assert(sizeof(Type) == sizeof(c_type)); \
  inline Type from_c(c_type handle) {            \
    return __builtin_bit_cast(Type, handle);     \
  }                                              \
  inline c_type to_c(const Type& handle) {       \
    return __builtin_bit_cast(c_type, handle);   \
  }
PALATINE_SAME_BITS(IndexSpace, legion_index_space_t)
PALATINE_SAME_BITS(IndexPartition, legion_index_partition_t)
PALATINE_SAME_BITS(FieldSpace, legion_field_space_t)
PALATINE_SAME_BITS(LogicalRegion, legion_logical_region_t)
PALATINE_SAME_BITS(LogicalPartition, legion_logical_partition_t)
#undef PALATINE_SAME_BITS

// They end the program when there are too many dimensions.
Domain from_c(legion_domain_t domain);
legion_domain_t to_c(const Domain& domain);
DomainPoint from_c(legion_domain_point_t point);
legion_domain_point_t to_c(const DomainPoint& point);

inline UntypedBuffer from_c(legion_untyped_buffer_t buffer) {
  return UntypedBuffer(buffer.args, buffer.arglen);
}
inline Memory from_c(legion_memory_t handle) {
  Memory memory;
  memory.id = handle.id;
  return memory;
}
inline Processor from_c(legion_processor_t handle) {
  Processor processor;
  processor.id = handle.id;
  return processor;
}
inline PhaseBarrier from_c(legion_phase_barrier_t barrier) {
  Realm::Barrier made;
  made.id = barrier.id;
  made.timestamp = barrier.timestamp;
  return PhaseBarrier(made);
}
inline legion_phase_barrier_t to_c(const PhaseBarrier& barrier) {
  return {barrier.get_barrier().id, barrier.get_barrier().timestamp};
}

// What a handle points to. Ends the program when it is null.
template <typename T, typename Handle>
T& object(Handle handle) {
  if (!handle.impl) palatine::realm::fatal_error("error: a handle of the C API is null");
  return *static_cast<T*>(handle.impl);
}
inline Future from_c(legion_future_t handle) {
  return handle.impl ? object<Future>(handle) : Future();
}
inline legion_future_t to_c(Future future) {
  return {new Future(std::move(future))};
}
inline Predicate from_c(legion_predicate_t handle) {
  return object<Predicate>(handle);
}

// The running task, whatever the context is: C++ code gives pointers of its own. Ends the program in tasks of
// the language.
Context c_context(legion_context_t context, const char* call);
inline Runtime* the_runtime() {
  return Runtime::get_runtime();
}

}  // namespace Legion::Internal
