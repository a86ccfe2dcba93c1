#include "runtime/legion/lanes.h"

#include <algorithm>
#include <bit>
#include <chrono>

#include "runtime/legion/context.h"
#include "runtime/legion/run_after.h"
#include "runtime/legion/schedule_log.h"
#include "runtime/realm/block_pool.h"
#include "runtime/realm/one_sided_fence.h"
#include "runtime/realm/spin_lock.h"

namespace palatine::legion {

namespace {

// Looks before a runner leaves: a few microseconds, about what handing work to another worker takes.
constexpr uint32_t kSpins = 200;
// The same while there is a block that waits for what another runner is at: longer than a block takes.
// Who leaves then finds its lane taken when it comes back, and has to wait again.
constexpr uint32_t kPatientSpins = 2000;
constexpr uint32_t kSpinsOversubscribed = 2;
// Of so many blocks one is timed, and work from outside of the workers is looked for.
constexpr uint64_t kSampled = 16;
constexpr std::chrono::microseconds kSlow{100};

}  // namespace

struct Lanes::Runner : realm::Work {
  Lanes* lanes;
};

// ---- the launching task

Lanes::Lanes(Task& parent, uint32_t lane_count, uint32_t launches_ahead)
    : parent_(&parent),
      scheduler_(parent.info.runtime->scheduler),
      lane_count_(lane_count),
      runner_limit_(std::min(lane_count, static_cast<uint32_t>(scheduler_.worker_count()))),
      record_count_(std::bit_floor(std::max(launches_ahead, 2u))),
      spins_(scheduler_.is_oversubscribed() ? kSpinsOversubscribed : kSpins),
      patient_spins_(scheduler_.is_oversubscribed() ? kSpinsOversubscribed : kPatientSpins),
      records_(new Record[record_count_]),
      lanes_(new Lane[lane_count]),
      done_(realm::UserEvent::create()) {}

Lanes* Lanes::open(Task& parent, uint32_t lane_count, uint32_t launches_ahead, realm::Event start) {
  Lanes* lanes = new Lanes(parent, lane_count, launches_ahead);
  parent.add_children(1);
  lanes->start_ = start;
  lanes->add_reference();
  run_after(start, [lanes] {
    lanes->has_started_.store(true, std::memory_order_seq_cst);
    realm::rare_fence();
    if (lanes->published_.load(std::memory_order_seq_cst) > 0) lanes->add_runner_if_missing();
    lanes->drop_reference();
  });
  return lanes;
}

void Lanes::drop_reference() {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  // Only now, so that no runner is left in a queue when the program ends.
  Task* parent = parent_;
  delete this;
  Task::child_done(parent, 1);
}

const Lanes::Joined* Lanes::find(const LanePlan* plan) const {
  const auto found = std::find_if(joined_.begin(), joined_.end(),
                                  [&](const Joined& joined) { return joined.plan.get() == plan; });
  return found == joined_.end() ? nullptr : &*found;
}

const Lanes::Joined& Lanes::join(std::shared_ptr<const LanePlan> plan) {
  const size_t count = plan->steps.size();
  std::unique_ptr<PointsAtHand[]> at_hand(new PointsAtHand[count * lane_count_]);
  std::unique_ptr<Sources[]> sources(new Sources[count]);
  return joined_.emplace_back(Joined{std::move(plan), std::move(at_hand), std::move(sources)});
}

uint64_t Lanes::least_progress() const {
  uint64_t least = UINT64_MAX;
  for (uint32_t lane = 0; lane < lane_count_; ++lane)
    least = std::min(least, lanes_[lane].progress.load(std::memory_order_seq_cst));
  return least;
}

Lanes::Record* Lanes::next_record(uint64_t point_count, size_t stride_bytes, size_t align_bytes) {
  if (is_taken_) return nullptr;
  if (issued_ - free_until_ >= record_count_) {
    free_until_ = least_progress();
    while (issued_ - free_until_ >= record_count_) {
      // Until half of them are free.
      const uint64_t wanted = issued_ - record_count_ / 2;
      const realm::UserEvent event = realm::UserEvent::create();
      wake_event_ = event;
      wake_at_.store(wanted, std::memory_order_seq_cst);
      wake_launcher();
      // The object stays: the task has a reference.
      realm::wait(event);
      free_until_ = least_progress();
    }
  }
  is_taken_ = true;
  Record& record = record_of(issued_);
  const size_t bytes = point_count * stride_bytes + align_bytes;
  if (record.room_bytes < bytes) {
    record.room.reset(new char[bytes]);
    record.room_bytes = bytes;
  }
  const auto place = reinterpret_cast<uintptr_t>(record.room.get());
  record.args = reinterpret_cast<char*>((place + align_bytes - 1) / align_bytes * align_bytes);
  record.args_stride = stride_bytes;
  return &record;
}

void Lanes::publish(Record& record) {
  if (schedule_log) [[unlikely]]
    log(record);
  is_taken_ = false;
  ++issued_;
  published_.store(issued_, std::memory_order_release);
  realm::frequent_fence();
  add_runner_if_missing();
}

void Lanes::close() {
  if (schedule_log && issued_ > 0) [[unlikely]] {
    const std::vector<realm::UserEvent>& events = record_of(issued_ - 1).events;
    const std::vector<realm::Event> last(events.begin(), events.end());
    schedule_log->merged(done_, last.data(), last.size());
  }
  is_closed_.store(true, std::memory_order_seq_cst);
  finish_if_complete();
  has_ended_ = true;
  if (!is_taken_) drop_reference();
}

void Lanes::give_back() {
  is_taken_ = false;
  if (has_ended_) drop_reference();
}

void Lanes::log(Record& record) {
  const LaneStep& step = *record.step;
  const RecordedLaunch& launch = *step.launch;
  const TaskInfo& info = *launch.info;
  std::vector<realm::UserEvent> events;
  for (uint32_t lane = 0; lane < lane_count_; ++lane) {
    std::vector<realm::Event> inputs;
    auto add = [&](uint64_t number, uint32_t of) {
      // What is not in the ring any more is complete.
      if (number > 0 && issued_ - (number - 1) < record_count_)
        inputs.push_back(record_of(number - 1).events[of]);
    };
    add(issued_, lane);
    for (uint32_t e = step.first_edge[lane]; e < step.first_edge[lane + 1]; ++e)
      add(record.needs[e], step.edges[e].lane);
    if (issued_ == 0 && start_.exists()) inputs.push_back(start_);
    std::vector<Use> uses;
    for (uint64_t k = step.first_point[lane]; k < step.first_point[lane + 1]; ++k) {
      for (const TaskInfo::Access& access : info.accesses) {
        const auto region = std::bit_cast<api::Region>(launch.region_at(k, access.offset));
        uses.push_back(Use{info.runtime->forest.find_region(region.id), access.group, access.mask,
                           access.is_write, access.is_shared});
      }
    }
    const realm::UserEvent done = realm::UserEvent::create();
    schedule_log->launched(done, parent_->done.id(), {ScheduleLog::Kind::task, info.desc->name, record.loc},
                           uses, inputs);
    events.push_back(done);
  }
  record.events = std::move(events);
}

// ---- runners

void Lanes::add_runner_if_missing() {
  if (!has_started_.load(std::memory_order_acquire)) return;
  if (active_.load(std::memory_order_acquire) < runner_limit_) add_runner();
}

void Lanes::add_runner() {
  if (active_.fetch_add(1, std::memory_order_seq_cst) >= runner_limit_) {
    active_.fetch_sub(1, std::memory_order_seq_cst);
    return;
  }
  add_reference();
  Runner* runner = new (realm::allocate_block(sizeof(Runner))) Runner;
  runner->lanes = this;
  runner->run = [](realm::Work& work, realm::Worker& worker) {
    Runner& self = static_cast<Runner&>(work);
    self.lanes->run(self, worker);
  };
  scheduler_.submit_last(*runner);
}

void Lanes::run(Runner& runner, realm::Worker& worker) {
  for (;;) {
    if (work(worker) == Outcome::gives_way) {
      scheduler_.submit_last(runner);
      return;
    }
    active_.fetch_sub(1, std::memory_order_seq_cst);
    realm::rare_fence();
    finish_if_complete();
    wake_launcher();
    const uint64_t published = published_.load(std::memory_order_seq_cst);
    bool is_needed = false;
    for (uint32_t lane = 0; lane < lane_count_; ++lane) {
      is_needed = is_needed ||
                  (!lanes_[lane].is_claimed.load(std::memory_order_seq_cst) && may_be_ready(lane, published));
    }
    if (!is_needed) break;
    active_.fetch_add(1, std::memory_order_seq_cst);
  }
  realm::free_block(&runner, sizeof(Runner));
  drop_reference();
}

bool Lanes::try_claim(uint32_t lane) {
  std::atomic<bool>& is_claimed = lanes_[lane].is_claimed;
  return !is_claimed.load(std::memory_order_relaxed) && !is_claimed.exchange(true, std::memory_order_seq_cst);
}

// Whether the next block of a claimed lane can run. What it waits for is kept for `may_be_ready`.
bool Lanes::is_ready(uint32_t lane, const Record& record) {
  const LaneStep& step = *record.step;
  for (uint32_t e = step.first_edge[lane]; e < step.first_edge[lane + 1]; ++e) {
    const uint32_t other = step.edges[e].lane;
    // Acquire: pairs with the release of `advance`, so that the block's effects are seen.
    if (lanes_[other].progress.load(std::memory_order_acquire) >= record.needs[e]) continue;
    Lane& self = lanes_[lane];
    if (self.blocked_until.load(std::memory_order_relaxed) != record.needs[e]) {
      self.blocked_by.store(other, std::memory_order_relaxed);
      self.blocked_until.store(record.needs[e], std::memory_order_relaxed);
    }
    return false;
  }
  return true;
}

// False when a lane that is not claimed surely has to wait: its record is only for who claimed it. While
// somebody changes what is looked at here the answer may be wrong, but that one looks once more before it
// leaves.
bool Lanes::may_be_ready(uint32_t lane, uint64_t published) const {
  const Lane& self = lanes_[lane];
  if (self.progress.load(std::memory_order_seq_cst) >= published) return false;
  const Lane& other = lanes_[self.blocked_by.load(std::memory_order_relaxed)];
  return other.progress.load(std::memory_order_seq_cst) >= self.blocked_until.load(std::memory_order_relaxed);
}

Lanes::Outcome Lanes::work(realm::Worker& worker) {
  // Lanes next to each other are those of one worker, as their points most often are.
  const uint32_t home = static_cast<uint32_t>(worker.index()) * (lane_count_ / runner_limit_) % lane_count_;
  bool has_home = false, gives_way = false;
  for (uint32_t idle = 0;;) {
    bool has_moved = false;
    if (!has_home) {
      has_home = try_claim(home);
      lanes_[home].is_wanted.store(!has_home, std::memory_order_relaxed);
    }
    if (has_home) has_moved = advance(home, home, worker, gives_way);
    for (uint32_t k = 1; k < lane_count_ && !has_moved && !gives_way; ++k) {
      const uint32_t lane = (home + k) % lane_count_;
      if (lanes_[lane].is_claimed.load(std::memory_order_relaxed)) continue;
      if (!may_be_ready(lane) || !try_claim(lane)) continue;
      has_moved = advance(lane, home, worker, gives_way);
      lanes_[lane].is_claimed.store(false, std::memory_order_seq_cst);
    }
    if (has_moved && !gives_way) {
      idle = 0;
      continue;
    }
    // What this runner has made ready itself, the launching task most often.
    gives_way = gives_way || !worker.queue_looks_empty();
    const bool has_blocks = least_progress() < published_.load(std::memory_order_relaxed);
    const bool is_over = !has_blocks && is_closed_.load(std::memory_order_relaxed);
    if (gives_way || is_over || ++idle > (has_blocks ? patient_spins_ : spins_) ||
        scheduler_.has_injected()) {
      if (has_home) lanes_[home].is_claimed.store(false, std::memory_order_seq_cst);
      return gives_way ? Outcome::gives_way : Outcome::idle;
    }
    if (wake_at_.load(std::memory_order_relaxed) != kNobody) wake_launcher();
    realm::pause_processor();
  }
}

// Runs what is ready of a claimed lane, as long as nothing else is to be done; whether there was anything.
bool Lanes::advance(uint32_t lane, uint32_t home, realm::Worker& worker, bool& gives_way) {
  Lane& self = lanes_[lane];
  // What whoever claimed the lane before has done is seen: the claim acquires it.
  uint64_t number = self.progress.load(std::memory_order_relaxed);
  const uint64_t first = number;
  uint64_t published = published_.load(std::memory_order_acquire);
  for (;;) {
    if (number == published) {
      published = published_.load(std::memory_order_acquire);
      if (number == published) break;
    }
    Record& record = record_of(number);
    if (!is_ready(lane, record)) {
      if (!begin_block(record, number, lane, worker)) break;
      continue;
    }
    run_block(record, number, lane, worker);
    ++number;
    self.progress.store(number, std::memory_order_release);

    if (wake_at_.load(std::memory_order_relaxed) <= number) wake_launcher();
    if (active_.load(std::memory_order_relaxed) < runner_limit_) {
      for (uint32_t other = 0; other < lane_count_; ++other) {
        if (lanes_[other].is_claimed.load(std::memory_order_relaxed) || !may_be_ready(other)) continue;
        add_runner();
        break;
      }
    }
    if (!worker.queue_looks_empty() || (number % kSampled == 0 && scheduler_.has_injected())) {
      gives_way = true;
      break;
    }
    if (lane != home && (self.is_wanted.load(std::memory_order_relaxed) || may_be_ready(home))) break;
  }
  return number != first;
}

// Runs those points of a block, of a claimed lane, that wait for no other lane, while another runner is at
// what the rest waits for: it takes as long as two or three hops of a cache line until that is seen. False
// when there are none, or they were run.
bool Lanes::begin_block(Record& record, uint64_t number, uint32_t lane, realm::Worker& worker) {
  Lane& self = lanes_[lane];
  const LaneStep::Range& own = record.step->own_points[lane];
  const uint32_t other = self.blocked_by.load(std::memory_order_relaxed);
  if (own.first == own.last || self.begun_until == number + 1 || schedule_log) return false;
  if (!lanes_[other].is_claimed.load(std::memory_order_relaxed) || !record.at_hand[lane].is_ready())
    return false;
  self.begun_until = number + 1;
  run_points(record, number, lane, own.first, own.last, worker);
  return true;
}

void Lanes::run_block(Record& record, uint64_t number, uint32_t lane, realm::Worker& worker) {
  const LaneStep& step = *record.step;
  const uint64_t begin = step.first_point[lane], end = step.first_point[lane + 1];
  if (schedule_log) [[unlikely]]
    schedule_log->started(record.events[lane]);
  if (lanes_[lane].begun_until == number + 1) {
    const LaneStep::Range& own = step.own_points[lane];
    run_points(record, number, lane, begin, own.first, worker);
    run_points(record, number, lane, own.last, end, worker);
  } else {
    run_points(record, number, lane, begin, end, worker);
  }
  if (schedule_log) [[unlikely]] {
    schedule_log->ended(record.events[lane]);
    record.events[lane].trigger();
  }
}

void Lanes::run_points(Record& record, uint64_t number, uint32_t lane, uint64_t first, uint64_t last,
                       realm::Worker& worker) {
  if (first == last) return;
  const RecordedLaunch& launch = *record.step->launch;
  const TaskInfo& info = *launch.info;
  const bool is_timed = number % kSampled == 0;
  const Grain::Clock::time_point start = is_timed ? Grain::Clock::now() : Grain::Clock::time_point();
  Task task(info);
  task.parent = parent_;
  task.launch_line = record.loc.line;
  const uint64_t lane_begin = record.step->first_point[lane];
  PointsAtHand& points = record.at_hand[lane];
  const bool are_at_hand =
      points.prepare(launch, lane_begin, record.step->first_point[lane + 1] - lane_begin);
  char* const args = record.args_stride == 0 ? points.own_args(launch, record.args)
                                             : record.args + first * record.args_stride;
  task.run_block({launch, first, last - first, record.first_sequence + static_cast<uint32_t>(first), args,
                  record.args_stride, are_at_hand ? points.of(first - lane_begin) : nullptr,
                  points.per_point()});
  worker.note = nullptr;
  if (is_timed) {
    const Grain::Clock::duration time = Grain::Clock::now() - start;
    info.grain.note(time, last - first);
    if (time > kSlow) is_slow_.store(true, std::memory_order_relaxed);
  }
}

void Lanes::wake_launcher() {
  uint64_t wanted = wake_at_.load(std::memory_order_seq_cst);
  if (wanted == kNobody || least_progress() < wanted) return;
  // Whoever takes the number triggers the event. The task may have been woken and wait again meanwhile, but
  // never for the same number.
  if (!wake_at_.compare_exchange_strong(wanted, kNobody, std::memory_order_seq_cst)) return;
  // A copy: the task may put the next one in its place before `trigger` returns.
  const realm::UserEvent event = wake_event_;
  event.trigger();
}

void Lanes::finish_if_complete() {
  if (!is_closed_.load(std::memory_order_seq_cst)) return;
  if (least_progress() != published_.load(std::memory_order_seq_cst)) return;
  if (!is_finished_.exchange(true, std::memory_order_seq_cst)) done_.trigger();
}

}  // namespace palatine::legion
