-- Array expressions of Lua objects, in the manner of array libraries: operators build trees, assignment fuses a tree to one
-- generated task (memoized by its text), reductions and scans end trees; arrays are fields of one region, slices are
-- partitions by restriction, tasks for arrays of other types take projections.
import "regent"
local c = regentlib.c
local format = require("std/format")
local fabs = regentlib.fabs(double)
local N, PIECES = 60, 5

-- ---- trees
local expr = {}
expr.__index = expr
local function is(e) return getmetatable(e) == expr end
local function node(kind, ...) return setmetatable({ kind = kind, ... }, expr) end
local function lift(v) if is(v) then return v end assert(type(v) == "number", "no array") return node("const", v) end
for name, op in pairs({ __add = "+", __sub = "-", __mul = "*", __div = "/" }) do
  expr[name] = function(a, b) return node(op, lift(a), lift(b)) end
end
function expr.__unm(a) return node("neg", a) end
function expr.__call(a, shift) return node("shift", a, shift) end
function expr.__concat(a, b) return node("max", lift(a), lift(b)) end
function expr.__lt() error("arrays are compared by `where`") end
function expr:text()
  if self.kind == "array" then return self[1] elseif self.kind == "const" then return tostring(self[1]) end
  local parts = {}
  for i, p in ipairs(self) do parts[i] = is(p) and p:text() or tostring(p) end
  return self.kind .. "(" .. table.concat(parts, ",") .. ")"
end
function expr:arrays(into)
  into = into or {}
  if self.kind == "array" then into[self[1]] = true end
  for _, p in ipairs(self) do if is(p) then p:arrays(into) end end
  return into
end
function expr:has_shift()
  if self.kind == "shift" then return true end
  for _, p in ipairs(self) do if is(p) and p:has_shift() then return true end end
  return false
end
local build = {
  ["+"] = function(a, b) return rexpr a + b end end, ["-"] = function(a, b) return rexpr a - b end end,
  ["*"] = function(a, b) return rexpr a * b end end, ["/"] = function(a, b) return rexpr a / b end end,
  neg = function(a) return rexpr -a end end,
  max = function(a, b) return rexpr max(a, b) end end,
}
function expr:code(r, i)
  if self.kind == "array" then return rexpr r[i].[self[1]] end end
  if self.kind == "const" then return rexpr [double]([self[1]]) end end
  if self.kind == "shift" then
    local j = rexpr (i + [self[2]]) % [rect1d]({ 0, N - 1 }) end
    return self[1]:code(r, j)
  end
  local parts = {}
  for k, p in ipairs(self) do parts[k] = p:code(r, i) end
  return build[self.kind](unpack(parts))
end

struct one { value : double }
task prefix(t : region(ispace(int1d), one), s : region(ispace(int1d), one))
where reads writes(t.value), reads(s.value) do
  __parallel_prefix(t.value, s.value, +, 1)
end
task prefix_down(t : region(ispace(int1d), one), s : region(ispace(int1d), double))
where reads writes(t.value), reads(s) do
  var sum = 0.0
  for k = 0, N do
    sum += s[N - 1 - k]
    t[N - 1 - k].value = sum
  end
end

-- ---- a program is a list of statements; its fields are the arrays that it names
local program = {}
program.__index = program
local function new_program() return setmetatable({ arrays = terralib.newlist(), stats = terralib.newlist(), tasks = {}, count = 0 }, program) end
function program:array(name)
  self.arrays:insert(name)
  return node("array", name)
