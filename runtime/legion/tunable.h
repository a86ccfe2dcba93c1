// Tunables: values that a program asks its mapper for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace palatine::legion {

class ContextImpl;

// The bytes of the value. Without mappers those that the default mapper knows (numbers of processors, as
// size_t); others end the program with a message.
std::vector<char> tunable_value(ContextImpl& context, uint32_t tunable, uint32_t mapper, uint64_t tag,
                                const void* arguments, size_t size_bytes);

}  // namespace palatine::legion
