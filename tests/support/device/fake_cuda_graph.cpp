// What of the fake driver only the hand-written programs of the benchmarks use: memory by order of a stream,
// graphs.
#include "support/device/fake_cuda_call.h"

using namespace palatine::device;
using namespace palatine::device::testing;

extern "C" {

int cuMemAllocAsync(CudaAddress* address, size_t bytes, CudaStreamHandle stream) {
  FAKE_CALL("cuMemAllocAsync", bytes);
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  return allocate(address, bytes, kCudaMemoryDevice, current()->ordinal);
}

int cuMemFreeAsync(CudaAddress address, CudaStreamHandle stream) {
  FAKE_CALL("cuMemFreeAsync");
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  if (!state().blocks.contains(address)) return cuda_result::invalid_value;
  push(stream, [address] {
    std::unique_lock lock(state().control.mutex);
    release(address, false);
  });
  return 0;
}

int cuStreamBeginCapture_v2(CudaStreamHandle stream, int mode) {
  FAKE_CALL("cuStreamBeginCapture", mode);
  FAKE_NEEDS_STREAM(stream);
  if (stream->capture) return cuda_result::capture_unsupported;
  stream->capture = std::make_shared<FakeCapture>();
  stream->capture->origin = stream;
  return 0;
}

int cuStreamEndCapture(CudaStreamHandle stream, FakeGraph** graph) {
  FAKE_CALL("cuStreamEndCapture");
  FAKE_NEEDS_STREAM(stream);
  const std::shared_ptr<FakeCapture> capture = stream->capture;
  if (!capture || capture->origin != stream) return cuda_result::capture_unsupported;
  bool is_joined = true;
  for (const auto& [other, number] : capture->submitted)
    is_joined = is_joined && (other == stream || capture->knows[stream][other] == number);
  for (CudaStreamHandle other : state().live_streams) {
    if (other->capture == capture) other->capture = nullptr;
  }
  if (!is_joined) return cuda_result::capture_unjoined;
  *graph = new FakeGraph{capture->work};
  state().live_graphs.insert(*graph);
  ++state().control.graphs;
  return 0;
}

int cuGraphInstantiateWithFlags(FakeGraph** instance, FakeGraph* graph, unsigned long long flags) {
  FAKE_CALL("cuGraphInstantiate", flags);
  FAKE_NEEDS(live_graphs, graph);
  *instance = new FakeGraph(*graph);
  state().live_graphs.insert(*instance);
  ++state().control.graphs;
  return 0;
}

int cuGraphLaunch(FakeGraph* instance, CudaStreamHandle stream) {
  FAKE_CALL("cuGraphLaunch");
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_graphs, instance);
  push(stream, [work = instance->work] {
    for (const auto& run : work) {
      if (state().control.sticky_code == 0) run();
    }
  });
  return 0;
}

static int destroy_graph(FakeGraph* graph) {
  FAKE_NEEDS(live_graphs, graph);
  state().live_graphs.erase(graph);
  delete graph;
  --state().control.graphs;
  return 0;
}

int cuGraphDestroy(FakeGraph* graph) {
  FAKE_CALL("cuGraphDestroy");
  return destroy_graph(graph);
}

int cuGraphExecDestroy(FakeGraph* instance) {
  FAKE_CALL("cuGraphExecDestroy");
  return destroy_graph(instance);
}

}  // extern "C"
