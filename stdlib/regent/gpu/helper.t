-- What programs ask about GPUs while they are compiled.
local helper = {}

function helper.check_gpu_available() return regentlib.check_gpu_available() end
function helper.is_gpu_requested() return false end

return helper
