// Dynamic collectives: barriers whose arrivals bring values, folded by phase.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "runtime/api/palatine_api.h"

namespace palatine::legion {

// One collective, with all its phases. Lives as long as the runtime.
struct Collective {
  api::CollectiveDesc desc;
  std::vector<char> initial;
  // What was folded so far, by phase. A value is complete when its phase is. Guarded by `mutex`.
  std::map<uint64_t, std::vector<char>> values;
  std::mutex mutex;

  void fold(uint64_t phase, const void* value);
  // Of a phase that is complete.
  void result(uint64_t phase, void* value);
};

// All collectives of the program, by number from 0. Thread-safe.
class Collectives {
 public:
  uint32_t add(const api::CollectiveDesc& desc, const void* initial);
  Collective& at(uint32_t number);

 private:
  // Guarded by `mutex_`; the collectives stay where they are.
  std::vector<std::unique_ptr<Collective>> all_;
  std::mutex mutex_;
};

}  // namespace palatine::legion
