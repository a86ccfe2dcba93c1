// All memories and allocators of the process, by name and number, and whose an address is.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "Allocator.hpp"
#include "strategy/AllocationStrategy.hpp"
#include "util/error.hpp"

namespace umpire {

// Thread safe. Memories: "HOST", and for a device "DEVICE", "DEVICE::k", "UM" and "PINNED".
class ResourceManager {
 public:
  static ResourceManager& getInstance();
  ~ResourceManager();
  ResourceManager(const ResourceManager&) = delete;

  // Throw `runtime_error` when there is none.
  Allocator getAllocator(const std::string& name);
  Allocator getAllocator(const char* name) { return getAllocator(std::string(name)); }
  Allocator getAllocator(int id);
  Allocator getAllocator(void* address);
  Allocator getDefaultAllocator();
  void setDefaultAllocator(Allocator allocator) noexcept;
  bool isAllocator(const std::string& name) noexcept;
  bool isAllocator(int id) noexcept;
  bool hasAllocator(void* address);
  std::vector<std::string> getAllocatorNames() const noexcept;
  std::vector<int> getAllocatorIds() const noexcept;
  void addAlias(const std::string& name, Allocator allocator);
  void registerAllocator(const std::string& name, Allocator allocator) { addAlias(name, allocator); }

  // Lives as long as the process. Throws when the name is taken.
  template <typename Strategy, bool introspection = true, typename... Args>
  Allocator makeAllocator(const std::string& name, Args&&... args) {
    int id = reserve(name);
    try {
      return add(std::make_unique<Strategy>(name, id, std::forward<Args>(args)...));
    } catch (...) {
      unreserve(name);
      throw;
    }
  }

  // What has been given out; of no use to programs.
  struct Tables;

  std::size_t getSize(void* address) const;
  int getNumDevices() const;
  void deallocate(void* address);

  // These wait for all queued work of the devices first. Size 0: all of the source, or from `address` to its
  // end.
  void copy(void* dst, void* src, std::size_t bytes = 0);
  void memset(void* address, int byte, std::size_t bytes = 0);
  // These are queued on the resource.
  camp::resources::EventProxy<camp::resources::Resource> copy(void* dst, void* src,
                                                              camp::resources::Resource& resource,
                                                              std::size_t bytes = 0);
  camp::resources::EventProxy<camp::resources::Resource> memset(void* address, int byte,
                                                                camp::resources::Resource& resource,
                                                                std::size_t bytes = 0);
  // Copies to memory of `allocator` and frees the old; the same address when it is there already.
  void* move(void* address, Allocator allocator);
  void* reallocate(void* address, std::size_t bytes);
  void* reallocate(void* address, std::size_t bytes, Allocator allocator);

 private:
  friend class Allocator;
  ResourceManager();
  int reserve(const std::string& name);
  void unreserve(const std::string& name);
  Allocator add(std::unique_ptr<strategy::AllocationStrategy> strategy);
  // Bytes from the address to the end of its allocation.
  std::size_t bytes_from(void* address, std::size_t asked) const;

  std::unique_ptr<Tables> tables_;
};

}  // namespace umpire
