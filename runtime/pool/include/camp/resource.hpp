// A stream of execution, whatever its kind. Copies stand for the same stream.
//
// Thread safety: any thread may queue work on a resource, record its events and wait for it; work of several threads
// is in the order in which the calls were made. Assigning to one object while another thread uses it is not.
#pragma once

#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include "config.hpp"
#include "resource/cuda.hpp"
#include "resource/event.hpp"
#include "resource/host.hpp"
#include "resource/platform.hpp"

namespace camp::resources {
inline namespace v1 {

namespace detail {

template <typename T>
concept AResource = std::equality_comparable<T> && requires(T& resource, Event* event) {
  { resource.get_platform() } -> std::convertible_to<Platform>;
  { resource.get_event_erased() } -> std::convertible_to<Event>;
  resource.wait_for(event);
  resource.wait();
};

}  // namespace detail

class Resource {
 public:
  // From `Host`, `Cuda` or a program's own kind.
  template <typename T>
    requires(!std::is_same_v<std::decay_t<T>, Resource> && detail::AResource<std::decay_t<T>>)
  Resource(T&& resource) : held_(std::make_shared<Of<std::decay_t<T>>>(std::forward<T>(resource))) {}

  Platform get_platform() const { return held_->get_platform(); }

  // Empty when the resource is of another kind.
  template <typename T>
  std::optional<T> try_get() const {
    auto* same = dynamic_cast<Of<T>*>(held_.get());
    return same ? std::optional<T>(same->resource) : std::nullopt;
  }
  template <typename T>
  T get() const {
    if (auto same = try_get<T>()) return *same;
    throw std::runtime_error("the resource is of another kind");
  }

  template <typename T>
  T* allocate(std::size_t count, MemoryAccess access = MemoryAccess::Device) {
    return static_cast<T*>(held_->allocate(count * sizeof(T), access));
  }
  void* calloc(std::size_t bytes, MemoryAccess access = MemoryAccess::Device) {
    return held_->calloc(bytes, access);
  }
  void deallocate(void* address, MemoryAccess access = MemoryAccess::Device) {
    held_->deallocate(address, access);
  }
  void memcpy(void* dst, const void* src, std::size_t bytes) { held_->memcpy(dst, src, bytes); }
  void memset(void* address, int byte, std::size_t bytes) { held_->memset(address, byte, bytes); }

  Event get_event() { return held_->get_event(); }
  Event get_event_erased() { return held_->get_event(); }
  void wait_for(Event* event) { held_->wait_for(event); }
  void wait() { held_->wait(); }

  // The same kind and the same stream.
  bool operator==(const Resource& other) const {
    return held_ == other.held_ || held_->is_same(*other.held_);
  }
  bool operator!=(const Resource& other) const { return !(*this == other); }
  std::size_t get_hash() const { return held_->get_hash(); }

  // The stream as pools know it; the host's for a kind that has none.
  palatine::StreamId palatine_stream() const { return held_->palatine_stream(); }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual Platform get_platform() = 0;
    virtual void* allocate(std::size_t bytes, MemoryAccess access) = 0;
    virtual void* calloc(std::size_t bytes, MemoryAccess access) = 0;
    virtual void deallocate(void* address, MemoryAccess access) = 0;
    virtual void memcpy(void* dst, const void* src, std::size_t bytes) = 0;
    virtual void memset(void* address, int byte, std::size_t bytes) = 0;
    virtual Event get_event() = 0;
    virtual void wait_for(Event* event) = 0;
    virtual void wait() = 0;
    virtual bool is_same(const Held& other) const = 0;
    virtual std::size_t get_hash() const = 0;
    virtual palatine::StreamId palatine_stream() const = 0;
  };
  template <typename T>
  struct Of final : Held {
    explicit Of(T value) : resource(std::move(value)) {}
    Platform get_platform() override { return resource.get_platform(); }
    void* allocate(std::size_t bytes, MemoryAccess access) override {
      return resource.template allocate<char>(bytes, access);
    }
    void* calloc(std::size_t bytes, MemoryAccess access) override { return resource.calloc(bytes, access); }
    void deallocate(void* address, MemoryAccess access) override { resource.deallocate(address, access); }
    void memcpy(void* dst, const void* src, std::size_t bytes) override { resource.memcpy(dst, src, bytes); }
    void memset(void* address, int byte, std::size_t bytes) override {
      resource.memset(address, byte, bytes);
    }
    Event get_event() override { return resource.get_event_erased(); }
    void wait_for(Event* event) override { resource.wait_for(event); }
    void wait() override { resource.wait(); }
    bool is_same(const Held& other) const override {
      auto* same = dynamic_cast<const Of*>(&other);
      return same && same->resource == resource;
    }
    std::size_t get_hash() const override {
      if constexpr (requires { resource.get_hash(); })
        return resource.get_hash();
      else
        return 0;
    }
    palatine::StreamId palatine_stream() const override {
      if constexpr (requires { resource.palatine_stream(); })
        return resource.palatine_stream();
      else
        return palatine::devices::host_id();
    }
    T resource;
  };

  std::shared_ptr<Held> held_;
};

template <Platform platform>
struct resource_from_platform;
template <>
struct resource_from_platform<Platform::host> {
  using type = Host;
};
template <>
struct resource_from_platform<Platform::cuda> {
  using type = Cuda;
};

// What calls that queue work return: the event is only recorded when it is asked for.
template <typename Res>
struct EventProxy : detail::EventProxyBase {
  using native_event = std::decay_t<decltype(std::declval<Res&>().get_event())>;

  explicit EventProxy(Res resource) : resource_(std::move(resource)) {}
  EventProxy(EventProxy&&) = default;
  EventProxy& operator=(EventProxy&&) = default;

  native_event get() { return resource_.get_event(); }
  operator native_event() { return get(); }
  operator Event()
    requires(!std::is_same_v<native_event, Event>)
  {
    return resource_.get_event_erased();
  }
  bool check() { return get().check(); }
  void wait() { get().wait(); }

  Res resource_;
};

inline std::string to_string(const Resource& resource) {
  switch (resource.get_platform()) {
    case Platform::host:
      return "Host";
    case Platform::cuda:
      return "Cuda stream " + std::to_string(static_cast<unsigned>(resource.palatine_stream()));
    default:
      return "resource of a platform of its own";
  }
}

}  // namespace v1
}  // namespace camp::resources

template <>
struct std::hash<camp::resources::Resource> {
  std::size_t operator()(const camp::resources::Resource& resource) const { return resource.get_hash(); }
};
