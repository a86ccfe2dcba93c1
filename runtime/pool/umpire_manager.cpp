// The memories and allocators of umpire/, and the table of what they have given out.
#include "runtime/pool/include/umpire/ResourceManager.hpp"

#include <cstring>
#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "runtime/pool/include/umpire/Umpire.hpp"

namespace umpire {

namespace {

// One of the process's memories.
class Memory final : public strategy::AllocationStrategy {
 public:
  using Kind = MemoryResourceTraits::resource_type;
  // `source` may be null: then every allocation fails, saying that there is no such memory.
  Memory(const std::string& name, int id, palatine::MemorySource* source, Kind kind)
      : AllocationStrategy(name, id, nullptr, name), source_(source), kind_(kind) {}

  void* allocate(std::size_t bytes) override {
    void* address = source_ ? source_->allocate(bytes, kAlignment) : nullptr;
    if (address) return address;
    out_of_memory_error error(
        "memory `" + name_ +
        "`: " + (source_ ? "no " + std::to_string(bytes) + " bytes are left" : "there is none"));
    error.set_requested_size(bytes);
    error.set_allocator_id(id_);
    throw error;
  }
  void deallocate(void* address, std::size_t bytes) override { source_->free(address, bytes, kAlignment); }
  Platform getPlatform() noexcept override { return kind_ == Kind::host ? Platform::host : Platform::cuda; }
  MemoryResourceTraits getTraits() const noexcept override {
    MemoryResourceTraits traits;
    traits.id = 0;
    traits.unified = kind_ == Kind::um;
    traits.resource = kind_;
    return traits;
  }

 private:
  static constexpr uint64_t kAlignment = 64;
  palatine::MemorySource* const source_;
  const Kind kind_;
};

}  // namespace

struct ResourceManager::Tables {
  struct Allocation {
    std::size_t bytes;
    strategy::AllocationStrategy* strategy;
  };
  // Guards everything here; never held while a strategy is called.
  mutable std::mutex mutex;
  // By number; the pools after the memories that they use, so that they go first.
  std::vector<std::unique_ptr<strategy::AllocationStrategy>> strategies;
  std::map<std::string, strategy::AllocationStrategy*> names;
  std::map<char*, Allocation, std::less<>> allocations;
  strategy::AllocationStrategy* default_strategy = nullptr;

