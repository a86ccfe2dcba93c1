-- C functions with any number of arguments that only the program's own C text sees: static ones, of all kinds of arguments.
import "regent"

local c = terralib.includecstring [[
#include <stdarg.h>
#include <stdio.h>
static int format(char *out, const char *text, ...) {
  va_list arguments;
  va_start(arguments, text);
  int count = vsprintf(out, text, arguments);
  va_end(arguments);
  return count;
}
static inline double sum(int count, ...) {
  double result = 0;
  va_list arguments;
  va_start(arguments, count);
  for (int i = 0; i < count; ++i) result += va_arg(arguments, double);
  va_end(arguments);
  return result;
}
typedef struct { double x, y, z; } triple;
triple moved(triple t, int count, ...) {
  va_list arguments;
  va_start(arguments, count);
  for (int i = 0; i < count; ++i) t.y += va_arg(arguments, int);
  va_end(arguments);
  return t;
}
]]

terra from_terra(x : float)
  return c.sum(3, 0.5, x, 2.0)
end
assert(from_terra(1) == 3.5)

task main()
  var text : int8[64]
  var count = c.format(text, "%d-%s-%g %lld", 5, "x", 1.5, 1234567890123LL)
  c.printf("%s %d\n", text, count)
  var t = c.moved(c.triple { 1.0, 2.0, 3.0 }, 2, 10, 20)
  c.printf("%g %g %g\n", t.x, t.y, t.z)
  c.printf("%g %g %g\n", c.sum(1, 0.25), c.sum(9, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0), from_terra(2.0f))
end
regentlib.start(main)

--[==[ OUTPUT
5-x-1.5 1234567890123 21
1 32 3
0.25 45 4.5
]==]
