// The workers that help take pieces from a common counter. A helper that comes late finds none left and goes;
// it holds the shared state, which outlives the operation.
#include "runtime/realm/space/space_operation.h"

#include <algorithm>
#include <atomic>
#include <new>

#include "runtime/realm/fatal.h"
#include "runtime/realm/operation.h"
#include "runtime/realm/process.h"
#include "runtime/realm/worker.h"

namespace palatine::realm::space {

namespace {

// With less to do than this the time to wake a worker is not made up for.
constexpr uint64_t kMinCostToShare = 20000;

class SpaceOperation;

struct Shared : std::enable_shared_from_this<Shared> {
  std::unique_ptr<SpaceWork> work;
  Results results;
  SpaceOperation* operation = nullptr;
  const char* call = nullptr;

  // Read and written by the thread that begins a stage.
  size_t stage = 0;
  // Stage in the upper half, number of the next piece in the lower one: a helper that comes late cannot take
  // a piece of another stage. Released when a stage begins, acquired by who takes a piece.
  std::atomic<uint64_t> next{0};
  // Pieces that have not been done.
  std::atomic<size_t> left{0};

  void run_stages();
  void help(size_t of_stage, size_t of_count);
};

struct Helper : Work {
  std::shared_ptr<Shared> shared;
  size_t stage, count;
};

class SpaceOperation final : public Operation {
 public:
  SpaceOperation(const char* call, const Realm::ProfilingRequestSet& requests, std::shared_ptr<Shared> shared)
      : Operation(call, Place::kWorker, requests), shared_(std::move(shared)) {
    shared_->operation = this;
    shared_->call = call;
  }

 private:
  void execute() override {
    // The state outlives the operation, which may be gone when the stages are done.
    std::shared_ptr<Shared> shared = shared_;
    defer_completion();
    shared->run_stages();
  }
  void skipped() override {
    for (auto& result : shared_->results) result->cancel();
  }

  std::shared_ptr<Shared> shared_;
};

// Runs stages from `stage` on until one is left to others or all are done.
void Shared::run_stages() {
  try {
    while (stage < work->stage_count()) {
      const size_t pieces = work->prepare(stage);
      if (pieces == 0) {
        ++stage;
        continue;
      }
      const size_t current = stage;
      left.store(pieces, std::memory_order_relaxed);
      next.store(static_cast<uint64_t>(current) << 32, std::memory_order_release);
      if (pieces > 1 && work->cost(current) >= kMinCostToShare) {
        for (size_t i = 1; i < std::min(pieces, worker_count()); i++) {
          auto* helper = new Helper;
          helper->shared = shared_from_this();
          helper->stage = current;
          helper->count = pieces;
          helper->run = [](Work& queued, Worker&) {
            std::unique_ptr<Helper> self(static_cast<Helper*>(&queued));
            self->shared->help(self->stage, self->count);
          };
          submit_background(*helper);
        }
      }
      help(current, pieces);
      return;
    }
  } catch (const std::bad_alloc&) {
    fatal_error("error: %s: out of memory", call);
  }
  work.reset();
  operation->complete();
}

void Shared::help(size_t of_stage, size_t of_count) {
  size_t done = 0;
  try {
    while (true) {
      uint64_t taken = next.load(std::memory_order_acquire);
      do {
        if (taken >> 32 != of_stage || (taken & 0xffffffff) >= of_count) break;
      } while (!next.compare_exchange_weak(taken, taken + 1, std::memory_order_acq_rel));
      if (taken >> 32 != of_stage || (taken & 0xffffffff) >= of_count) break;
      work->run_piece(of_stage, static_cast<size_t>(taken & 0xffffffff));
      ++done;
    }
  } catch (const std::bad_alloc&) {
    fatal_error("error: %s: out of memory", call);
  }
  // Acquire-release: the last one sees what all pieces did.
  if (done == 0 || left.fetch_sub(done, std::memory_order_acq_rel) != done) return;
  ++stage;
  run_stages();
}

}  // namespace

Realm::Event launch_work(const char* call, std::unique_ptr<SpaceWork> work, Results results,
                         std::vector<Realm::Event> inputs, const Realm::ProfilingRequestSet& requests,
                         Realm::Event wait_on) {
  need_runtime(call);
  auto shared = std::make_shared<Shared>();
  shared->work = std::move(work);
  shared->results = std::move(results);
  if (!inputs.empty()) {
    inputs.push_back(wait_on);
    wait_on = Realm::Event::merge_events(inputs.data(), inputs.size());
  }
  auto* operation = new SpaceOperation(call, requests, std::move(shared));
  return operation->launch(wait_on);
}

Realm::Event launch_nothing(const char* call, const Realm::ProfilingRequestSet& requests,
                            Realm::Event wait_on) {
  if (requests.empty()) return wait_on;
  return run_operation(call, Operation::Place::kInline, requests, wait_on, [](Operation&) {});
}

size_t worker_count() {
  return static_cast<size_t>(std::max(1, scheduler().worker_count()));
}

}  // namespace palatine::realm::space
