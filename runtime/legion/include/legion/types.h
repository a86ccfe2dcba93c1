// Ids, scalars and the names that Legion takes over from Realm.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "legion/legion_config.h"
#include "realm.h"

// The coordinate type of C and C++ programs.
typedef long long coord_t;

namespace Legion {

typedef ::coord_t coord_t;

typedef Realm::Machine Machine;
typedef Realm::Memory Memory;
typedef Realm::Processor Processor;
typedef Realm::CodeDescriptor CodeDescriptor;
typedef Realm::Logger Logger;
typedef Realm::ExternalInstanceResource ExternalInstanceResource;
typedef Realm::Machine::ProcessorMemoryAffinity ProcessorMemoryAffinity;
typedef Realm::Machine::MemoryMemoryAffinity MemoryMemoryAffinity;

typedef unsigned int TaskID;
typedef unsigned int VariantID;
typedef unsigned int FieldID;
typedef unsigned int MapperID;
typedef unsigned int ProjectionID;
typedef unsigned int ShardingID;
typedef unsigned int ConcurrentID;
typedef unsigned int TunableID;
typedef unsigned int LocalVariableID;
typedef unsigned int TraceID;
typedef unsigned int SemanticTag;
typedef unsigned int Color;
typedef unsigned int TypeTag;
typedef unsigned int ShardID;
typedef unsigned int GenerationID;
typedef unsigned int IndexSpaceID;
typedef unsigned int IndexPartitionID;
typedef unsigned int IndexTreeID;
typedef unsigned int FieldSpaceID;
typedef unsigned int RegionTreeID;
typedef unsigned int AddressSpace;
typedef unsigned long MappingTagID;
typedef unsigned long LayoutConstraintID;
typedef unsigned long long UniqueID;
typedef unsigned long long DistributedID;
typedef unsigned long long CollectiveID;
typedef size_t PoolAlignment;
typedef int ReductionOpID;
typedef int CustomSerdezID;
typedef int TaskPriority;
typedef int GCPriority;
typedef unsigned char* ReductionState;

typedef legion_privilege_mode_t PrivilegeMode;
typedef legion_coherence_property_t CoherenceProperty;
typedef legion_region_flags_t RegionFlags;
typedef legion_projection_type_t ProjectionType;
typedef legion_projection_type_t HandleType;
typedef legion_partition_kind_t PartitionKind;
typedef legion_external_resource_t ExternalResource;
typedef legion_file_mode_t FileMode;
typedef legion_timing_measurement_t TimingMeasurement;
typedef legion_dependence_type_t DependenceType;
typedef legion_mappable_type_id_t MappableType;
typedef legion_execution_constraint_t ExecutionConstraintKind;
typedef legion_layout_constraint_t LayoutConstraintKind;
typedef legion_equality_kind_t EqualityKind;
typedef legion_dimension_kind_t DimensionKind;
typedef legion_isa_kind_t ISAKind;
typedef legion_resource_constraint_t ResourceKind;
typedef legion_launch_constraint_t LaunchKind;
typedef legion_specialized_constraint_t SpecializedKind;
typedef legion_unbounded_pool_scope_t UnboundPoolScope;

typedef Realm::ReductionOpUntyped ReductionOp;
typedef Realm::CustomSerdezUntyped SerdezOp;

// The running task, as its body received it.
class TaskContext;
typedef TaskContext* Context;

class Runtime;
class Task;
class PhysicalRegion;
class Future;
class FutureMap;

}  // namespace Legion

// Used by programs that were written before the library had one namespace.
// Around calls of what is deprecated.
#if defined(__GNUC__)
#define LEGION_DISABLE_DEPRECATED_WARNINGS \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define LEGION_REENABLE_DEPRECATED_WARNINGS _Pragma("GCC diagnostic pop")
#else
#define LEGION_DISABLE_DEPRECATED_WARNINGS
#define LEGION_REENABLE_DEPRECATED_WARNINGS
#endif

namespace LegionRuntime {
// `Logger::Category` of earlier versions.
namespace Logger {
typedef Realm::Logger Category;
}
namespace HighLevel {
using namespace Legion;
}
namespace Arrays {
using namespace Legion;
}
}  // namespace LegionRuntime
