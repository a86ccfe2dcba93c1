// Instances in memory that a program has from CUDA itself. Source: Realm's API, section 14. Arrays
// (`cudaArray`) are not supported.
#pragma once

#include "realm/instance.h"

namespace Realm {

// Memory of the device with the driver's number `cuda_device_id`, which must be one of the runtime's.
class REALM_PUBLIC_API ExternalCudaMemoryResource : public ExternalMemoryResource {
 public:
  ExternalCudaMemoryResource(int _cuda_device_id, uintptr_t _base, size_t _size_in_bytes, bool _read_only)
      : ExternalMemoryResource(_base, _size_in_bytes, _read_only), cuda_device_id(_cuda_device_id) {}
  ExternalCudaMemoryResource(int _cuda_device_id, void* _base, size_t _size_in_bytes)
      : ExternalMemoryResource(_base, _size_in_bytes), cuda_device_id(_cuda_device_id) {}
  ExternalCudaMemoryResource(int _cuda_device_id, const void* _base, size_t _size_in_bytes)
      : ExternalMemoryResource(_base, _size_in_bytes), cuda_device_id(_cuda_device_id) {}

  Memory suggested_memory() const override;
  ExternalInstanceResource* clone() const override { return new ExternalCudaMemoryResource(*this); }

  int cuda_device_id;

 protected:
  void print(std::ostream& os) const override;
};

// Memory of the host that devices reach.
class REALM_PUBLIC_API ExternalCudaPinnedHostResource : public ExternalMemoryResource {
 public:
  using ExternalMemoryResource::ExternalMemoryResource;

  Memory suggested_memory() const override;
  ExternalInstanceResource* clone() const override { return new ExternalCudaPinnedHostResource(*this); }

 protected:
  void print(std::ostream& os) const override;
};

}  // namespace Realm
