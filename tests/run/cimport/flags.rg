-- Flags of Clang's driver for a header, with which the text is read and what is generated for it compiled.
import "regent"

local c = regentlib.c

-- None of these changes what the functions of a header of the system are.
local math = terralib.includec("math.h", {"-O2", "-march=native", "-w", "-g", "-pthread", "-lm", "-Wall", "-fPIC"})

-- Words of their own, folders of the system, and a header before the text.
local text = terralib.includecstring([[
#if !defined(INT_MAX) || COUNT != 5 || defined(__GNU_EXTENSION)
#error "flags are missing"
#endif
#if __STDC_VERSION__ != 199901L || !defined(__STRICT_ANSI__)
#error "not the C of 1999"
#endif
static inline int largest(void) { return INT_MAX; }
static inline int count(void) { return COUNT; }
static inline double third(double x) { return THIRD(x); }
]], {"-I", ".", "-D", "COUNT=5", "-include", "limits.h", "-isystem", "/usr/include", "-std=c99", "-O3",
     "-DTHIRD(x)=((x)/3.0)"})

-- The same text with other flags is another header.
local function counted(n)
  return terralib.includecstring("static int number(void) { return N; }\n#define NUMBER N\n", {"-D", "N=" .. n})
end
local seven, eight = counted(7), counted(8)

-- What the processor has anyway, and so what generated code is made for, headers know without a flag.
local features = terralib.includecstring([[
#ifdef __SSE2__
#include <emmintrin.h>
static inline double sum(double* v) {
  __m128d x = _mm_add_pd(_mm_loadu_pd(v), _mm_loadu_pd(v + 2));
  return _mm_cvtsd_f64(_mm_add_sd(x, _mm_unpackhi_pd(x, x)));
}
#else
static inline double sum(double* v) { return v[0] + v[1] + v[2] + v[3]; }
#endif
static inline int is_fast(void) {
#ifdef __FAST_MATH__
  return 1;
#else
  return 0;
#endif
}
]], {"-ffast-math"})

terra sum_of_four()
  var v : double[4]
  for i = 0, 4 do v[i] = i + 1 end
  return features.sum(&v[0])
end

task main()
  regentlib.assert(math.floor(2.5) == 2.0, "floor")
  regentlib.assert(text.largest() == 2147483647, "INT_MAX")
  regentlib.assert(text.count() == 5, "COUNT")
  regentlib.assert(text.third(6.0) == 2.0, "THIRD")
  regentlib.assert(seven.number() == 7 and eight.number() == 8, "number")
  regentlib.assert([seven.NUMBER] == 7 and [eight.NUMBER] == 8, "NUMBER")
  regentlib.assert(sum_of_four() == 10.0, "sum")
  regentlib.assert(features.is_fast() == 1, "-ffast-math")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
