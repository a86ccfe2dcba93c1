// Reservations: a state and a queue behind one lock each.
//
// Requests have a key: 0 for exclusive ones, the mode plus 1 for shared ones. Holders have one key at a time;
// key 0 has one holder. When the last holder goes, the oldest request is granted, and with a shared one all
// others of its key. A shared request joins holders of its key unless an exclusive request or one with a
// lower key waits.
//
// A refused `try_acquire` becomes a request in the queue too. When its turn comes, the hold is kept for
// whoever tries again with that key ("offered") and the event that the caller waits for triggers.
//
// Events are triggered after the lock was released; nothing else is locked under it.
#include <deque>
#include <map>
#include <string>

#include "realm/id.h"
#include "realm/logging.h"
#include "realm/reservation.h"
#include "runtime/realm/handle_slots.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/task.h"

namespace palatine::realm {

namespace {

// The last 8 bits of the place are split off for the count of uses: see `make_id`.
constexpr uint32_t kPlaceBits = 24;

struct ReservationState {
  std::atomic<uint32_t> reuse{0};
  std::atomic<bool> exists{false};

  struct Request {
    uint32_t key;
    bool is_retry;
    UserEvent granted;
  };

  std::mutex mutex;  // guards what follows
  uint32_t key = 0;  // of the holders
  uint64_t holders = 0;
  bool is_being_destroyed = false;
  std::deque<Request> waiting;
  std::map<uint32_t, uint64_t> waiting_by_key;
  std::map<uint32_t, uint64_t> offered;  // holds that are kept for a retry, by key

  bool can_join(uint32_t wanted) const {
    if (holders == 0) return waiting.empty();
    if (wanted == 0 || wanted != key) return false;
    return waiting.empty() || waiting_by_key.begin()->first >= wanted;
  }

  void hold(uint32_t wanted) {
    key = wanted;
    ++holders;
  }

  void enqueue(uint32_t wanted, bool is_retry, UserEvent event) {
    waiting.push_back({wanted, is_retry, event});
    ++waiting_by_key[wanted];
  }

  void grant_next(std::vector<UserEvent>& granted) {
    if (holders > 0 || waiting.empty()) return;
    uint32_t wanted = waiting.front().key;
    for (size_t k = 0; k < waiting.size();) {
      Request& request = waiting[k];
      if (request.key != wanted) {
        ++k;
        continue;
      }
      hold(wanted);
      if (request.is_retry) ++offered[wanted];
      granted.push_back(request.granted);
      if (--waiting_by_key[wanted] == 0) waiting_by_key.erase(wanted);
      waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(k));
      if (wanted == 0) break;
    }
  }
};

HandleSlots<ReservationState>& reservations() {
  static auto* instance = new HandleSlots<ReservationState>(1u << kPlaceBits, 1u << 16);
  return *instance;
}

// The count of uses is where a cluster would have the creating process.
uint64_t make_id(uint32_t place, uint32_t reuse) {
  return Realm::ID::make_reservation(reuse, place).id;
}

ReservationState& look_up(Realm::Reservation reservation, const char* call) {
  Realm::ID handle(reservation.id);
  uint64_t place = handle.rsrv_rsrv_idx();
  ReservationState* state = handle.is_reservation() ? reservations().find(place) : nullptr;
  uint64_t reuse = handle.rsrv_creator_node();
  uint32_t now = state ? state->reuse.load(std::memory_order_acquire) : 0;
  if (!state || reuse > now || (reuse == now && !state->exists.load(std::memory_order_acquire))) {
    bad_use(call, "%llx is no reservation", reservation.id);
  }
  if (reuse < now) bad_use(call, "reservation %llx has been destroyed", reservation.id);
  return *state;
}

uint32_t key_of(unsigned mode, bool exclusive) {
  return exclusive ? 0 : mode == ~0u ? mode : mode + 1;
}

Realm::Logger& log() {
  static auto* logger = new Realm::Logger("reservation");
  return *logger;
}

void release_now(Realm::Reservation reservation) {
  ReservationState& state = look_up(reservation, "Reservation::release");
  std::vector<UserEvent> granted;
  {
    std::lock_guard lock(state.mutex);
    if (state.holders == 0) {
      bad_use("Reservation::release", "reservation %llx is not held", reservation.id);
    }
    if (--state.holders == 0) state.grant_next(granted);
  }
  for (UserEvent event : granted) event.trigger();
}

// Queues a request or grants it. `granted` triggers with the grant.
void request_now(ReservationState& state, uint32_t key, UserEvent granted) {
  {
    std::lock_guard lock(state.mutex);
    if (!state.can_join(key)) {
      state.enqueue(key, false, granted);
      return;
    }
    state.hold(key);
  }
  granted.trigger();
}

// A request or release that waits for its precondition.
struct Deferred : Waiter {
  Realm::Reservation reservation;
  uint32_t key;
  UserEvent granted;
};

void request_on_event(Waiter& waiter, bool is_poisoned) {
  std::unique_ptr<Deferred> self(static_cast<Deferred*>(&waiter));
  if (is_poisoned) {
    self->granted.poison();
    return;
  }
  request_now(look_up(self->reservation, "Reservation::acquire"), self->key, self->granted);
}

void drop_release(Realm::Reservation reservation) {
  log().warning("the precondition of a release of %llx is poisoned: it stays held", reservation.id);
}

void release_on_event(Waiter& waiter, bool is_poisoned) {
  std::unique_ptr<Deferred> self(static_cast<Deferred*>(&waiter));
  is_poisoned ? drop_release(self->reservation) : release_now(self->reservation);
}

void destroy_now(Realm::Reservation reservation) {
  ReservationState& state = look_up(reservation, "Reservation::destroy_reservation");
  {
    std::lock_guard lock(state.mutex);
    if (!state.waiting.empty()) {
      bad_use("Reservation::destroy_reservation", "reservation %llx is still waited for", reservation.id);
    }
    state.holders = 0;
    state.offered.clear();
    state.is_being_destroyed = false;
    state.exists.store(false, std::memory_order_release);
  }
  reservations().give_back(static_cast<uint32_t>(Realm::ID(reservation.id).rsrv_rsrv_idx()));
}

void destroy_on_event(Waiter& waiter, bool is_poisoned) {
  std::unique_ptr<Deferred> self(static_cast<Deferred*>(&waiter));
  if (is_poisoned) {
    log().warning("the precondition of destroying %llx is poisoned: it stays", self->reservation.id);
    return;
  }
  destroy_now(self->reservation);
}

}  // namespace

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

