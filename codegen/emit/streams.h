// The arrays that a loop over points runs along: what is large is fetched ahead of it (api::Ahead).
#pragma once

#include <cstdint>
#include <vector>

#include "sema/ir/ir.h"

namespace palatine::codegen {

struct Stream {
  const ir::Local* region;
  int leaf;
  // From the loop's point to the foremost row that the loop touches: its elements come out of memory, those
  // of the rows behind it were there before.
  std::vector<int64_t> offset;
};

// Those of a loop that only computes, over points that `variable` names; empty for others. In the order of
// the text.
std::vector<Stream> streams_of(const ir::Local& variable, int dimensions, const ir::Block& body);

}  // namespace palatine::codegen
