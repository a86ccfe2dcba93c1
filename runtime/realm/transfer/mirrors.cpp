#include "runtime/realm/transfer/mirrors.h"

#include <cstring>
#include <functional>

#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/instance/instance_heap.h"

namespace palatine::realm::transfer {

void Mirrors::add(Realm::RegionInstance instance) {
  if (!gpu_of(instance)) return;
  for (const Mirror& known : all_) {
    if (known.instance == instance) return;
  }
  char* base;
  const InstanceRecord& record = find_allocated_instance(instance, "copy", base);
  const size_t bytes = record.layout->bytes_used;
  all_.push_back({instance, base, bytes, std::make_unique_for_overwrite<char[]>(bytes), nullptr});
}

void Mirrors::read(Gpu& gpu, device::Stream& stream) {
  for (const Mirror& mirror : all_)
    gpu.check(stream.copy(mirror.host.get(), mirror.device, mirror.bytes), "cannot queue a copy");
}

void Mirrors::remember() {
  for (Mirror& mirror : all_) {
    mirror.before = std::make_unique_for_overwrite<char[]>(mirror.bytes);
    std::memcpy(mirror.before.get(), mirror.host.get(), mirror.bytes);
  }
}

void Mirrors::write_changes(Gpu& gpu, device::Stream& stream) const {
  for (const Mirror& mirror : all_) {
    const char *now = mirror.host.get(), *before = mirror.before.get();
    // Not a byte more: others may write beside them.
    for (size_t at = 0; at < mirror.bytes;) {
      if (now[at] == before[at]) {
        ++at;
        continue;
      }
      size_t end = at + 1;
      while (end < mirror.bytes && now[end] != before[end]) ++end;
      gpu.check(stream.copy(mirror.device + at, now + at, end - at), "cannot queue a copy");
      at = end;
    }
  }
}

char* Mirrors::bytes_of(Realm::RegionInstance instance, char* base) const {
  for (const Mirror& mirror : all_) {
    if (mirror.instance == instance) return mirror.host.get();
  }
  return base;
}

char* Mirrors::on_device(const char* address) const {
  const std::less<const char*> is_before;
  for (const Mirror& mirror : all_) {
    const char* begin = mirror.host.get();
    if (!is_before(address, begin) && is_before(address, begin + mirror.bytes))
      return mirror.device + (address - begin);
  }
  return nullptr;
}

}  // namespace palatine::realm::transfer
