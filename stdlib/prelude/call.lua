-- Values of the language in Lua's own memory: how terra and C functions are called while compiling, and what
-- `terralib.new` makes. The chunk gets a table of helpers:
--   kind(T)      the kind of a type: "integer", "structure" ...
--   sizeof(T)    its size in bytes
--   is_plain(T)  whether a struct has nothing but its entries, laid out by the rules of C
--   index(I)     the number of components of an index type
-- It returns a table with `call`, `answer`, `new`, `cast`, `read`, `point`, `type_of` and `bytes_of`.
local helpers = ...
local ffi = require("ffi")

local type_by_number = {}
local struct_names, defined = {}, {}
local struct_count = 0
-- Structs that have a name only.
local named = {}

local function fail_type(T)
  error("values of type " .. tostring(T) .. " cannot be used while compiling", 0)
end

local function struct_name(T)
  local name = struct_names[T]
  if not name then
    struct_count = struct_count + 1
    name = "struct palatine_value_" .. struct_count
    struct_names[T] = name
    named[#named + 1] = T
    ffi.cdef(name .. ";")
  end
  return name
end

local define

-- The declaration of `name` with this type.
local function declare(T, name)
  local kind = helpers.kind(T)
  if kind == "integer" then
    return (T.signed and "int" or "uint") .. (T.bytes * 8) .. "_t " .. name
  elseif kind == "floating" then
    return (T.bytes == 4 and "float " or "double ") .. name
  elseif kind == "boolean" then
    return "bool " .. name
  elseif kind == "array" then
    return declare(T.type, name .. "[" .. T.N .. "]")
  elseif kind == "pointer" then
    local element = helpers.kind(T.type)
    if element == "structure" then return struct_name(T.type) .. " *" .. name end
    if element == "integer" or element == "floating" or element == "boolean" or element == "pointer" then
      return declare(T.type, "*" .. name)
    end
    return "void *" .. name
  elseif kind == "index" and helpers.index(T) == 1 then
    return "int64_t " .. name
  elseif kind == "structure" or kind == "index" or kind == "rect" then
    define(T)
    return struct_name(T) .. " " .. name
  end
  fail_type(T)
end

local kComponents = { "x", "y", "z", "w", "v", "u", "t", "s", "r" }

function define(T)
  if defined[T] then return end
  defined[T] = true
  local members = {}
  local kind = helpers.kind(T)
  if kind == "index" then
    for i = 1, helpers.index(T) do members[i] = "int64_t " .. kComponents[i] .. ";" end
  elseif kind == "rect" then
    members = { declare(T.index_type, "lo") .. ";", declare(T.index_type, "hi") .. ";" }
  elseif helpers.is_plain(T) then
    for i, entry in ipairs(T.entries) do members[i] = declare(entry.type, entry.field) .. ";" end
  else
    members[1] = "uint64_t opaque[" .. math.ceil(helpers.sizeof(T) / 8) .. "];"
  end
  ffi.cdef(struct_name(T) .. " { " .. table.concat(members, " ") .. " };")
end

local function is_aggregate(T)
  local kind = helpers.kind(T)
  return kind == "structure" or kind == "array" or kind == "rect" or (kind == "index" and helpers.index(T) > 1)
end

local ctypes = {}
local function ctype(T)
  local result = ctypes[T]
  if not result then
    result = ffi.typeof(declare(T, ""))
    -- What pointers lead to has members too, unless Lua has no words for them.
    while #named > 0 do pcall(define, table.remove(named)) end
    ctypes[T] = result
    -- One number of an index type looks like an `int64`.
    if not (helpers.kind(T) == "index" and type_by_number[tonumber(result)]) then
      type_by_number[tonumber(result)] = T
    end
    if is_aggregate(T) then type_by_number[tonumber(ffi.typeof("$ &", result))] = T end
  end
  return result
end

-- An object in memory that holds the value; anchors keep alive what it points to.
local function box(T, value, anchors)
  if is_aggregate(T) then
    if value == nil then return ffi.new(ctype(T)) end
    return ffi.new(ctype(T), value)
  end
  local result = ffi.new(ffi.typeof("$[1]", ctype(T)))
  if value == nil then return result end
  if type(value) == "string" then
    anchors[#anchors + 1] = value
    value = ffi.cast(ctype(T), value)
  elseif helpers.kind(T) == "pointer" and type(value) == "cdata" then
    anchors[#anchors + 1] = value
    value = ffi.cast(ctype(T), value)
  end
  result[0] = value
  return result
end

local function unbox(T, memory)
  if is_aggregate(T) then return memory end
  return memory[0]
end

local library = {}

-- Calls compiled code that takes the address of the result and those of the arguments.
function library.call(address, params, result, ...)
  local anchors = {}
  local arguments = ffi.new("void *[?]", math.max(#params, 1))
  for i = 1, #params do
    local memory = box(params[i], (select(i, ...)), anchors)
    anchors[#anchors + 1] = memory
    arguments[i - 1] = ffi.cast("void *", memory)
  end
  local code = ffi.cast("void (*)(void *, void **)", address)
  if helpers.kind(result) == "unit" then
    code(nil, arguments)
    return
  end
  local memory = box(result)
  code(ffi.cast("void *", memory), arguments)
  return unbox(result, memory)
end

-- A trace must not call C that calls Lua back.
jit.off(library.call)

-- Calls a Lua function for compiled code: the arguments come as their bytes, those of a rawstring as its text, and
-- the result goes as its bytes.
function library.answer(f, params, result, ...)
  local values, anchors = {}, {}
  for i = 1, #params do
    local T, bytes = params[i], (select(i, ...))
    if helpers.kind(T) == "pointer" and helpers.kind(T.type) == "integer" and T.type.bytes == 1 then
      anchors[i] = bytes
      values[i] = ffi.cast(ctype(T), bytes)
    else
      local memory = box(T, nil, anchors)
      ffi.copy(memory, bytes, #bytes)
      values[i] = unbox(T, memory)
    end
  end
  local value = f(unpack(values, 1, #params))
  if helpers.kind(result) == "unit" then return "" end
  if value == nil and helpers.kind(result) ~= "pointer" then
    error("the Lua function returned nothing, but " .. tostring(result) .. " was expected", 0)
  end
  return ffi.string(ffi.cast("const char *", ffi.cast("void *", box(result, value, anchors))), helpers.sizeof(result))
end

function library.new(T, ...)
  if is_aggregate(T) then return ffi.new(ctype(T), ...) end
  return ffi.new(ctype(T), ...)
end

function library.cast(T, value)
  return ffi.cast(ctype(T), value)
end

-- The value of this type at an address, a part of that memory when it has parts.
function library.read(T, address)
  return library.point(T, address)[0]
end

function library.point(T, address)
  return ffi.cast(ffi.typeof("$ *", ctype(T)), address)
end

-- The type of a cdata, or nil.
function library.type_of(value)
  return type_by_number[tonumber(ffi.typeof(value))]
end

function library.bytes_of(value)
  local T = library.type_of(value)
  if not T then return nil end
  local size = helpers.sizeof(T)
  if is_aggregate(T) then return ffi.string(ffi.cast("const char *", ffi.cast("void *", value)), size) end
  local memory = ffi.new(ffi.typeof("$[1]", ctype(T)))
  memory[0] = value
  return ffi.string(ffi.cast("const char *", ffi.cast("void *", memory)), size)
end

return library
