// Legion's C++ interface: regions, tasks and everything that programs do with them, in `namespace Legion`.
//
// See docs/legion.md for what is different. C programs use legion/legion_c.h, mappers
// legion/legion_mapping.h.
#pragma once

#ifndef __cplusplus
// Headers that C and C++ share include this file from C, too.
#include "legion/legion_c.h"
#else

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <list>
#include <unordered_set>

#include "legion/deferred.h"
#include "legion/output_region.h"
#include "legion/redop.h"
#include "legion/region_accessors.h"
#include "legion/runtime.h"

#endif
