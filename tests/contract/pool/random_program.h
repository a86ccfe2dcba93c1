// Random programs over the stepped simulated device, and an oracle that knows the order of all queued work.
//
// The oracle keeps vector clocks of its own, fed by every wait that the program or the pool queues, and
// remembers for every byte which queued operations touch it. Memory that is handed to a stream must only be
// touched by operations that have run, or that come before whatever the stream does next. The operations also
// really touch the memory: each owner writes its number and finds it again.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "runtime/device/simulated.h"
#include "runtime/pool/stream_timeline.h"

namespace palatine::test {

struct ProgramOptions {
  uint64_t seed = 1;
  size_t streams = 8;
  uint64_t operations = 100000;
  size_t max_live = 200;
  uint64_t max_bytes = 8192;
  // The counts are checked after every operation, the whole pool every so many.
  uint64_t check_every = 5000;
  // How many operations the device does at most when it is let: about 11 keep up with the program.
  size_t device_steps = 10;
  bool hides_progress = false;
  bool has_faults = false;
  // In what steps the device maps memory behind blocks; 0: not at all.
  size_t mapping_bytes = 8192;
  pool::StreamTimeline::Work work = pool::StreamTimeline::Work::counted;
  PoolOptions pool;
};

class RandomProgram {
 public:
  explicit RandomProgram(const ProgramOptions& options);
  ~RandomProgram();
  // Empty, or the first thing that was wrong.
  std::string run();

  uint64_t handed_over() const { return handed_over_; }
  const PoolStatistics& last_statistics() const { return last_; }

 private:
  // Tells the oracle of waits that the pool itself queues.
  class ObservedTimeline;
  struct Operation {
    RandomProgram* program;
    size_t stream;
    uint64_t number;
    char* address;
    uint64_t bytes;
    uint64_t tag;
    enum Kind { write, verify, read } kind;
    bool is_done = false;
  };
  struct Live {
    char* address;
    uint64_t bytes;
    size_t owner;
    uint64_t tag;
    bool is_written = false;
    std::vector<size_t> users;
  };
  struct Segment {
    char* end;
    std::vector<Operation*> touched_by;
  };
  using Clock = std::vector<uint64_t>;

  static void perform(void* operation);
  void fail(const std::string& what);
  void allocate();
  void use(Live& block, size_t stream);
  void free_some();
  void wait(size_t to, size_t from);
  void come_after(size_t to, size_t from, uint64_t number);
  void check_hand_over(size_t stream, char* address, uint64_t bytes);
  std::map<char*, Segment>::iterator cut(char* at);
  void check_counts();
  void check();
  void inject_fault();
  size_t some(size_t below) { return static_cast<size_t>(random_() % below); }

  const ProgramOptions options_;
  std::mt19937_64 random_;
  std::unique_ptr<device::SimulatedPlatform> platform_;
  std::vector<std::unique_ptr<device::Stream>> streams_;
  std::vector<std::unique_ptr<ObservedTimeline>> timelines_;
  StreamOrder order_;
  std::vector<StreamId> ids_;
  std::unique_ptr<pool::DeviceSource> source_;
  std::unique_ptr<Pool> pool_;

  std::vector<Live> live_;
  uint64_t live_bytes_ = 0;
  std::deque<Operation> operations_;
  // What the next operation of stream s comes after: operations of t up to the number.
  std::vector<Clock> clocks_;
  // The same at earlier times: from which number of the stream on it was so.
  std::vector<std::vector<std::pair<uint64_t, Clock>>> history_;
  std::map<char*, Segment> segments_;
  uint64_t next_tag_ = 1;
  uint64_t handed_over_ = 0;
  PoolStatistics last_;
  std::string wrong_;
};

}  // namespace palatine::test
