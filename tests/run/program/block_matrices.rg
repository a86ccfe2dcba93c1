-- Polymorphic tasks and containers: generated field spaces, tasks by type, tables of operators, quotes and symbols.
import "regent"
local c = regentlib.c
local format = require("std/format")

-- A matrix type for each element type and block size.
local Matrix = terralib.memoize(function(T, N)
  local struct matrix { data : T[N * N] }
  terra matrix:get(i : int, j : int) : T return self.data[i * N + j] end
  terra matrix:set(i : int, j : int, v : T) self.data[i * N + j] = v end
  matrix.metamethods.__add = terra(a : matrix, b : matrix) : matrix
    for i = 0, N * N do a.data[i] = a.data[i] + b.data[i] end
    return a
  end
  matrix.metamethods.__mul = terra(a : matrix, b : matrix) : matrix
    var m : matrix
    for i = 0, N do
      for j = 0, N do
        var s : T = 0
        for k = 0, N do s = s + a.data[i * N + k] * b.data[k * N + j] end
        m.data[i * N + j] = s
      end
    end
    return m
  end
  matrix.metamethods.__apply = macro(function(self, i, j) return `self.data[i * N + j] end)
  matrix.metamethods.__typename = function() return "matrix(" .. tostring(T) .. "," .. N .. ")" end
  matrix.N, matrix.T = N, T
  return matrix
end)

local Field = terralib.memoize(function(T)
  local fspace F { a : T, b : T, c : T }
  return F
end)

local function tasks_for(T)
  local M = Matrix(T, 3)
  local F = Field(M)
  local tasks = {}

  task tasks.init(r : region(ispace(int2d), F)) : {}
  where writes(r) do
    for e in r do
      var a : M, b : M, z : M
      for i = 0, 3 do
        for j = 0, 3 do
          a:set(i, j, (e.x + 2 * e.y + i * j) % 5)
          b:set(i, j, (e.x * e.y + i - j) % 3)
          z:set(i, j, 0)
        end
      end
      r[e].a, r[e].b, r[e].c = a, b, z
    end
  end

  -- c[i, j] += a[i, k] * b[k, j] over blocks
  task tasks.gemm(a : region(ispace(int2d), F), b : region(ispace(int2d), F), d : region(ispace(int2d), F))
  where reads(a.a, b.b), reads writes(d.c) do
    var ra, rb, rd = a.bounds, b.bounds, d.bounds
    for i = rd.lo.x, rd.hi.x + 1 do
      for j = rd.lo.y, rd.hi.y + 1 do
        for k = ra.lo.y, ra.hi.y + 1 do
          d[{i, j}].c = d[{i, j}].c + a[{i, k}].a * b[{k, j}].b
        end
      end
    end
  end

  task tasks.trace(d : region(ispace(int2d), F)) : T
  where reads(d.c) do
    var t : T = 0
    for e in d do
      if e.x == e.y then
        var m = d[e].c
        for i = 0, 3 do t += m:get(i, i) end
      end
    end
    return t
  end
  return tasks
end

local all = {}
for _, T in ipairs({ int32, int64, float, double }) do all[T] = tasks_for(T) end

local function run(T)
  local tasks = all[T]
  local result = regentlib.newsymbol(T, "result")
  local F = Field(Matrix(T, 3))
  local body = rquote
    var [result] = 0
    var r = region(ispace(int2d, { 6, 6 }), F)
    var p = partition(equal, r, ispace(int2d, { 3, 3 }))
    var rows = partition(equal, r, ispace(int2d, { 3, 1 }))
    __demand(__index_launch)
    for k in p.colors do [tasks.init](p[k]) end
    for k = 0, 3 do
      __demand(__index_launch)
      for e in p.colors do [tasks.gemm](p[{ e.x, k }], p[{ k, e.y }], p[e]) end
    end
    __demand(__index_launch)
    for e in p.colors do [result] += [tasks.trace](p[e]) end
  end
  return body, result
end

task main()
  [(function()
    local out = terralib.newlist()
    for _, T in ipairs({ int32, int64, float, double }) do
      local body, result = run(T)
      out:insert(rquote
        [body]
        format.println("{}: {}", [tostring(T)], [result])
        regentlib.assert([result] == 443, "the trace")
      end)
    end
    return out
  end)()]
end
regentlib.start(main)

--[==[ OUTPUT
int32: 443
int64: 443
float: 443.000000
double: 443.000000
]==]
