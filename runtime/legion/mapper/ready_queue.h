// Tasks that wait for their mapper to map them.
#pragma once

#include <list>
#include <mutex>

#include "legion/mapping/mapper_runtime.h"

namespace palatine::legion {

struct MappedTask;

// Of one mapper and processor.
struct ReadyQueue {
  Legion::MapperID mapper = 0;
  Legion::Processor processor;
  std::mutex mutex;
  // In the order of their launches.
  std::list<MappedTask*> ready;
  // Somebody is asking the mapper, or its last answer was to wait.
  bool is_busy = false;
};

}  // namespace palatine::legion
