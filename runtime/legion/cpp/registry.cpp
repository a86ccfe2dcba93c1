#define LEGION_REDOP_COMPLEX
#define LEGION_REDOP_HALF
#include "runtime/legion/cpp/registry.h"

#include <mutex>

#include "legion/redop.h"
#include "runtime/legion/cpp/launch_pattern.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

namespace {

template <template <typename> class Reduction, typename... T>
void add_reductions(Registry& registry) {
  ((registry.reductions[Reduction<T>::REDOP_ID] =
        Realm::ReductionOpUntyped::create_reduction_op<Reduction<T>>()),
   ...);
}

template <template <typename> class Reduction>
void add_integer_reductions(Registry& registry) {
  add_reductions<Reduction, int8_t, int16_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t>(
      registry);
}

template <template <typename> class Reduction>
void add_number_reductions(Registry& registry) {
  add_integer_reductions<Reduction>(registry);
  add_reductions<Reduction, __half, float, double>(registry);
}

template <template <typename> class Reduction>
void add_complex_reductions(Registry& registry) {
  add_reductions<Reduction, complex<float>, complex<double>>(registry);
}

void add_builtin_reductions(Registry& registry) {
  add_number_reductions<SumReduction>(registry);
  add_number_reductions<DiffReduction>(registry);
  add_number_reductions<ProdReduction>(registry);
  add_number_reductions<DivReduction>(registry);
  add_number_reductions<MaxReduction>(registry);
  add_number_reductions<MinReduction>(registry);
  add_complex_reductions<SumReduction>(registry);
  add_complex_reductions<DiffReduction>(registry);
  add_complex_reductions<ProdReduction>(registry);
  add_complex_reductions<DivReduction>(registry);
  add_integer_reductions<OrReduction>(registry);
  add_integer_reductions<AndReduction>(registry);
  add_integer_reductions<XorReduction>(registry);
  add_reductions<SumReduction, bool>(registry);
  add_reductions<ProdReduction, bool>(registry);
}

}  // namespace

bool Variant::runs_on(Processor::Kind kind) const {
  const ProcessorConstraint& wanted = registrar.execution_constraints.processor_constraint;
  return !wanted.is_valid() || wanted.can_use(kind);
}

Registry& Registry::get() {
  static Registry* registry = [] {
    auto* made = new Registry;
    add_builtin_reductions(*made);
    return made;
  }();
  return *registry;
}

TaskEntry& Registry::task(TaskID id) {
  std::unique_lock lock(mutex);
  std::unique_ptr<TaskEntry>& entry = tasks[id];
  if (!entry) {
    entry = std::make_unique<TaskEntry>();
    entry->id = id;
    entry->name = "task " + std::to_string(id);
  }
  return *entry;
}

TaskEntry* Registry::find_task(TaskID id) {
  std::shared_lock lock(mutex);
  auto found = tasks.find(id);
  return found == tasks.end() ? nullptr : found->second.get();
}

Variant& Registry::add_variant(std::unique_ptr<Variant> variant, TaskID id, const char* task_name) {
  TaskEntry& entry = task(id);
  std::unique_lock lock(mutex);
  if (task_name) entry.name = task_name;
  if (variant->id == LEGION_AUTO_GENERATE_ID) {
    variant->id = 1;
    for (auto& other : entry.variants) variant->id = std::max(variant->id, other->id + 1);
  }
  for (auto& other : entry.variants) {
    if (other->id == variant->id)
      palatine::realm::fatal_error("error: variant %u of task `%s` is registered twice", variant->id,
                                   entry.name.c_str());
  }
  variant->task = &entry;
  if (variant->name.empty()) variant->name = entry.name;
  Variant& added = *entry.variants.emplace_back(std::move(variant));
  end_names_epoch();
  // CPU processors run everything; the others are taken where a task has nothing else.
  if (!entry.chosen || (added.runs_on(Processor::LOC_PROC) && !entry.chosen->runs_on(Processor::LOC_PROC))) {
    for (Processor::Kind kind :
         {Processor::LOC_PROC, Processor::IO_PROC, Processor::UTIL_PROC, Processor::OMP_PROC}) {
      if (added.runs_on(kind)) entry.chosen = &added;
    }
  }
  return added;
}

Variant& variant_of(TaskID task) {
  TaskEntry* entry = Registry::get().find_task(task);
  if (!entry || entry->variants.empty())
    palatine::realm::fatal_error("error: task %u is launched, but no task with this id is registered", task);
  if (!entry->chosen)
    palatine::realm::fatal_error("error: no variant of task `%s` (id %u) runs on a processor of this machine",
                                 entry->name.c_str(), task);
  return *entry->chosen;
}

const ReductionOp& reduction_of(ReductionOpID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.reductions.find(id);
  if (found == registry.reductions.end())
    palatine::realm::fatal_error("error: no reduction operator with id %d is registered", id);
  return *found->second;
}

const Registry::SerializedReduction* serialized_reduction_of(ReductionOpID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.serialized_reductions.find(id);
  return found == registry.serialized_reductions.end() ? nullptr : &found->second;
}

ProjectionFunctor& projection_of(ProjectionID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.projections.find(id);
  if (found == registry.projections.end())
    palatine::realm::fatal_error("error: no projection functor with id %u is registered", id);
  return *found->second;
}

}  // namespace Internal

using Internal::Registry;

