-- The part of `regentlib` that is written in the language itself. Loaded when a program first asks for a name that
-- the compiler does not define; the chunk gets the table `regentlib`.
import "regent"

local regentlib = ...

regentlib.fmax = regentlib.macro(function(a, b) return rexpr max(a, b) end end)
regentlib.fmin = regentlib.macro(function(a, b) return rexpr min(a, b) end end)

-- True for the same type, and for quotes of types that print alike.
function regentlib.type_eq(a, b)
  return a == b or (terralib.types.istype(a) and terralib.types.istype(b) and tostring(a) == tostring(b))
end

-- The modes of attached files, as in legion_file_mode_t.
regentlib.file_read_only, regentlib.file_read_write, regentlib.file_create = 0, 1, 2


-- What the compiler's `-f` flags say, by their names. Numbers that nobody gave are -1.
local config = {
  ["bounds-checks"] = false, ["bounds-checks-targets"] = ".*", ["index-launch"] = true,
  ["index-launch-dynamic"] = true, ["inline"] = true, ["future"] = true, ["predicate"] = true,
  ["predicate-unroll"] = 2, ["leaf"] = true, ["inner"] = true, ["idempotent"] = true, ["replicable"] = true,
  ["mapping"] = true, ["trace"] = true, ["vectorize"] = true, ["openmp"] = -1, ["openmp-strict"] = false,
  ["skip-empty-tasks"] = false, ["separate"] = false, ["offline"] = false, ["fast-math"] = -1,
  ["parallelize"] = true, ["parallelize-dop"] = "4", ["parallelize-global"] = true, ["gpu"] = "unspecified",
  ["gpu-arch"] = "unspecified", ["cuda"] = -1, ["cuda-arch"] = "unspecified", ["debug"] = false,
  ["debuginfo"] = false, ["pretty"] = false, ["override-demand-index-launch"] = false,
  ["override-demand-openmp"] = false, ["override-demand-cuda"] = false, ["warn-as-error"] = false,
  ["layout-constraints"] = true, ["validate"] = true, ["jobs"] = "1", ["incr-comp"] = false,
}

for i = 1, #arg do
  local name = arg[i]:match("^%-f(.+)")
  local value, default = arg[i + 1], config[name]
  if name and value and default ~= nil then
    if type(default) == "boolean" then
      config[name] = value ~= "0"
    elseif type(default) == "number" then
      config[name] = tonumber(value) or default
    else
      config[name] = value
    end
  end
end

regentlib.config = config

-- Whether programs should prefer their forms for GPUs: as `-fgpu` or `-fcuda` says, else where there is NVIDIA's driver.
-- Code for GPUs can be made in any case.
function regentlib.check_gpu_available()
  if config["gpu"] == "none" or config["cuda"] == 0 then return false end
  if config["gpu"] == "cuda" or config["cuda"] == 1 then return true end
  local driver = io.open("/proc/driver/nvidia/version")
  if driver then driver:close() end
  return driver ~= nil
end
regentlib.check_cuda_available = regentlib.check_gpu_available
