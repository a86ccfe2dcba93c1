// What makes index partitions.
#pragma once

#include <functional>
#include <vector>

#include "runtime/legion/cpp/trees.h"

namespace Legion::Internal {

// With a domain for each colour of the bounds of `colors`, in linear order. Ends the program with a message
// when the kind claims what is not so.
IndexPartition make_partition(IndexSpace parent, IndexSpace colors, std::vector<core::OwnedDomain> domains,
                              PartitionKind kind, Color color, const char* call);
void check_kind(const core::Partition& partition, PartitionKind kind);

core::OwnedDomain empty_domain(int dim);
core::OwnedDomain own(const core::Domain& domain);
std::vector<core::OwnedDomain> for_each_color(
    IndexSpace colors, const char* call, const std::function<core::OwnedDomain(const DomainPoint&)>& make);
// What a partition has at a colour; nothing when it lacks the colour.
core::Domain piece_at(const core::Partition& partition, const DomainPoint& color);

}  // namespace Legion::Internal
