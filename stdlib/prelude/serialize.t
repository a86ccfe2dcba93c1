-- How tasks get and return values of types that serialize themselves: structs with the three Lua functions
-- `__compute_serialized_size`, `__serialize` and `__deserialize`, and arrays of them and of strings. The chunk gets the
-- table `regentlib`; it is loaded when a program first asks for one of these names or has a task with such a value.
import "regent"

local regentlib = ...
local c = terralib.includec("string.h")
local size_type = uint64

local kMembers = { "__compute_serialized_size", "__serialize", "__deserialize" }

local function serializes_itself(T)
  if T == regentlib.string then return true end
  if not T:isstruct() then return false end
  for _, name in ipairs(kMembers) do
    if not T[name] then return false end
  end
  return true
end

local function is_dynamic(T)
  if T:isarray() then return is_dynamic(T.type) end
  return serializes_itself(T)
end

local load_of = terralib.memoize(function(T)
  local terra load(from : &opaque) : T
    var value : T
    c.memcpy(&value, from, sizeof(T))
    return value
  end
  return load
end)

local store_of = terralib.memoize(function(T)
  local terra store(to : &opaque, value : T)
    c.memcpy(to, &value, sizeof(T))
  end
  return store
end)

-- The value itself, without what it refers to.
function regentlib.serialize_simple(T, value, fixed, data)
  return quote [store_of(T)]([&opaque](fixed), value) end
end

function regentlib.deserialize_simple(T, fixed, data)
  return `[load_of(T)]([&opaque](fixed))
end

local text = {}

terra text.size(value : regentlib.string) : size_type
  var characters = [rawstring](value)
  if characters == nil then return 0 end
  return c.strlen(characters) + 1
end

terra text.write(value : regentlib.string, fixed : &opaque, data : &&uint8)
  c.memcpy(fixed, &value, sizeof(regentlib.string))
  var size = text.size(value)
  if size > 0 then c.memcpy(@data, [rawstring](value), size) end
  @data = @data + size
end

terra text.read(fixed : &opaque, data : &&uint8) : regentlib.string
  var value = [load_of(regentlib.string)](fixed)
  if [rawstring](value) == nil then return value end
  var copy = c.strdup([rawstring](@data))
  @data = @data + c.strlen(copy) + 1
  return copy
end

-- Statements, and the number of bytes that the value needs beside itself.
function regentlib.compute_serialized_size_inner(T, value)
  if T == regentlib.string then return quote end, `[text.size](value) end
  if not is_dynamic(T) then return quote end, `[size_type](0) end
  if not T:isarray() then return T:__compute_serialized_size(T, value) end
  local i, sum = terralib.newsymbol(int64, "i"), terralib.newsymbol(size_type, "sum")
  local statements, size = regentlib.compute_serialized_size_inner(T.type, `value[i])
  return quote
    var [sum] = 0
    for [i] = 0, T.N do
      [statements]
      sum = sum + size
    end
  end, sum
end

-- Statements that write the value itself to `fixed`, the rest to `@data`, which moves on.
function regentlib.serialize_inner(T, value, fixed, data)
  if T == regentlib.string then return quote [text.write](value, [&opaque](fixed), data) end end
  if not is_dynamic(T) then return regentlib.serialize_simple(T, value, fixed, data) end
  if not T:isarray() then return T:__serialize(T, value, fixed, data) end
  local element = terralib.newsymbol(T.type, "element")
  local place = terralib.newsymbol(&T.type, "place")
  local statements = regentlib.serialize_inner(T.type, element, place, data)
  return quote
    for i = 0, T.N do
      var [element] = value[i]
      var [place] = [&T.type](fixed) + i
      [statements]
    end
  end
end

-- Statements that read it again, and the value.
function regentlib.deserialize_inner(T, fixed, data)
  local result = terralib.newsymbol(T, "result")
  if T == regentlib.string then return quote var [result] = [text.read]([&opaque](fixed), data) end, result end
  if not is_dynamic(T) then
    return quote var [result] = [regentlib.deserialize_simple(T, fixed, data)] end, result
  end
  if not T:isarray() then return T:__deserialize(T, fixed, data) end
  local place = terralib.newsymbol(&T.type, "place")
  local statements, value = regentlib.deserialize_inner(T.type, place, data)
  return quote
    var [result]
    for i = 0, T.N do
      var [place] = [&T.type](fixed) + i
      [statements]
      result[i] = value
    end
  end, result
end

regentlib.compute_serialized_size = regentlib.compute_serialized_size_inner
regentlib.serialize, regentlib.deserialize = regentlib.serialize_inner, regentlib.deserialize_inner

-- The functions that a task's descriptor names, for a type that is no string: the bytes beside the value, writing it,
-- reading it.
regentlib.packing_of = terralib.memoize(function(T)
  local value, fixed = terralib.newsymbol(T, "value"), terralib.newsymbol(&opaque, "fixed")
  local data = terralib.newsymbol(&&uint8, "data")
  local size_statements, size_value = regentlib.compute_serialized_size_inner(T, value)
  local terra size(from : &T) : size_type
    var [value] = @from
    [size_statements]
    return size_value
  end
  local write_statements = regentlib.serialize_inner(T, value, fixed, data)
  local terra write(from : &T, [fixed], [data])
    var [value] = @from
    [write_statements]
  end
  local read_statements, read_value = regentlib.deserialize_inner(T, fixed, data)
  local terra read([fixed], [data], to : &T)
    [read_statements]
    @to = read_value
  end
  return { size, write, read }
end)
