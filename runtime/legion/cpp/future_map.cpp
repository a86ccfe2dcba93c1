// Future maps and argument maps.
#include <map>
#include <utility>

#include "runtime/legion/cpp/argument_map.h"
#include "runtime/legion/cpp/convert.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

uint64_t FutureMapImpl::number_of(const DomainPoint& point) const {
  return point_number(points, point);
}

FutureMap future_map_of(const std::map<DomainPoint, Future>& futures) {
  core::OwnedDomain points;
  if (!futures.empty()) {
    const int dim = futures.begin()->first.dim;
    for (const auto& entry : futures) {
      if (entry.first.dim != dim)
        realm::fatal_error("error: a future map has points of %d and of %d dimensions", dim, entry.first.dim);
    }
    points = to_core(dim, futures, [](const auto& entry) { return entry.first; });
  }
  auto* map = new FutureMapImpl;
  FutureMap result(map);
  map->domain = to_domain(static_cast<const core::Domain&>(points));
  map->points = std::move(points);
  map->futures.open(futures.size());
  for (const auto& [point, future] : futures) {
    future.impl()->add_reference();
    map->futures.set(map->number_of(point), future.impl());
  }
  return result;
}

}  // namespace Internal

// ---- future maps

FutureMap::FutureMap(const FutureMap& other) : impl_(other.impl_) {
  if (impl_) impl_->add_reference();
}
FutureMap& FutureMap::operator=(const FutureMap& other) {
  if (other.impl_) other.impl_->add_reference();
  if (impl_) impl_->drop_reference();
  impl_ = other.impl_;
  return *this;
}
FutureMap& FutureMap::operator=(FutureMap&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
FutureMap::~FutureMap() {
  if (impl_) impl_->drop_reference();
}

Future FutureMap::get_future(const DomainPoint& point) const {
  if (!impl_) palatine::realm::fatal_error("error: a future is asked of a future map that does not exist");
  const uint64_t number = impl_->number_of(point);
  if (number == UINT64_MAX)
    palatine::realm::fatal_error("error: a future map has no future for point %s: its domain is %s",
                                 Internal::text_of(point).c_str(), Internal::text_of(impl_->domain).c_str());
  palatine::api::FutureState* state = impl_->futures.at(number);
  state->add_reference();
  return Future(state);
}

void FutureMap::get_void_result(const DomainPoint& point, bool, const char*) const {
  get_future(point).get_void_result();
}

void FutureMap::wait_all_results(bool, const char*) const {
  if (!impl_) return;
  for (size_t k = 0; k < impl_->futures.count(); k++) {
    if (!impl_->futures.is_complete(k)) Internal::wait_for(impl_->futures.at(k)->ready, "a future");
  }
}

Domain FutureMap::get_future_map_domain() const {
  return impl_ ? impl_->domain : Domain::NO_DOMAIN;
}

// ---- argument maps

using Internal::ArgumentMapImpl;

ArgumentMap::ArgumentMap() : impl_(new ArgumentMapImpl) {}
ArgumentMap::ArgumentMap(const FutureMap& futures) : ArgumentMap() {
  *this = futures;
}
ArgumentMap::ArgumentMap(const ArgumentMap& other) : impl_(other.impl_) {
  if (impl_) impl_->references.fetch_add(1, std::memory_order_relaxed);
}
ArgumentMap::ArgumentMap(ArgumentMap&& other) noexcept : impl_(std::exchange(other.impl_, nullptr)) {}

ArgumentMap& ArgumentMap::operator=(const FutureMap& futures) {
  ArgumentMap fresh;
  if (Internal::FutureMapImpl* map = futures.impl()) {
    for (Domain::DomainPointIterator it(map->domain); it; it++)
      fresh.impl_->arguments[*it].future = futures.get_future(*it);
  }
  return *this = std::move(fresh);
}
ArgumentMap& ArgumentMap::operator=(const ArgumentMap& other) {
  if (this != &other) *this = ArgumentMap(other);
  return *this;
}
ArgumentMap& ArgumentMap::operator=(ArgumentMap&& other) noexcept {
  std::swap(impl_, other.impl_);
  return *this;
}
ArgumentMap::~ArgumentMap() {
  if (impl_ && impl_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete impl_;
}

bool ArgumentMap::has_point(const DomainPoint& point) {
  return impl_ && impl_->arguments.count(point) > 0;
}

void ArgumentMap::set_point(const DomainPoint& point, const UntypedBuffer& argument, bool replace) {
  if (!impl_) impl_ = new ArgumentMapImpl;
  if (!replace && has_point(point)) return;
  ArgumentMapImpl::Argument& entry = impl_->arguments[point];
  entry.future = Future();
  entry.bytes.assign(static_cast<const char*>(argument.get_ptr()), argument.get_size());
}

void ArgumentMap::set_point(const DomainPoint& point, const Future& future, bool replace) {
  if (!impl_) impl_ = new ArgumentMapImpl;
  if (!replace && has_point(point)) return;
  ArgumentMapImpl::Argument& entry = impl_->arguments[point];
  entry.bytes.clear();
  entry.future = future;
}

bool ArgumentMap::remove_point(const DomainPoint& point) {
  return impl_ && impl_->arguments.erase(point) > 0;
}

UntypedBuffer ArgumentMap::get_point(const DomainPoint& point) const {
  if (!impl_) return UntypedBuffer();
  auto found = impl_->arguments.find(point);
  if (found == impl_->arguments.end()) return UntypedBuffer();
  const ArgumentMapImpl::Argument& argument = found->second;
  if (!argument.future.exists()) return UntypedBuffer(argument.bytes.data(), argument.bytes.size());
  const size_t size = argument.future.get_untyped_size();
  return UntypedBuffer(argument.future.get_untyped_pointer(), size);
}

}  // namespace Legion
