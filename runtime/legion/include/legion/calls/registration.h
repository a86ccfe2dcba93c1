// The calls that register what launches name: variants, layouts, reductions, functors, ids. Source: Legion's
// API, section 3.
#pragma once

#include <cstdlib>

#include "legion/functors.h"
#include "legion/registration.h"
#include "legion/task_wrapper.h"

namespace Legion::Internal {

template <typename T>
void store_serialized(const T& value, void*& state, size_t& size) {
  size = value.legion_buffer_size();
  state = realloc(state, size ? size : 1);
  value.legion_serialize(state);
}
template <typename REDOP>
void init_serialized(const ReductionOp*, void*& state, size_t& size) {
  store_serialized<typename REDOP::RHS>(REDOP::identity, state, size);
}
template <typename REDOP>
void fold_serialized(const ReductionOp*, void*& state, size_t& size, const void* result) {
  const REDOP op{};
  typename REDOP::RHS into = load<typename REDOP::RHS>(state);
  op.template fold<true>(into, load<typename REDOP::RHS>(result));
  store_serialized(into, state, size);
}

class RegistrationCalls {
 public:
  // ---- registration. The static forms before the start or in callbacks, the others while running.

  template <typename T, T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task<T, TASK_PTR>, Internal::result_bytes<T>(), nullptr, 0,
                       task_name, vid);
  }
  template <void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task<void, TASK_PTR>, 0, nullptr, 0, task_name, vid);
  }
  template <typename T, typename UDT,
            T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task_with_data<T, UDT, TASK_PTR>,
                       Internal::result_bytes<T>(), &user_data, sizeof(UDT), task_name, vid);
  }
  template <typename UDT,
            void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                            const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return add_variant(registrar, &Internal::run_task_with_data<void, UDT, TASK_PTR>, 0, &user_data,
                       sizeof(UDT), task_name, vid);
  }
  // The code calls `legion_task_preamble` and `legion_task_postamble` itself.
  static VariantID preregister_task_variant(const TaskVariantRegistrar& registrar,
                                            const CodeDescriptor& codedesc, const void* user_data = nullptr,
                                            size_t user_len = 0, const char* task_name = nullptr,
                                            VariantID vid = LEGION_AUTO_GENERATE_ID,
                                            size_t return_type_size = LEGION_MAX_RETURN_SIZE,
                                            bool has_return_type_size = true, bool check_task_id = true);
  template <typename T, T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<T, TASK_PTR>(registrar, nullptr, vid);
  }
  template <void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<TASK_PTR>(registrar, nullptr, vid);
  }
  template <typename T, typename UDT,
            T (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<T, UDT, TASK_PTR>(registrar, user_data, nullptr, vid);
  }
  template <typename UDT,
            void (*TASK_PTR)(const Task*, const std::vector<PhysicalRegion>&, Context, Runtime*, const UDT&)>
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const UDT& user_data,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID) {
    return preregister_task_variant<UDT, TASK_PTR>(registrar, user_data, nullptr, vid);
  }
  VariantID register_task_variant(const TaskVariantRegistrar& registrar, const CodeDescriptor& codedesc,
                                  const void* user_data = nullptr, size_t user_len = 0,
                                  size_t return_type_size = LEGION_MAX_RETURN_SIZE,
                                  VariantID vid = LEGION_AUTO_GENERATE_ID, bool has_return_type_size = true) {
    return preregister_task_variant(registrar, codedesc, user_data, user_len, nullptr, vid, return_type_size,
                                    has_return_type_size);
  }

  static LayoutConstraintID preregister_layout(const LayoutConstraintRegistrar& registrar,
                                               LayoutConstraintID layout_id = LEGION_AUTO_GENERATE_ID);
  LayoutConstraintID register_layout(const LayoutConstraintRegistrar& registrar) {
    return preregister_layout(registrar);
  }
  void release_layout(LayoutConstraintID layout_id);
  FieldSpace get_layout_constraint_field_space(LayoutConstraintID layout_id);
  void get_layout_constraints(LayoutConstraintID layout_id, LayoutConstraintSet& constraints);
  const char* get_layout_constraints_name(LayoutConstraintID layout_id);

  // Operators whose RHS serializes itself fold the results of tasks, and nothing else.
  template <typename REDOP>
  static void register_reduction_op(ReductionOpID redop_id, bool permit_duplicates = false) {
    ReductionOp* op = Realm::ReductionOpUntyped::create_reduction_op<REDOP>();
    if constexpr (Internal::IsSerializable<typename REDOP::RHS>::value) {
      register_reduction_op(redop_id, op, &Internal::init_serialized<REDOP>,
                            &Internal::fold_serialized<REDOP>, permit_duplicates);
    } else {
      register_reduction_op(redop_id, op, nullptr, nullptr, permit_duplicates);
    }
  }
  // Takes over `op`, which was allocated with malloc. The functions are for results that serialize
  // themselves.
  static void register_reduction_op(ReductionOpID redop_id, ReductionOp* op,
                                    SerdezInitFnptr init_fnptr = nullptr,
                                    SerdezFoldFnptr fold_fnptr = nullptr, bool permit_duplicates = false);
  static const ReductionOp* get_reduction_op(ReductionOpID redop_id);
  template <typename SERDEZ>
  static void register_custom_serdez_op(CustomSerdezID serdez_id, bool permit_duplicates = false) {
    register_custom_serdez_op(serdez_id, Realm::CustomSerdezUntyped::create_custom_serdez<SERDEZ>(),
                              permit_duplicates);
  }
  static void register_custom_serdez_op(CustomSerdezID serdez_id, SerdezOp* op,
                                        bool permit_duplicates = false);
  static const SerdezOp* get_serdez_op(CustomSerdezID serdez_id);

  static void preregister_projection_functor(ProjectionID pid, ProjectionFunctor* functor);
  void register_projection_functor(ProjectionID pid, ProjectionFunctor* functor,
                                   bool silence_warnings = false, const char* warning_string = nullptr);
  static ProjectionFunctor* get_projection_functor(ProjectionID pid);
  static void preregister_sharding_functor(ShardingID sid, ShardingFunctor* functor);
  void register_sharding_functor(ShardingID sid, ShardingFunctor* functor, bool silence_warnings = false,
                                 const char* warning_string = nullptr);
  static ShardingFunctor* get_sharding_functor(ShardingID sid);
  static ConcurrentColoringFunctor* get_concurrent_coloring_functor(ConcurrentID cid);
  static void preregister_concurrent_coloring_functor(ConcurrentID cid, ConcurrentColoringFunctor* functor);
  void register_concurrent_coloring_functor(ConcurrentID cid, ConcurrentColoringFunctor* functor,
                                            bool silence_warnings = false,
                                            const char* warning_string = nullptr);

#define LEGION_IDS(Type, name)               \
  Type generate_dynamic_##name##_id();       \
  static Type generate_static_##name##_id(); \
  Type generate_library_##name##_ids(const char* library, size_t count);
  LEGION_IDS(TaskID, task)
  LEGION_IDS(MapperID, mapper)
  LEGION_IDS(ProjectionID, projection)
  LEGION_IDS(ShardingID, sharding)
  LEGION_IDS(ConcurrentID, concurrent)
  LEGION_IDS(ReductionOpID, reduction)
  LEGION_IDS(CustomSerdezID, serdez)
  LEGION_IDS(TraceID, trace)
#undef LEGION_IDS

 private:
  static VariantID add_variant(const TaskVariantRegistrar& registrar, Internal::TaskBody body,
                               size_t result_bytes, const void* user_data, size_t user_bytes,
                               const char* task_name, VariantID variant);
};

}  // namespace Legion::Internal
