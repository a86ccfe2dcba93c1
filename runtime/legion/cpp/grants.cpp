#include "runtime/legion/cpp/grants.h"

#include <atomic>
#include <mutex>

#include "legion/runtime.h"
#include "runtime/legion/cpp/running_task.h"
#include "runtime/realm/fatal.h"
#include "runtime/realm/handles.h"

namespace Legion {

namespace Internal {

struct GrantImpl {
  std::atomic<uint32_t> references{1};
  const std::vector<LockRequest> requests;
  std::mutex mutex;  // guards what follows
  bool is_taken = false;
  bool is_released = false;
  Realm::Event held;
  // Of operations that have it.
  std::vector<Realm::Event> done;

  explicit GrantImpl(std::vector<LockRequest> asked) : requests(std::move(asked)) {}
};

realm::Event take_grants(const std::vector<Grant>& grants) {
  std::vector<Realm::Event> all;
  for (const Grant& grant : grants) {
    if (!grant.impl()) realm::fatal_error("error: an operation is launched with a grant that does not exist");
    GrantImpl& impl = *grant.impl();
    std::lock_guard lock(impl.mutex);
    if (impl.is_released)
      realm::fatal_error("error: an operation is launched with a grant that was released before");
    if (!impl.is_taken) {
      impl.is_taken = true;
      // One after the other, so that grants that name locks in the same order do not wait for each other.
      for (const LockRequest& request : impl.requests)
        impl.held = request.lock.get_reservation().acquire(request.mode, request.exclusive, impl.held);
    }
    all.push_back(impl.held);
  }
  const Realm::Event held = Realm::Event::merge_events(all);
  return held.exists() ? realm::core_event(held, "a grant") : realm::Event();
}

void use_grants(const std::vector<Grant>& grants, realm::Event done) {
  for (const Grant& grant : grants) {
    std::lock_guard lock(grant.impl()->mutex);
    if (done.exists()) grant.impl()->done.push_back(realm::public_event(done));
  }
}

static void drop(GrantImpl* impl) {
  if (impl && impl->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete impl;
}

}  // namespace Internal

Grant::Grant(const Grant& other) : impl_(other.impl_) {
  if (impl_) impl_->references.fetch_add(1, std::memory_order_relaxed);
}
Grant& Grant::operator=(const Grant& other) {
  if (other.impl_) other.impl_->references.fetch_add(1, std::memory_order_relaxed);
  Internal::drop(impl_);
  impl_ = other.impl_;
  return *this;
}
Grant::~Grant() {
  Internal::drop(impl_);
}

Grant Internal::OrderCalls::acquire_grant(Context, const std::vector<LockRequest>& requests) {
  return Grant(new GrantImpl(requests));
}

void Internal::OrderCalls::release_grant(Context ctx, Grant grant) {
  if (!grant.impl())
    palatine::realm::fatal_error("error: task `%s` releases a grant that does not exist",
                                 ctx->task.get_task_name());
  GrantImpl& impl = *grant.impl();
  std::lock_guard lock(impl.mutex);
  if (std::exchange(impl.is_released, true))
    palatine::realm::fatal_error("error: task `%s` releases a grant twice", ctx->task.get_task_name());
  if (!impl.is_taken) return;
  impl.done.push_back(impl.held);
  const Realm::Event done = Realm::Event::merge_events(impl.done);
  for (const LockRequest& request : impl.requests) request.lock.get_reservation().release(done);
}

}  // namespace Legion
