-- Text that is C and not C++: it is compiled as C, whatever it contains.
import "regent"

local format = require("std/format")

local lib = terralib.includecstring [[
#include <stdlib.h>
#include <string.h>

#define api 5
#define context(x) x
struct class { int private; double delete; char name[8]; };
typedef struct { float x, y; } point;
typedef struct { unsigned a : 3; unsigned b : 5; int c; } packed;
enum color { red, green = 5 };
typedef union { int i; float f; } either;

// No conversion from void* in C++, and designators of arrays.
int* make(int n) {
  int* values = calloc(n, sizeof *values);
  int table[4] = { [2] = 7 };
  values[0] = table[2];
  return values;
}
static inline struct class twice(struct class value, int * restrict count) {
  ++*count;
  return (struct class) { .private = value.private * 2, .delete = value.delete * 2, .name = "twice" };
}
static int literal(void) { return sizeof 'a'; }
point add(point a, point b) { return (point) { a.x + b.x, a.y + b.y }; }
packed pack(int a, int b) { return (packed) { a, b, a + b }; }
int unpack(packed p) { return p.a * 100 + p.b * 10 + p.c; }
enum color next(enum color c) { return c == red ? green : red; }
either both(int i) { either e; e.i = i; return e; }
int state = 10;
int count_up(void) { return ++state; }
int apply(int (*f)(int), int x) { return f ? f(x) : -x; }
void copy_text(void* to, const char* text, _Bool upper) { strcpy(to, text); if (upper) *(char*)to -= 32; }
unsigned char small(signed char c, unsigned short s, long long l, float f) { return c + s + l + (int)f; }
]]

local own = terralib.includec("only_c.h", { "-I." })

task main()
  format.println("{}", own.class(41))
  var values = lib.make(3)
  format.println("{} {}", values[0], values[2])
  var record : lib.class
  record.private = 4
  record.delete = 1.5
  var count : int = 0
  var result = lib.twice(record, &count)
  format.println("{} {} {} {}", result.private, result.delete, [rawstring](result.name), count)
  format.println("{}", lib.literal())
  var sum = lib.add(lib.point { 1, 2 }, lib.point { 3, 4 })
  format.println("{} {}", sum.x, sum.y)
  format.println("{}", lib.unpack(lib.pack(1, 2)))
  format.println("{} {}", lib.next(lib.red), lib.green)
  format.println("{}", lib.both(7).i)
  lib.count_up()
  format.println("{}", lib.count_up())
  format.println("{}", lib.apply(nil, 4))
  var text : int8[8]
  lib.copy_text(&text[0], "word", true)
  format.println("{} {}", [rawstring](text), lib.small(1, 2, 3, 4.5f))
end
regentlib.start(main)

--[==[ OUTPUT
42
7 0
8 3.000000 twice 1
4
4.000000 6.000000
123
5 5
7
12
-4
Word 10
]==]
