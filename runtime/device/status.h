// What a call to a device came to: nothing, or an error that says which call failed, on which device, with
// which sizes.
//
// Errors are values: no call of `runtime/device` throws, and the compiler warns when a status is dropped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace palatine::device {

enum class StatusCode : uint8_t {
  ok,
  // The memory's limit, or the driver, does not allow the allocation. The caller may free something and try
  // again.
  out_of_memory,
  // The caller's mistake; nothing was changed.
  invalid_argument,
  // The device or the driver cannot do it at all.
  not_supported,
  // No kernel or global of that name.
  not_found,
  // The kernel was not queued. The device is still good.
  launch_failed,
  // The device, or its context, is gone: all that was queued on it is lost, and every later call says so
  // again.
  device_lost,
  // Any other error of the driver; the message has its name.
  driver_error,
};

const char* to_string(StatusCode code);

// Copies share the message. An error-free status costs no allocation.
class [[nodiscard]] Status {
 public:
  Status() = default;
  // `driver_code` is the number that the driver gave, 0 when no driver was asked.
  static Status error(StatusCode code, std::string message, int driver_code = 0);

  bool ok() const { return detail_ == nullptr; }
  StatusCode code() const { return detail_ ? detail_->code : StatusCode::ok; }
  // Without full stop, in lower case, e.g. "cuMemAlloc of 4096 bytes on device 0 (name):
  // CUDA_ERROR_OUT_OF_MEMORY".
  const std::string& message() const;
  int driver_code() const { return detail_ ? detail_->driver_code : 0; }
  // For a caller that can do nothing about the error, such as a destructor.
  void ignore() const {}

 private:
  struct Detail {
    StatusCode code;
    int driver_code;
    std::string message;
  };
  std::shared_ptr<const Detail> detail_;
};

// A value, or the error because of which there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  // `error` must not be ok.
  Result(Status error) : status_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }
  // Only when ok.
  T& value() { return *value_; }
  const T& value() const { return *value_; }
  T take() { return std::move(*value_); }

 private:
  std::optional<T> value_;
  Status status_;
};

}  // namespace palatine::device
