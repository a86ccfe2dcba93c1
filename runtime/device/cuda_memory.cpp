// Memories that the driver gives out.
#include <cstdio>

#include "runtime/device/cuda_device.h"
#include "runtime/device/software_memory.h"

namespace palatine::device {

namespace {

class CudaMemory final : public Memory {
 public:
  CudaMemory(CudaDevice& device, MemoryKind kind, size_t alignment_bytes, uint64_t limit_bytes)
      : Memory(device, kind, alignment_bytes, limit_bytes,
               kind == MemoryKind::device ? device.mapping_bytes() : 0),
        cuda_(device) {}
  ~CudaMemory() override { free_all_growing(); }

  Result<uint64_t> free_bytes() const override {
    Result<uint64_t> below_limit = Memory::free_bytes();
    if (kind() != MemoryKind::device || !below_limit.ok()) return below_limit;
    size_t free = 0, total = 0;
    CudaScope scope(cuda_);
    if (!scope.status().ok()) return scope.status();
    PALATINE_CUDA_TRY(cuda_, cuMemGetInfo, "", &free, &total);
    return std::min<uint64_t>(below_limit.value(), free);
  }

 protected:
  Result<void*> do_allocate(size_t size_bytes) override {
    CudaScope scope(cuda_);
    if (!scope.status().ok()) return scope.status();
    CudaAddress address = 0;
    void* pinned = nullptr;
    int code = 0;
    switch (kind()) {
      case MemoryKind::pinned:
        code = cuda_.driver().cuMemHostAlloc(&pinned, size_bytes, kCudaHostPortable);
        address = reinterpret_cast<CudaAddress>(pinned);
        break;
      case MemoryKind::managed:
        code = cuda_.driver().cuMemAllocManaged(&address, size_bytes, kCudaAttachGlobal);
        break;
      default:
        code = cuda_.driver().cuMemAlloc(&address, size_bytes);
    }
    if (code == cuda_result::out_of_memory) return out_of_memory_now(call_of_allocation(), size_bytes, code);
    if (code != 0) return cuda_.error(call_of_allocation(), detail(size_bytes), code);
    if (address % alignment_bytes() != 0) {
      release(address);
      return Status::error(StatusCode::driver_error, std::string(call_of_allocation()) + " " +
                                                         detail(size_bytes) + " on " + cuda_.describe() +
                                                         ": the address is not a multiple of " +
                                                         std::to_string(alignment_bytes()));
    }
    std::unique_lock lock(mutex_);
    blocks_[address] = size_bytes;
    return reinterpret_cast<void*>(address);
  }

  Status do_free(void* pointer, size_t size_bytes) override {
    auto address = reinterpret_cast<CudaAddress>(pointer);
    std::unique_lock lock(mutex_);
    auto found = blocks_.find(address);
    if (found == blocks_.end() || found->second != size_bytes) return not_a_block(*this, pointer, size_bytes);
    blocks_.erase(found);
    lock.unlock();
    CudaScope scope(cuda_);
    Status status = scope.status();
    if (status.ok()) {
      const char* call = kind() == MemoryKind::pinned ? "cuMemFreeHost" : "cuMemFree";
      if (int code = release(address)) status = cuda_.error(call, detail(size_bytes), code);
    }
    if (status.ok() || status.code() == StatusCode::device_lost) return status;
    // The driver keeps it, so it still counts and may be freed again.
    lock.lock();
    blocks_[address] = size_bytes;
    return status;
  }

  Result<void*> do_reserve(size_t range_bytes) override {
    CudaScope scope(cuda_);
    if (!scope.status().ok()) return scope.status();
    CudaAddress address = 0;
    PALATINE_CUDA_TRY(cuda_, cuMemAddressReserve, detail(range_bytes), &address, range_bytes, 0, 0, 0);
    return reinterpret_cast<void*>(address);
  }

  void do_unreserve(void* address, size_t range_bytes) override {
    CudaScope scope(cuda_);
    // An error can only be that of a lost device.
    if (scope.status().ok())
      cuda_.driver().cuMemAddressFree(reinterpret_cast<CudaAddress>(address), range_bytes);
  }

  Status do_map(void* pointer, size_t size_bytes) override {
    CudaScope scope(cuda_);
    if (!scope.status().ok()) return scope.status();
    const auto address = reinterpret_cast<CudaAddress>(pointer);
    const CudaMemoryKind kind = cuda_.mapped_memory();
    CudaMemoryHandle memory = 0;
    int code = cuda_.driver().cuMemCreate(&memory, size_bytes, &kind, 0);
    if (code == cuda_result::out_of_memory) return out_of_memory_now("cuMemCreate", size_bytes, code);
    if (code != 0) return cuda_.error("cuMemCreate", detail(size_bytes), code);
    code = cuda_.driver().cuMemMap(address, size_bytes, 0, memory, 0);
    Status status = code == 0 ? Status() : cuda_.error("cuMemMap", detail(size_bytes), code);
    // From here on the mapping keeps the memory.
    cuda_.driver().cuMemRelease(memory);
    if (!status.ok()) return status;
    const std::vector<CudaAccess> accesses = cuda_.accesses();
    code = cuda_.driver().cuMemSetAccess(address, size_bytes, accesses.data(), accesses.size());
    if (code == 0) return {};
    status = cuda_.error("cuMemSetAccess", detail(size_bytes), code);
    cuda_.driver().cuMemUnmap(address, size_bytes);
    return status;
  }

  Status do_unmap(void* pointer, size_t size_bytes) override {
    CudaScope scope(cuda_);
    if (!scope.status().ok()) return scope.status();
    PALATINE_CUDA_TRY(cuda_, cuMemUnmap, detail(size_bytes), reinterpret_cast<CudaAddress>(pointer),
                      size_bytes);
    return {};
  }

 private:
  int release(CudaAddress address) {
    if (kind() == MemoryKind::pinned) return cuda_.driver().cuMemFreeHost(reinterpret_cast<void*>(address));
    return cuda_.driver().cuMemFree(address);
  }

  const char* call_of_allocation() const {
    switch (kind()) {
      case MemoryKind::pinned:
        return "cuMemHostAlloc";
      case MemoryKind::managed:
        return "cuMemAllocManaged";
      default:
        return "cuMemAlloc";
    }
  }

  std::string detail(size_t size_bytes) const { return "of " + std::to_string(size_bytes) + " bytes"; }

  Status out_of_memory_now(const char* call, size_t size_bytes, int code) {
    std::string why = cuda_.driver().describe(code);
    size_t free = 0, total = 0;
    if (kind() != MemoryKind::pinned && cuda_.driver().cuMemGetInfo(&free, &total) == 0) {
      why += ", " + std::to_string(free) + " of the device's " + std::to_string(total) + " bytes are free";
    }
    return out_of_memory(call, size_bytes, why, code);
  }

  CudaDevice& cuda_;
  // Guards the blocks that are given out, by address.
  std::mutex mutex_;
  std::unordered_map<CudaAddress, size_t> blocks_;
};

}  // namespace

std::unique_ptr<Memory> make_cuda_memory(CudaDevice& device, MemoryKind kind, size_t alignment_bytes,
                                         uint64_t limit_bytes) {
  return std::make_unique<CudaMemory>(device, kind, alignment_bytes, limit_bytes);
}

}  // namespace palatine::device