end
function program:set(target, value) self.stats:insert({ kind = "set", target[1], lift(value) }) end
function program:sum(value, op) local s = { kind = "sum", value, op or "+", result = regentlib.newsymbol(double, "s" .. #self.stats) } self.stats:insert(s) return s.result end
function program:scan(target, source) self.stats:insert({ kind = "scan", target[1], source[1] }) end

local function keys(t) local l = terralib.newlist() for k in pairs(t) do l:insert(k) end table.sort(l) return l end

function program:compile()
  local V = terralib.types.newstruct("values")
  self.arrays:map(function(name) V.entries:insert({ name, double }) end)
  self.V = V
  local function task_for(s)
    local key = s.kind .. ":" .. (is(s[1]) and s[1]:text() or tostring(s[1])) .. "=" .. (is(s[2]) and s[2]:text() or tostring(s[2]))
    if self.tasks[key] then return self.tasks[key] end
    self.count = self.count + 1
    local t
    if s.kind == "set" then
      local target, value, reads = s[1], s[2], keys(s[2]:arrays())
      if #reads == 0 then
        task t(r : region(ispace(int1d), V), g : region(ispace(int1d), V)) where writes(r.[target]) do
          for i in r do r[i].[target] = [value:code(g, i)] end
        end
      elseif value:arrays()[target] and not value:has_shift() then
        -- in place
        task t(r : region(ispace(int1d), V), g : region(ispace(int1d), V)) where reads(r.[reads]), writes(r.[target]) do
          for i in r do r[i].[target] = [value:code(r, i)] end
        end
      else
        task t(r : region(ispace(int1d), V), g : region(ispace(int1d), V)) where reads(g.[reads]), writes(r.[target]) do
          for i in r do r[i].[target] = [value:code(g, i)] end
        end
      end
    elseif s.kind == "sum" then
      local value, reads = s[1], keys(s[1]:arrays())
      local zero = s[2] == "+" and 0 or -math.huge
      task t(r : region(ispace(int1d), V), g : region(ispace(int1d), V)) : double where reads(g.[reads]) do
        var acc : double = [zero == 0 and rexpr 0.0 end or rexpr -1e300 end]
        for i in r do
          [s[2] == "+" and rquote acc += [value:code(g, i)] end or rquote acc max= [value:code(g, i)] end]
        end
        return acc
      end
    end
    t:set_name(("%s_%d"):format(s.kind, self.count))
    self.tasks[key] = t
    return t
  end
  self.body = function(r, p)
    return self.stats:map(function(s)
      if s.kind == "scan" then
        return rquote prefix(r.{value = [s[1]]}, r.{value = [s[2]]}) end
      end
      local t = task_for(s)
      if s.kind == "sum" then
        return rquote
          var [s.result] = [s[2] == "+" and 0.0 or -1e300]
          for i in p.colors do [s[2] == "+" and rquote [s.result] += t(p[i], r) end or rquote [s.result] max= t(p[i], r) end] end
        end
      end
      if s[2]:arrays()[s[1]] and s[2]:has_shift() then error("array is read at other places than it is written") end
      return rquote for i in p.colors do t(p[i], r) end end
    end)
  end
end

-- The same statements on Lua tables.
function program:interpret(results)
  local a = {}
  for _, name in ipairs(self.arrays) do a[name] = {} for i = 0, N - 1 do a[name][i] = 0 end end
  local function eval(e, i)
    if e.kind == "array" then return a[e[1]][i] elseif e.kind == "const" then return e[1]
    elseif e.kind == "shift" then return eval(e[1], (i + e[2]) % N)
    elseif e.kind == "neg" then return -eval(e[1], i) end
    local x, y = eval(e[1], i), eval(e[2], i)
    if e.kind == "+" then return x + y elseif e.kind == "-" then return x - y elseif e.kind == "*" then return x * y
    elseif e.kind == "/" then return x / y else return math.max(x, y) end
  end
  local sums = terralib.newlist()
  for _, s in ipairs(self.stats) do
    if s.kind == "set" then
      local new = {}
      for i = 0, N - 1 do new[i] = eval(s[2], i) end
      a[s[1]] = new
    elseif s.kind == "scan" then
      local sum = 0
      local new = {}
      for i = 0, N - 1 do sum = sum + a[s[2]][i] new[i] = sum end
      a[s[1]] = new
    else
      local acc = s[2] == "+" and 0 or -1e300
      for i = 0, N - 1 do local v = eval(s[1], i) if s[2] == "+" then acc = acc + v else acc = math.max(acc, v) end end
      sums:insert(acc)
    end
  end
  return a, sums
end

local P = new_program()
local x, y, z, w, idx = P:array("x"), P:array("y"), P:array("z"), P:array("w"), P:array("idx")
P:set(w, 1)
P:scan(idx, w)
P:set(x, idx * 0.1 + 1)
P:set(y, -(x - 3) * (x - 3) / 2 + idx(1) - idx(-1))
P:set(z, (x + y) .. (x - y))
local total = P:sum(z * z)
local peak = P:sum(x(3) - y(-2), "max")
for k = 1, 3 do
  P:set(w, (z(1) + z(-1)) * 0.5)
  P:set(z, w * 0.9 + z * 0.1)
end
P:scan(y, z)
local last = P:sum(y .. w, "max")
P:compile()
local expected, sums = P:interpret()

local check = {}
for _, name in ipairs(P.arrays) do
  local values = terralib.newlist()
  for i = 0, N - 1 do values:insert(expected[name][i]) end
  local constants = terralib.constant(double[N], terralib.new(double[N], values))
  local task compare(r : region(ispace(int1d), double)) : double where reads(r) do
    var worst = 0.0
    for i in r do worst max= fabs(r[i] - constants[int(i)]) end
    return worst
  end
  check[name] = compare
end

task main()
  var r = region(ispace(int1d, N), P.V)
  var p = partition(equal, r, ispace(int1d, PIECES));
  [P.arrays:map(function(name) return rquote fill(r.[name], 0.0) end end)];
  [P.body(r, p)];
  rescape
    for _, name in ipairs(P.arrays) do
      remit rquote regentlib.assert([check[name]](r.{[name]}) < 1e-9, ["array " .. name]) end
    end
    for k, s in ipairs({ total, peak, last }) do
      remit rquote regentlib.assert(max([s] - [sums[k]], [sums[k]] - [s]) < 1e-6, ["sum " .. k]) end
    end
  end
  prefix_down(r.{value = w}, r.{x})
  format.println("{} tasks, {.6} {.6} {.6}", [P.count], total, peak, last)
end
regentlib.start(main)

--[==[ OUTPUT
9 tasks, 11380.441950 67.500000 472.260000
]==]
