// The pool of palatine/pool.h as a strategy. `ResourceAwarePool`, `QuickPool` and `DynamicPoolList` are names
// for it.
//
// Differences from the pools that had these names first, none of which a program can rely on: finished frees
// become usable for other resources without `coalesce`; pending memory is split and merged; later blocks
// grow with what is held; memory that is short is waited for; a wrong `deallocate` throws and changes nothing; and
// every call may be made by any thread.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "../../palatine/pool.h"
#include "../Allocator.hpp"
#include "../util/error.hpp"
#include "AllocationStrategy.hpp"
#include "PoolCoalesceHeuristic.hpp"

namespace umpire::strategy {

class StreamPool : public AllocationStrategy {
 public:
  using Pointer = void*;
  static constexpr std::size_t s_default_first_block_size{512 * 1024 * 1024};
  static constexpr std::size_t s_default_next_block_size{1 * 1024 * 1024};
  static constexpr std::size_t s_default_alignment{16};

  StreamPool(const std::string& name, int id, Allocator parent, std::size_t first_block_bytes,
             std::size_t next_block_bytes, std::size_t alignment,
             std::function<std::size_t(const StreamPool&)> heuristic, const std::string& strategy_name);
  // Waits for pending memory.
  ~StreamPool() override;

  void* allocate(std::size_t bytes) override;
  void* allocate_resource(std::size_t bytes, camp::resources::Resource resource) override;
  // Throws `runtime_error` when the memory was allocated for another resource, or not here; nothing has
  // changed then.
  void deallocate_resource(void* address, camp::resources::Resource resource, std::size_t bytes) override;
  // On the resource that allocated it.
  void deallocate(void* address, std::size_t bytes) override;
  // Gives blocks back that are free as a whole, finished frees included.
  void release() override;

  std::size_t getActualSize() const noexcept override;
  std::size_t getReleasableSize() const noexcept;
  std::size_t getActualHighwaterMark() const noexcept;
  std::size_t getAlignedSize() const noexcept;
  std::size_t getAlignedHighwaterMark() const noexcept;
  Platform getPlatform() noexcept override;
  MemoryResourceTraits getTraits() const noexcept override;
  std::size_t getBlocksInPool() const noexcept;
  std::size_t getLargestAvailableBlock() noexcept;
  std::size_t getReleasableBlocks() const noexcept;
  std::size_t getTotalBlocks() const noexcept;
  std::size_t getPendingBytes() const noexcept;
  // Makes finished frees free for all, then asks the heuristic.
  void coalesce() noexcept;
  void do_coalesce(std::size_t suggested_size) noexcept;

  // Whose memory an address is: used or pending; the host's when it is neither.
  camp::resources::Resource getResource(void* address) const;
  // Frees whose work may still run.
  std::size_t getNumPending() const noexcept;
  // The pool itself, for what these headers have no word for.
  palatine::Pool& palatine_pool() { return *pool_; }

 private:
  class ParentSource;

  const std::function<std::size_t(const StreamPool&)> heuristic_;
  std::unique_ptr<ParentSource> source_;
  std::unique_ptr<palatine::Pool> pool_;
};

// One name for it: the heuristics know the pool by its own type.
template <typename Pool>
class NamedPool : public StreamPool {
 public:
  // Everything, or so many percent, of what is held is releasable. 0: never. Suggests what is held.
  static PoolCoalesceHeuristic<Pool> percent_releasable(int percentage) {
    return percent(percentage, [](const Pool& pool) { return pool.getActualSize(); });
  }
  // Suggests the most that was in use.
  static PoolCoalesceHeuristic<Pool> percent_releasable_hwm(int percentage) {
    return percent(percentage, [](const Pool& pool) { return pool.getAlignedHighwaterMark(); });
  }
  static PoolCoalesceHeuristic<Pool> blocks_releasable(std::size_t blocks) {
    return [blocks](const Pool& pool) {
      return pool.getReleasableBlocks() >= blocks ? pool.getActualSize() : 0;
    };
  }
  static PoolCoalesceHeuristic<Pool> blocks_releasable_hwm(std::size_t blocks) {
    return [blocks](const Pool& pool) {
      return pool.getReleasableBlocks() >= blocks ? pool.getAlignedHighwaterMark() : 0;
    };
  }

 protected:
  NamedPool(const std::string& name, int id, Allocator parent, std::size_t first, std::size_t next,
            std::size_t alignment, PoolCoalesceHeuristic<Pool> heuristic, const char* strategy_name)
      : StreamPool(
            name, id, parent, first, next, alignment,
            [heuristic = std::move(heuristic)](const StreamPool& pool) {
              return heuristic ? heuristic(static_cast<const Pool&>(pool)) : std::size_t{0};
            },
            strategy_name) {}

 private:
  template <typename Size>
  static PoolCoalesceHeuristic<Pool> percent(int percentage, Size size) {
    if (percentage < 0 || percentage > 100) {
      throw runtime_error("a percentage must be between 0 and 100, not " + std::to_string(percentage));
    }
    return [percentage, size](const Pool& pool) -> std::size_t {
      if (percentage == 0) return 0;
      double held = static_cast<double>(pool.getActualSize());
      double releasable = static_cast<double>(pool.getReleasableSize());
      return releasable * 100 >= held * percentage && held > 0 ? size(pool) : 0;
    };
  }
};

}  // namespace umpire::strategy
