// The pool as a strategy of umpire/.
#include "runtime/pool/include/umpire/strategy/StreamPool.hpp"

#include <algorithm>
#include <bit>

#include "runtime/pool/include/umpire/Umpire.hpp"
#include "runtime/pool/include/umpire/strategy/DynamicPoolList.hpp"
#include "runtime/pool/include/umpire/strategy/QuickPool.hpp"
#include "runtime/pool/include/umpire/strategy/ResourceAwarePool.hpp"

namespace umpire {
namespace strategy {

AllocationStrategy::AllocationStrategy(std::string name, int id, AllocationStrategy* parent,
                                       std::string strategy_name)
    : name_(std::move(name)), id_(id), parent_(parent), strategy_name_(std::move(strategy_name)) {}
AllocationStrategy::~AllocationStrategy() = default;

void* AllocationStrategy::allocate_resource(std::size_t bytes, camp::resources::Resource) {
  return allocate(bytes);
}
void AllocationStrategy::deallocate_resource(void* address, camp::resources::Resource, std::size_t bytes) {
  deallocate(address, bytes);
}
MemoryResourceTraits AllocationStrategy::getTraits() const noexcept {
  return parent_ ? parent_->getTraits() : MemoryResourceTraits{};
}

// Blocks from the parent. Its blocks may be less aligned than asked, so they are taken larger then.
class StreamPool::ParentSource final : public palatine::MemorySource {
 public:
  explicit ParentSource(AllocationStrategy& parent) : parent_(parent) {}

  void* allocate(uint64_t bytes, uint64_t alignment) override {
    void* base = nullptr;
    try {
      base = parent_.allocate(bytes + slack(alignment));
    } catch (const std::exception&) {
      // The pool has other ways, and says itself what it did not get.
      return nullptr;
    }
    auto start = reinterpret_cast<uint64_t>(base);
    void* aligned = reinterpret_cast<void*>((start + alignment - 1) & ~(alignment - 1));
    if (aligned != base) moved_.emplace_back(aligned, base);
    return aligned;
  }

  void free(void* address, uint64_t bytes, uint64_t alignment) override {
    auto at = std::find_if(moved_.begin(), moved_.end(), [&](auto& entry) { return entry.first == address; });
    if (at != moved_.end()) {
      address = at->second;
      moved_.erase(at);
    }
    parent_.deallocate(address, bytes + slack(alignment));
  }

  bool is_host_accessible() const override {
    auto kind = parent_.getTraits().resource;
    using Kind = MemoryResourceTraits::resource_type;
    return kind == Kind::host || kind == Kind::um || kind == Kind::pinned;
  }

 private:
  // What any memory aligns to.
  static uint64_t slack(uint64_t alignment) { return alignment > 64 ? alignment : 0; }

