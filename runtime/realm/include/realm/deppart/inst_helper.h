// Kept for programs that include it for what it includes, and for lists of the kinds of spaces that the
// library is built for: each calls its argument with a dimension, or with a dimension and a coordinate type.
#pragma once

#include "realm/indexspace.h"
#include "realm/inst_layout.h"
#include "realm/instance.h"

#define FOREACH_N(macro) macro(1) macro(2) macro(3) macro(4)

#define FOREACH_NT(macro)                                                                                   \
  macro(1, int) macro(1, unsigned) macro(1, long long) macro(2, int) macro(2, unsigned) macro(2, long long) \
      macro(3, int) macro(3, unsigned) macro(3, long long) macro(4, int) macro(4, unsigned)                 \
          macro(4, long long)
