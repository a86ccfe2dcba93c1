-- `escape ... end` where terra code expects values: what it emits, one value or several.
import "regent"

local c = regentlib.c
local rows = { { 1, 2 }, { 3, 4 }, { 5, 6 } }

terra add(a : int, b : int) return a + b end

terra table_of(i : int, j : int) : int
  var table = array(escape for _, row in ipairs(rows) do emit(`arrayof(int, [row])) end end)
  return table[i][j]
end

terra mixed(x : int) : int
  var y = 10 * escape emit(x) end + escape
    local sum = 0
    for _, row in ipairs(rows) do sum = sum + row[1] end
    emit(sum)
  end
  if escape emit(`y > 0) end then y = y + add(escape emit(1) emit(`x) end) end
  return escape emit quote y = y + 100000 in y end end
end
assert(table_of(2, 0) == 5 and mixed(2) == 100032)

task main()
  c.printf("%d %d\n", table_of(1, 1), mixed(4))
end
regentlib.start(main)

--[==[ OUTPUT
4 100054
]==]
