#include "runtime/device/software_graph.h"

#include <algorithm>
#include <queue>
#include <string>
#include <utility>

#include "runtime/device/arguments.h"
#include "runtime/device/software_kernel.h"

namespace palatine::device {

struct SoftwareGraph::Work {
  SoftwareDevice& device;
  // By node.
  std::vector<std::shared_ptr<Operation>> operations;
  std::vector<size_t> order;

  void run() {
    for (size_t number : order) {
      Operation& operation = *operations[number];
      if (operation.kind == OperationKind::launch && !device.begin_kernel()) return;
      perform(operation);
    }
  }
};

static std::vector<size_t> latest_first(const SoftwareRecording& recording) {
  const size_t count = recording.nodes.size();
  std::vector<size_t> missing(count);
  std::vector<std::vector<size_t>> next(count);
  std::priority_queue<size_t> ready;
  for (size_t k = 0; k < count; ++k) {
    missing[k] = recording.nodes[k].behind.size();
    for (size_t before : recording.nodes[k].behind) next[before].push_back(k);
    if (missing[k] == 0) ready.push(k);
  }
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (size_t after : next[node]) {
      if (--missing[after] == 0) ready.push(after);
    }
  }
  return order;
}

SoftwareGraph::SoftwareGraph(SoftwareDevice& device, const SoftwareRecording& recording)
    : Graph(device), work_(std::make_shared<Work>(Work{device, {}, latest_first(recording)})) {
  for (const SoftwareRecording::Node& node : recording.nodes) work_->operations.push_back(node.operation);
}

std::shared_ptr<SoftwareGraph::Work> SoftwareGraph::take_work() {
  is_taken_ = true;
  return work_;
}

Status SoftwareGraph::set_launch(Node node, Kernel& kernel, const LaunchShape& shape,
                                 std::span<const KernelArgument> arguments) {
  auto& own = static_cast<SoftwareDevice&>(device());
  if (Status status = check_shape(own, kernel, shape); !status.ok()) return status;
  if (Status status = own.check(SimulatedCall::set_launch); !status.ok()) return status;
  if (node >= work_->operations.size() || work_->operations[node]->kind != OperationKind::launch)
    return Status::error(StatusCode::invalid_argument,
                         "change of what is no launch of a graph of " + own.describe());
  if (is_taken_) work_ = std::make_shared<Work>(*work_);
  is_taken_ = false;
  work_->operations[node] = std::make_shared<Operation>(launch_operation(kernel, shape, arguments));
  return {};
}

Status only_recorded(const Device& device, const char* what) {
  return Status::error(StatusCode::invalid_argument,
                       std::string(what) + " in a recording of " + device.describe());
}

// ---- streams

Status SoftwareStream::check_not_recorded(const char* what) const {
  return recording_ ? only_recorded(device_, what) : Status();
}

Status SoftwareStream::begin_recording() {
  if (Status status = check_not_recorded("recording"); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::begin_recording); !status.ok()) return status;
  recording_ = std::make_shared<SoftwareRecording>();
  recording_->origin = this;
  behind_.clear();
  return {};
}

void SoftwareStream::record_in_recording(SoftwareEvent& event) {
  event.recording_ = recording_;
  event.behind_ = behind_;
  event.state_ = nullptr;
  event.stream_id_ = id_;
  event.sequence_ = 0;
}

Status SoftwareStream::wait_in_recording(const SoftwareEvent& event) {
  if (!event.recording_ || event.recording_->has_ended || (recording_ && recording_ != event.recording_)) {
    return Status::error(StatusCode::invalid_argument, "wait of a stream of " + device_.describe() +
                                                           " for what is not in the same recording");
  }
  if (!recording_) {
    recording_ = event.recording_;
    recording_->members.push_back(this);
    behind_.clear();
  }
  behind_.insert(behind_.end(), event.behind_.begin(), event.behind_.end());
  std::sort(behind_.begin(), behind_.end());
  behind_.erase(std::unique(behind_.begin(), behind_.end()), behind_.end());
  return {};
}

// Whether everything comes before what is behind these nodes.
static bool is_joined(const SoftwareRecording& recording, const std::vector<size_t>& last) {
  std::vector<bool> is_before(recording.nodes.size());
  for (size_t node : last) is_before[node] = true;
  bool are_all = true;
  for (size_t k = recording.nodes.size(); k-- > 0;) {
    are_all = are_all && is_before[k];
    if (!is_before[k]) continue;
    for (size_t before : recording.nodes[k].behind) is_before[before] = true;
  }
  return are_all;
}

Result<std::unique_ptr<Graph>> SoftwareStream::end_recording() {
  if (!recording_ || recording_->origin != this)
    return Status::error(StatusCode::invalid_argument,
                         "end of a recording that a stream of " + device_.describe() + " has not begun");
  const std::shared_ptr<SoftwareRecording> recording = std::exchange(recording_, nullptr);
  recording->has_ended = true;
  for (SoftwareStream* member : recording->members) {
    member->recording_ = nullptr;
    member->behind_.clear();
  }
  const std::vector<size_t> last = std::exchange(behind_, {});
  if (Status status = software_device().check(SimulatedCall::end_recording); !status.ok()) return status;
  if (!is_joined(*recording, last))
    return Status::error(StatusCode::invalid_argument,
                         "end of a recording on " + device_.describe() + " without all of its streams");
  return std::unique_ptr<Graph>(std::make_unique<SoftwareGraph>(software_device(), *recording));
}

Result<Graph::Node> SoftwareStream::recorded_launch() {
  if (!recording_ || behind_.size() != 1)
    return Status::error(StatusCode::invalid_argument,
                         "a stream of " + device_.describe() + " has recorded no launch last");
  return Graph::Node{behind_[0]};
}

namespace {

struct GraphPayload final : Payload {
  std::shared_ptr<SoftwareGraph::Work> work;
  void run() override { work->run(); }
};

}  // namespace

Status SoftwareStream::launch_graph(Graph& graph) {
  if (&graph.device() != &device_)
    return Status::error(StatusCode::invalid_argument, "launch of a graph of " + graph.device().describe() +
                                                           " on a stream of " + device_.describe());
  if (Status status = check_not_recorded("launch of a graph"); !status.ok()) return status;
  if (Status status = software_device().check(SimulatedCall::launch_graph); !status.ok()) return status;
  auto payload = std::make_unique<GraphPayload>();
  payload->work = static_cast<SoftwareGraph&>(graph).take_work();
  Operation operation;
  operation.kind = OperationKind::graph;
  for (const auto& each : payload->work->operations) operation.size += state_->duration_ns(*each);
  operation.payload = std::move(payload);
  return submit(std::move(operation));
}

}  // namespace palatine::device
