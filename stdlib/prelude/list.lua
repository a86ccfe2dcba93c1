-- Lists: tables with methods, as programs get them from `terralib.newlist`.
--
-- The chunk receives `terralib` and adds `newlist`, `islist`, `israwlist` and `memoize`; it returns the metatable.
local terralib = ...

local list = {}
list.__index = list

function terralib.newlist(values)
  return setmetatable(values or {}, list)
end
local newlist = terralib.newlist

function terralib.islist(value)
  return type(value) == "table" and getmetatable(value) == list
end

-- True for a table whose keys are exactly 1 to its length.
function terralib.israwlist(value)
  if terralib.islist(value) then return true end
  if type(value) ~= "table" then return false end
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  return count == #value
end

-- Functions may be given as Lua functions, or as names of fields or methods of the elements.
local function as_function(f)
  if type(f) ~= "string" then return f end
  return function(element, ...)
    local member = element[f]
    if type(member) == "function" then return member(element, ...) end
    return member
  end
end

function list:insert(position, value)
  if value == nil then
    self[#self + 1] = position
  else
    table.insert(self, position, value)
  end
end

function list:insertall(values)
  for _, value in ipairs(values) do self[#self + 1] = value end
end

function list:remove(position)
  return table.remove(self, position)
end

function list:sort(compare)
  table.sort(self, compare)
end

function list:concat(separator)
  return table.concat(self, separator)
end

function list:rev()
  local result = newlist()
  for i = #self, 1, -1 do result[#result + 1] = self[i] end
  return result
end

-- Positions count like those of string.sub.
function list:sub(first, last)
  local count = #self
  last = last or count
  if first < 0 then first = count + first + 1 end
  if last < 0 then last = count + last + 1 end
  local result = newlist()
  for i = math.max(first, 1), math.min(last, count) do result[#result + 1] = self[i] end
  return result
end

function list:map(f, ...)
  f = as_function(f)
  local result = newlist()
  for i, value in ipairs(self) do result[i] = f(value, ...) end
  return result
end

function list:mapi(f, ...)
  f = as_function(f)
  local result = newlist()
  for i, value in ipairs(self) do result[i] = f(i, value, ...) end
  return result
end

function list:filter(f, ...)
  f = as_function(f)
  local result = newlist()
  for _, value in ipairs(self) do
    if f(value, ...) then result[#result + 1] = value end
  end
  return result
end

function list:filteri(f, ...)
  f = as_function(f)
  local result = newlist()
  for i, value in ipairs(self) do
    if f(i, value, ...) then result[#result + 1] = value end
  end
  return result
end

function list:flatmap(f, ...)
  f = as_function(f)
  local result = newlist()
  for _, value in ipairs(self) do
    local mapped = f(value, ...)
    for _, part in ipairs(mapped) do result[#result + 1] = part end
  end
  return result
end

function list:app(f, ...)
  f = as_function(f)
  for _, value in ipairs(self) do f(value, ...) end
end

function list:appi(f, ...)
  f = as_function(f)
  for i, value in ipairs(self) do f(i, value, ...) end
end

function list:find(f, ...)
  f = as_function(f)
  for _, value in ipairs(self) do
    if f(value, ...) then return value end
  end
end

function list:exists(f, ...)
  f = as_function(f)
  for _, value in ipairs(self) do
    if f(value, ...) then return true end
  end
  return false
end

function list:all(f, ...)
  f = as_function(f)
  for _, value in ipairs(self) do
    if not f(value, ...) then return false end
  end
  return true
end

function list:fold(start, f, ...)
  f = as_function(f)
  local result = start
  for _, value in ipairs(self) do result = f(result, value, ...) end
  return result
end

function list:reduce(f, ...)
  f = as_function(f)
  local result = self[1]
  for i = 2, #self do result = f(result, self[i], ...) end
  return result
end

-- The values of f and, for each, the list of the elements that have it, in the order of their first element.
function list:group(f, ...)
  f = as_function(f)
  local keys, groups = newlist(), {}
  for _, value in ipairs(self) do
    local key = f(value, ...)
    if not groups[key] then
      groups[key] = newlist()
      keys[#keys + 1] = key
    end
    groups[key]:insert(value)
  end
  return keys, groups
end

-- The elements, or what f gives beside its first value, by that value.
function list:partition(f, ...)
  f = as_function(f)
  local groups = {}
  for _, value in ipairs(self) do
    local key, part = f(value, ...)
    groups[key] = groups[key] or newlist()
    groups[key]:insert(part == nil and value or part)
  end
  return groups
end

function list:reduceor(start, f, ...)
  if #self == 0 then return start end
  return self:reduce(f, ...)
end

-- f with the number of the call before its arguments: elements are visited once, in their order.
local function counted(f, first)
  f = as_function(f)
  local place = first - 1
  return function(...)
    place = place + 1
    return f(place, ...)
  end
end

for _, name in ipairs({ "all", "exists", "find", "flatmap", "partition" }) do
  list[name .. "i"] = function(self, f, ...) return self[name](self, counted(f, 1), ...) end
end
function list:foldi(start, f, ...) return self:fold(start, counted(f, 1), ...) end
function list:reducei(f, ...) return self:reduce(counted(f, 2), ...) end
function list:reduceori(start, f, ...) return self:reduceor(start, counted(f, 2), ...) end

function list:__tostring()
  local texts = {}
  for i, value in ipairs(self) do texts[i] = tostring(value) end
  return "{" .. table.concat(texts, ", ") .. "}"
end

function list:mkstring(before, separator, after)
  if separator == nil then before, separator, after = "", before, "" end
  local texts = {}
  for i, value in ipairs(self) do texts[i] = tostring(value) end
  return (before or "") .. table.concat(texts, separator) .. (after or "")
end

-- A function that computes the result for each list of arguments once. `nil` arguments and results are kept too.
function terralib.memoize(f)
  local root = {}
  local absent, result = {}, {}
  return function(...)
    local node = root
    for i = 1, select("#", ...) do
      local argument = select(i, ...)
      if argument == nil then argument = absent end
      local next_node = node[argument]
      if not next_node then
        next_node = {}
        node[argument] = next_node
      end
      node = next_node
    end
    if not node[result] then
      local function keep(...)
        node[result] = { count = select("#", ...), ... }
      end
      keep(f(...))
    end
    return unpack(node[result], 1, node[result].count)
  end
end

return list
