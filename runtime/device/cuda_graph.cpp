// Graphs of NVIDIA's driver: captured from streams, instantiated at once.
#include "runtime/device/cuda_device.h"

namespace palatine::device {

CudaGraph::~CudaGraph() {
  const CudaDevice& own = static_cast<const CudaDevice&>(device());
  CudaScope scope(own);
  // An error can only be that of a lost device.
  if (scope.status().ok()) own.driver().cuGraphExecDestroy(handle_);
}

Status CudaStream::begin_recording() {
  const CudaDriver& driver = cuda_device().driver();
  const bool has_graphs = driver.cuStreamBeginCapture && driver.cuStreamEndCapture &&
                          driver.cuGraphInstantiate && driver.cuGraphLaunch && driver.cuGraphDestroy &&
                          driver.cuGraphExecDestroy;
  if (!has_graphs) return Stream::begin_recording();
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  PALATINE_CUDA_TRY(cuda_device(), cuStreamBeginCapture, "", handle_, kCudaCaptureRelaxed);
  return {};
}

Result<std::unique_ptr<Graph>> CudaStream::end_recording() {
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  const CudaDriver& driver = cuda_device().driver();
  std::unique_lock lock(mutex_);
  CudaGraphHandle graph = nullptr;
  PALATINE_CUDA_TRY(cuda_device(), cuStreamEndCapture, "", handle_, &graph);
  // What was captured may have become invalid without a word.
  if (!graph)
    return Status::error(StatusCode::driver_error,
                         "cuStreamEndCapture on " + device_.describe() + " gave no graph");
  CudaGraphInstanceHandle instance = nullptr;
  const int code = driver.cuGraphInstantiate(&instance, graph, 0);
  const int destroyed = driver.cuGraphDestroy(graph);
  if (code != 0) return cuda_device().error("cuGraphInstantiate", "", code);
  auto made = std::make_unique<CudaGraph>(cuda_device(), instance);
  if (destroyed != 0) return cuda_device().error("cuGraphDestroy", "", destroyed);
  return std::unique_ptr<Graph>(std::move(made));
}

Status CudaStream::launch_graph(Graph& graph) {
  if (&graph.device() != &device_)
    return Status::error(StatusCode::invalid_argument, "launch of a graph of " + graph.device().describe() +
                                                           " on a stream of " + device_.describe());
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  PALATINE_CUDA_TRY(cuda_device(), cuGraphLaunch, "", static_cast<CudaGraph&>(graph).handle(), handle_);
  count();
  return {};
}

}  // namespace palatine::device
