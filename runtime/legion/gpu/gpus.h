// The GPUs of a run, the data in their memories, and the tasks that run on them.
//
// A task for a GPU runs when its preconditions are complete. That is when its data are found: nothing that
// conflicts with it runs then, so which places hold the newest values of its pieces is decided, and only
// other readers may add places. What is missing in the device's memory is copied on the task's stream, then
// the body queues the task's work there, and when the device has done all of it the task is complete.
//
//   ready ──▶ places found, pinned ──▶ copies queued ──▶ body (on a fiber) ──▶ work of the device ──▶ over
//     ▲               │ no memory: something else is moved home;              complete
//     └───────────────┘ else it waits for a task that ends
//
// A task without a result is complete when its body has queued all its work. What depends on it is then ready
// and queued behind it, while the device works: each place knows the tasks that may still be using it, and
// who uses it next lets its stream wait for their ends. So do the copies home that tasks on the host ask for;
// the host itself waits for devices only there, at fences and at the program's end. Pins stay until the work
// is over.
//
// Tasks, fills, copies and mappings on the host ask in the same way for their data at home, and wait for the
// device's copies before they run.
//
// Lock: `mutex_` guards places, pieces and pins of all regions. Copies are queued with it held, so that who
// sees values on their way also finds the event of their arrival.
#pragma once

#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/legion/context.h"
#include "runtime/legion/gpu/places.h"
#include "runtime/legion/gpu_face.h"
#include "runtime/legion/trace_graph.h"
#include "runtime/pool/stream_timeline.h"
#include "runtime/realm/gpu/gpu.h"

namespace palatine::legion::gpu {

// A task that runs on a device. It is the work that completes it.
struct GpuTask : realm::Work {
  class Gpus* gpus;
  // Gone when it is complete.
  Task* task;
  const api::TaskDesc* desc;
  uint32_t launch_line;
  int device;
  device::Stream* stream;
  // Pinned, those of other devices that are copied from too.
  std::vector<Place*> places;
  // Memory until it is complete, and whose it is.
  std::vector<std::pair<void*, Pool*>> scratch;
  // Of a body that is recorded for a graph, or compared with what was (body_script.h); else null.
  class BodyMemory* body_memory = nullptr;
  // The graph that it has launched.
  std::shared_ptr<struct RecordedTrace> graph;
  std::shared_ptr<Ending> ending;
  // Where it stands among the running tasks; guarded by their lock.
  size_t place_in_running;
  // Who waits for the end of all work; guarded by the lock of the running tasks.
  std::vector<std::shared_ptr<struct Quiet>> awaited_by;
};

// Whose data are being moved, for messages.
struct Mover {
  const char* task_name;
  api::SourceLoc loc;
  // 0: it is not known, or the task is running.
  uint32_t launch_line = 0;
};

// Triggers when the tasks that were running are over.
struct Quiet {
  std::atomic<uint64_t> missing;
  realm::UserEvent event;
};

// Complete tasks whose work is not over, of a device. More do not make it faster, and drivers take so many.
constexpr size_t kMostQueued = 1024;

// See GpuHooks::open.
std::unique_ptr<GpuFace> open_gpus(Runtime& runtime, const std::vector<std::string>& flags);

// Ends the program with the task's name and place when the status is an error.
void check(const GpuTask& work, const device::Status& status, const char* what);

// Called, unless null, before a device goes; nothing runs on it any more.
extern void (*device_ends)(device::Device& device);

// For tests: how many graphs of traces were recorded, and launched, and for how many tasks they were changed.
extern std::atomic<uint64_t> recorded_graphs, launched_graphs, followed_bodies;

// For tests: the platform to use whatever the flags say, which outlives the run; else null.
extern device::Platform* platform_override;

class Gpus final : public GpuFace {
 public:
  Gpus(Runtime& runtime, device::Platform& platform, std::unique_ptr<device::Platform> owned,
       const std::vector<int>& ids, uint64_t limit_bytes, int streams);
  ~Gpus() override;

