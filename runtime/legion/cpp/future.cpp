#include "legion/future.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include "runtime/legion/cpp/future_value.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace Internal {

void FutureValue::set(const void* value, size_t size, size_t capacity_bytes) {
  size_bytes = size;
  if (size > capacity_bytes) {
    elsewhere = malloc(size);
    if (!elsewhere) realm::fatal_error("error: out of memory for a result of %zu bytes", size);
    release = [](FutureValue& self) { free(self.elsewhere); };
  }
  if (size) memcpy(data(), value, size);
}

void FutureValue::destroy(void* value) {
  auto& self = *static_cast<FutureValue*>(value);
  if (self.release) self.release(self);
}

api::FutureState* make_future(size_t capacity_bytes, realm::Event ready) {
  api::FutureState* state =
      api::FutureState::create(static_cast<uint32_t>(sizeof(FutureValue) + capacity_bytes), ready);
  new (state->value()) FutureValue;
  state->destroy = &FutureValue::destroy;
  return state;
}

// The name of the running task, for messages.
static const char* reader() {
  TaskContext* context = running_context();
  return context ? context->task.get_task_name() : "(no task)";
}

}  // namespace Internal

using Internal::value_of;

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

const void* Future::wait_value(size_t wanted_bytes, size_t* size_bytes) const {
  if (!impl_)
    palatine::realm::fatal_error("error: task `%s` reads a future that does not exist", Internal::reader());
  Internal::wait_for(impl_->ready, "a future");
  Internal::FutureValue& value = value_of(*impl_);
  if (wanted_bytes != SIZE_MAX && value.size_bytes != wanted_bytes)
    palatine::realm::fatal_error("error: task `%s` reads %zu bytes from a future that holds %zu",
                                 Internal::reader(), wanted_bytes, value.size_bytes);
  if (size_bytes) *size_bytes = value.size_bytes;
  return value.data();
}

void Future::get_void_result(bool, const char*) const {
  if (impl_) Internal::wait_for(impl_->ready, "a future");
}

bool Future::is_empty(bool block, bool, const char*) const {
  if (!impl_) return true;
  if (block) Internal::wait_for(impl_->ready, "a future");
  return impl_->ready.has_triggered() && value_of(*impl_).size_bytes == 0;
}

bool Future::is_ready(bool) const {
  return !impl_ || impl_->ready.has_triggered();
}

const void* Future::get_buffer(Memory::Kind, size_t* extent_in_bytes, bool check_extent, bool,
                               const char*) const {
  size_t size = 0;
  const void* data = wait_value(SIZE_MAX, &size);
  if (check_extent && extent_in_bytes && *extent_in_bytes != size)
    palatine::realm::fatal_error("error: task `%s` reads %zu bytes from a future that holds %zu",
                                 Internal::reader(), *extent_in_bytes, size);
  if (extent_in_bytes) *extent_in_bytes = size;
  return data;
}

void Future::get_memories(std::set<Memory>& memories, bool, const char*) const {
  const Memory memory = Machine::MemoryQuery(Machine::get_machine()).only_kind(Memory::SYSTEM_MEM).first();
  if (impl_ && memory.exists()) memories.insert(memory);
}

size_t Future::get_untyped_size() const {
  size_t size = 0;
  wait_value(SIZE_MAX, &size);
  return size;
}

const void* Future::get_metadata(size_t* size) const {
  if (size) *size = 0;
  return nullptr;
}

Future Future::from_untyped_pointer(const void* buffer, size_t bytes, bool take_ownership, const char*,
                                    bool) {
  Future future(Internal::make_future(take_ownership ? 0 : bytes, palatine::realm::Event()));
  Internal::FutureValue& value = value_of(*future.impl_);
  if (!take_ownership) {
    value.set(buffer, bytes, bytes);
    return future;
  }
  value.size_bytes = bytes;
  value.elsewhere = const_cast<void*>(buffer);
  value.release = [](Internal::FutureValue& self) { free(self.elsewhere); };
  return future;
}

Future Future::from_domain(const Domain& domain, bool, const char*, bool) {
  return from_untyped_pointer(&domain, sizeof(domain));
}

namespace {
struct ExternalValue {
  Realm::ExternalInstanceResource* resource;
  void (*free_value)(const Realm::ExternalInstanceResource&);
};
}  // namespace

Future Future::from_value(const void* buffer, size_t bytes, bool owned,
                          const Realm::ExternalInstanceResource& resource,
                          void (*freefunc)(const Realm::ExternalInstanceResource&), const char*, bool) {
  if (!owned) return from_untyped_pointer(buffer, bytes);
  Future future(Internal::make_future(0, palatine::realm::Event()));
  Internal::FutureValue& value = value_of(*future.impl_);
  value.size_bytes = bytes;
  value.elsewhere = const_cast<void*>(buffer);
  value.owner = new ExternalValue{resource.clone(), freefunc};
  value.release = [](Internal::FutureValue& self) {
    auto* external = static_cast<const ExternalValue*>(self.owner);
    if (external->free_value) external->free_value(*external->resource);
    delete external->resource;
    delete external;
  };
  return future;
}

}  // namespace Legion
