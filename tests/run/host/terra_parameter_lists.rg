-- Lists of symbols, and Lua's own tables of them, as parameters of terra functions.
import "regent"

local list, plain = terralib.newlist(), {}
for i = 1, 3 do
  list:insert(symbol(int, "a" .. i))
  plain[i] = symbol(double, "b" .. i)
end

local terra sum([list]) return [list[1]] + [list[2]] * [list[3]] end
terra mixed(first : int, [plain], last : int) : double
  return first + [plain[1]] * [plain[2]] - [plain[3]] + last
end
local none = terra([{}]) : int return 7 end

assert(sum(1, 2, 3) == 7 and mixed(1, 2, 3, 4, 5) == 8 and none() == 7)

task main()
  regentlib.c.printf("%d %g %d\n", sum(2, 3, 4), mixed(1, 0.5, 4, 1, 1), none())
end
regentlib.start(main)

--[==[ OUTPUT
14 3 7
]==]