  AllocationStrategy& parent_;
  // Called with the pool's lock held, which guards this too: blocks that start later than what the parent
  // gave.
  std::vector<std::pair<void*, void*>> moved_;
};

static palatine::PoolOptions options(std::size_t first, std::size_t next, std::size_t alignment) {
  if (!std::has_single_bit(alignment)) {
    throw runtime_error("an alignment must be a power of two, not " + std::to_string(alignment));
  }
  palatine::PoolOptions options;
  options.first_block_bytes = first;
  options.next_block_bytes = next;
  options.max_block_bytes = std::max({first, next, std::size_t{1}});
  options.granule_bytes = std::max<std::size_t>(alignment, 16);
  options.frees_on_owner_only = true;
  return options;
}

StreamPool::StreamPool(const std::string& name, int id, Allocator parent, std::size_t first_block_bytes,
                       std::size_t next_block_bytes, std::size_t alignment,
                       std::function<std::size_t(const StreamPool&)> heuristic,
                       const std::string& strategy_name)
    : AllocationStrategy(name, id, parent.getAllocationStrategy(), strategy_name),
      heuristic_(std::move(heuristic)),
      source_(std::make_unique<ParentSource>(*parent.getAllocationStrategy())),
      pool_(std::make_unique<palatine::Pool>(*source_, palatine::devices::order(),
                                             options(first_block_bytes, next_block_bytes, alignment))) {}

StreamPool::~StreamPool() = default;

void* StreamPool::allocate(std::size_t bytes) {
  return allocate_resource(bytes, camp::resources::Host());
}

void* StreamPool::allocate_resource(std::size_t bytes, camp::resources::Resource resource) {
  palatine::MemoryShortage shortage;
  void* address = pool_->try_allocate(resource.palatine_stream(), bytes, 16, &shortage);
  if (address) return address;
  out_of_memory_error error("allocator `" + name_ + "`: " + shortage.text());
  error.set_requested_size(bytes);
  error.set_allocator_id(id_);
  throw error;
}

void StreamPool::deallocate_resource(void* address, camp::resources::Resource resource, std::size_t) {
  palatine::PoolError error = pool_->deallocate(address, resource.palatine_stream());
  if (error == palatine::PoolError::wrong_stream) {
    throw runtime_error("allocator `" + name_ + "`: memory of " + to_string(getResource(address)) +
                        " was given back on " + to_string(resource));
  }
  if (error != palatine::PoolError::none) throw runtime_error("allocator `" + name_ + "`: " + text_of(error));
  if (std::size_t suggested = heuristic_(*this)) do_coalesce(suggested);
}

void StreamPool::deallocate(void* address, std::size_t) {
  palatine::PoolError error = pool_->deallocate(address);
  if (error != palatine::PoolError::none) throw runtime_error("allocator `" + name_ + "`: " + text_of(error));
  if (std::size_t suggested = heuristic_(*this)) do_coalesce(suggested);
}

void StreamPool::release() {
  pool_->trim(0);
}
void StreamPool::coalesce() noexcept {
  pool_->poll();
  if (std::size_t suggested = heuristic_(*this)) do_coalesce(suggested);
}
void StreamPool::do_coalesce(std::size_t suggested_size) noexcept {
  pool_->coalesce(suggested_size);
}

std::size_t StreamPool::getActualSize() const noexcept {
  return pool_->statistics().reserved_bytes;
}
std::size_t StreamPool::getReleasableSize() const noexcept {
  return pool_->statistics().releasable_bytes;
}
std::size_t StreamPool::getActualHighwaterMark() const noexcept {
  return pool_->statistics().reserved_high_bytes;
}
std::size_t StreamPool::getAlignedSize() const noexcept {
  return pool_->statistics().used_bytes;
}
std::size_t StreamPool::getAlignedHighwaterMark() const noexcept {
  return pool_->statistics().used_high_bytes;
}
std::size_t StreamPool::getBlocksInPool() const noexcept {
  palatine::PoolStatistics now = pool_->statistics();
  return now.used_chunks + now.pending_chunks + now.cached_chunks;
}
std::size_t StreamPool::getLargestAvailableBlock() noexcept {
  return pool_->largest_free_bytes();
}
std::size_t StreamPool::getReleasableBlocks() const noexcept {
  return pool_->statistics().releasable_blocks;
}
std::size_t StreamPool::getTotalBlocks() const noexcept {
  return pool_->statistics().blocks;
}
std::size_t StreamPool::getPendingBytes() const noexcept {
  return pool_->statistics().pending_bytes;
}
std::size_t StreamPool::getNumPending() const noexcept {
  return pool_->statistics().pending_frees;
}
Platform StreamPool::getPlatform() noexcept {
  return parent_->getPlatform();
}
MemoryResourceTraits StreamPool::getTraits() const noexcept {
  return parent_->getTraits();
}

camp::resources::Resource StreamPool::getResource(void* address) const {
  palatine::Pool::Location at = pool_->find(address);
  if (at.state == palatine::Pool::State::none || at.stream == palatine::devices::host_id()) {
    return camp::resources::Host();
  }
  for (std::size_t device = 0; device < palatine::devices::count(); ++device) {
    for (int group = 0; group < 16; ++group) {
      camp::resources::Cuda cuda(group, static_cast<int>(device));
      if (cuda.palatine_stream() == at.stream) return cuda;
    }
  }
  return camp::resources::Host();
}

}  // namespace strategy

static strategy::ResourceAwarePool& resource_aware_pool(Allocator allocator) {
  auto* pool = dynamic_cast<strategy::ResourceAwarePool*>(allocator.getAllocationStrategy());
  if (!pool) throw runtime_error("allocator `" + allocator.getName() + "` is no ResourceAwarePool");
  return *pool;
}

camp::resources::Resource get_resource(Allocator allocator, void* address) {
  return resource_aware_pool(allocator).getResource(address);
}
std::size_t get_num_pending(Allocator allocator) {
  return resource_aware_pool(allocator).getNumPending();
}

bool try_coalesce(Allocator allocator) {
  auto* strategy = allocator.getAllocationStrategy();
  auto* pool = dynamic_cast<strategy::StreamPool*>(strategy);
  if (!pool || dynamic_cast<strategy::ResourceAwarePool*>(strategy)) return false;
  pool->do_coalesce(pool->getActualSize());
  return true;
}
void coalesce(Allocator allocator) {
  if (!try_coalesce(allocator))
    throw runtime_error("allocator `" + allocator.getName() + "` cannot coalesce");
}

}  // namespace umpire
