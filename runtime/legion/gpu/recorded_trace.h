// Traces that a device launches as graphs (trace_graph.h).
//
// What a trace uses is found, brought to the device and pinned as for a task that uses all of it at once. So
// whatever happened to the data since the last time - copies home, other writers, memory that was given up -
// is put right before the graph, and others wait for the graph's end as for a task's. The graph itself holds
// nothing but what the bodies queued: it is good as long as the places are the same ones, which have numbers,
// and is recorded anew when they are not.
//
// A recording runs the bodies in the order of the program, each on a stream that is recorded and waits for
// those before that it conflicts with. Memory that the bodies ask for belongs to the graph. Where arguments
// of tasks that are values are others than the last time, these bodies run again and the graph's launches are
// changed (body_script.h).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/legion/gpu/body_script.h"
#include "runtime/legion/gpu/gpus.h"
#include "runtime/legion/trace_graph.h"

namespace palatine::legion::gpu {

// A graph and what it uses. Gone when nobody will launch it and its last launch is over.
struct RecordedTrace {
  ~RecordedTrace();
  std::unique_ptr<device::Graph> graph;
  // By launches: what it does now. By tasks: what their bodies asked for.
  std::vector<std::shared_ptr<const GraphArgs>> args;
  std::vector<BodyScript> scripts;
  // Of the places, by `TraceState::parts`.
  std::vector<uint64_t> places;
  std::vector<std::pair<void*, Pool*>> scratch;
  std::vector<std::function<void()>> kept;
};

// What a trace has on its device.
struct TraceState final : GpuTrace {
  // A field of a root, and where its values are needed, or written.
  struct Part {
    RootRegion* root;
    uint32_t field;
    bool is_write;
    OwnedDomain domain;
  };
  TraceState(Gpus& gpus, const GraphTrace& trace, Task& launcher);
  ~TraceState() override;
  Gpus& gpus;
  std::vector<Part> parts;
  // All its launches are there.
  device::Stream* stream = nullptr;
  // Guarded by the lock of `Gpus`. Who launches it, and each launch that is not over, have it too.
  std::shared_ptr<RecordedTrace> recorded;
};

// The recording that is going on.
class TraceRecorder final : public BodyMemory {
 public:
  TraceRecorder(Gpus& gpus, device::Device& device, device::Stream& launches_on,
                std::vector<std::unique_ptr<device::Stream>>& streams);
  ~TraceRecorder();

  // False: nothing can be recorded.
  bool begin();
  // What was recorded; null when something went wrong.
  std::unique_ptr<device::Graph> end();
  // A task's use of a place.
  struct Use {
    const Place* place;
    Box box;
    bool is_write;
  };
  // The stream for a task with these uses, which waits for what it has to. `after_task`: its body has run.
  device::Stream& stream_for(const std::vector<Use>& uses);
  void after_task(const std::vector<Use>& uses);

  // Memory for the graph; after the first time that there was none nothing is recorded any more.
  void* scratch(GpuTask& work, uint64_t size_bytes) override;
  void keep(std::function<void()> give_back) override;

  const std::shared_ptr<RecordedTrace> recorded = std::make_shared<RecordedTrace>();

 private:
  device::Stream& find_stream(const std::vector<Use>& uses);
  struct Done {
    Use use;
    size_t task;
  };
  struct Task {
    std::shared_ptr<device::Event> event;
    size_t stream;
    bool is_continued = false;
  };
  bool is_good(const device::Status& status);
  bool make_event(std::shared_ptr<device::Event>& event, device::Stream& stream);

  Gpus& gpus_;
  device::Device& device_;
  device::Stream& launches_on_;
  std::vector<std::unique_ptr<device::Stream>>& streams_;
  // Takes what is queued when nothing is recorded any more.
  std::unique_ptr<device::Stream> nowhere_;
  std::shared_ptr<device::Event> begin_;
  bool is_open_ = false, has_failed_ = false;
  std::vector<bool> takes_part_;
  size_t next_stream_ = 0, current_ = 0;
  std::vector<Task> tasks_;
  std::map<const Place*, std::vector<Done>> done_;
  // Of the task whose body runs.
  std::unique_ptr<ScriptWriter> writer_;
};

}  // namespace palatine::legion::gpu
