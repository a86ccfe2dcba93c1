// Locks that operations hold: a grant is taken by the first operation that has it, and given back when it was
// released and all its operations are complete.
#pragma once

#include "legion/sync.h"
#include "runtime/realm/event.h"

namespace Legion::Internal {

// Triggers when all grants are held.
palatine::realm::Event take_grants(const std::vector<Grant>& grants);
// An operation that has the grants is complete when `done` triggers.
void use_grants(const std::vector<Grant>& grants, palatine::realm::Event done);

}  // namespace Legion::Internal
