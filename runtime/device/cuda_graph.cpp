// Graphs of NVIDIA's driver: captured from streams, instantiated at once.
#include "runtime/device/cuda_device.h"

namespace palatine::device {

CudaGraph::~CudaGraph() {
  const CudaDevice& own = static_cast<const CudaDevice&>(device());
  CudaScope scope(own);
  // An error can only be that of a lost device.
  if (!scope.status().ok()) return;
  own.driver().cuGraphExecDestroy(handle_);
  own.driver().cuGraphDestroy(recorded_);
}

Status CudaGraph::set_launch(Node node, Kernel& kernel, const LaunchShape& shape,
                             std::span<const KernelArgument> arguments) {
  const auto& own = static_cast<const CudaDevice&>(device());
  auto& launched = static_cast<CudaKernel&>(kernel);
  CudaScope scope(own);
  if (!scope.status().ok()) return scope.status();
  if (Status status = launched.prepare(own, shape, arguments); !status.ok()) return status;
  std::vector<void*> pointers;
  for (const KernelArgument& argument : arguments) pointers.push_back(const_cast<void*>(argument.data));
  const CudaKernelNode launch{launched.handle(), shape.grid.x,  shape.grid.y,  shape.grid.z,
                              shape.block.x,     shape.block.y, shape.block.z, shape.shared_bytes,
                              pointers.data(),   nullptr,       nullptr,       nullptr};
  PALATINE_CUDA_TRY(own, cuGraphExecKernelNodeSetParams, "of kernel `" + kernel.name() + "`", handle_,
                    reinterpret_cast<CudaGraphNodeHandle>(node), &launch);
  return {};
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
  if (code != 0) {
    driver.cuGraphDestroy(graph);
    return cuda_device().error("cuGraphInstantiate", "", code);
  }
  return std::unique_ptr<Graph>(std::make_unique<CudaGraph>(cuda_device(), instance, graph));
}

Result<Graph::Node> CudaStream::recorded_launch() {
  const CudaDriver& driver = cuda_device().driver();
  if (!driver.cuStreamGetCaptureInfo || !driver.cuGraphExecKernelNodeSetParams)
    return Stream::recorded_launch();
  CudaScope scope(cuda_device());
  if (!scope.status().ok()) return scope.status();
  std::unique_lock lock(mutex_);
  int state = 0;
  unsigned long long id = 0;
  CudaGraphHandle graph = nullptr;
  const CudaGraphNodeHandle* last = nullptr;
  size_t count = 0;
  PALATINE_CUDA_TRY(cuda_device(), cuStreamGetCaptureInfo, "", handle_, &state, &id, &graph, &last, nullptr,
                    &count);
  if (state != kCudaCaptureActive || count != 1)
    return Status::error(StatusCode::invalid_argument,
                         "a stream of " + device_.describe() + " has recorded no launch last");
  return reinterpret_cast<Graph::Node>(last[0]);
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
