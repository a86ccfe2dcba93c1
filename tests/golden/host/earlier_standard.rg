-- RUN: check
-- A compiler that a program starts with the runtime's headers is asked for the standard that they need.
import "regent"

local folder = os.getenv("LG_RT_DIR")
local command = io.popen("echo -std=gnu++14 -I " .. folder)
-- 1-59 WARNING: the runtime's headers need C++17: the command is run with `-std=c++17`
assert(command:read("*l") == "-std=gnu++17 -I " .. folder)
assert(io.popen("echo -std=c++11 -I elsewhere"):read("*l") == "-std=c++11 -I elsewhere")
assert(io.popen("echo -std=c++20 -I " .. folder):read("*l") == "-std=c++20 -I " .. folder)
assert(os.execute("test -std=c++1y = -std=c++17 -o " .. folder .. " = x") == 0)
-- 1-79 WARNING: the runtime's headers need C++17: the command is run with `-std=c++17`
