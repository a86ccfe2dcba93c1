-- Index spaces, regions, blocks and index launches of four to nine dimensions.
import "regent"

local c = regentlib.c
local format = require("std/format")

assert(regentlib.max_dim == 9)
local kNames = { "x", "y", "z", "w", "v", "u", "t", "s", "r" }

local function make_test(N)
  local point = _G["int" .. N .. "d"]
  -- Extents 3, 2, 1, 2, 1, 2, ...; from 1, 2, 3, ...
  local extents, starts, volume = terralib.newlist(), terralib.newlist(), 1
  for d = 1, N do
    extents[d] = d == 1 and 3 or d % 2 == 0 and 2 or 1
    starts[d] = d
    volume = volume * extents[d]
  end
  local function sum_of(p)
    local sum = rexpr 0 end
    for d = 1, N do sum = rexpr [sum] * 5 + int(p.[kNames[d]]) end end
    return sum
  end

  local task set(r : region(ispace(point), int), n : int)
  where writes(r) do
    for p in r do r[p] = [sum_of(p)] + n end
  end
  local task add(r : region(ispace(point), int), color : point)
  where reduces+(r) do
    for p in r do r[p] += [sum_of(color)] end
  end
  local task total(r : region(ispace(point), int)) : int64
  where reads(r) do
    var n : int64 = 0
    for p in r do n += r[p] end
    return n
  end

  local task test()
    var is = ispace(point, { [extents] }, { [starts] })
    var r = region(is, int)
    regentlib.assert(is.volume == volume and r.ispace.volume == volume, "volume")
    var b = r.bounds
    var ones = point { [extents:map(function() return 1 end)] }
    regentlib.assert(b.lo == point { [starts] } and b.hi == b.lo + point { [extents] } - ones, "bounds")
    regentlib.assert(b:size() == point { [extents] }, "extent")
    set(r, 1)

    -- The first dimension runs fastest.
    var before = b.lo - ones
    var seen = 0
    for p in is do
      var earlier, decided = false, false;
      [(function()
        local stats = terralib.newlist()
        for d = N, 1, -1 do
          stats:insert(rquote
            if not decided and before.[kNames[d]] ~= p.[kNames[d]] then
              earlier = before.[kNames[d]] < p.[kNames[d]]
              decided = true
            end
          end)
        end
        return stats
      end)()]
      regentlib.assert(decided and earlier, "order")
      regentlib.assert(r[p] == [sum_of(p)] + 1, "element")
      before = p
      seen += 1
    end
    regentlib.assert(seen == volume, "all points")

    -- Blocks: the first and the second axis are halved, the others are whole.
    var cut = point { [extents:map(function(n) return n > 1 and 2 or 1 end)] }
    var colors = ispace(point, cut)
    var p = partition(equal, r, colors)
    var expected = total(r)
    __demand(__index_launch)
    for color in colors do add(p[color], color) end
    var points : uint64 = 0
    for color in colors do
      points += p[color].volume
      expected += [sum_of(color)] * p[color].volume
    end
    regentlib.assert(points == volume, "blocks")
    regentlib.assert(total(r) == expected, "reduced by blocks")
    -- The last extent that is not 1 is cut by one dimension of colours.
    var slices = partition(equal, r, ispace(int1d, 3))
    var n : uint64 = 0
    for k in slices.colors do n += slices[k].volume end
    regentlib.assert(n == volume, "slices")

    var s = region(is, int)
    fill(s, 7)
    copy(r, s)
    regentlib.assert(total(s) == total(r), "copied")
    copy(r, s, +)
    regentlib.assert(total(s) == 2 * total(r), "added")
  end
  return test
end

local tests = terralib.newlist()
for _, N in ipairs({ 4, 5, 9 }) do tests:insert(make_test(N)) end

task main()
  [tests:map(function(test) return rquote test() end end)]

  format.println("{} {}", int9d { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, rect4d { { 1, 2, 3, 4 }, { 5, 6, 7, 8 } })
  var is = ispace(int8d, { 4, 4, 1, 1, 1, 1, 1, 2 })
  var n = 0
  for p in is do
    n += int(p.x + 10 * p.s)
  end
  regentlib.assert(n == 4 * 6 * 2 + 10 * 16, "eight dimensions")
  regentlib.assert(int6d { 1, 2, 3, 4, 5, 6 } <= int6d { 1, 2, 3, 4, 5, 6 }, "comparison")
  regentlib.assert(not (int6d { 1, 2, 3, 4, 5, 7 } <= int6d { 1, 2, 3, 4, 5, 6 }), "comparison")
  regentlib.assert((int7d { 1, 2, 3, 4, 5, 6, 7 } * int7d { 2, 2, 2, 2, 2, 2, 2 }).t == 14, "arithmetic")
end
regentlib.start(main)

--[==[ OUTPUT
{x=1, y=2, z=3, w=4, v=5, u=6, t=7, s=8, r=9} {lo={x=1, y=2, z=3, w=4}, hi={x=5, y=6, z=7, w=8}}
]==]
