// Graphs of devices whose work is done by the host.
#pragma once

#include <memory>
#include <vector>

#include "runtime/device/software_device.h"

namespace palatine::device {

// What streams recorded: operations, and which earlier ones each comes behind.
struct SoftwareRecording {
  struct Node {
    std::shared_ptr<Operation> operation;
    std::vector<size_t> behind;
  };
  std::vector<Node> nodes;
  const SoftwareStream* origin = nullptr;
  // The others that take part.
  std::vector<SoftwareStream*> members;
  bool has_ended = false;
};

// A graph is done by the stream that launches it, node by node. Of those that could be next it takes the one
// that was recorded last, so that nobody comes to rely on an order that was not asked for.
class SoftwareGraph final : public Graph {
 public:
  SoftwareGraph(SoftwareDevice& device, const SoftwareRecording& recording);
  Status set_launch(Node node, Kernel& kernel, const LaunchShape& shape,
                    std::span<const KernelArgument> arguments) override;
  struct Work;
  // For a launch, which keeps it.
  std::shared_ptr<Work> take_work();

 private:
  std::shared_ptr<Work> work_;
  // A launch has it, so it does not change.
  bool is_taken_ = false;
};

// The error of asking for an event or a stream that only exists in a recording.
Status only_recorded(const Device& device, const char* what);

}  // namespace palatine::device
