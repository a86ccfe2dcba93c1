-- Members of Lua tables whose names are computed: `t.[name]` stands for what `t` holds there.
import "regent"

local c = regentlib.c

local function sides(kind)
  return { left = regentlib.newsymbol(kind(), "left"), right = regentlib.newsymbol(kind(), "right"), depth = 3 }
end

fspace cell { left : int, right : int }
local numbers = sides(function() return int end)
local regions = { inner = sides(function() return region(ispace(int1d), cell) end) }
local function reads(side) return regentlib.privilege(regentlib.reads, regions.inner[side]) end

local function swap(s)
  return rquote
    var kept = s.[ "le" .. "ft" ]
    s.left = s.["right"]
    s.["right"] = kept
  end
end

task sum([regions.inner.left], [regions.inner.right], which : int) : int
where [reads("left")], [reads("right")] do
  var total = 0
  rescape
    for _, side in ipairs({ "left", "right" }) do
      -- The inner one is a field, the outer ones are members.
      remit rquote
        for i in regions.inner.[side] do total += regions.["inner"].[side][i].[side] end
      end
    end
  end
  return total + numbers.["depth"]
end

task main()
  var [numbers.left], [numbers.right] = 1, 2;
  [swap(numbers)];
  c.printf("%d %d\n", numbers.["left"], numbers.right)
  var a = region(ispace(int1d, 3), cell)
  var b = region(ispace(int1d, 2), cell)
  fill(a.{left, right}, 1)
  fill(b.{left, right}, 10)
  c.["printf"]("%d\n", sum(a, b, 0))
end
regentlib.start(main)

--[==[ OUTPUT
2 1
26
]==]
