// Copying and ending of the handles that descriptions of operations hold.
#include "legion/sync.h"
#include "runtime/legion/future.h"

namespace Legion {

Future::Future(const Future& other) : impl_(other.impl_) {
  if (impl_) impl_->add_reference();
}

Future& Future::operator=(const Future& other) {
  if (other.impl_) other.impl_->add_reference();
  if (impl_) impl_->drop_reference();
  impl_ = other.impl_;
  return *this;
}

Future& Future::operator=(Future&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}

Future::~Future() {
  if (impl_) impl_->drop_reference();
}

// Nothing makes grants yet, so a grant holds nothing.
Grant::Grant(const Grant& other) : impl_(other.impl_) {}
Grant::~Grant() = default;

}  // namespace Legion
