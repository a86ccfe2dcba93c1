-- Addresses of C's objects in the fields of a region, read by tasks that may only read it.
import "regent"

local c = terralib.includecstring [[
#include <stdio.h>
#include <stdlib.h>
typedef struct plan_s { int n; double weights[2]; }* plan_t;
static plan_t make(int n) { plan_t p = malloc(sizeof *p); p->n = n; p->weights[1] = n / 2.0; return p; }
static int size_of(plan_t p) { return p->n; }
]]
fspace holder { plan : c.plan_t, numbers : &double, any : &opaque, name : rawstring }

task make(r : region(ispace(int1d), holder)) where reads writes(r) do
  for i in r do
    r[i].plan = c.make(int(i) + 1)
    r[i].numbers = r[i].plan.weights
    r[i].any = r[i].plan
    r[i].name = "plan"
  end
end

task sum(r : region(ispace(int1d), holder)) where reads(r) do
  var result = 0.0
  for i in r do
    var plan = r[i].plan
    var numbers = r[i].numbers
    var any = r[i].any
    var name = r[i].name
    if any ~= nil and name[0] == 112 then result += c.size_of(plan) + numbers[1] + [c.plan_t](any).weights[1] end
  end
  return result
end

task main()
  var r = region(ispace(int1d, 4), holder)
  make(r)
  var p = partition(equal, r, ispace(int1d, 2))
  var total = 0.0
  for i = 0, 2 do total += sum(p[i]) end
  c.printf("%g\n", total)
end
regentlib.start(main)

--[==[ OUTPUT
20
]==]
