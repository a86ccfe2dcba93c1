// Deferred allocation of regions: who gets memory, and when.
//
// Memory is address space that is filled as it is touched, so this plans bytes, not places. A root's field is
// counted once, from the first use of any of its regions that needs data, in program order when that use is
// launched, until the root's deletion has taken effect:
//
//   reserve, fits, nobody earlier waits   -> counted; nothing to wait for
//   reserve, does not fit                 -> waits; the launch gets one more precondition
//   reserve, can never fit                -> the program ends: out of memory
//   release                               -> those that wait are served
//
// Requests are served in the order of the sequential reading (a sub-task's before those of what its parent
// launches later), and the first one that does not fit stops those behind it. So a request waits for
// deletions that were launched before it, and for tasks that come before it; waiting in a circle is not
// possible as long as the earlier tasks ask first. When a later one got the bytes because it asked earlier,
// it may be that nothing runs any more and somebody still waits: then whoever fits is served, and if nobody
// does, the program ends.
//
// Thread safety: any thread. Events are triggered outside the lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/api/palatine_api.h"
#include "runtime/realm/event.h"
#include "runtime/realm/memory.h"

namespace palatine::legion {

struct RootRegion;
class Task;

// Who maps, for the message when memory is short.
struct WhoMaps {
  const char* task_name;
  api::SourceLoc loc;
};
// How a message begins: with the place, or "error: " when it is no line of a program in the language.
std::string place_in_message(api::SourceLoc loc);

class MemoryPlan {
 public:
  explicit MemoryPlan(realm::SystemMemory& memory) : memory_(memory) {}

  // Counts those fields of a group that are not counted yet. They are when the event has triggered. `asking`
  // is the running task and `sequence` the number of its launch.
  realm::Event reserve(RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper,
                       const Task& asking, uint64_t sequence);
  // At once; ends the program when they do not fit.
  void reserve_now(RootRegion& root, uint32_t group, uint64_t mask, const WhoMaps& mapper);
  // No use of the root is under way or will come: gives back all that was counted for it.
  void release(RootRegion& root);

  // Nothing runs and nothing is queued.
  void when_idle();

  realm::SystemMemory& memory() { return memory_; }

 private:
  struct Request {
    RootRegion* root;
    uint32_t group;
    uint64_t mask;
    uint64_t bytes;
    WhoMaps mapper;
    // The place in the sequential reading: numbers of launches from the main task down.
    std::vector<uint64_t> place;
    realm::UserEvent granted;
  };

  bool try_count(Request& request);
  [[noreturn]] void fail(const RootRegion& root, uint32_t group, uint64_t mask, unsigned __int128 bytes,
                         const WhoMaps& mapper);

  realm::SystemMemory& memory_;
  // Guards everything below.
  std::mutex mutex_;
  // By place.
  std::list<Request> waiting_;
  // Whether `waiting_` has elements.
  std::atomic<bool> has_waiting_{false};
};

}  // namespace palatine::legion
