-- Structs and unions without names inside others without names; tables of Lua in the places of terra's arguments.
import "regent"

local c = terralib.includecstring [[
#include <stdlib.h>
typedef struct entry { const char* name; struct value* value; } entry;
typedef struct value {
  struct value* parent;
  int kind;
  union {
    double number;
    struct { unsigned length; char* text; } string;
    struct { unsigned length; entry* members; } object;
    struct { unsigned length; struct value** elements; struct { int first, last; } bounds; } list;
  } u;
} value;
static int last_of(const value* v) { return v->u.list.bounds.last; }
]]

terra build() : int
  var v : c.value
  v.u.object.length = 2
  v.u.object.members = [&c.entry](c.malloc(2 * sizeof(c.entry)))
  v.u.object.members[1].name = "b"
  var name = v.u.object.members[1].name
  c.free(v.u.object.members)
  v.u.list.length = 3
  v.u.list.elements = nil
  v.u.list.bounds.last = 7
  return c.last_of(&v) + name[0]
end
assert(build() == 7 + 98)

local function sum_of(...)
  local values = { ... }
  return terra() : int
    var a = arrayof(int, [values])
    return [#values] * 100 + a[0] + a[ [#values - 1] ]
  end
end
assert(sum_of(4, 5, 6)() == 310)

local none = {}
terra one_argument() : int return c.abs(-5, [none]) end
assert(one_argument() == 5)

task main()
  regentlib.assert(build() == 105 and one_argument() == 5, "in a task")
  regentlib.c.printf("nested\n")
end
regentlib.start(main)

--[==[ OUTPUT
nested
]==]
