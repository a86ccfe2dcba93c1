-- A plain module: the words of the extended language are names here.
local struct, var, quote, terra, import = 1, 2, 3, 4, 5
local t = { case = struct, union = var }
function t.escape(switch) return switch.defer end
return t
