// A handle is the number of a place and how often the place was used, so that old handles never name new
// maps.
#include <array>

#include "realm/id.h"
#include "realm/runtime.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/process.h"
#include "runtime/realm/space/sparsity_contents.h"

namespace palatine::realm::space {

namespace {

constexpr uint32_t kChunk = 1024;
constexpr uint32_t kMaxPlaces = uint32_t{1} << 28;
constexpr uint32_t kMaxUses = 0xffff;

struct Place {
  // Null, or the map of use number `use`. Release and acquire: whoever finds the map sees it made.
  std::atomic<SparsityBase*> map{nullptr};
  std::atomic<uint32_t> use{0};
  // Guarded by the table's mutex.
  std::shared_ptr<SparsityBase> owner;
  uint64_t references = 0;
};

class Table {
 public:
  uint64_t add(std::shared_ptr<SparsityBase> map) {
    std::lock_guard lock(mutex_);
    uint32_t index;
    if (!free_.empty()) {
      index = free_.back();
      free_.pop_back();
    } else {
      if (used_ == kMaxPlaces) bad_use("SparsityMap", "there are more than 2^28 sparsity maps");
      index = used_++;
      if (index % kChunk == 0) chunks_[index / kChunk].store(new Place[kChunk], std::memory_order_release);
    }
    Place& place = *at(index);
    place.references = 1;
    place.owner = std::move(map);
    place.map.store(place.owner.get(), std::memory_order_release);
    live_++;
    return Realm::ID::make_sparsity(0, place.use.load(std::memory_order_relaxed), index).id;
  }

  // Null when the handle names no living map.
  SparsityBase* find(uint64_t id) {
    Place* place = place_of(id);
    return place == nullptr ? nullptr : place->map.load(std::memory_order_acquire);
  }
  std::shared_ptr<SparsityBase> hold(uint64_t id) {
    std::lock_guard lock(mutex_);
    Place* place = place_of(id);
    return place == nullptr ? nullptr : place->owner;
  }
  bool change(uint64_t id, int64_t difference) {
    std::shared_ptr<SparsityBase> last;  // freed after the lock
    std::lock_guard lock(mutex_);
    Place* place = place_of(id);
    if (place == nullptr || place->owner == nullptr) return false;
    if (difference < 0 && place->references < static_cast<uint64_t>(-difference)) return false;
    place->references += static_cast<uint64_t>(difference);
    if (place->references > 0) return true;
    last = std::move(place->owner);
    place->map.store(nullptr, std::memory_order_release);
    const uint32_t use = place->use.load(std::memory_order_relaxed) + 1;
    place->use.store(use, std::memory_order_release);
    if (use < kMaxUses) free_.push_back(static_cast<uint32_t>(index_of(id)));
    live_--;
    return true;
  }
  uint64_t live() {
    std::lock_guard lock(mutex_);
    return live_;
  }

 private:
  static uint64_t index_of(uint64_t id) { return Realm::ID(id).sparsity_sparsity_idx(); }
  Place* at(uint64_t index) {
    Place* chunk = chunks_[index / kChunk].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &chunk[index % kChunk];
  }
  Place* place_of(uint64_t id) {
    if (!Realm::ID(id).is_sparsity()) return nullptr;
    Place* place = at(index_of(id));
    if (place == nullptr) return nullptr;
    return place->use.load(std::memory_order_acquire) == Realm::ID(id).sparsity_creator_node() ? place
                                                                                               : nullptr;
  }

  std::mutex mutex_;
  std::array<std::atomic<Place*>, kMaxPlaces / kChunk> chunks_{};
  std::vector<uint32_t> free_;
  uint32_t used_ = 0;
  uint64_t live_ = 0;
};

// Never destroyed: programs may use maps while the process ends.
Table& table() {
  static Table* const instance = new Table;
  return *instance;
}

[[noreturn]] void no_such_map(uint64_t id, const char* call) {
  bad_use(call, "sparsity map %llx does not exist; it was destroyed, or never created",
          static_cast<unsigned long long>(id));
}

void check_kind(const SparsityBase* map, uint64_t id, int dimension, char coordinate, const char* call) {
  if (map == nullptr) no_such_map(id, call);
  if (map->dimension != dimension || map->coordinate != coordinate)
    bad_use(call,
            "sparsity map %llx has %d dimensions and another type of coordinates than the index space of %d",
            static_cast<unsigned long long>(id), map->dimension, dimension);
}

}  // namespace

uint64_t add_map(std::shared_ptr<SparsityBase> map) {
  return table().add(std::move(map));
}

std::shared_ptr<SparsityBase> hold_map(uint64_t id, int dimension, char coordinate, const char* call) {
  auto map = table().hold(id);
  check_kind(map.get(), id, dimension, coordinate, call);
  return map;
}

SparsityBase* find_map(uint64_t id, int dimension, char coordinate, const char* call) {
  SparsityBase* map = table().find(id);
  check_kind(map, id, dimension, coordinate, call);
  return map;
}

void add_references(uint64_t id, unsigned count, const char* call) {
  if (!table().change(id, count)) no_such_map(id, call);
}

void remove_references(uint64_t id, unsigned count, const char* call) {
  if (table().change(id, -static_cast<int64_t>(count))) return;
  if (table().find(id) != nullptr)
    bad_use(call, "sparsity map %llx has less than %u references", static_cast<unsigned long long>(id),
            count);
  no_such_map(id, call);
}

uint64_t map_count() {
  return table().live();
}

// At the end of the runtime.
static void report_leaks() {
  bool is_wanted = false;
  Realm::ModuleConfig* config = Realm::Runtime::get_runtime().get_module_config("core");
  if (config == nullptr || !config->get_property("report_sparsity_leaks", is_wanted) || !is_wanted) return;
  if (const uint64_t left = map_count(); left > 0)
    fatal_error("error: %llu sparsity maps were not destroyed", static_cast<unsigned long long>(left));
}
static const Component leak_report([] {}, report_leaks);

void SparsityBase::cancel() {
  publish(kCancelled);
  known_.poison();
}

}  // namespace palatine::realm::space
