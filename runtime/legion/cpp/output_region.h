// Output regions (legion/output_region.h): what tasks return, and the regions that are made of it.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "legion/constraints.h"
#include "legion/output_region.h"

namespace Legion::Internal {

// What a mapper's instances are like that are not as the region's own memory, by requirement; then what the
// buffers of output regions are to be like.
typedef std::map<unsigned, std::vector<LayoutConstraintSet>> ChosenLayouts;

// Of one requirement, in the running task.
struct OutputSlot {
  const TaskContext* context = nullptr;
  unsigned index = 0;
  std::vector<OutputBuffer> buffers;
  // What the mapper wants of the buffers.
  LayoutConstraintSet layout;
};

// What the points of a launch return. Each point writes its own part; read when all are complete.
struct OutputStore {
  struct Piece {
    coord_t extents[LEGION_MAX_DIM] = {};
    // By field, the first dimension contiguous.
    std::map<FieldID, std::string> data;
  };
  std::vector<OutputRequirement> requirements;
  // By point and requirement.
  std::vector<Piece> pieces;
};

// Null when there are no requirements.
std::shared_ptr<OutputStore> make_output_store(const TaskContext& context, const char* task,
                                               const std::vector<OutputRequirement>* outputs,
                                               uint64_t points);
// At the start and the end of a body. `chosen`: by a mapper, or null.
std::vector<OutputSlot> open_outputs(const TaskContext& context, const OutputStore& store,
                                     const ChosenLayouts* chosen);
void keep_outputs(const std::vector<OutputSlot>& slots, OutputStore& store, uint64_t point);
// When the launch is complete: makes the regions, with their data. `domain` of an index launch, or none.
void make_output_regions(TaskContext& context, const OutputStore& store, const Domain& domain,
                         std::vector<OutputRequirement>& outputs);

}  // namespace Legion::Internal
