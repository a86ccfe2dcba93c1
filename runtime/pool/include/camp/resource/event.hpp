// A point in the work of some resource, whatever its kind. Copies stand for the same point.
// Thread safety: any thread may check and wait.
#pragma once

#include <concepts>
#include <memory>
#include <stdexcept>
#include <type_traits>
#include <utility>

namespace camp::resources {
inline namespace v1 {

namespace detail {

// Derived from by `EventProxy`, which converts to an event in its own way.
struct EventProxyBase {};

template <typename T>
concept AnEvent = requires(const T& event) {
  { event.check() } -> std::convertible_to<bool>;
  event.wait();
} && !std::is_base_of_v<EventProxyBase, T>;

}  // namespace detail

class Event {
 public:
  // Stands for nothing: always complete.
  Event() = default;

  template <typename T>
    requires(!std::is_same_v<std::decay_t<T>, Event> && detail::AnEvent<std::decay_t<T>>)
  Event(T&& event) : held_(std::make_shared<Of<std::decay_t<T>>>(std::forward<T>(event))) {}

  // True when the work before the point is over.
  bool check() const { return !held_ || held_->check(); }
  // Blocks the calling thread until then.
  void wait() const {
    if (held_) held_->wait();
  }

  // Null when the event is of another kind.
  template <typename T>
  T* try_get() {
    auto* same = dynamic_cast<Of<T>*>(held_.get());
    return same ? &same->event : nullptr;
  }
  template <typename T>
  T get() {
    if (T* same = try_get<T>()) return *same;
    throw std::runtime_error("the event is of another kind");
  }

 private:
  struct Held {
    virtual ~Held() = default;
    virtual bool check() const = 0;
    virtual void wait() const = 0;
  };
  template <typename T>
  struct Of final : Held {
    explicit Of(T value) : event(std::move(value)) {}
    bool check() const override { return event.check(); }
    void wait() const override { event.wait(); }
    T event;
  };

  std::shared_ptr<Held> held_;
};

}  // namespace v1
}  // namespace camp::resources
