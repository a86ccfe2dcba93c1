// Assertions of programs: always checked here.
#pragma once

#include <string>

#include "error.hpp"

#define UMPIRE_ASSERT(condition)                                                                          \
  do {                                                                                                    \
    if (!(condition)) throw ::umpire::runtime_error("assertion failed: " #condition, __FILE__, __LINE__); \
  } while (false)
#define UMPIRE_USE_VAR(x) static_cast<void>(x)
// Messages are for people who debug the library; these headers have none to give.
#define UMPIRE_LOG(level, message) static_cast<void>(0)
