// PRealm: Realm under the name that programs use for recording profiles of themselves. Nothing is recorded;
// to measure something ask for it (realm/profiling.h). Source: Realm's prealm.h.
#pragma once

#include "realm.h"

namespace PRealm = Realm;
