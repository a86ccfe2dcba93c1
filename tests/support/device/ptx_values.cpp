#include "support/device/ptx_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace palatine::device::testing {

uint64_t truncated(uint64_t bits, PtxType type) {
  switch (size_of(type)) {
    case 1:
      return type == PtxType::pred ? bits & 1 : bits & 0xff;
    case 2:
      return bits & 0xffff;
    case 4:
      return bits & 0xffffffff;
    default:
      return bits;
  }
}

int64_t signed_of(uint64_t bits, PtxType type) {
  switch (size_of(type)) {
    case 1:
      return static_cast<int8_t>(bits);
    case 2:
      return static_cast<int16_t>(bits);
    case 4:
      return static_cast<int32_t>(bits);
    default:
      return static_cast<int64_t>(bits);
  }
}

bool is_signed(PtxType type) {
  return type == PtxType::s8 || type == PtxType::s16 || type == PtxType::s32 || type == PtxType::s64;
}

bool is_floating(PtxType type) {
  return type == PtxType::f32 || type == PtxType::f64;
}

double double_of(uint64_t bits) {
  return std::bit_cast<double>(bits);
}
float float_of(uint64_t bits) {
  return std::bit_cast<float>(static_cast<uint32_t>(bits));
}
uint64_t bits_of(double value) {
  return std::bit_cast<uint64_t>(value);
}
uint64_t bits_of(float value) {
  return std::bit_cast<uint32_t>(value);
}

namespace {

// The upper half of the bits counts, as for a first guess that is improved.
double guessed(double value) {
  return double_of(bits_of(value) & 0xffffffff00000000);
}

template <typename T>
T least(T a, T b) {
  if (std::isnan(a)) return b;
  if (std::isnan(b)) return a;
  if (a == 0 && b == 0) return std::signbit(a) ? a : b;
  return a < b ? a : b;
}
template <typename T>
T most(T a, T b) {
  return -least<T>(-a, -b);
}

template <typename T>
bool compute_float(const PtxInstruction& instruction, T a, T b, T c, T& result) {
  const std::string& op = instruction.op;
  if (op == "add") {
    result = a + b;
  } else if (op == "sub") {
    result = a - b;
  } else if (op == "mul") {
    result = a * b;
  } else if (op == "fma" || op == "mad") {
    result = std::fma(a, b, c);
  } else if (op == "div") {
    result = a / b;
  } else if (op == "min") {
    result = least(a, b);
  } else if (op == "max") {
    result = most(a, b);
  } else if (op == "abs") {
    result = std::fabs(a);
  } else if (op == "neg") {
    result = -a;
  } else if (op == "sqrt") {
    result = std::sqrt(a);
  } else if (op == "rcp") {
    result = 1 / a;
    if (sizeof(T) == 8 && instruction.has("approx"))
      result = static_cast<T>(guessed(static_cast<double>(result)));
  } else if (op == "rsqrt") {
    result = 1 / std::sqrt(a);
    if (sizeof(T) == 8) result = static_cast<T>(guessed(static_cast<double>(result)));
  } else if (op == "ex2") {
    result = std::exp2(a);
  } else if (op == "lg2") {
    result = std::log2(a);
  } else if (op == "sin") {
    result = std::sin(a);
  } else if (op == "cos") {
    result = std::cos(a);
  } else if (op == "tanh") {
    result = std::tanh(a);
  } else if (op == "copysign") {
    result = std::copysign(b, a);
  } else {
    return false;
  }
  if (instruction.has("sat")) result = std::isnan(result) ? 0 : std::clamp<T>(result, 0, 1);
  return true;
}

unsigned __int128 wide(uint64_t bits, PtxType type) {
  return is_signed(type) ? static_cast<unsigned __int128>(static_cast<__int128>(signed_of(bits, type)))
                         : static_cast<unsigned __int128>(truncated(bits, type));
}

// Bits `at` to `at + length - 1`.
uint64_t field_of(uint64_t a, PtxType type, uint64_t at, uint64_t length) {
  const uint64_t bits = 8 * size_of(type);
  at &= 0xff;
  length &= 0xff;
  uint64_t result = 0;
  const bool has_sign = is_signed(type) && length > 0 && a >> std::min(at + length - 1, bits - 1) & 1;
  for (uint64_t k = 0; k < bits; ++k) {
    const bool bit = k < length ? (at + k < bits ? a >> (at + k) & 1 : has_sign) : has_sign;
    result |= uint64_t{bit} << k;
  }
  return result;
}

bool multiply(const PtxInstruction& instruction, PtxType type, uint64_t a, uint64_t b, uint64_t c, bool carry,
              unsigned __int128& whole) {
  const unsigned bits = 8 * size_of(type);
  unsigned __int128 product = wide(a, type) * wide(b, type);
  const bool adds = instruction.op != "mul";
  if (instruction.has("wide")) {
    whole = product + (adds ? c : 0);
    return true;
  }
  if (instruction.has("hi")) {
    product = is_signed(type) ? static_cast<unsigned __int128>(static_cast<__int128>(product) >> bits)
                              : product >> bits;
  }
  const uint64_t mask = bits == 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
  whole = static_cast<uint64_t>(product) & mask;
  if (adds) whole += (c & mask) + static_cast<unsigned>(carry);
  return true;
}

}  // namespace

