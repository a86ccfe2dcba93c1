// What the calls of these headers throw.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace umpire {

class runtime_error : public std::runtime_error {
 public:
  explicit runtime_error(const std::string& message, const std::string& file = {}, int line = 0)
      : std::runtime_error(file.empty() ? message : file + ":" + std::to_string(line) + ": " + message) {}
  std::string message() const { return what(); }
};

// No memory, after everything that the pool can do about it. `what()` has asked, free, largest block,
// pending, limit.
class out_of_memory_error : public runtime_error {
 public:
  using runtime_error::runtime_error;
  void set_requested_size(std::size_t bytes) { requested_ = bytes; }
  std::size_t get_requested_size() const { return requested_; }
  void set_allocator_id(int id) { allocator_id_ = id; }
  int get_allocator_id() const { return allocator_id_; }

 private:
  std::size_t requested_ = 0;
  int allocator_id_ = -1;
};

class unknown_pointer_error : public runtime_error {
 public:
  using runtime_error::runtime_error;
};

}  // namespace umpire

#define UMPIRE_ERROR(type, message) throw type(message, __FILE__, __LINE__)
