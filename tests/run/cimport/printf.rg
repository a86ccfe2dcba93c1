-- Arguments of a C function with `...` are promoted as in C.
import "regent"

local c = regentlib.c

task main()
  var small : int8 = -7
  var wide : int64 = 4294967296LL
  var top : uint32 = 4294967295U
  c.printf("int %d, long %lld, unsigned %u\n", small, wide, top)
  var f : float = 1.5f
  c.printf("double %.3f, float %.1f\n", 0.25, f)
  var text : rawstring = "hello"
  c.printf("text %s, character %c, percent %%\n", text, 65)
  c.printf("bool %d %d\n", true, false)
  var buffer : int8[32]
  c.snprintf(&buffer[0], 32, "%02d|%3d|%-3d|%x", 7, 7, 7, 255)
  c.printf("%s\n", &buffer[0])
  -- Such a function as a value.
  var printer = c.printf
  c.snprintf(&buffer[0], 32, "%p", c.printf)
  c.printf("%d %d\n", buffer[0] == 48, printer ~= nil)
end

regentlib.start(main)

--[==[ OUTPUT
int -7, long 4294967296, unsigned 4294967295
double 0.250, float 1.5
text hello, character A, percent %
bool 1 0
07|  7|7  |ff
1 1
]==]
