-- Values of types that serialize themselves: tasks get and return copies of all that belongs to them, made by the
-- program's functions.
import "regent"

local c = terralib.includecstring [[
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
]]

struct numbers { count : int64, data : &double, copies : int }

function numbers:__compute_serialized_size(T, value)
  return quote end, `uint64(value.count * 8)
end

function numbers:__serialize(T, value, fixed, data)
  local simple = regentlib.serialize_simple(T, value, fixed, data)
  return quote
    [simple]
    c.memcpy(@data, value.data, value.count * 8)
    @data = @data + value.count * 8
  end
end

function numbers:__deserialize(T, fixed, data)
  local result = terralib.newsymbol(T, "result")
  return quote
    var [result] = [regentlib.deserialize_simple(T, fixed, data)]
    result.data = [&double](c.malloc(result.count * 8))
    c.memcpy(result.data, @data, result.count * 8)
    @data = @data + result.count * 8
    result.copies = result.copies + 1
  end, result
end

terra make(count : int64, first : double)
  var value = numbers { count = count, data = [&double](c.malloc(count * 8)), copies = 0 }
  for i = 0, count do value.data[i] = first + i end
  return value
end

terra clear(value : numbers)
  for i = 0, value.count do value.data[i] = -1 end
  c.free(value.data)
end

terra sum(value : numbers)
  var result = 0.0
  for i = 0, value.count do result = result + value.data[i] end
  return result
end

task check(value : numbers, expected : double, copies : int)
  regentlib.assert(sum(value) == expected, "the numbers are as they were at the launch")
  regentlib.assert(value.copies == copies, "number of copies")
  clear(value)
end

task doubled(value : numbers) : numbers
  for i = 0, value.count do value.data[i] = value.data[i] * 2 end
  return value
end

task of_array(values : numbers[2], names : regentlib.string[2]) : double
  regentlib.assert(c.strcmp([&int8](names[0]), "one") == 0 and c.strcmp([&int8](names[1]), "three") == 0, "names")
  return sum(values[0]) * 100 + sum(values[1])
end

task add(value : numbers, r : region(ispace(int1d), double)) where reads writes(r) do
  for i in r do r[i] += sum(value) end
end

task main()
  var value = make(4, 1)
  check(value, 10, 1)
  check(value, 10, 1)
  var twice = doubled(value)
  clear(value)
  -- As an argument, as a result, and as an argument again.
  check(twice, 20, 3)
  check(twice, 20, 3)
  var values : numbers[2]
  values[0] = make(2, 5)
  values[1] = make(3, 0)
  var names : regentlib.string[2]
  var name = [&int8](c.malloc(4))
  c.strcpy(name, "one")
  names[0] = name
  names[1] = "three"
  var folded = of_array(values, names)
  c.strcpy(name, "two")
  clear(values[0])
  regentlib.assert(folded == 1103, "an array")

  var r = region(ispace(int1d, 6), double)
  fill(r, 0)
  var p = partition(equal, r, ispace(int1d, 3))
  for k = 0, 4 do
    var part = make(3, k)
    __demand(__index_launch)
    for i = 0, 3 do add(part, p[i]) end
    clear(part)
  end
  for i in r do regentlib.assert(r[i] == 30, "of index launches") end
end
regentlib.start(main)
