-- What a program finds out about its quotes: which fields of an element they read, write and reduce.
import "regent"

local ast = require("regent/ast")
local data = require("common/data")
local is_expr = ast.make_single_dispatch(
  { [ast.specialized.expr] = function() return true end }, {}, function() return false end)()

-- The fields of the variable, sorted, in the order in which they are named.
local function fields_of(kind, tree, variable)
  local found = terralib.newlist()
  ast.traverse_node_postorder(function(node)
    if node:is(kind) and node.value:is(ast.specialized.expr.ID) and node.value.value == variable then
      found:insert(node.field_name)
    end
  end, tree)
  return found:concat(" ")
end

local function targets(kind, tree)
  local found = terralib.newlist()
  ast.traverse_node_postorder(function(node)
    if node:is(kind) then
      local target = node.lhs[1]
      while target:is(ast.specialized.expr.IndexAccess) do target = target.value end
      found:insert(target.field_name .. (node:is(ast.specialized.stat.Reduce) and " " .. node.op or ""))
    end
  end, tree)
  return found:concat(", ")
end

struct Particle { x : double, v : double, mass : double, force : double[2], hits : int }

local function kernel(p, dt)
  local half = rexpr p.mass / 2 end
  local strike = rquote p.hits += 1 end
  return rquote
    p.x = p.x + p.v * dt
    if p.x > 1 then
      p.force[0] = -half
      strike
    else
      for i = 0, 2 do p.v max= p.force[i] end
    end
  end
end

local part, step = regentlib.newsymbol(Particle, "part"), regentlib.newsymbol(double, "step")
local tree = kernel(part, step).ast
assert(ast.is_node(tree) and tree:is(ast.specialized.top.QuoteStat) and not tree:is(ast.specialized.expr))
assert(fields_of(ast.specialized.expr.FieldAccess, tree, part) == "x x v x force mass hits v force")
assert(targets(ast.specialized.stat.Assignment, tree) == "x, force")
assert(targets(ast.specialized.stat.Reduce, tree) == "hits +, v max")

local count = ast.mapreduce_node_postorder(function() return 1 end, function(a, b) return a + b end, tree, 0)
assert(count > 30)
local names = data.flatten(data.zip(data.range(2), { "a", "b" }))
assert(names:concat(" ") == "0 a 1 b" and data.filter(function(n) return n > 1 end, data.range(4))[1] == 2)

-- The filter keeps the visit out of statements.
local seen = 0
ast.traverse_node_postorder(function() seen = seen + 1 end, (rexpr part.x + 1 end).ast.expr, is_expr)
assert(seen == 4)

task main()
  var p = Particle { x = 0, v = 2, mass = 8, force = array(3.0, 4.0), hits = 0 }
  var q = p
  rescape
    local again = regentlib.newsymbol(Particle, "again")
    remit rquote
      var [again] = p;
      [kernel(again, rexpr 1.0 end)]
      q = again
    end
  end
  regentlib.c.printf("%g %g %d\n", q.x, q.force[0], q.hits)
end
regentlib.start(main)

--[==[ OUTPUT
2 -4 1
]==]