Reservation Reservation::create_reservation() {
  uint32_t place;
  core::ReservationState* state = core::reservations().take(place);
  if (!state) core::bad_use("Reservation::create_reservation", "too many reservations exist");
  Reservation made;
  made.id = core::make_id(place, state->reuse.load(std::memory_order_relaxed));
  state->exists.store(true, std::memory_order_release);
  return made;
}

Event Reservation::acquire(unsigned mode, bool exclusive, Event wait_on) const {
  const char* call = "Reservation::acquire";
  core::ReservationState& state = core::look_up(*this, call);
  uint32_t key = core::key_of(mode, exclusive);
  core::Event precondition = core::core_event(wait_on, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    auto* deferred = new core::Deferred;
    deferred->fire = &core::request_on_event;
    deferred->reservation = *this;
    deferred->key = key;
    core::UserEvent granted = core::UserEvent::create();
    deferred->granted = granted;
    if (precondition.subscribe(*deferred, is_poisoned)) return core::public_event(granted);
    core::request_on_event(*deferred, is_poisoned);
    return core::public_event(granted);
  }
  if (is_poisoned) return wait_on;
  core::UserEvent granted;
  {
    std::lock_guard lock(state.mutex);
    if (state.can_join(key)) {
      state.hold(key);
      return Event::NO_EVENT;
    }
    granted = core::UserEvent::create();
    state.enqueue(key, false, granted);
  }
  return core::public_event(granted);
}

Event Reservation::try_acquire(bool retry, unsigned mode, bool exclusive, Event wait_on) const {
  const char* call = "Reservation::try_acquire";
  core::ReservationState& state = core::look_up(*this, call);
  core::Event precondition = core::core_event(wait_on, call);
  bool is_poisoned;
  // Not asked yet: to be called again when the precondition has triggered.
  if (!precondition.has_triggered(is_poisoned)) return wait_on;
  if (is_poisoned) return wait_on;
  uint32_t key = core::key_of(mode, exclusive);
  core::UserEvent event;
  {
    std::lock_guard lock(state.mutex);
    if (retry) {
      if (auto found = state.offered.find(key); found != state.offered.end()) {
        if (--found->second == 0) state.offered.erase(found);
        return Event::NO_EVENT;
      }
    }
    if (state.can_join(key)) {
      state.hold(key);
      return Event::NO_EVENT;
    }
    event = core::UserEvent::create();
    state.enqueue(key, true, event);
  }
  core::Task::polled();
  return core::public_event(event);
}

void Reservation::release(Event wait_on) const {
  const char* call = "Reservation::release";
  core::look_up(*this, call);
  core::Event precondition = core::core_event(wait_on, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    auto* deferred = new core::Deferred;
    deferred->fire = &core::release_on_event;
    deferred->reservation = *this;
    if (precondition.subscribe(*deferred, is_poisoned)) return;
    delete deferred;
  }
  is_poisoned ? core::drop_release(*this) : core::release_now(*this);
}

void Reservation::destroy_reservation(Event wait_on) {
  const char* call = "Reservation::destroy_reservation";
  core::ReservationState& state = core::look_up(*this, call);
  {
    std::lock_guard lock(state.mutex);
    if (state.is_being_destroyed) core::bad_use(call, "reservation %llx is being destroyed", id);
    state.is_being_destroyed = true;
  }
  Event held = acquire(0, true, wait_on);
  core::Event precondition = core::core_event(held, call);
  bool is_poisoned;
  if (!precondition.has_triggered(is_poisoned)) {
    auto* deferred = new core::Deferred;
    deferred->fire = &core::destroy_on_event;
    deferred->reservation = *this;
    if (precondition.subscribe(*deferred, is_poisoned)) return;
    delete deferred;
  }
  if (is_poisoned) {
    core::log().warning("the precondition of destroying %llx is poisoned: it stays", id);
    return;
  }
  core::destroy_now(*this);
}

}  // namespace Realm
