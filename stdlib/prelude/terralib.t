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
