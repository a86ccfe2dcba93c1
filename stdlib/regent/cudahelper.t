-- The former name of `regent/gpu/helper`.
local helper = require("regent/gpu/helper")

function helper.check_cuda_available() return helper.check_gpu_available() end

return helper
