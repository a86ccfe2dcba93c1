// Stream-aware memory out of the runtime's own memories: a pool whose blocks are parts of the plan by which a
// memory gives bytes to instances.
//
// Instances and pools share the bytes of a memory and wait for each other:
//
//   * a block is an instance. It counts against the memory's limit, and when there is no room the pool's
//   request
//     is deferred in the same plan as those of instances, behind the ones that came before it;
//   * when an instance does not fit, the pools of its memory give back the blocks in which nothing is used. A
//     block with pending memory goes back with the events of the work that may still touch it, so the
//     instance is deferred until then, and nobody blocks.
//
// docs/memory.md tells the rest.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

#include "palatine/pool.h"
#include "realm/event.h"
#include "realm/memory.h"

namespace palatine {

// A stream of execution made of events: each piece of work is launched with `after()` among its
// preconditions, and `queue` is told the event of its end. Work whose precondition is poisoned is skipped,
// and so is all that comes after it.
//
// Thread safe, but `after` and `queue` of one piece of work belong together: one thread at a time launches
// work.
class EventTimeline final : public Timeline {
 public:
  // What the next work has to wait for: all that is queued.
  Realm::Event after() const;
  void queue(Realm::Event finish);

  uint64_t position() override;
  uint64_t completed() override;
  // In a task, only the task waits, and its processor does something else.
  bool wait(uint64_t number) override;
  // `after()` includes the other's work from now on. The other may be a device's stream.
  bool wait_for(Timeline& other, uint64_t number) override;
  bool call_when_over(uint64_t number, void (*call)(void*), void* argument) override;

 private:
  void forget_finished();
  // When all work up to the number is over, however it ended.
  Realm::Event end_of(uint64_t number);

  mutable std::mutex mutex_;
  // The ends of what is queued and was not seen to be over, in order. Numbers count what was queued.
  std::deque<std::pair<uint64_t, Realm::Event>> queued_;
  uint64_t last_ = 0;
  Realm::Event tail_ = Realm::Event::NO_EVENT;
};

// A pool of one of the runtime's memories. The runtime must run as long as it lives.
class RealmPool {
 public:
  // `options.limit_bytes` is a limit below the memory's own.
  RealmPool(Realm::Memory memory, StreamOrder& order, const PoolOptions& options = {});
  // As the pool's own: waits for pending memory, also for that of blocks that were given back.
  ~RealmPool();
  RealmPool(const RealmPool&) = delete;
  RealmPool& operator=(const RealmPool&) = delete;

  Pool& pool();
  Pool* operator->() { return &pool(); }

 private:
  class Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace palatine
