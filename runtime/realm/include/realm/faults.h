// How operations fail: error codes, and the exceptions that end a task.
//
// A task whose profiling requests ask for its status has a handler for these exceptions: it ends with the
// exception's code and details, and its finish event is poisoned. In any other task, and outside of tasks, a
// fault ends the program with a message.
#pragma once

#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "realm/bytearray.h"
#include "realm/event.h"

namespace Realm {

class ProfilingMeasurementCollection;

namespace Faults {
enum {
  ERROR_POISONED_EVENT = -1000,        // a poisoned event was tested or waited for
  ERROR_POISONED_PRECONDITION = -999,  // an operation did not start
  ERROR_CANCELLED = -998,              // by `Event::cancel_operation`
  ERROR_APPLICATION_DEFINED = 0,       // the program's own codes are not negative
};
}  // namespace Faults

// Return addresses, innermost first.
class REALM_PUBLIC_API Backtrace {
 public:
  bool operator==(const Backtrace& rhs) const { return pcs == rhs.pcs; }
  uintptr_t hash() const;
  bool empty() const { return pcs.empty(); }
  size_t size() const { return pcs.size(); }
  std::vector<uintptr_t> get_pcs() const { return pcs; }
  const uintptr_t& operator[](size_t index) const { return pcs[index]; }
  // Drops the outermost frames that `other` has too. False when nothing is shared.
  bool prune(const Backtrace& other);
  // Of the caller, without its `skip` innermost frames; `max_depth` 0: all.
  void capture_backtrace(int skip = 0, int max_depth = 0);
  void print_symbols(std::vector<std::string>& symbols) const;
  void print_symbols(std::ostream& os) const;
  friend REALM_PUBLIC_API std::ostream& operator<<(std::ostream& os, const Backtrace& bt);

 protected:
  std::vector<uintptr_t> pcs;
};

class REALM_PUBLIC_API ExecutionException : public std::exception {
 public:
  ExecutionException(int _error_code, const void* _detail_data, size_t _detail_size,
                     bool capture_backtrace = true);
  ~ExecutionException() noexcept override;
  const char* what() const noexcept override = 0;

  int error_code;
  ByteArray details;
  Backtrace backtrace;
};

class REALM_PUBLIC_API CancellationException : public ExecutionException {
 public:
  CancellationException();
  const char* what() const noexcept override;
};

class REALM_PUBLIC_API PoisonedEventException : public ExecutionException {
 public:
  explicit PoisonedEventException(Event _event);
  const char* what() const noexcept override;

 protected:
  Event event;
};

class REALM_PUBLIC_API ApplicationException : public ExecutionException {
 public:
  ApplicationException(int _error_code, const void* _detail_data, size_t _detail_size);
  const char* what() const noexcept override;
};

}  // namespace Realm
