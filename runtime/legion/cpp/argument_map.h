// The arguments of an ArgumentMap. Counted.
#pragma once

#include <atomic>
#include <string>
#include <unordered_map>

#include "legion/argument_map.h"

namespace Legion::Internal {

struct ArgumentMapImpl {
  struct Argument {
    std::string bytes;
    // Instead of the bytes, if it exists.
    Future future;
  };
  std::atomic<uint32_t> references{1};
  std::unordered_map<DomainPoint, Argument> arguments;
};

}  // namespace Legion::Internal
