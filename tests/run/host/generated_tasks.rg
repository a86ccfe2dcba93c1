-- Tasks whose parameters, privileges and statements Lua makes.
import "regent"

local c = regentlib.c

fspace cell {
  a : int,
  b : int,
}

local function make_task(fields, count)
  local regions, privileges = terralib.newlist(), terralib.newlist()
  for i = 1, count do
    local r = regentlib.newsymbol(region(ispace(int1d), cell), "r" .. i)
    regions:insert(r)
    for _, field in ipairs(fields) do
      privileges:insert(regentlib.privilege(regentlib.reads, r, field))
      privileges:insert(regentlib.privilege(regentlib.writes, r, field))
    end
  end
  local task set([regions], value : int)
  where [privileges] do
    rescape
      for _, r in ipairs(regions) do
        remit rquote
          for i in [r] do
            rescape
              for k, field in ipairs(fields) do
                remit rquote [r][i].[field] = value + k end
              end
            end
          end
        end
      end
    end
  end
  set:set_name("set_" .. count)
  return set
end

local set_one = make_task({ "a" }, 1)
local set_two = make_task({ "a", "b" }, 2)
assert(set_two:get_name() == "set_2")
assert(#set_two:get_param_symbols() == 3)
assert(tostring(set_two:get_param_symbols()[3]) == "$value")

local function counter(steps)
  local total = regentlib.newsymbol(int, "total")
  local declare = rquote var [total] = 0 end
  local step = rquote [total] += 2 end
  local task count() : int
    [declare];
    for i = 0, steps do
      [step]
    end
    return [total]
  end
  return count
end
local count_five = counter(5)

local twice = regentlib.macro(function(x)
  assert(x:gettype() == int)
  return rexpr x + x end
end)
local field = regentlib.field_path("a")

task main()
  var r = region(ispace(int1d, 4), cell)
  var s = region(ispace(int1d, 4), cell)
  fill(r.{a, b}, 0)
  fill(s.{a, b}, 0)
  set_one(r, 10)
  regentlib.assert(r[2].a == 11 and r[2].b == 0, "one")
  set_two(r, s, 20)
  regentlib.assert(r[3].[field] == 21 and s[0].b == 22, "two")
  regentlib.assert(count_five() == 10, "quotes")
  var n = 4
  regentlib.assert(twice(n) == 8 and twice(count_five()) == 20, "macros")
  c.printf("%s %s\n", [tostring(set_one)], [set_two:get_name()])
end

regentlib.start(main)

--[==[ OUTPUT
set_1 set_2
]==]
