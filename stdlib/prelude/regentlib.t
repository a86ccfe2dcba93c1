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


-- Ends the program with a message of its own.
terra regentlib.assert_error(condition : bool, message : rawstring)
  if not condition then
    regentlib.c.fflush(nil)
    regentlib.c.fprintf(regentlib.c.stderr, "Errors reported during runtime.\n%s\n", message)
    regentlib.c.abort()
  end
end
regentlib.assert_error.replicable = true

-- The domain that begins at `start` and has `extent` points.
for dim = 1, 3 do
  local I, R = regentlib["int" .. dim .. "d"], regentlib["rect" .. dim .. "d"]
  local domain_from_rect = regentlib.c["legion_domain_from_rect_" .. dim .. "d"]
  regentlib["domain_from_bounds_" .. dim .. "d"] = regentlib.macro(function(start, extent)
    return rexpr domain_from_rect(R { lo = I(start), hi = I(start) + I(extent) - [dim == 1 and rexpr 1 end or dim == 2
      and rexpr I { 1, 1 } end or rexpr I { 1, 1, 1 } end] }) end
  end)
end

-- How tasks get their arguments. There is one way: what C++ code gets is the same with both.
regentlib.convention = { regent = { is_manual = false } }
function regentlib.convention.manual() return { is_manual = true } end
function regentlib.convention.is_manual(convention) return convention.is_manual end

function regentlib.is_variant(value)
  return type(value) == "table" and type(rawget(value, "add_layout_constraint")) == "function"
end

-- Makes a variant one that mappers may choose.
function regentlib.register_variant(variant)
  if not regentlib.is_variant(variant) then error("register_variant expected a variant of a task", 2) end
  if variant:get_name() ~= variant:get_task():get_name() then variant:get_task():add_variant_name(variant:get_name()) end
end

-- The library that a program is linked with.
regentlib.binding_library = "libpalatine_runtime.a"

-- What `where` says of regions beside privileges and coherence modes.
regentlib.no_access_flag, regentlib.arrives, regentlib.awaits = "no_access_flag", "arrives", "awaits"
regentlib.subregion, regentlib.disjointness = "<=", "*"
function regentlib.constraint(lhs, rhs, op) return { lhs = lhs, rhs = rhs, op = op } end

-- The smaller or greater one of each pair of elements of two vectors.
local function select_elements(T, is_less)
  if not (terralib.types.istype(T) and T:isvector()) then error("expected a vector type", 3) end
  return terra(a : T, b : T)
    var result = a
    for k = 0, [T.N] do
      if [is_less and (`b[k] < a[k]) or (`a[k] < b[k])] then result[k] = b[k] end
    end
    return result
  end
end
regentlib.vmin = terralib.memoize(function(T) return select_elements(T, true) end)
regentlib.vmax = terralib.memoize(function(T) return select_elements(T, false) end)

-- Layouts of task variants. They are hints.
local layout = {}
regentlib.layout = layout
local constraint = {}
constraint.__index = constraint

local function new_constraint(kind, entries) return setmetatable({ kind = kind, entries = entries }, constraint) end
for i, name in ipairs({ "x", "y", "z", "w", "v", "u", "t", "s", "r", "f" }) do
  layout["dim" .. name] = new_constraint("dimension", { name })
end

local function check_entries(entries, what)
  if type(entries) ~= "table" then error(what .. " expected a list", 3) end
  for _, entry in ipairs(entries) do
    if getmetatable(entry) ~= constraint then error(what .. " expected dimensions and field constraints", 3) end
  end
end

function layout.field_constraint(region_name, field_paths)
  if type(region_name) ~= "string" then error("field_constraint expected the name of a region parameter", 2) end
  local result = new_constraint("field", {})
  result.region_name, result.field_paths = region_name, field_paths
  return result
end

function layout.ordering_constraint(entries)
  check_entries(entries, "ordering_constraint")
  local fields = 0
  for _, entry in ipairs(entries) do fields = fields + (entry.kind == "field" and 1 or 0) end
  if fields ~= 1 then error("ordering_constraint expected one field constraint among the dimensions", 2) end
  return new_constraint("ordering", entries)
end

function layout.colocation_constraint(entries)
  check_entries(entries, "colocation_constraint")
  return new_constraint("colocation", entries)
end

function layout.default_layout(index_type) return new_constraint("default", {}) end

-- Raises an error when it does not fit the task `owner`.
function layout.check(owner, value)
  if getmetatable(value) ~= constraint then error("a layout constraint was expected", 3) end
  for _, entry in ipairs(value.entries) do
    if getmetatable(entry) == constraint then layout.check(owner, entry) end
  end
  if value.kind ~= "field" then return end
  for _, symbol in ipairs(owner:get_param_symbols()) do
    if symbol:getname() == value.region_name then return end
  end
  error("task " .. owner:get_name() .. " has no region parameter named " .. value.region_name, 3)
end

local function is_kind(prefix)
  return function(T) return terralib.types.istype(T) and tostring(T):match("^" .. prefix .. "[%($]") ~= nil end
end
regentlib.is_cross_product, regentlib.is_dynamic_collective = is_kind("cross_product"), is_kind("dynamic_collective")
regentlib.is_transform_type, regentlib.is_regent_array = is_kind("transform"), is_kind("regent_array")
regentlib.is_list_of_partitions = is_kind("list%(partition")
function regentlib.is_list_of_phase_barriers(T) return tostring(T):match("^[list%(]+phase_barrier%)+$") ~= nil end
function regentlib.is_future(T) return tostring(T):match("^future%(") ~= nil end
function regentlib.type_supports_privileges(T) return regentlib.is_region(T) or regentlib.is_list_of_regions(T) end
function regentlib.is_phase_barrier(T) return tostring(T) == "phase_barrier" end

-- The value's type.
function regentlib.as_read(T) return T end

-- What the compiler's `-f` flags say, by their names. Numbers that nobody gave are -1.
local config = __palatine.flags
if config["gpu-arch"] == "unspecified" then config["gpu-arch"] = os.getenv("GPU_ARCH") or "unspecified" end

regentlib.config = config

-- The program's own arguments.
regentlib.args = terralib.newlist()
do
  local i = 1
  while i <= #arg do
    local name = arg[i]:match("^%-f(.+)")
    if name and config[name] ~= nil then
      i = i + 1
    else
      regentlib.args:insert(arg[i])
    end
    i = i + 1
  end
  regentlib.args[0] = arg[0]
end

-- Whether programs should prefer their forms for GPUs: as `-fgpu` or `-fcuda` says; yes for a machine that is said to
-- be another one (`-fgpu-offline 1`); as the program's own `--gpu=` says where it is compiled to be run at once; else where
-- there is NVIDIA's driver. Code for GPUs can be made in any case.
function regentlib.check_gpu_available()
  local gpu = config["gpu"]
  if gpu == "none" or gpu == "off" or gpu == "" or config["cuda"] == 0 then return false end
  if gpu == "cuda" or config["cuda"] == 1 then return true end
  if config["gpu-offline"] or config["cuda-offline"] then return true end
  for i = #arg, 1, -1 do
    local devices = arg[i]:match("^%-%-gpu=(.+)")
    if devices == "off" then return false end
    if devices == "simulated" or devices == "require" then return true end
    if devices then break end
  end
  local driver = io.open("/proc/driver/nvidia/version")
  if driver then driver:close() end
  return driver ~= nil
end
regentlib.check_cuda_available = regentlib.check_gpu_available
