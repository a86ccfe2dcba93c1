-- Functions of C that take any number of arguments are values; constants may have a type with a union.
import "regent"

local c = regentlib.c
local own = terralib.includecstring [[
#include <stdarg.h>
#include <stdio.h>
typedef int (*printer)(const char*, ...);
static int print_twice(const char* format, ...) {
  va_list first, second;
  va_start(first, format);
  va_copy(second, first);
  int count = vprintf(format, first) + vprintf(format, second);
  va_end(first);
  va_end(second);
  return count;
}
static int use(printer print, int x) { return print("<%d>\n", x); }
union number { int whole; float part; };
struct tagged { int tag; union number value; };
static int whole_of(struct tagged t) { return t.value.whole; }
]]

struct either {
  union { whole : int, part : float },
  kind : int
}

terra make(part : float)
  var t : own.tagged
  t.tag = 2
  t.value.part = part
  return t
end

local seven = terralib.constant(`either { whole = 7, kind = 1 })
local half = terralib.constant(own.tagged, make(0.5))

task main()
  var print = own.print_twice
  c.printf("%d %d\n", own.use(print, 4), own.use(c.printf, 15))
  c.printf("%d %d %d %g\n", seven.whole, seven.kind, half.tag, half.value.part)
  var other = seven
  other.part = 1.5
  c.printf("%g %d %d\n", other.part, seven.whole, own.whole_of(half) == 0x3f000000)
end
regentlib.start(main)

--[==[ OUTPUT
<4>
<4>
<15>
8 5
7 1 2 0.5
1.5 7 1
]==]
