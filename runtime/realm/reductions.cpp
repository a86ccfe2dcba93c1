#include "runtime/realm/reductions.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <shared_mutex>

#include "realm/custom_serdez.h"
#include "realm/redop.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process.h"

namespace palatine::realm {

namespace {

struct Registry {
  std::shared_mutex mutex;
  std::map<Realm::ReductionOpID, Realm::ReductionOpUntyped*> reductions;
  std::map<Realm::CustomSerdezID, Realm::CustomSerdezUntyped*> serdez;
};

Registry& registry() {
  static auto* instance = new Registry;
  return *instance;
}

void forget_all() {
  Registry& all = registry();
  std::lock_guard lock(all.mutex);
  for (auto& [id, redop] : all.reductions) free(redop);
  for (auto& [id, serdez] : all.serdez) delete serdez;
  all.reductions.clear();
  all.serdez.clear();
}

const Component component([] {}, &forget_all);

}  // namespace

const Realm::ReductionOpUntyped* find_reduction(Realm::ReductionOpID id) {
  Registry& all = registry();
  std::shared_lock lock(all.mutex);
  auto found = all.reductions.find(id);
  return found == all.reductions.end() ? nullptr : found->second;
}

const Realm::CustomSerdezUntyped* find_serdez(Realm::CustomSerdezID id) {
  Registry& all = registry();
  std::shared_lock lock(all.mutex);
  auto found = all.serdez.find(id);
  return found == all.serdez.end() ? nullptr : found->second;
}

}  // namespace palatine::realm

namespace Realm {

bool Runtime::register_reduction(Event& event, ReductionOpID redop_id, const ReductionOpUntyped* redop) {
  palatine::realm::need_runtime("Runtime::register_reduction");
  if (!redop) palatine::realm::bad_use("Runtime::register_reduction", "operator %d is null", redop_id);
  event = Event::NO_EVENT;
  auto& all = palatine::realm::registry();
  std::lock_guard lock(all.mutex);
  if (redop_id == 0 || all.reductions.count(redop_id)) return false;
  all.reductions[redop_id] = ReductionOpUntyped::clone_reduction_op(redop);
  return true;
}

bool Runtime::register_custom_serdez(CustomSerdezID serdez_id, const CustomSerdezUntyped* serdez) {
  palatine::realm::need_runtime("Runtime::register_custom_serdez");
  auto& all = palatine::realm::registry();
  std::lock_guard lock(all.mutex);
  if (serdez_id == 0 || all.serdez.count(serdez_id)) return false;
  all.serdez[serdez_id] = serdez->clone();
  return true;
}

}  // namespace Realm
