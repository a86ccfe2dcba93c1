// Handshakes (legion/handshake.h) in the life of a program.
#pragma once

#include "runtime/legion/context.h"

namespace Legion::Internal {

// Gives barriers to those that were made before the runtime was started, and to later ones at once. By the
// main task.
void begin_handshakes(palatine::legion::ContextImpl& core);
void end_handshakes();

}  // namespace Legion::Internal
