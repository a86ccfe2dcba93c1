// Arguments for the points of an index launch. A launch takes a copy. Not thread safe.
#pragma once

#include "legion/buffer.h"
#include "legion/future.h"

namespace Legion {

namespace Internal {
struct ArgumentMapImpl;
}

class ArgumentMap {
 public:
  ArgumentMap();
  // Each point's argument is the future's value.
  ArgumentMap(const FutureMap& futures);
  ArgumentMap(const ArgumentMap& other);
  ArgumentMap(ArgumentMap&& other) noexcept;
  ArgumentMap& operator=(const FutureMap& futures);
  ArgumentMap& operator=(const ArgumentMap& other);
  ArgumentMap& operator=(ArgumentMap&& other) noexcept;
  ~ArgumentMap();

  bool operator==(const ArgumentMap& other) const { return impl_ == other.impl_; }
  bool operator<(const ArgumentMap& other) const { return impl_ < other.impl_; }
  bool exists() const { return impl_ != nullptr; }

  bool has_point(const DomainPoint& point);
  // Copies the bytes. Without `replace` an earlier argument stays.
  void set_point(const DomainPoint& point, const UntypedBuffer& argument, bool replace = true);
  void set_point(const DomainPoint& point, const Future& future, bool replace = true);
  bool remove_point(const DomainPoint& point);
  // Empty when the point has none. Blocks when it is a future.
  UntypedBuffer get_point(const DomainPoint& point) const;

  // For the runtime.
  Internal::ArgumentMapImpl* impl() const { return impl_; }

 private:
  // Copies share; null only after a move.
  Internal::ArgumentMapImpl* impl_;
};

}  // namespace Legion
