// Lanes: how a trace of short index launches is replayed without an event, a queue or an object for each of
// its points.
//
// Each launch's points are cut into as many blocks as there are lanes, most often one for each worker. A lane
// runs its block of every launch, in the order of the launches, and counts how many it has done: its
// *progress*. What a block waits for in other lanes is that their progress has come so far (lane_plan.h knows
// how far), so a dependence costs a comparison, and its neighbours' points stay on one processor.
//
//   launching task    writes the launch into a free record of a ring, and adds one to `published_`
//   runner            work of the scheduler, at most one for each lane: claims a lane and runs what is ready
//
// A runner prefers the lane of its worker. When that waits it runs others that nobody has claimed, so any
// number of workers will do; when there is nothing it looks again for a short time and leaves. It gives way
// to other work of its worker after each block, and only runs leaf tasks, so it never blocks.
//
// Nobody is forgotten: a runner leaves by taking itself out of `active_` and looks once more then; who
// publishes looks at `active_` afterwards and makes a runner if one is missing. The fence between is the
// leaving runner's (one_sided_fence.h): one in each launch would wait until the record's lines, which the
// runners have read, are back. The same way the launching task, which waits when the ring is full, is woken:
// runners look at `wake_at_` when they have counted a block, without a barrier, and once more when they
// leave.
//
// All launches of one object are one operation of the launching task: they begin when `start` has triggered,
// and `done` triggers when the lanes are closed and all blocks were run.
//
// Thread safety: `next_record` to `close` are for the launching task, the rest is for workers. Counted
// references: the launching task's, each runner's, and one while `start` is awaited.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/legion/lane_plan.h"
#include "runtime/legion/points_at_hand.h"
#include "runtime/legion/task.h"

namespace palatine::legion {

class ContextImpl;

class Lanes {
 public:
  // A launch that was issued.
  struct Record {
    const LaneStep* step = nullptr;
    // By lane; for who runs it.
    PointsAtHand* at_hand = nullptr;
    // Of `step->edges`: what the progress of the edge's lane must be.
    SmallVector<uint64_t, 8> needs;
    char* args = nullptr;
    size_t args_stride = 0;  // 0: one set for all points, but for their regions
    uint32_t first_sequence = 0;
    api::SourceLoc loc = {};
    // For the schedule log, by lane.
    std::vector<realm::UserEvent> events = {};

   private:
    friend class Lanes;
    std::unique_ptr<char[]> room;
    size_t room_bytes = 0;
  };

  // What a launch's regions were found by, with its points: the site, then index spaces, partitions and
  // regions.
  using Sources = SmallVector<uint64_t, 8>;

  // The launch whose arguments are being filled in.
  struct Call {
    ContextImpl* context;
    const api::IndexLaunchSiteDesc* site;
    const LaneStep* step;
    Record* record;
    // Empty when they are not known, or were the same before.
    Sources sources;

    void begin(ContextImpl& of, const api::IndexLaunchSiteDesc& at, const LaneStep& as, Record& in) {
      context = &of, site = &at, step = &as, record = &in;
      sources.clear();
    }
  };
  Call call = {};

  static constexpr uint32_t kMaxLanes = 64;

  // `launches_ahead`: how many launches may be outstanding.
  static Lanes* open(Task& parent, uint32_t lane_count, uint32_t launches_ahead, realm::Event start);

  uint32_t lane_count() const { return lane_count_; }
  // How many launches were issued.
  uint64_t published() const { return issued_; }
  realm::Event done() const { return done_; }
  // Whether a block has lately taken so long that lanes do not pay.
  bool is_slow() const { return is_slow_.load(std::memory_order_relaxed); }

  // A plan whose steps records refer to. Other lanes may follow the same plan at the same time, when nothing
  // orders them: each have their own things at hand.
  struct Joined {
    std::shared_ptr<const LanePlan> plan;
    std::unique_ptr<PointsAtHand[]> at_hand;  // by step and lane
    std::unique_ptr<Sources[]> sources;       // by step, of its last launch; for the launching task
  };
  const std::vector<Joined>& joined() const { return joined_; }
  // Null when it has not joined.
  const Joined* find(const LanePlan* plan) const;
  const Joined& join(std::shared_ptr<const LanePlan> plan);

