// What a handle's 64 bits say: its kind, and its place in the runtime's tables.
//
// The kind is in the leading bits:
//   1...        event            0x2.      barrier        0x3.  sparsity map    01.. instance
//   0x1f reservation   0x1e memory   0x1d processor   0x1c group   0x1a buffer memory
//   0x19 completion queue            0x18 subgraph
#pragma once

#include <iostream>

#include "realm/realm_c.h"
#include "realm/utils.h"

namespace Realm {

class ID {
 public:
  typedef ::realm_id_t IDType;
  static const int NODE_FIELD_WIDTH = 16;
  static const unsigned MAX_NODE_ID = (1U << NODE_FIELD_WIDTH) - 2;
  static const int EVENT_GENERATION_WIDTH = 18;
  static const int MEMORY_INDEX_WIDTH = 8;
  static const int INSTANCE_INDEX_WIDTH = 22;

#define REALM_ID_ACCESSOR(format, name, field)                                                       \
  bitpack<IDType>::bitsliceref<format::field> name##_##field() { return id.slice<format::field>(); } \
  bitpack<IDType>::constbitsliceref<format::field> name##_##field() const {                          \
    return id.slice<format::field>();                                                                \
  }

  struct FMT_Event {
    typedef bitfield<1, 63> type_tag;
    typedef bitfield<15, 48> creator_node;
    typedef bitfield<30, 18> gen_event_idx;
    typedef bitfield<18, 0> generation;
    static const IDType TAG_VALUE = 1;
  };
  REALM_ID_ACCESSOR(FMT_Event, event, type_tag)
  REALM_ID_ACCESSOR(FMT_Event, event, creator_node)
  REALM_ID_ACCESSOR(FMT_Event, event, gen_event_idx)
  REALM_ID_ACCESSOR(FMT_Event, event, generation)

  // `reuse` counts how often the place in the table was taken before.
  struct FMT_Barrier {
    typedef bitfield<4, 60> type_tag;
    typedef bitfield<16, 44> reuse;
    typedef bitfield<24, REALM_EVENT_GENERATION_BITS> barrier_idx;
    typedef bitfield<REALM_EVENT_GENERATION_BITS, 0> generation;
    static const IDType TAG_VALUE = 2;
  };
  REALM_ID_ACCESSOR(FMT_Barrier, barrier, type_tag)
  REALM_ID_ACCESSOR(FMT_Barrier, barrier, reuse)
  REALM_ID_ACCESSOR(FMT_Barrier, barrier, barrier_idx)
  REALM_ID_ACCESSOR(FMT_Barrier, barrier, generation)

  struct FMT_Reservation {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> creator_node;
    typedef bitfield<32, 0> rsrv_idx;
    static const IDType TAG_VALUE = 0x1f;
  };
  REALM_ID_ACCESSOR(FMT_Reservation, rsrv, type_tag)
  REALM_ID_ACCESSOR(FMT_Reservation, rsrv, creator_node)
  REALM_ID_ACCESSOR(FMT_Reservation, rsrv, rsrv_idx)

  struct FMT_Memory {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> owner_node;
    typedef bitfield<MEMORY_INDEX_WIDTH, 0> mem_idx;
    static const IDType TAG_VALUE = 0x1e;
  };
  REALM_ID_ACCESSOR(FMT_Memory, memory, type_tag)
  REALM_ID_ACCESSOR(FMT_Memory, memory, owner_node)
  REALM_ID_ACCESSOR(FMT_Memory, memory, mem_idx)
  struct FMT_IB_Memory : public FMT_Memory {
    static const IDType TAG_VALUE = 0x1a;
  };

  struct FMT_Instance {
    typedef bitfield<2, 62> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 46> owner_node;
    typedef bitfield<NODE_FIELD_WIDTH, 30> creator_node;
    typedef bitfield<MEMORY_INDEX_WIDTH, INSTANCE_INDEX_WIDTH> mem_idx;
    typedef bitfield<INSTANCE_INDEX_WIDTH, 0> inst_idx;
    static const IDType TAG_VALUE = 1;
  };
  REALM_ID_ACCESSOR(FMT_Instance, instance, type_tag)
  REALM_ID_ACCESSOR(FMT_Instance, instance, owner_node)
  REALM_ID_ACCESSOR(FMT_Instance, instance, creator_node)
  REALM_ID_ACCESSOR(FMT_Instance, instance, mem_idx)
  REALM_ID_ACCESSOR(FMT_Instance, instance, inst_idx)

