-- RUN: check
import "regent"

local no_quote = regentlib.macro(function(x) return 5 end)
local statements = regentlib.macro(function(x) return rquote end end)
local raises = regentlib.macro(function(x) error("no such " .. tostring(x:gettype())) end)
local twice = regentlib.macro(function(x) return rexpr x + x end end)
--                                                     ^~~~~ ERROR: type mismatch between bool and bool

task main()
  var a = no_quote(1)
--        ^~~~~~~~~~~ ERROR: macro was expected to return an rexpr, but got number
  var b = statements(1)
--        ^~~~~~~~~~~~~ ERROR: macro was expected to return an rexpr, but got rquote
  var c = raises(1)
--        ^~~~~~~~~ ERROR: the macro failed: fail_macros.rg:6: no such int32
  var d = twice(true)
end
