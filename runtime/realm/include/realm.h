// The low-level runtime, complete: events, processors, memories, instances, index spaces and their
// operations.
//
// Link against libpalatine_runtime.a. Everything is in `namespace Realm`; C programs include
// `realm/realm_c.h`.
#pragma once

#include <limits>
#include <list>

#include "realm/bytearray.h"
#include "realm/codedesc.h"
#include "realm/custom_serdez.h"
#include "realm/event.h"
#include "realm/faults.h"
#include "realm/indexspace.h"
#include "realm/instance.h"
#include "realm/logging.h"
#include "realm/machine.h"
#include "realm/memory.h"
#include "realm/module_config.h"
#include "realm/processor.h"
#include "realm/profiling.h"
#include "realm/realm_c.h"
#include "realm/realm_config.h"
#include "realm/redop.h"
#include "realm/reservation.h"
#include "realm/runtime.h"
#include "realm/serialize.h"
#include "realm/subgraph.h"
#include "realm/timers.h"
#include "realm/utils.h"
