// The unit that workers run.
#pragma once

namespace palatine::realm {

class Worker;

// A piece of work. It is part of the operation that it belongs to, and queued at most once at a time.
struct Work {
  using Run = void (*)(Work& work, Worker& worker);
  Run run = nullptr;
  Work* next = nullptr;  // in the queue of work from other threads
};

}  // namespace palatine::realm