bool compute(const PtxInstruction& instruction, uint64_t a, uint64_t b, uint64_t c, bool& carry,
             uint64_t& result) {
  const PtxType type = instruction.type;
  const std::string& op = instruction.op;
  if (type == PtxType::f64) {
    double value;
    if (!compute_float(instruction, double_of(a), double_of(b), double_of(c), value)) return false;
    result = bits_of(value);
    return true;
  }
  if (type == PtxType::f32) {
    float value;
    if (!compute_float(instruction, float_of(a), float_of(b), float_of(c), value)) return false;
    result = bits_of(value);
    return true;
  }
  const unsigned bits = type == PtxType::pred ? 1 : 8 * size_of(type);
  const int64_t sa = signed_of(a, type), sb = signed_of(b, type);
  const uint64_t ua = truncated(a, type), ub = truncated(b, type);
  const bool sets_carry = instruction.has("cc");
  if (op == "add" || op == "addc") {
    const unsigned __int128 sum = static_cast<unsigned __int128>(ua) + ub + (op == "addc" && carry);
    if (sets_carry) carry = sum >> bits & 1;
    result = static_cast<uint64_t>(sum);
  } else if (op == "sub" || op == "subc") {
    const unsigned __int128 difference = static_cast<unsigned __int128>(ua) - ub - (op == "subc" && carry);
    if (sets_carry) carry = difference >> bits & 1;
    result = static_cast<uint64_t>(difference);
  } else if (op == "mul" || op == "mad" || op == "madc") {
    unsigned __int128 whole;
    multiply(instruction, type, a, b, c, op == "madc" && carry, whole);
    if (sets_carry) carry = whole >> bits & 1;
    result = static_cast<uint64_t>(whole);
    // The only results that are longer than the type.
    if (instruction.has("wide")) return true;
  } else if (op == "div" || op == "rem") {
    const bool is_div = op == "div";
    if (ub == 0) {
      result = is_div ? ~uint64_t{0} : ua;
    } else if (is_signed(type)) {
      result = sb == -1 ? (is_div ? 0 - ua : 0) : static_cast<uint64_t>(is_div ? sa / sb : sa % sb);
    } else {
      result = is_div ? ua / ub : ua % ub;
    }
  } else if (op == "min" || op == "max") {
    const bool takes_a = (is_signed(type) ? sa < sb : ua < ub) == (op == "min");
    result = takes_a ? a : b;
  } else if (op == "abs") {
    result = sa < 0 ? 0 - a : a;
  } else if (op == "neg") {
    result = 0 - a;
  } else if (op == "not") {
    result = ~a;
  } else if (op == "cnot") {
    result = ua == 0;
  } else if (op == "and") {
    result = a & b;
  } else if (op == "or") {
    result = a | b;
  } else if (op == "xor") {
    result = a ^ b;
  } else if (op == "shl") {
    const uint64_t by = b & 0xffffffff;
    result = by >= bits ? 0 : a << by;
  } else if (op == "shr") {
    const uint64_t by = std::min<uint64_t>(b & 0xffffffff, bits);
    result = is_signed(type) ? static_cast<uint64_t>(sa >> std::min<uint64_t>(by, 63))
             : by >= bits    ? 0
                             : ua >> by;
  } else if (op == "shf") {
    uint64_t by = c & 0xffffffff;
    by = instruction.has("wrap") ? by & 31 : std::min<uint64_t>(by, 32);
    const uint64_t both = (b & 0xffffffff) << 32 | (a & 0xffffffff);
    result = instruction.has("l") ? (by == 0 ? both >> 32 : both << by >> 32) : both >> by;
  } else if (op == "popc") {
    result = static_cast<uint64_t>(std::popcount(ua));
  } else if (op == "clz") {
    result = static_cast<uint64_t>(std::countl_zero(ua)) - (64 - bits);
  } else if (op == "brev") {
    result = 0;
    for (unsigned k = 0; k < bits; ++k) result |= (ua >> k & 1) << (bits - 1 - k);
  } else if (op == "bfe") {
    result = field_of(ua, type, b, c);
  } else if (op == "prmt") {
    const uint64_t bytes = (b & 0xffffffff) << 32 | (a & 0xffffffff);
    result = 0;
    for (unsigned k = 0; k < 4; ++k) {
      const uint64_t choice = c >> 4 * k & 0xf;
      uint64_t byte = bytes >> 8 * (choice & 7) & 0xff;
      if (choice & 8) byte = byte & 0x80 ? 0xff : 0;
      result |= byte << 8 * k;
    }
  } else {
    return false;
  }
  result = truncated(result, type);
  return true;
}

