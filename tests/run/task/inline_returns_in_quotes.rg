-- Inlined tasks whose `return` stands in a quote.
import "regent"

local function corner(T)
  local __demand(__inline) task corner(n : int) : T
    var p = n
    p += 1
    rescape
      if T == int2d then
        remit rquote return [T]({p, n}) end
      else
        remit rquote return [T](p) end
      end
    end
  end
  return corner
end

__demand(__inline)
task twice(n : int) : int
  var c = [corner(int1d)](n)
  return int(c) * 2
end

task main()
  var a = [corner(int2d)](3)
  var b = [corner(int1d)](8)
  regentlib.assert(twice(4) == 10, "inlined twice")
  regentlib.c.printf("%d %d %d\n", a.x, a.y, b)
end
regentlib.start(main)

--[==[ OUTPUT
4 3 9
]==]