  // The record of the next launch, with room for its arguments. Suspends the task while all are in use.
  // There is one at a time: null until it is published or given back.
  Record* next_record(uint64_t point_count, size_t stride_bytes, size_t align_bytes);
  // The record is complete.
  void publish(Record& record);
  // No launch comes of the record: the object may be gone then.
  void give_back();
  // No more launches. The object may be gone then, unless a record is neither published nor given back.
  void close();

  void add_reference() { references_.fetch_add(1, std::memory_order_relaxed); }
  void drop_reference();

 private:
  struct Runner;
  // Three cache lines, as others look at the progress and the claim all the time.
  struct Lane {
    alignas(64) std::atomic<uint64_t> progress{0};
    alignas(64) std::atomic<bool> is_claimed{false};
    // The lane's own runner waits for it.
    std::atomic<bool> is_wanted{false};
    // What the lane was last found to wait for: the progress of another one.
    alignas(64) std::atomic<uint32_t> blocked_by{0};
    std::atomic<uint64_t> blocked_until{0};
    // For who claimed it: of the launches before, the points that wait for no other lane were run.
    uint64_t begun_until = 0;
  };
  enum class Outcome : uint8_t { idle, gives_way };

  Lanes(Task& parent, uint32_t lane_count, uint32_t launches_ahead);
  ~Lanes() = default;

  void run(Runner& runner, realm::Worker& worker);
  Outcome work(realm::Worker& worker);
  bool advance(uint32_t lane, uint32_t home, realm::Worker& worker, bool& gives_way);
  void run_block(Record& record, uint64_t number, uint32_t lane, realm::Worker& worker);
  bool begin_block(Record& record, uint64_t number, uint32_t lane, realm::Worker& worker);
  void run_points(Record& record, uint64_t number, uint32_t lane, uint64_t first, uint64_t last,
                  realm::Worker& worker);
  bool is_ready(uint32_t lane, const Record& record);
  bool may_be_ready(uint32_t lane) const {
    return may_be_ready(lane, published_.load(std::memory_order_seq_cst));
  }
  bool may_be_ready(uint32_t lane, uint64_t published) const;
  bool try_claim(uint32_t lane);
  void add_runner();
  void add_runner_if_missing();
  uint64_t least_progress() const;
  void wake_launcher();
  void finish_if_complete();
  void log(Record& record);

  Record& record_of(uint64_t launch) { return records_[launch & (record_count_ - 1)]; }
  const Record& record_of(uint64_t launch) const { return records_[launch & (record_count_ - 1)]; }

  // Never changed after the beginning.
  Task* const parent_;
  realm::Scheduler& scheduler_;
  const uint32_t lane_count_;
  const uint32_t runner_limit_;
  uint32_t record_count_;  // a power of two
  uint32_t spins_, patient_spins_;
  std::unique_ptr<Record[]> records_;
  std::unique_ptr<Lane[]> lanes_;
  realm::UserEvent done_;
  realm::Event start_;

  // The launching task's own.
  uint64_t issued_ = 0;
  uint64_t free_until_ = 0;  // what the least progress was
  bool is_taken_ = false;
  bool has_ended_ = false;
  std::vector<Joined> joined_;

  alignas(64) std::atomic<uint64_t> published_{0};
  std::atomic<bool> is_closed_{false};
  std::atomic<bool> has_started_{false};
  alignas(64) std::atomic<uint32_t> active_{0};  // runners, queued or running
  std::atomic<uint32_t> references_{1};
  std::atomic<bool> is_finished_{false};
  std::atomic<bool> is_slow_{false};
  // The launching task waits until the least progress is this; `wake_event_` is set before.
  static constexpr uint64_t kNobody = UINT64_MAX;
  std::atomic<uint64_t> wake_at_{kNobody};
  realm::UserEvent wake_event_;
};

}  // namespace palatine::legion
