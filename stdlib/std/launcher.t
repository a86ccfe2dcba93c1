-- Programs with a part in C++, and programs that are run or saved as the environment says.
local launcher = {}

local function quoted(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function folder_of_program()
  return arg[0]:match("^(.*/)") or "./"
end

-- The folders of the variable INCLUDE_PATH.
local function include_folders()
  local folders = terralib.newlist({ folder_of_program(), __palatine.include_folder })
  for folder in (os.getenv("INCLUDE_PATH") or ""):gmatch("[^;:]+") do folders:insert(folder) end
  return folders
end

-- Compiles NAME.cc beside the program (or `sources`) to a shared library that the program uses, and imports NAME.h.
function launcher.build_library(name, sources, cxx, extra_cxx_flags, extra_include_flags)
  local folder = folder_of_program()
  local words = terralib.newlist({
    cxx or os.getenv("CXX") or "c++",
    "-std=c++" .. (os.getenv("CXX_STANDARD") or "17"),
    os.getenv("CXXFLAGS") or "",
    "-O2 -Wall -Werror -shared -fPIC",
  })
  for _, flag in ipairs(extra_cxx_flags or {}) do words:insert(quoted(flag)) end
  local include_flags = terralib.newlist()
  for _, include in ipairs(include_folders()) do include_flags:insertall({ "-I", include }) end
  for _, flag in ipairs(extra_include_flags or {}) do include_flags:insert(flag) end
  for _, flag in ipairs(include_flags) do words:insert(quoted(flag)) end
  local files = terralib.newlist()
  for _, source in ipairs(sources or { name .. ".cc" }) do files:insert(quoted(folder .. source)) end
  local command = words:concat(" ")
  local library
  if os.getenv("SAVEOBJ") == "1" then
    -- The saved program looks for it under its name.
    library = folder .. "lib" .. name .. ".so"
    if os.execute(command .. " -o " .. quoted(library) .. " " .. files:concat(" ")) ~= 0 then library = nil end
  else
    library = __palatine.build_library(command, files, name)
  end
  if not library then error("cannot compile the library " .. name .. ": " .. command, 2) end
  terralib.linklibrary(library)
  return terralib.includec(name .. ".h", include_flags)
end

-- Runs the program; with SAVEOBJ=1 saves it as an executable, OBJNAME or `name`, instead.
function launcher.launch(main, name, setup, link_flags)
  if os.getenv("SAVEOBJ") ~= "1" then return regentlib.start(main, setup) end
  local flags = terralib.newlist({ "-L" .. folder_of_program() })
  flags:insertall(link_flags or {})
  regentlib.saveobj(main, os.getenv("OBJNAME") or name, "executable", setup, flags)
end

return launcher
