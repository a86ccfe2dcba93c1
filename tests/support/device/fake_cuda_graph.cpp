// What of the fake driver only the hand-written programs of the benchmarks use: memory by order of a stream,
// graphs.
#include <algorithm>

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
  *instance = new FakeGraph{graph->work, graph};
  state().live_graphs.insert(*instance);
  ++state().control.graphs;
  return 0;
}

int cuGraphLaunch(FakeGraph* instance, CudaStreamHandle stream) {
  FAKE_CALL("cuGraphLaunch");
  FAKE_NEEDS_STREAM(stream);
  FAKE_NEEDS(live_graphs, instance);
  push(stream, [work = instance->work] {
    for (const auto& node : work) {
      if (state().control.sticky_code == 0) node->run();
    }
  });
  return 0;
}

int cuStreamGetCaptureInfo_v3(CudaStreamHandle stream, int* status, unsigned long long* id, FakeGraph** graph,
                              const CudaGraphNodeHandle** last, const void** edges, size_t* last_count) {
  FAKE_CALL("cuStreamGetCaptureInfo");
  FAKE_NEEDS_STREAM(stream);
  *status = stream->capture ? kCudaCaptureActive : 0;
  *id = 1;
  // A program that wants to change what is being captured would get it here.
  *graph = nullptr;
  if (edges) *edges = nullptr;
  if (!stream->capture) return 0;
  const auto& nodes = stream->capture->last[stream];
  *last = nodes.data();
  *last_count = nodes.size();
  return 0;
}

int cuGraphExecKernelNodeSetParams_v2(FakeGraph* instance, CudaGraphNodeHandle node,
                                      const CudaKernelNode* launch) {
  FAKE_CALL("cuGraphExecKernelNodeSetParams");
  FAKE_NEEDS(live_graphs, instance);
  // Nodes are those of the graph that the instance was made of.
  if (!instance->origin || !state().live_graphs.contains(instance->origin)) return cuda_result::invalid_value;
  const auto& work = instance->origin->work;
  const auto found = std::ranges::find(work, node, &std::shared_ptr<CudaGraphNodeTag>::get);
  if (found == work.end() || !node->function || node->function != launch->function)
    return cuda_result::invalid_value;
  const uint32_t shape[6] = {launch->grid_x,  launch->grid_y,  launch->grid_z,
                             launch->block_x, launch->block_y, launch->block_z};
  if (int code = check_launch(*launch->function, shape, launch->shared_bytes)) return code;
  // Launches that are queued keep theirs.
  instance->work[static_cast<size_t>(found - work.begin())] = std::make_shared<CudaGraphNodeTag>(
      CudaGraphNodeTag{kernel_work(current(), *launch->function, shape, launch->shared_bytes,
                                   copies_of_arguments(*launch->function, launch->arguments)),
                       launch->function});
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
