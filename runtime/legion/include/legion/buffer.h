// Bytes that belong to somebody else.
#pragma once

#include <cstddef>

namespace Legion {

// Does not own. What takes one as an argument copies the bytes when it is executed.
class UntypedBuffer {
 public:
  UntypedBuffer() = default;
  UntypedBuffer(const void* buffer, size_t size_bytes)
      : buffer_(const_cast<void*>(buffer)), size_bytes_(size_bytes) {}

  size_t get_size() const { return size_bytes_; }
  void* get_ptr() const { return buffer_; }
  bool operator==(const UntypedBuffer& other) const {
    return buffer_ == other.buffer_ && size_bytes_ == other.size_bytes_;
  }
  bool operator<(const UntypedBuffer& other) const {
    return buffer_ != other.buffer_ ? buffer_ < other.buffer_ : size_bytes_ < other.size_bytes_;
  }

 private:
  void* buffer_ = nullptr;
  size_t size_bytes_ = 0;
};
typedef UntypedBuffer TaskArgument;

}  // namespace Legion
