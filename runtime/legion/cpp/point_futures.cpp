#include "runtime/legion/cpp/point_futures.h"

#include "runtime/legion/cpp/future_value.h"

namespace Legion {
namespace Internal {

using palatine::api::FutureState;
namespace realm = palatine::realm;

static realm::UserEvent ready_of(const FutureState& future) {
  return realm::UserEvent::from_id(future.ready.id());
}

PointFutures::~PointFutures() {
  for (size_t k = 0; k < count_; ++k) {
    const uintptr_t slot = slots_[k].load(std::memory_order_acquire);
    if (slot > kComplete) reinterpret_cast<FutureState*>(slot)->drop_reference();
  }
}

void PointFutures::open(size_t count) {
  count_ = count;
  slots_.reset(new std::atomic<uintptr_t>[count]());
}

void PointFutures::open(size_t count, size_t capacity_bytes, bool have_results) {
  open(count);
  have_results_ = have_results;
  for (size_t k = 0; have_results && k < count; ++k)
    set(k, make_future(capacity_bytes, realm::UserEvent::create()));
}

void PointFutures::set(size_t point, FutureState* future) {
  slots_[point].store(reinterpret_cast<uintptr_t>(future), std::memory_order_release);
}

FutureState* PointFutures::at(size_t point) {
  std::atomic<uintptr_t>& slot = slots_[point];
  uintptr_t known = slot.load(std::memory_order_acquire);
  while (known <= kComplete) {
    const realm::Event ready = known == kComplete ? realm::Event() : realm::UserEvent::create();
    FutureState* made = make_future(0, ready);
    // Release: others see the future. Acquire: who finds the point complete sees what it did.
    if (slot.compare_exchange_strong(known, reinterpret_cast<uintptr_t>(made), std::memory_order_acq_rel,
                                     std::memory_order_acquire))
      return made;
    if (ready.exists()) ready_of(*made).trigger();
    made->drop_reference();
  }
  return reinterpret_cast<FutureState*>(known);
}

void PointFutures::complete(size_t point) {
  uintptr_t known = kNotAsked;
  if (slots_[point].compare_exchange_strong(known, kComplete, std::memory_order_acq_rel,
                                            std::memory_order_acquire))
    return;
  ready_of(*reinterpret_cast<FutureState*>(known)).trigger();
}

void PointFutures::complete_after(size_t point, realm::Event done) {
  ready_of(*at(point)).trigger_after(done);
}

bool PointFutures::is_complete(size_t point) const {
  const uintptr_t slot = slots_[point].load(std::memory_order_acquire);
  return slot == kComplete ||
         (slot != kNotAsked && reinterpret_cast<const FutureState*>(slot)->ready.has_triggered());
}

}  // namespace Internal
}  // namespace Legion
