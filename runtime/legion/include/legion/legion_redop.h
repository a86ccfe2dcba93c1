// Another name of the reductions, and a list of them: LEGION_REDOP_LIST(X) is X(id, operator) for each.
#pragma once

#include "legion/redop.h"

#define LEGION_REDOP_LIST_INTEGERS(X, KIND, Name)         \
  X(LEGION_REDOP_##KIND##_INT8, Legion::Name<int8_t>)     \
  X(LEGION_REDOP_##KIND##_INT16, Legion::Name<int16_t>)   \
  X(LEGION_REDOP_##KIND##_INT32, Legion::Name<int32_t>)   \
  X(LEGION_REDOP_##KIND##_INT64, Legion::Name<int64_t>)   \
  X(LEGION_REDOP_##KIND##_UINT8, Legion::Name<uint8_t>)   \
  X(LEGION_REDOP_##KIND##_UINT16, Legion::Name<uint16_t>) \
  X(LEGION_REDOP_##KIND##_UINT32, Legion::Name<uint32_t>) \
  X(LEGION_REDOP_##KIND##_UINT64, Legion::Name<uint64_t>)
#ifdef LEGION_REDOP_HALF
#define LEGION_REDOP_LIST_HALF(X, KIND, Name) X(LEGION_REDOP_##KIND##_FLOAT16, Legion::Name<__half>)
#else
#define LEGION_REDOP_LIST_HALF(X, KIND, Name)
#endif
#define LEGION_REDOP_LIST_NUMBERS(X, KIND, Name)         \
  LEGION_REDOP_LIST_INTEGERS(X, KIND, Name)              \
  X(LEGION_REDOP_##KIND##_FLOAT32, Legion::Name<float>)  \
  X(LEGION_REDOP_##KIND##_FLOAT64, Legion::Name<double>) \
  LEGION_REDOP_LIST_HALF(X, KIND, Name)
#ifdef LEGION_REDOP_COMPLEX
#define LEGION_REDOP_LIST_COMPLEX(X, KIND, Name)                        \
  X(LEGION_REDOP_##KIND##_COMPLEX64, Legion::Name<std::complex<float>>) \
  X(LEGION_REDOP_##KIND##_COMPLEX128, Legion::Name<std::complex<double>>)
#else
#define LEGION_REDOP_LIST_COMPLEX(X, KIND, Name)
#endif

#define LEGION_REDOP_LIST(X)                        \
  LEGION_REDOP_LIST_NUMBERS(X, SUM, SumReduction)   \
  LEGION_REDOP_LIST_COMPLEX(X, SUM, SumReduction)   \
  LEGION_REDOP_LIST_NUMBERS(X, DIFF, DiffReduction) \
  LEGION_REDOP_LIST_COMPLEX(X, DIFF, DiffReduction) \
  LEGION_REDOP_LIST_NUMBERS(X, PROD, ProdReduction) \
  LEGION_REDOP_LIST_COMPLEX(X, PROD, ProdReduction) \
  LEGION_REDOP_LIST_NUMBERS(X, DIV, DivReduction)   \
  LEGION_REDOP_LIST_COMPLEX(X, DIV, DivReduction)   \
  LEGION_REDOP_LIST_NUMBERS(X, MAX, MaxReduction)   \
  LEGION_REDOP_LIST_NUMBERS(X, MIN, MinReduction)   \
  LEGION_REDOP_LIST_INTEGERS(X, OR, OrReduction)    \
  LEGION_REDOP_LIST_INTEGERS(X, AND, AndReduction)  \
  LEGION_REDOP_LIST_INTEGERS(X, XOR, XorReduction)