  bool begin(Task& task, realm::Worker& worker) override;
  bool takes_traces() const override { return devices_.size() == 1; }
  void begin(TraceLaunch& launch, realm::Worker& worker) override;
  bool to_host(std::span<const HostUse> uses, realm::Work& resume) override;
  void to_host_now(std::span<const HostUse> uses) override;
  bool fill_there(const HostUse& use, uint32_t field, const void* value, uint32_t size_bytes,
                  realm::Work& resume) override;
  api::FieldAddress field(Task& task, Region& region, uint32_t field) override;
  void fill(Task& task, Region& region, uint32_t field, const void* value, uint32_t size_bytes) override;
  void* native_stream(Task& task) override;
  int device_number(Task& task) override;
  void call(Task& task, void (*function)(void* argument), void* argument) override;
  void forget(RootRegion& root) override;
  realm::Event quiet() override;
  bool is_busy() const override { return running_.load(std::memory_order_acquire) != 0; }

  // For gpu_context.h.
  void* scratch(GpuTask& work, uint64_t size_bytes);
  // For recorded traces: of a device, or null.
  // Of the traces that have something on devices: so that graphs give up their memory to who has none.
  void add(struct TraceState& trace);
  void remove(TraceState& trace);
  void* try_scratch(int device, device::Stream& stream, uint64_t size_bytes, Pool*& pool);

  realm::Gpu& gpu(int device) { return devices_[static_cast<size_t>(device)]->gpu; }

 private:
  struct DeviceState {
    DeviceState(Gpus& gpus, device::Device& device, int number, uint64_t limit, int streams);
    const uint64_t limit_bytes;
    realm::Gpu gpu;
    pool::DeviceSource source;
    std::vector<std::unique_ptr<pool::StreamTimeline>> timelines;
    std::unique_ptr<Pool> pool;
    // A small part for what tasks need while they hold their places, so that they do not wait for each other;
    // null on small devices.
    std::unique_ptr<Pool> scratch_pool;
    std::vector<Place*> places;
    // Tasks whose places are pinned there.
    uint32_t pinning = 0;
    // What waits for memory before it begins, and tasks that wait for more and hold what they have.
    std::vector<realm::Work*> waiting;
    std::vector<realm::UserEvent> waiting_inside;
    // Complete tasks whose work is not over, in the order in which it was queued, and what waits for there to
    // be fewer of them.
    std::deque<GpuTask*> queued;
    std::vector<realm::Work*> held;
    // One trace is recorded at a time: its streams, the first one begins and ends. Made when they are needed.
    std::mutex recording_mutex;
    std::vector<std::unique_ptr<device::Stream>> recording_streams;
    // Looks for those that are over; behind the first of them, when there is one.
    struct Notice : realm::Work {
      Gpus* gpus;
      int device;
    } notice;
    bool has_notice = false;
  };
  // While it lives, messages name its task.
  class Moving {
   public:
    Moving(Gpus& gpus, const Mover& mover) : gpus_(gpus), mover_(mover) { gpus_.begin_moving(mover_); }
    ~Moving() { gpus_.end_moving(mover_); }
    Moving(const Moving&) = delete;
    Moving& operator=(const Moving&) = delete;

   private:
    Gpus& gpus_;
    const Mover mover_;
  };
  // Who may try again to get memory. Outside of the lock.
  struct Woken {
    std::vector<realm::Work*> work;
    std::vector<realm::UserEvent> events;
    void wake(realm::Scheduler& workers);
  };
  // What a task wants to use: one field at these points.
  struct Want {
    const Domain* domain;
    FieldPlaces* field;
    bool needs_values;
    bool is_write;
    Place* place = nullptr;
  };

  // ---- acquire.cpp

  // The places of a root; made when a device uses it for the first time.
  RootPlaces& places_of(RootRegion& root);
  std::vector<Want> wants_of(Task& task);
  // Pins places for all wants and queues the copies. False: there is no memory now.
  bool acquire(GpuTask& work, std::vector<Want>& wants);
  bool find_places(GpuTask& work, std::vector<Want>& wants);
  bool copy_values(GpuTask& work, const Want& want, std::vector<Transit>& transits);
  void copy_piece(FieldPlaces& field, const Box& part, PlaceSet from, PlaceSet to, device::Stream& stream);
  PlaceSet source_of(const FieldPlaces& field, PlaceSet places, int device) const;
  // Those who wait for memory may try again.
  [[nodiscard]] Woken release(int device, std::vector<Place*>& places, device::Stream& stream);
  void log_use(FieldPlaces& field, const Domain& domain, const Place* place, bool reads, bool writes);
  // Queues what is missing at home; the devices on whose copies the uses have to wait, as a set.
  uint64_t queue_home(std::span<const HostUse> uses);

