// Copies, fills and reductions of which an end lies in the memory of a GPU.
//
// Copies and fills become copies and fills on a stream of the device: rows and planes where the layouts allow
// it. Inside of a device a kernel does what would be many short rows. Between host and device, what would be
// many short rows (transposes, members of structures) goes through a buffer of the host's, where it lies as
// on the device: the host turns it. What only the host can do (reductions, serializers, gathers and scatters)
// is done on mirrors of the instances: read, then move as on the host, then write back the elements that were
// moved.
//
// Nobody waits: each step hands over to the next when the device has done it.
#pragma once

#include <vector>

#include "runtime/realm/gpu/gpu.h"
#include "runtime/realm/transfer/mirrors.h"
#include "runtime/realm/transfer/transfer_operation.h"

namespace palatine::realm::transfer {

class GpuTransfer {
 public:
  // `done(argument)` is called once, by a worker, when everything is moved. The transfer lives until then.
  GpuTransfer(Transfer& transfer, void (*done)(void*), void* argument);
  void start();

 private:
  struct Step : Work {
    GpuTransfer* self = nullptr;
  };

  template <void (GpuTransfer::*next)()>
  void then(device::Stream& stream) {
    step_.self = this;
    step_.run = [](Work& work, Worker&) { (static_cast<Step&>(work).self->*next)(); };
    gpu_->when_done(stream, step_);
  }

  void move_on_device();
  void copy(Strided strided);
  void copy_rows(const Strided& strided);
  void copy_by_kernel(const Strided& strided);
  bool has_short_rows(const Strided& strided) const;
  bool is_turned(const Strided& strided) const;
  void split(Strided strided);
  void turn_next();
  void fill(Strided strided);
  void move_on_mirrors();
  void finish();

  Transfer& transfer_;
  void (*const done_)(void*);
  void* const argument_;
  Gpu* gpu_ = nullptr;
  device::Stream* stream_ = nullptr;
  // One end is the host's; the device's end is the destination. Both are the same device's.
  bool goes_over_bus_ = false, is_to_device_ = false, stays_inside_ = false;
  Step step_;
  Mirrors mirrors_;
  // What is still to go through the buffer, in pieces that it has room for; and of the piece that the device
  // is bringing there the rest of its way.
  std::vector<Strided> turned_;
  std::vector<char> buffer_;
  bool arrives_ = false;
  Strided arriving_{};
  // Of fills, until the device has read them.
  std::vector<std::vector<char>> patterns_;
};

}  // namespace palatine::realm::transfer
