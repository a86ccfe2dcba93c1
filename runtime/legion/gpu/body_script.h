// What the bodies of recorded tasks asked for, so that a graph can follow when their arguments change.
//
// While a body is recorded, its script is written: launches with their arguments, fills, copies and memory,
// in order. When the task's arguments are others later, the body runs again on a stream that does nothing but
// to compare what it is asked with the script. Launches that differ only in arguments and shapes are changed
// in the graph; anything else ends the comparing, and the graph is of no more use.
//
//   written    ScriptWriter: passes on to the stream that is recorded
//   compared   ScriptReader: changes launches of the graph
//
// Thread safety: one body at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "runtime/device/device.h"

namespace palatine::legion::gpu {

struct GpuTask;

struct BodyScript {
  enum class Kind : uint8_t { memory, copy, fill, launch };
  struct Step {
    Kind kind;
    // `copy`: from memory of the host that stays as it is while there is the graph.
    bool is_upload = false;
    void* to = nullptr;
    const void* from = nullptr;
    // `fill`: the number of patterns.
    uint64_t size = 0;
    device::Kernel* kernel = nullptr;
    device::LaunchShape shape = {};
    device::Graph::Node node = 0;
    // The pattern; of all arguments, and the size of each.
    std::vector<char> bytes = {};
    std::vector<size_t> sizes = {};
  };
  std::vector<Step> steps;
  // Everything is in it, and launches can be changed.
  bool is_whole = true;
};

// Where a body that is recorded, or compared, gets memory; and what becomes of the host's that it has used.
class BodyMemory {
 public:
  virtual void* scratch(GpuTask& work, uint64_t size_bytes) = 0;
  virtual void keep(std::function<void()> give_back) = 0;

 protected:
  ~BodyMemory() = default;
};

// Takes everything and does nothing.
class IdleStream : public device::Stream {
 public:
  explicit IdleStream(device::Device& device) : Stream(device) {}
  device::Sequence submitted() const override { return 0; }
  device::Sequence completed() const override { return 0; }
  device::Status copy(void*, const void*, size_t) override { return {}; }
  device::Status copy_strided(const device::StridedCopy&) override { return {}; }
  device::Status fill(void*, const void*, size_t, size_t) override { return {}; }
  device::Status launch(device::Kernel&, const device::LaunchShape&,
                        std::span<const device::KernelArgument>) override {
    return {};
  }
  device::Status call(device::HostFunction, void*, device::HostFunction) override { return {}; }
  device::Status record(device::Event&) override { return {}; }
  device::Status wait(const device::Event&) override { return {}; }
  device::Result<bool> query() override { return true; }
  device::Status synchronize() override { return {}; }
};

class ScriptWriter final : public IdleStream {
 public:
  ScriptWriter(device::Stream& to, BodyScript& script) : IdleStream(to.device()), to_(to), script_(script) {}
  device::Status copy(void* dst, const void* src, size_t size_bytes) override;
  device::Status copy_strided(const device::StridedCopy& copy) override;
  device::Status fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) override;
  device::Status launch(device::Kernel& kernel, const device::LaunchShape& shape,
                        std::span<const device::KernelArgument> arguments) override;
  device::Status call(device::HostFunction function, void* argument, device::HostFunction lost) override;

  // What does not come through the stream: memory was given, and the last copy's source stays.
  void given(void* memory, uint64_t size_bytes);
  void kept();

 private:
  device::Stream& to_;
  BodyScript& script_;
};

class ScriptReader final : public IdleStream, public BodyMemory {
 public:
  ScriptReader(device::Graph& graph, BodyScript& script)
      : IdleStream(graph.device()), graph_(graph), script_(script) {}
  ~ScriptReader() override;
  device::Status copy(void* dst, const void* src, size_t size_bytes) override;
  device::Status copy_strided(const device::StridedCopy& copy) override;
  device::Status fill(void* dst, const void* pattern, size_t pattern_bytes, size_t count) override;
  device::Status launch(device::Kernel& kernel, const device::LaunchShape& shape,
                        std::span<const device::KernelArgument> arguments) override;
  device::Status call(device::HostFunction function, void* argument, device::HostFunction lost) override;

  void* scratch(GpuTask& work, uint64_t size_bytes) override;
  void keep(std::function<void()> give_back) override;

  // The body is over: whether the graph now does what it asked for.
  bool is_followed() const { return is_same_ && next_ == script_.steps.size() && !awaits_keeping_; }

 private:
  // The next step, when it is of that kind; else null, now and ever.
  BodyScript::Step* next(BodyScript::Kind kind);
  void differ() { is_same_ = false; }

  device::Graph& graph_;
  BodyScript& script_;
  size_t next_ = 0;
  bool is_same_ = true;
  // The last copy came from another address: its bytes are compared when it is known that they are the
  // host's.
  bool awaits_keeping_ = false;
  const void* copied_from_ = nullptr;
  std::vector<std::function<void()>> given_back_;
};

}  // namespace palatine::legion::gpu
