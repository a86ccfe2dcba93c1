-- The tree of a quote as Lua sees it: `quote.ast`. Programs look at it; what they change has no effect.
--
-- A node is a table with the fields of its kind and `node_type`. Kinds form a tree, `ast.specialized.expr.ID`, and
-- each knows its `parent`, its `expected_fields` and its `children`.
local ast = {}

-- ---- kinds of nodes

local kinds = {}
kinds.__index = kinds

local nodes = {}
nodes.__index = nodes

local function new_kind(parent, name, fields)
  local kind = setmetatable({ parent = parent, node_name = name, children = terralib.newlist(),
                              expected_fields = terralib.newlist() }, kinds)
  if parent then
    rawset(parent, name:match("[^.]*$"), kind)
    parent.children:insert(kind)
    kind.expected_fields:insertall(parent.expected_fields)
  end
  for _, field in ipairs(fields) do kind.expected_fields:insert(field) end
  return kind
end

-- True for the kind itself and for those above it.
function kinds:is(other)
  local kind = self
  while kind do
    if kind == other then return true end
    kind = rawget(kind, "parent")
  end
  return false
end

function kinds:__tostring() return self.node_name end

function kinds:__call(fields)
  local node = { node_type = self }
  for name, value in pairs(fields) do node[name] = value end
  return setmetatable(node, nodes)
end

ast.specialized = new_kind(nil, "specialized", {})

local function group(name) return new_kind(ast.specialized, "specialized." .. name, {}) end
local function leaves(parent, list)
  for name, fields in pairs(list) do new_kind(parent, parent.node_name .. "." .. name, fields) end
end

leaves(ast.specialized, { Block = { "stats" } })
leaves(group("top"), { QuoteExpr = { "expr" }, QuoteStat = { "block" } })
leaves(group("stat"), {
  If = { "cond", "then_block", "elseif_blocks", "else_block" }, Elseif = { "cond", "block" },
  While = { "cond", "block" }, Repeat = { "block", "until_cond" }, ForNum = { "symbol", "values", "block" },
  ForList = { "symbol", "value", "block" }, MustEpoch = { "block" }, Block = { "block" },
  Var = { "symbols", "values" }, VarUnpack = { "symbols", "fields", "value" }, Return = { "value" }, Break = {},
  Assignment = { "lhs", "rhs" }, Reduce = { "op", "lhs", "rhs" }, Expr = { "expr" }, RawDelete = { "value" },
  Fence = { "kind", "blocking" }, ParallelizeWith = { "hints", "block" },
  ParallelPrefix = { "lhs", "rhs", "op", "dir" },
})
leaves(group("expr"), {
  ID = { "value" }, Constant = { "value", "expr_type" }, Function = { "value" }, LuaTable = { "value" },
  FieldAccess = { "value", "field_name" }, IndexAccess = { "value", "index" },
  MethodCall = { "value", "method_name", "args" }, Call = { "fn", "args", "conditions" }, Cast = { "fn", "args" },
  Ctor = { "fields", "named" }, CtorListField = { "value" }, CtorRecField = { "name", "value" },
  Unary = { "op", "rhs" }, Binary = { "op", "lhs", "rhs" }, Deref = { "value" }, AddressOf = { "value" },
  Projection = { "region", "fields" },
})

-- The forms of the language, `fill(...)`; their operands have no names here.
local function form_kind(name)
  local expr = ast.specialized.expr
  return rawget(expr, name) or new_kind(expr, "specialized.expr." .. name, { "operands" })
end

for _, name in ipairs({ "Isnull", "New", "Null", "DynamicCast", "StaticCast", "UnsafeCast", "Ispace", "Region",
                        "PartitionEqual", "PartitionByField", "Image", "Preimage", "CrossProduct", "Copy", "Fill",
                        "Acquire", "Release" }) do
  form_kind(name)
end

-- ---- nodes

function nodes:is(kind) return self.node_type:is(kind) end
function nodes:type() return self.node_type end

function nodes:get_fields()
  local fields = {}
  for _, name in ipairs(self.node_type.expected_fields) do fields[name] = self[name] end
  return fields
end

-- A copy with other fields.
function nodes:__call(changes)
  local node = {}
  for name, value in pairs(self) do node[name] = value end
  for name, value in pairs(changes) do node[name] = value end
  return setmetatable(node, nodes)
end

function nodes:__tostring()
  local parts = terralib.newlist()
  for _, name in ipairs(self.node_type.expected_fields) do
    local value = self[name]
    if terralib.islist(value) then value = "{" .. value:map(tostring):concat(", ") .. "}" end
    parts:insert(name .. " = " .. tostring(value))
  end
  return tostring(self.node_type) .. "(" .. parts:concat(", ") .. ")"
