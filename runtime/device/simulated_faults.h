// Faults of simulated devices as a text, for programs that are run to see how they end.
//
//   PALATINE_SIMULATED_FAULTS=launch:3,1/lose:20,slow:50
//
// Each is WHAT:NUMBER, with DEVICE/ before it for another than device 0. WHAT is a call of which the
// NUMBER-th fails (`allocate`, `create_stream`, `create_event`, `load_module`, `copy`, `fill`, `launch`,
// `call`, `record`, `wait`, `reserve`, `map`), a memory of which the NUMBER-th allocation fails (`device`,
// `pinned`), `lose` (the device is gone at its NUMBER-th kernel) or `slow` (copies take NUMBER times as long,
// and all that devices do takes real time).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "runtime/device/simulated.h"

namespace palatine::device {

struct SimulatedFault {
  std::string what;
  size_t device = 0;
  uint64_t number = 0;
};

// `invalid_argument` for a text that is not of this form.
Result<std::vector<SimulatedFault>> parse_faults(std::string_view text);

// Threaded devices, with the faults that the environment asks for; an error when it asks for what there is
// not.
Result<std::unique_ptr<SimulatedPlatform>> open_simulated(SimulatedOptions options);

}  // namespace palatine::device
