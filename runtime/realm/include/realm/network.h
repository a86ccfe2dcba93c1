// The processes of a run. There is one.
#pragma once

#include "realm/realm_c.h"

namespace Realm {

typedef ::realm_address_space_t NodeID;

namespace Network {
inline constexpr NodeID my_node_id = 0;
inline constexpr NodeID max_node_id = 0;
}  // namespace Network

}  // namespace Realm
