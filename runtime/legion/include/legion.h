// Legion's C++ interface: regions, tasks and everything that programs do with them, in `namespace Legion`.
//
// See docs/legion.md for what is different. C programs use legion/legion_c.h, mappers
// legion/legion_mapping.h.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "legion/deferred.h"
#include "legion/redop.h"
#include "legion/runtime.h"