  struct FMT_Processor {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> owner_node;
    typedef bitfield<12, 0> proc_idx;
    static const IDType TAG_VALUE = 0x1d;
  };
  REALM_ID_ACCESSOR(FMT_Processor, proc, type_tag)
  REALM_ID_ACCESSOR(FMT_Processor, proc, owner_node)
  REALM_ID_ACCESSOR(FMT_Processor, proc, proc_idx)

  struct FMT_ProcGroup {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> owner_node;
    typedef bitfield<NODE_FIELD_WIDTH, 24> creator_node;
    typedef bitfield<24, 0> pgroup_idx;
    static const IDType TAG_VALUE = 0x1c;
  };
  REALM_ID_ACCESSOR(FMT_ProcGroup, pgroup, type_tag)
  REALM_ID_ACCESSOR(FMT_ProcGroup, pgroup, owner_node)
  REALM_ID_ACCESSOR(FMT_ProcGroup, pgroup, creator_node)
  REALM_ID_ACCESSOR(FMT_ProcGroup, pgroup, pgroup_idx)

  struct FMT_Sparsity {
    typedef bitfield<4, 60> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 44> owner_node;
    typedef bitfield<NODE_FIELD_WIDTH, 28> creator_node;
    typedef bitfield<28, 0> sparsity_idx;
    static const IDType TAG_VALUE = 0x3;
  };
  REALM_ID_ACCESSOR(FMT_Sparsity, sparsity, type_tag)
  REALM_ID_ACCESSOR(FMT_Sparsity, sparsity, owner_node)
  REALM_ID_ACCESSOR(FMT_Sparsity, sparsity, creator_node)
  REALM_ID_ACCESSOR(FMT_Sparsity, sparsity, sparsity_idx)

  // `reuse` as for barriers.
  struct FMT_CompQueue {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> owner_node;
    typedef bitfield<24, 16> reuse;
    typedef bitfield<16, 0> cq_idx;
    static const IDType TAG_VALUE = 0x19;
  };
  REALM_ID_ACCESSOR(FMT_CompQueue, compqueue, type_tag)
  REALM_ID_ACCESSOR(FMT_CompQueue, compqueue, owner_node)
  REALM_ID_ACCESSOR(FMT_CompQueue, compqueue, reuse)
  REALM_ID_ACCESSOR(FMT_CompQueue, compqueue, cq_idx)

  struct FMT_Subgraph {
    typedef bitfield<8, 56> type_tag;
    typedef bitfield<NODE_FIELD_WIDTH, 40> owner_node;
    typedef bitfield<NODE_FIELD_WIDTH, 24> creator_node;
    typedef bitfield<24, 0> subgraph_idx;
    static const IDType TAG_VALUE = 0x18;
  };
  REALM_ID_ACCESSOR(FMT_Subgraph, subgraph, type_tag)
  REALM_ID_ACCESSOR(FMT_Subgraph, subgraph, owner_node)
  REALM_ID_ACCESSOR(FMT_Subgraph, subgraph, creator_node)
  REALM_ID_ACCESSOR(FMT_Subgraph, subgraph, subgraph_idx)
#undef REALM_ID_ACCESSOR