  // ---- memory.cpp

  Place* find_place(FieldPlaces& field, int device, const Box& box) const;
  // Null: no memory.
  Place* make_place(FieldPlaces& field, GpuTask& work, const Box& box);
  Place* try_make_place(FieldPlaces& field, GpuTask& work, const Box& box);
  Box box_for(const FieldPlaces& field, int device, const Box& box) const;
  // Moves something home that nobody uses, or forgets graphs that are not under way; false when there is
  // nothing.
  bool evict(int device);
  void move_home(Place& place);
  void drop(Place& place, device::Stream& last_used_by, bool is_forgotten = false);
  void free_memory(Place& place, device::Stream& last_used_by);
  void lock_home(FieldPlaces& field, uint64_t copied_bytes);
  void unlock_home(FieldPlaces& field);
  void free_orphan(Place& place, device::Stream& last_used_by);
  std::unique_ptr<RootPlaces> end_places(RootRegion& root,
                                         std::vector<std::shared_ptr<device::Event>>& arriving);
  void retire_overlapping(FieldPlaces& field, GpuTask& work, Place& by);
  bool is_only_there(const Place& place) const;
  static std::string described(const std::vector<Want>& wants);
  static std::string described(const RootRegion& root, uint32_t field);
  static std::string described(const RootRegion& root);
  [[noreturn]] void fail_memory(const Task& task, int device, const std::string& what);

  // ---- gpu_task.cpp

  // Finds the task's stream and places, and counts it as running. False: not now, and `again` is queued when
  // it may be tried again.
  bool prepare(GpuTask& work, realm::Work& again);
  void count_running(GpuTask& work);
  // All its work is queued; it ends with that.
  void queue_end(GpuTask& work);
  int device_for(Task& task, const std::vector<Want>& wants);
  device::Stream& stream_for(int device, const std::vector<Want>& wants);
  void start(Task& task, realm::Worker& worker);
  static void run_body(void* task);
  static void body_ended(void* task, realm::Worker& worker);
  void end_body(Task& task, realm::Worker& worker);
  void queue_notice(DeviceState& state);
  void look_for_ended(DeviceState& state);
  void finish(GpuTask& work);
  // What runs on a device, and who waits for data, for messages.
  std::string running_on(int device);
  void begin_moving(const Mover& mover);
  void end_moving(const Mover& mover);

  // ---- run_trace.cpp

  void run(TraceLaunch& launch);
  bool forget_graphs();
  // Launches the graph, recorded before or now. False: it could not, and the tasks are to be run.
  bool launch_graph(TraceLaunch& launch);
  // Its tasks, one after another.
  void launch_tasks(TraceLaunch& launch);
  std::shared_ptr<RecordedTrace> record_trace(TraceLaunch& launch, const GpuTask& work);
  void record_task(class TraceRecorder& recorder, const GpuTask& work, Task& task);
  // Changes what was recorded where the launch has other arguments. False: that cannot be, and it is of no
  // more use.
  bool follow_trace(TraceLaunch& launch, const GpuTask& work, RecordedTrace& recorded);
  static void run_body_aside(const GpuTask& work, Task& task, device::Stream& stream, BodyMemory& memory);

  Runtime& runtime_;
  std::unique_ptr<device::Platform> owned_platform_;
  StreamOrder order_;
  // Of the streams of all devices, by their own ids.
  std::unordered_map<uint64_t, StreamId> stream_ids_;
  std::vector<std::unique_ptr<DeviceState>> devices_;
  // Tasks and copies on their way.
  std::atomic<uint64_t> running_{0};

  std::mutex mutex_;
  std::unordered_map<RootRegion*, std::unique_ptr<RootPlaces>> roots_;
  std::vector<TraceState*> traces_;
  // Places of regions that have ended, while tasks use them.
  std::vector<std::unique_ptr<Place>> orphans_;
  uint64_t use_clock_ = 0;
  uint64_t place_count_ = 0;
  uint64_t next_device_ = 0;
  // Why there was no memory the last time.
  MemoryShortage shortage_;

  // Guards the lists; may be taken with `mutex_` held.
  std::mutex running_mutex_;
  std::vector<GpuTask*> running_tasks_;
  std::vector<const Mover*> movers_;
};

}  // namespace palatine::legion::gpu
