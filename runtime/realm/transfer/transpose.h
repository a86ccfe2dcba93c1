// Transposes: the source is contiguous along another axis than the destination. Fields of structures that
// become columns, or the other way round, are transposes too, of which one side is short.
//
// Square blocks of 16 bytes a side are turned in registers. Moves that are larger than the caches turn a tile
// into a buffer that stays in them and send it from there in whole lines, so that memory sees long runs on
// both sides and no line of the destination is read.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/realm/transfer/strided.h"

namespace palatine::realm::transfer {

// `fast` is contiguous on the destination's side (its stride there is `element_bytes`), `slow` on the
// source's. Elements of 1, 2, 4, 8 or 16 bytes, at any addresses; returns false for others and moves nothing.
bool transpose(char* dst, const char* src, size_t element_bytes, const Axis& fast, const Axis& slow,
               bool is_streaming);

}  // namespace palatine::realm::transfer