  // Fields that are too large are cut.
  static ID make_event(unsigned creator_node, unsigned gen_event_idx, unsigned generation) {
    ID made = tagged<FMT_Event>();
    made.event_creator_node() = creator_node;
    made.event_gen_event_idx() = gen_event_idx;
    made.event_generation() = generation;
    return made;
  }
  static ID make_barrier(unsigned reuse, unsigned barrier_idx, unsigned generation) {
    ID made = tagged<FMT_Barrier>();
    made.barrier_reuse() = reuse;
    made.barrier_barrier_idx() = barrier_idx;
    made.barrier_generation() = generation;
    return made;
  }
  static ID make_reservation(unsigned creator_node, unsigned rsrv_idx) {
    ID made = tagged<FMT_Reservation>();
    made.rsrv_creator_node() = creator_node;
    made.rsrv_rsrv_idx() = rsrv_idx;
    return made;
  }
  static ID make_memory(unsigned owner_node, unsigned mem_idx) {
    ID made = tagged<FMT_Memory>();
    made.memory_owner_node() = owner_node;
    made.memory_mem_idx() = mem_idx;
    return made;
  }
  static ID make_ib_memory(unsigned owner_node, unsigned mem_idx) {
    ID made = tagged<FMT_IB_Memory>();
    made.memory_owner_node() = owner_node;
    made.memory_mem_idx() = mem_idx;
    return made;
  }
  static ID make_instance(unsigned owner_node, unsigned creator_node, unsigned mem_idx, unsigned inst_idx) {
    ID made = tagged<FMT_Instance>();
    made.instance_owner_node() = owner_node;
    made.instance_creator_node() = creator_node;
    made.instance_mem_idx() = mem_idx;
    made.instance_inst_idx() = inst_idx;
    return made;
  }
  static ID make_processor(unsigned owner_node, unsigned proc_idx) {
    ID made = tagged<FMT_Processor>();
    made.proc_owner_node() = owner_node;
    made.proc_proc_idx() = proc_idx;
    return made;
  }
  static ID make_procgroup(unsigned owner_node, unsigned creator_node, unsigned pgroup_idx) {
    ID made = tagged<FMT_ProcGroup>();
    made.pgroup_owner_node() = owner_node;
    made.pgroup_creator_node() = creator_node;
    made.pgroup_pgroup_idx() = pgroup_idx;
    return made;
  }
  static ID make_sparsity(unsigned owner_node, unsigned creator_node, unsigned sparsity_idx) {
    ID made = tagged<FMT_Sparsity>();
    made.sparsity_owner_node() = owner_node;
    made.sparsity_creator_node() = creator_node;
    made.sparsity_sparsity_idx() = sparsity_idx;
    return made;
  }
  static ID make_compqueue(unsigned owner_node, unsigned cq_idx) {
    ID made = tagged<FMT_CompQueue>();
    made.compqueue_owner_node() = owner_node;
    made.compqueue_cq_idx() = cq_idx;
    return made;
  }
  static ID make_subgraph(unsigned owner_node, unsigned creator_node, unsigned subgraph_idx) {
    ID made = tagged<FMT_Subgraph>();
    made.subgraph_owner_node() = owner_node;
    made.subgraph_creator_node() = creator_node;
    made.subgraph_subgraph_idx() = subgraph_idx;
    return made;
  }

  bool is_null() const { return id == ID_NULL; }
  bool is_event() const { return has_tag<FMT_Event>(); }
  bool is_barrier() const { return has_tag<FMT_Barrier>(); }
  bool is_reservation() const { return has_tag<FMT_Reservation>(); }
  bool is_memory() const { return has_tag<FMT_Memory>(); }
  bool is_ib_memory() const { return has_tag<FMT_IB_Memory>(); }
  bool is_instance() const { return has_tag<FMT_Instance>(); }
  bool is_processor() const { return has_tag<FMT_Processor>(); }
  bool is_procgroup() const { return has_tag<FMT_ProcGroup>(); }
  bool is_sparsity() const { return has_tag<FMT_Sparsity>(); }
  bool is_compqueue() const { return has_tag<FMT_CompQueue>(); }
  bool is_subgraph() const { return has_tag<FMT_Subgraph>(); }

  static const IDType ID_NULL = 0;

  ID() : id(ID_NULL) {}
  ID(IDType _id) : id(_id) {}
  // From a handle.
  template <class T, typename = decltype(T().id)>
  ID(T thing_to_get_id_from) : id(thing_to_get_id_from.id) {}

  bool operator==(const ID& rhs) const { return IDType(id) == IDType(rhs.id); }
  bool operator!=(const ID& rhs) const { return IDType(id) != IDType(rhs.id); }

  template <class T>
  T convert() const {
    T thing_to_return = T();
    thing_to_return.id = id;
    return thing_to_return;
  }

  bitpack<IDType> id;

  friend std::ostream& operator<<(std::ostream& os, ID id) {
    return os << std::hex << IDType(id.id) << std::dec;
  }

 private:
  template <typename FORMAT>
  static ID tagged() {
    ID made;
    made.id.slice<typename FORMAT::type_tag>() = FORMAT::TAG_VALUE;
    return made;
  }
  template <typename FORMAT>
  bool has_tag() const {
    return FORMAT::type_tag::extract(IDType(id)) == FORMAT::TAG_VALUE;
  }
};

}  // namespace Realm
