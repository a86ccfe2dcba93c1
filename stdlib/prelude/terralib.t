-- The part of `terralib` that is written in Lua. Loaded when a program first asks for a name that the compiler does
-- not define; the chunk gets the table `terralib`.
local terralib = ...

function terralib.require(name) return require(name) end

-- The offset of a field, by the rules of C.
function terralib.offsetof(T, name)
  local offset, position = nil, 0
  for _, entry in ipairs(T.entries) do
    local alignment = __palatine.alignof(entry.type)
    position = math.ceil(position / alignment) * alignment
    if entry.field == name then offset = position end
    position = position + terralib.sizeof(entry.type)
  end
  if not offset then error("no field " .. tostring(name) .. " in " .. tostring(T), 2) end
  return offset
end

function terralib.loadfile(path)
  return __palatine.load_file(path)
end

function terralib.dofile(path, ...)
  return __palatine.load_file(path)(...)
end

function terralib.irpairs(list)
  local i = #list + 1
  return function()
    i = i - 1
    if i > 0 then return i, list[i] end
  end
end

-- Both values are computed.
terralib.select = macro(function(condition, a, b)
  return quote
    var first, second = a, b
    var result = first
    if not condition then result = second end
  in
    result
  end
end)

-- What the attributes promise is not used.
terralib.attrload = macro(function(address, attributes) return `@address end)
terralib.attrstore = macro(function(address, value, attributes) return quote @address = value end end)

local seconds = terralib.includecstring [[
#include <time.h>
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
]]
terralib.currenttimeinseconds = terra() : double return seconds.now() end

local function c_type(T)
  if T:isunit() then return "void" end
  if T == bool then return "_Bool" end
  if T == int8 then return "char" end
  if T:isintegral() then return (T.signed and "__INT" or "__UINT") .. 8 * terralib.sizeof(T) .. "_TYPE__" end
  if T:isfloat() then return tostring(T) end
  if T:ispointer() then return (T.type:isprimitive() and c_type(T.type) or "void") .. " *" end
  error("a function with " .. tostring(T) .. " needs a header: terralib.includec", 3)
end

-- A function by its name in a library, without a header.
function terralib.externfunction(name, T)
  if T:ispointer() then T = T.type end
  local text = T.parameters:map(c_type)
  if #text == 0 then text:insert("void") end
  if T.isvararg then text:insert("...") end
  local declared = terralib.includecstring(("extern %s %s(%s);"):format(c_type(T.returntype), name, text:concat(", ")))[name]
  if T.isvararg then return declared end
  local args = T.parameters:map(function(parameter) return symbol(parameter) end)
  if T.returntype:isunit() then return terra([args]) declared([args]) end end
  return terra([args]) : T.returntype return [T.returntype](declared([args])) end
end