  // The allocation that holds the address.
  std::optional<std::pair<char*, Allocation>> find(void* address) const {
    std::lock_guard lock(mutex);
    auto at = allocations.upper_bound(static_cast<char*>(address));
    if (at == allocations.begin()) return std::nullopt;
    --at;
    std::size_t offset = static_cast<std::size_t>(static_cast<char*>(address) - at->first);
    if (offset != 0 && offset >= at->second.bytes) return std::nullopt;
    return *at;
  }
};

// 0 bytes: addresses that no memory has, of which only the difference counts.
static std::unique_ptr<char> make_null_allocation() {
  return std::unique_ptr<char>(new char);
}

ResourceManager& ResourceManager::getInstance() {
  // The devices outlive it: they are made first.
  palatine::devices::order();
  static ResourceManager manager;
  return manager;
}

ResourceManager::ResourceManager() : tables_(std::make_unique<Tables>()) {
  using Kind = MemoryResourceTraits::resource_type;
  auto add_memory = [&](const std::string& name, palatine::MemorySource* source, Kind kind) {
    add(std::make_unique<Memory>(name, reserve(name), source, kind));
  };
  using palatine::devices::memory;
  add_memory("HOST", &palatine::heap_source(), Kind::host);
  add_memory("DEVICE", memory(palatine::devices::Kind::device, 0), Kind::device);
  for (int device = 0; device < getNumDevices(); ++device) {
    add_memory("DEVICE::" + std::to_string(device), memory(palatine::devices::Kind::device, device),
               Kind::device);
  }
  add_memory("UM", memory(palatine::devices::Kind::managed, 0), Kind::um);
  add_memory("PINNED", memory(palatine::devices::Kind::pinned, 0), Kind::pinned);
  tables_->default_strategy = tables_->strategies[0].get();
}

ResourceManager::~ResourceManager() {
  while (!tables_->strategies.empty()) tables_->strategies.pop_back();
}

int ResourceManager::reserve(const std::string& name) {
  std::lock_guard lock(tables_->mutex);
  if (!tables_->names.emplace(name, nullptr).second)
    throw runtime_error("an allocator is named `" + name + "` already");
  // The place is taken now, so that numbers stay those of the order of creation.
  tables_->strategies.emplace_back();
  return static_cast<int>(tables_->strategies.size()) - 1;
}

void ResourceManager::unreserve(const std::string& name) {
  std::lock_guard lock(tables_->mutex);
  tables_->names.erase(name);
}

Allocator ResourceManager::add(std::unique_ptr<strategy::AllocationStrategy> strategy) {
  std::lock_guard lock(tables_->mutex);
  auto* added = strategy.get();
  tables_->names[added->getName()] = added;
  tables_->strategies[static_cast<std::size_t>(added->getId())] = std::move(strategy);
  return Allocator(added);
}

Allocator ResourceManager::getAllocator(const std::string& name) {
  std::lock_guard lock(tables_->mutex);
  auto at = tables_->names.find(name);
  if (at == tables_->names.end() || !at->second) throw runtime_error("there is no allocator `" + name + "`");
  return Allocator(at->second);
}

Allocator ResourceManager::getAllocator(int id) {
  std::lock_guard lock(tables_->mutex);
  std::size_t k = static_cast<std::size_t>(id);
  if (id < 0 || k >= tables_->strategies.size() || !tables_->strategies[k]) {
    throw runtime_error("there is no allocator " + std::to_string(id));
  }
  return Allocator(tables_->strategies[k].get());
}

Allocator ResourceManager::getAllocator(void* address) {
  auto found = tables_->find(address);
  if (!found) throw unknown_pointer_error("the address belongs to no allocator");
  return Allocator(found->second.strategy);
}

Allocator ResourceManager::getDefaultAllocator() {
  std::lock_guard lock(tables_->mutex);
  return Allocator(tables_->default_strategy);
}
void ResourceManager::setDefaultAllocator(Allocator allocator) noexcept {
  std::lock_guard lock(tables_->mutex);
  tables_->default_strategy = allocator.getAllocationStrategy();
}
bool ResourceManager::isAllocator(const std::string& name) noexcept {
  std::lock_guard lock(tables_->mutex);
  auto at = tables_->names.find(name);
  return at != tables_->names.end() && at->second;
}
bool ResourceManager::isAllocator(int id) noexcept {
  std::lock_guard lock(tables_->mutex);
  std::size_t k = static_cast<std::size_t>(id);
  return id >= 0 && k < tables_->strategies.size() && tables_->strategies[k];
}
bool ResourceManager::hasAllocator(void* address) {
  return tables_->find(address).has_value();
}
std::vector<std::string> ResourceManager::getAllocatorNames() const noexcept {
  std::lock_guard lock(tables_->mutex);
  std::vector<std::string> names;
  for (auto& [name, strategy] : tables_->names) {
    if (strategy) names.push_back(name);
  }
  return names;
}
std::vector<int> ResourceManager::getAllocatorIds() const noexcept {
  std::lock_guard lock(tables_->mutex);
  std::vector<int> ids;
  for (auto& strategy : tables_->strategies) {
    if (strategy) ids.push_back(strategy->getId());
  }
  return ids;
}
void ResourceManager::addAlias(const std::string& name, Allocator allocator) {
  std::lock_guard lock(tables_->mutex);
  if (!tables_->names.emplace(name, allocator.getAllocationStrategy()).second) {
    throw runtime_error("an allocator is named `" + name + "` already");
  }
}

std::size_t ResourceManager::getSize(void* address) const {
  auto found = tables_->find(address);
  if (!found) throw unknown_pointer_error("the address belongs to no allocator");
  return found->second.bytes;
}
int ResourceManager::getNumDevices() const {
  return static_cast<int>(palatine::devices::count());
}
void ResourceManager::deallocate(void* address) {
  if (address) getAllocator(address).deallocate(address);
}

std::size_t ResourceManager::bytes_from(void* address, std::size_t asked) const {
  auto found = tables_->find(address);
  if (!found) throw unknown_pointer_error("the address belongs to no allocator");
  std::size_t rest =
      found->second.bytes - static_cast<std::size_t>(static_cast<char*>(address) - found->first);
  if (asked > rest) {
    throw runtime_error("there are " + std::to_string(rest) + " bytes at the address, not " +
                        std::to_string(asked));
  }
  return asked ? asked : rest;
}

void ResourceManager::copy(void* dst, void* src, std::size_t bytes) {
  bytes = bytes_from(src, bytes);
  bytes_from(dst, bytes);
  palatine::devices::copy_now(dst, src, bytes);
}
void ResourceManager::memset(void* address, int byte, std::size_t bytes) {
  palatine::devices::fill_now(address, byte, bytes_from(address, bytes));
}
camp::resources::EventProxy<camp::resources::Resource> ResourceManager::copy(
    void* dst, void* src, camp::resources::Resource& resource, std::size_t bytes) {
  bytes = bytes_from(src, bytes);
  bytes_from(dst, bytes);
  resource.memcpy(dst, src, bytes);
  return camp::resources::EventProxy<camp::resources::Resource>(resource);
}
camp::resources::EventProxy<camp::resources::Resource> ResourceManager::memset(
    void* address, int byte, camp::resources::Resource& resource, std::size_t bytes) {
  resource.memset(address, byte, bytes_from(address, bytes));
  return camp::resources::EventProxy<camp::resources::Resource>(resource);
}

void* ResourceManager::move(void* address, Allocator allocator) {
  auto found = tables_->find(address);
  if (!found || found->first != address)
    throw unknown_pointer_error("the address is not the start of an allocation");
  if (found->second.strategy == allocator.getAllocationStrategy()) return address;
  void* moved = allocator.allocate(found->second.bytes);
  if (found->second.bytes) copy(moved, address, found->second.bytes);
  deallocate(address);
  return moved;
}
void* ResourceManager::reallocate(void* address, std::size_t bytes) {
  return reallocate(address, bytes, address ? getAllocator(address) : getDefaultAllocator());
}
void* ResourceManager::reallocate(void* address, std::size_t bytes, Allocator allocator) {
  void* moved = allocator.allocate(bytes);
  if (!address) return moved;
  std::size_t kept = std::min(bytes, getSize(address));
  if (kept) copy(moved, address, kept);
  deallocate(address);
  return moved;
}

// ---- the handle

void* Allocator::track(void* address, std::size_t bytes) {
  auto& tables = *ResourceManager::getInstance().tables_;
  std::lock_guard lock(tables.mutex);
  tables.allocations[static_cast<char*>(address)] = {bytes, strategy_};
  strategy_->count(bytes);
  return address;
}

void* Allocator::allocate(std::size_t bytes) {
  if (bytes == 0) return track(make_null_allocation().release(), 0);
  return track(strategy_->allocate(bytes), bytes);
}
void* Allocator::allocate(const std::string&, std::size_t bytes) {
  return allocate(bytes);
}
void* Allocator::allocate(std::size_t bytes, const camp::resources::Resource& resource) {
  if (bytes == 0) return allocate(bytes);
  return track(strategy_->allocate_resource(bytes, resource), bytes);
}
void* Allocator::allocate(const camp::resources::Resource& resource, std::size_t bytes) {
  return allocate(bytes, resource);
}

// Takes the address from the table, calls the strategy, and puts it back when the strategy refuses: another
// thread can be given the same address as soon as the strategy has it.
static void give_back(ResourceManager::Tables& tables, strategy::AllocationStrategy* strategy, void* address,
                      const std::function<void(std::size_t)>& call);

void Allocator::deallocate(void* address) {
  if (!address) return;
  give_back(*ResourceManager::getInstance().tables_, strategy_, address,
            [&](std::size_t bytes) { strategy_->deallocate(address, bytes); });
}
void Allocator::deallocate(void* address, const camp::resources::Resource& resource) {
  if (!address) return;
  give_back(*ResourceManager::getInstance().tables_, strategy_, address,
            [&](std::size_t bytes) { strategy_->deallocate_resource(address, resource, bytes); });
}
void Allocator::deallocate(const camp::resources::Resource& resource, void* address) {
  deallocate(address, resource);
}

static void give_back(ResourceManager::Tables& tables, strategy::AllocationStrategy* strategy, void* address,
                      const std::function<void(std::size_t)>& call) {
  ResourceManager::Tables::Allocation allocation;
  {
    std::lock_guard lock(tables.mutex);
    auto at = tables.allocations.find(static_cast<char*>(address));
    if (at == tables.allocations.end()) throw unknown_pointer_error("the address belongs to no allocator");
    if (at->second.strategy != strategy) {
      throw runtime_error("the address belongs to allocator `" + at->second.strategy->getName() +
                          "`, not to `" + strategy->getName() + "`");
    }
    allocation = at->second;
    tables.allocations.erase(at);
    strategy->uncount(allocation.bytes);
  }
  if (allocation.bytes == 0) {
    delete static_cast<char*>(address);
    return;
  }
  try {
    call(allocation.bytes);
  } catch (...) {
    std::lock_guard lock(tables.mutex);
    tables.allocations[static_cast<char*>(address)] = allocation;
    strategy->count(allocation.bytes);
    throw;
  }
}

void Allocator::release() {
  strategy_->release();
}
std::size_t Allocator::getSize(void* address) const {
  return ResourceManager::getInstance().getSize(address);
}

void* malloc(std::size_t bytes) {
  return ResourceManager::getInstance().getAllocator("HOST").allocate(bytes);
}
void free(void* address) {
  ResourceManager::getInstance().deallocate(address);
}

}  // namespace umpire
