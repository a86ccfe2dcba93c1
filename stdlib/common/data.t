-- Small functions on lists, which programs take from the compiler's own Lua.
local data = {}

function data.min(a, b) return a < b and a or b end
function data.max(a, b) return a > b and a or b end

function data.any(...)
  for _, value in ipairs({ ... }) do
    if value then return true end
  end
  return false
end
function data.all(...)
  for i = 1, select("#", ...) do
    if not select(i, ...) then return false end
  end
  return true
end

-- 0, 1, ..., n - 1; or first, ..., last - 1.
function data.range(first, last)
  if not last then first, last = 0, first end
  local list = terralib.newlist()
  for i = first, last - 1 do list:insert(i) end
  return list
end

function data.filteri(keep, list)
  local places = terralib.newlist()
  for place, value in ipairs(list) do
    if keep(value) then places:insert(place) end
  end
  return places
end
function data.filter(keep, list)
  return data.filteri(keep, list):map(function(place) return list[place] end)
end

-- map(place, value) of all.
function data.mapi(map, list)
  local result = terralib.newlist()
  for place, value in ipairs(list) do result:insert(map(place, value)) end
  return result
end

function data.reduce(reduce, list, init)
  local first = init == nil and 2 or 1
  local result = init == nil and list[1] or init
  for place = first, #list do result = reduce(result, list[place]) end
  return result
end

-- Lists of what stands at the same place.
function data.zip(...)
  local lists, result = { ... }, terralib.newlist()
  for place = 1, #lists[1] do
    local row = terralib.newlist()
    for _, list in ipairs(lists) do row:insert(list[place]) end
    result:insert(row)
  end
  return result
end

function data.flatten(list)
  local result = terralib.newlist()
  for _, part in ipairs(list) do
    if terralib.islist(part) then result:insertall(part) else result:insert(part) end
  end
  return result
end
function data.flatmap(map, list)
  local result = terralib.newlist()
  for _, value in ipairs(list) do result:insertall(map(value)) end
  return result
end

function data.take(count, list)
  local result = terralib.newlist()
  for place = 1, data.min(count, #list) do result:insert(list[place]) end
  return result
end

-- A table of pairs; of keys.
function data.dict(pairs_of)
  local result = {}
  for _, pair in ipairs(pairs_of) do result[pair[1]] = pair[2] end
  return result
end
function data.set(list)
  local result = {}
  for _, key in ipairs(list) do result[key] = true end
  return result
end

return setmetatable(data, {
  __index = function(_, name) error("`" .. tostring(name) .. "` of `common/data` is not supported", 2) end,
})