bool compare(const std::string& comparison, PtxType type, uint64_t a, uint64_t b) {
  if (is_floating(type)) {
    const double x = type == PtxType::f64 ? double_of(a) : float_of(a);
    const double y = type == PtxType::f64 ? double_of(b) : float_of(b);
    const bool is_unordered = std::isnan(x) || std::isnan(y);
    if (comparison == "num") return !is_unordered;
    if (comparison == "nan") return is_unordered;
    std::string order = comparison;
    if (order.size() == 3) {
      if (is_unordered) return true;
      order.pop_back();
    }
    if (is_unordered) return false;
    if (order == "eq") return x == y;
    if (order == "ne") return x != y;
    if (order == "lt") return x < y;
    if (order == "le") return x <= y;
    if (order == "gt") return x > y;
    return x >= y;
  }
  a = truncated(a, type);
  b = truncated(b, type);
  if (comparison == "eq") return a == b;
  if (comparison == "ne") return a != b;
  if (is_signed(type)) {
    const int64_t x = signed_of(a, type), y = signed_of(b, type);
    if (comparison == "lt") return x < y;
    if (comparison == "le") return x <= y;
    if (comparison == "gt") return x > y;
    return x >= y;
  }
  if (comparison == "lt" || comparison == "lo") return a < b;
  if (comparison == "le" || comparison == "ls") return a <= b;
  if (comparison == "gt" || comparison == "hi") return a > b;
  return a >= b;
}

uint64_t convert(const PtxInstruction& instruction, uint64_t a) {
  const PtxType to = instruction.type, from = instruction.source_type;
  const auto rounded = [&](auto value) {
    using T = decltype(value);
    if (instruction.has("rni")) return static_cast<T>(std::nearbyint(value));
    if (instruction.has("rzi")) return static_cast<T>(std::trunc(value));
    if (instruction.has("rmi")) return static_cast<T>(std::floor(value));
    if (instruction.has("rpi")) return static_cast<T>(std::ceil(value));
    return value;
  };
  if (is_floating(from)) {
    const double value =
        from == PtxType::f64 ? rounded(double_of(a)) : static_cast<double>(rounded(float_of(a)));
    if (to == PtxType::f64) return bits_of(value);
    if (to == PtxType::f32) {
      float single = static_cast<float>(value);
      if (instruction.has("rz") && std::fabs(static_cast<double>(single)) > std::fabs(value))
        single = std::nextafter(single, 0.0f);
      if (instruction.has("sat")) single = std::isnan(single) ? 0 : std::clamp(single, 0.0f, 1.0f);
      return bits_of(single);
    }
    // Beyond the type the nearest number of it.
    const unsigned bits = 8 * size_of(to);
    if (std::isnan(value)) return bits == 64 ? uint64_t{1} << 63 : 0;
    if (is_signed(to)) {
      const double end = std::ldexp(1.0, static_cast<int>(bits) - 1);
      if (value >= end) return (uint64_t{1} << (bits - 1)) - 1;
      if (value < -end) return truncated(uint64_t{1} << (bits - 1), to);
      return truncated(static_cast<uint64_t>(static_cast<int64_t>(value)), to);
    }
    if (value <= 0) return 0;
    if (value >= std::ldexp(1.0, static_cast<int>(bits))) return truncated(~uint64_t{0}, to);
    return static_cast<uint64_t>(value);
  }
  const int64_t sa = signed_of(a, from);
  const uint64_t ua = truncated(a, from);
  if (to == PtxType::f64) return bits_of(is_signed(from) ? static_cast<double>(sa) : static_cast<double>(ua));
  if (to == PtxType::f32) return bits_of(is_signed(from) ? static_cast<float>(sa) : static_cast<float>(ua));
  if (instruction.has("sat")) {
    const __int128 value = is_signed(from) ? static_cast<__int128>(sa) : static_cast<__int128>(ua);
    const unsigned bits = 8 * size_of(to);
    const __int128 low = is_signed(to) ? -(static_cast<__int128>(1) << (bits - 1)) : 0;
    const __int128 high = (static_cast<__int128>(1) << (is_signed(to) ? bits - 1 : bits)) - 1;
    return truncated(static_cast<uint64_t>(std::clamp(value, low, high)), to);
  }
  // A shorter number keeps its sign in a longer register.
  return truncated(is_signed(from) ? static_cast<uint64_t>(sa) : ua, to);
}

bool combine(const PtxInstruction& instruction, uint64_t old, uint64_t b, uint64_t c, uint64_t& result) {
  const PtxType type = instruction.type;
  if (instruction.has("exch")) {
    result = b;
    return true;
  }
  if (instruction.has("cas")) {
    result = truncated(old, type) == truncated(b, type) ? c : old;
    return true;
  }
  if (instruction.has("inc")) {
    result = truncated(old, type) >= truncated(b, type) ? 0 : old + 1;
    return true;
  }
  if (instruction.has("dec")) {
    result = truncated(old, type) == 0 || truncated(old, type) > truncated(b, type) ? b : old - 1;
    return true;
  }
  PtxInstruction plain;
  plain.type = type;
  for (const char* op : {"add", "and", "or", "xor", "min", "max"}) {
    if (!instruction.has(op)) continue;
    plain.op = op;
    bool carry = false;
    return compute(plain, old, b, 0, carry, result);
  }
  return false;
}

}  // namespace palatine::device::testing
