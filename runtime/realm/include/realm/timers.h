// The clock.
#pragma once

#include <cstdint>

#include "realm/realm_config.h"

namespace Realm {

// Time since the runtime was started, or since 1970 with `absolute`. Does not run backwards. Thread-safe.
class REALM_PUBLIC_API Clock {
 public:
  // Seconds.
  static double current_time(bool absolute = false);
  static long long current_time_in_microseconds(bool absolute = false);
  static long long current_time_in_nanoseconds(bool absolute = false);

  // How far differences of times may be off against the system's monotonic clock, in parts per billion. The
  // clock is that clock, so nothing.
  static long long get_calibration_error() { return 0; }

  // The absolute time of the start, in nanoseconds.
  static long long get_zero_time();
  static void set_zero_time();
};

class Logger;

// Logs the time when it was made, or with `difference` how long it lived.
class REALM_PUBLIC_API TimeStamp {
 public:
  TimeStamp(const char* _message, bool _difference, Logger* _logger = nullptr);
  ~TimeStamp();

 protected:
  const char* message;
  bool difference;
  Logger* logger;
  long long start_ns;
};

}  // namespace Realm