end

function ast.is_node(value) return getmetatable(value) == nodes end

-- The nodes of what the compiler hands out: tables with the kind's name as `kind`.
function ast.of_tree(tree)
  if type(tree) ~= "table" then return tree end
  if terralib.islist(tree) then return tree:map(ast.of_tree) end
  local kind = ast.specialized
  for name in tree.kind:gmatch("[^.]+") do
    kind = rawget(kind, name) or (kind == ast.specialized.expr and form_kind(name))
  end
  local node = { node_type = kind }
  for name, value in pairs(tree) do
    -- A Lua value of the program is not part of the tree.
    if name ~= "kind" and name ~= "is_value" then node[name] = tree.is_value and value or ast.of_tree(value) end
  end
  return setmetatable(node, nodes)
end

-- ---- visitors

-- A function of a context that gives a function of a node: it calls what the table has for the node's kind, or
-- else for the nearest one above it.
function ast.make_single_dispatch(handlers, required, default)
  local function handler_of(node)
    local kind = node.node_type
    while kind and not handlers[kind] do kind = rawget(kind, "parent") end
    local handler = kind and handlers[kind] or default
    if not handler then error("there is no case for " .. tostring(node.node_type), 3) end
    return handler
  end
  return function(context)
    return function(node, ...)
      if context then return handler_of(node)(context, node, ...) end
      return handler_of(node)(node, ...)
    end
  end
end

-- Calls `visit(child)` for the nodes and lists in the fields of a node, or in a list.
local function for_each_child(value, visit)
  if terralib.islist(value) then
    for _, child in ipairs(value) do visit(child) end
  else
    for _, name in ipairs(value.node_type.expected_fields) do
      local child = value[name]
      if ast.is_node(child) or terralib.islist(child) then visit(child) end
    end
  end
end

-- Calls `before` and `after` for the nodes, but not for those that the filter rejects, nor for what is below them.
function ast.traverse_node_prepostorder(before, after, root, filter)
  local function visit(value)
    if terralib.islist(value) then return for_each_child(value, visit) end
    if not ast.is_node(value) or (filter and not filter(value)) then return end
    before(value)
    for_each_child(value, visit)
    after(value)
  end
  visit(root)
end

function ast.traverse_node_postorder(visit, root, filter)
  ast.traverse_node_prepostorder(function() end, visit, root, filter)
end

-- `visit(node, continuation)` decides with `continuation(node, true)` whether to go on below.
function ast.traverse_node_continuation(visit, root)
  local function continuation(value, goes_on)
    if terralib.islist(value) then
      for_each_child(value, continuation)
    elseif ast.is_node(value) then
      if goes_on == nil then
        visit(value, continuation)
      elseif goes_on then
        for_each_child(value, function(child) continuation(child) end)
      end
    end
  end
  continuation(root)
end

-- Folds `map(node, ...)` of all nodes with `reduce`, beginning with `init`.
function ast.mapreduce_node_postorder(map, reduce, root, init, filter)
  local result = init
  ast.traverse_node_postorder(function(node) result = reduce(result, map(node)) end, root, filter)
  return result
end

-- A tree with `map(node)` in the place of each node, from below.
function ast.map_node_postorder(map, root, filter)
  local function visit(value)
    if terralib.islist(value) then return value:map(visit) end
    if not ast.is_node(value) or (filter and not filter(value)) then return value end
    local changes = {}
    for _, name in ipairs(value.node_type.expected_fields) do changes[name] = visit(value[name]) end
    return map(value(changes))
  end
  return visit(root)
end

-- The same for the expressions, or the statements, of a tree alone.
local function only(kind, visit)
  return function(node)
    if node:is(kind) then return visit(node) end
    return node
  end
end
function ast.traverse_expr_postorder(visit, root) ast.traverse_node_postorder(only(ast.specialized.expr, visit), root) end
function ast.traverse_stat_postorder(visit, root) ast.traverse_node_postorder(only(ast.specialized.stat, visit), root) end
function ast.map_expr_postorder(map, root) return ast.map_node_postorder(only(ast.specialized.expr, map), root) end
function ast.map_stat_postorder(map, root) return ast.map_node_postorder(only(ast.specialized.stat, map), root) end

return setmetatable(ast, {
  __index = function(_, name) error("`" .. tostring(name) .. "` of `regent/ast` is not supported", 2) end,
})