VariantID Internal::RegistrationCalls::add_variant(const TaskVariantRegistrar& registrar,
                                                   Internal::TaskBody body, size_t result_bytes,
                                                   const void* user_data, size_t user_bytes,
                                                   const char* task_name, VariantID id) {
  auto variant = std::make_unique<Internal::Variant>();
  variant->id = id;
  variant->body = body;
  variant->result_bytes = result_bytes;
  if (user_bytes) variant->user_data.assign(static_cast<const char*>(user_data), user_bytes);
  variant->registrar = registrar;
  if (registrar.task_variant_name) variant->name = registrar.task_variant_name;
  variant->registrar.task_variant_name = nullptr;
  if (!task_name) task_name = registrar.task_variant_name;
  return Registry::get().add_variant(std::move(variant), registrar.task_id, task_name).id;
}

VariantID Internal::RegistrationCalls::preregister_task_variant(const TaskVariantRegistrar& registrar,
                                                                const CodeDescriptor& codedesc,
                                                                const void* user_data, size_t user_len,
                                                                const char* task_name, VariantID vid,
                                                                size_t return_type_size, bool, bool) {
  auto* code = codedesc.find_impl<Realm::FunctionPointerImplementation>();
  if (!code)
    palatine::realm::fatal_error(
        "error: the code of task %u is no function pointer; other code is not supported", registrar.task_id);
  auto variant = std::make_unique<Internal::Variant>();
  variant->id = vid;
  variant->code = code->get_impl<Realm::Processor::TaskFuncPtr>();
  // Whatever the postamble is given.
  variant->result_bytes = return_type_size ? Internal::kSelfSized : 0;
  if (user_len) variant->user_data.assign(static_cast<const char*>(user_data), user_len);
  variant->registrar = registrar;
  if (registrar.task_variant_name) variant->name = registrar.task_variant_name;
  variant->registrar.task_variant_name = nullptr;
  if (!task_name) task_name = registrar.task_variant_name;
  return Registry::get().add_variant(std::move(variant), registrar.task_id, task_name).id;
}

// ---- reductions and other operators

void Internal::RegistrationCalls::register_reduction_op(ReductionOpID id, ReductionOp* op,
                                                        SerdezInitFnptr init, SerdezFoldFnptr fold,
                                                        bool permit_duplicates) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  if (id == 0) palatine::realm::fatal_error("error: 0 is no id for a reduction operator");
  if (!registry.reductions.try_emplace(id, op).second && !permit_duplicates)
    palatine::realm::fatal_error("error: reduction operator %d is registered twice", id);
  if (init && fold) registry.serialized_reductions.try_emplace(id, Registry::SerializedReduction{init, fold});
}

const ReductionOp* Internal::RegistrationCalls::get_reduction_op(ReductionOpID id) {
  return &Internal::reduction_of(id);
}

void Internal::RegistrationCalls::register_custom_serdez_op(CustomSerdezID id, SerdezOp* op,
                                                            bool permit_duplicates) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  if (id == 0) palatine::realm::fatal_error("error: 0 is no id for a serializer");
  if (!registry.serdez.try_emplace(id, op).second && !permit_duplicates)
    palatine::realm::fatal_error("error: serializer %d is registered twice", id);
}

const SerdezOp* Internal::RegistrationCalls::get_serdez_op(CustomSerdezID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.serdez.find(id);
  if (found == registry.serdez.end())
    palatine::realm::fatal_error("error: no serializer with id %d is registered", id);
  return found->second;
}

// ---- functors

void Internal::RegistrationCalls::preregister_projection_functor(ProjectionID id,
                                                                 ProjectionFunctor* functor) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  if (id == 0) palatine::realm::fatal_error("error: projection 0 is the one of the runtime");
  if (!registry.projections.try_emplace(id, functor).second)
    palatine::realm::fatal_error("error: projection functor %u is registered twice", id);
  functor->runtime = Runtime::get_runtime();
}

void Internal::RegistrationCalls::register_projection_functor(ProjectionID id, ProjectionFunctor* functor,
                                                              bool, const char*) {
  preregister_projection_functor(id, functor);
}

ProjectionFunctor* Internal::RegistrationCalls::get_projection_functor(ProjectionID id) {
  return id == 0 ? nullptr : &Internal::projection_of(id);
}

void Internal::RegistrationCalls::preregister_sharding_functor(ShardingID id, ShardingFunctor* functor) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  if (!registry.shardings.try_emplace(id, functor).second)
    palatine::realm::fatal_error("error: sharding functor %u is registered twice", id);
}

void Internal::RegistrationCalls::register_sharding_functor(ShardingID id, ShardingFunctor* functor, bool,
                                                            const char*) {
  preregister_sharding_functor(id, functor);
}

ShardingFunctor* Internal::RegistrationCalls::get_sharding_functor(ShardingID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.shardings.find(id);
  return found == registry.shardings.end() ? nullptr : found->second;
}

ConcurrentColoringFunctor* Internal::RegistrationCalls::get_concurrent_coloring_functor(ConcurrentID id) {
  Registry& registry = Registry::get();
  std::shared_lock lock(registry.mutex);
  auto found = registry.colorings.find(id);
  return found == registry.colorings.end() ? nullptr : found->second;
}

void Internal::RegistrationCalls::preregister_concurrent_coloring_functor(
    ConcurrentID id, ConcurrentColoringFunctor* functor) {
  Registry& registry = Registry::get();
  std::unique_lock lock(registry.mutex);
  if (!registry.colorings.try_emplace(id, functor).second)
    palatine::realm::fatal_error("error: concurrent colouring functor %u is registered twice", id);
}

void Internal::RegistrationCalls::register_concurrent_coloring_functor(ConcurrentID id,
                                                                       ConcurrentColoringFunctor* functor,
                                                                       bool, const char*) {
  preregister_concurrent_coloring_functor(id, functor);
}

}  // namespace Legion
