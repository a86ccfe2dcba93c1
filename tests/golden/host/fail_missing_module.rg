-- RUN: check
import "regent"

local helper = require("no_such_module")
-- 1-40 ERROR: module 'no_such_module' not found:\n	no field package.preload['no_such_module']\n	no file 'no_such_module.t'\n	no file 'no_such_module.rg'\n	no file 'no_such_module.lua'\n	no file '/tmp/pal/lib/palatine/stdlib/no_such_module.t'\n	no file '/tmp/pal/lib/palatine/stdlib/no_such_module.rg'\n	no file '/tmp/pal/lib/palatine/stdlib/no_such_module.lua'\n	no file './no_such_module.lua'\n	no file '/usr/share/luajit-2.1.0-beta3/no_such_module.lua'\n	no file '/usr/local/share/lua/5.1/no_such_module.lua'\n	no file '/usr/local/share/lua/5.1/no_such_module/init.lua'\n	no file '/usr/share/lua/5.1/no_such_module.lua'\n	no file '/usr/share/lua/5.1/no_such_module/init.lua'\n	no file './no_such_module.so'\n	no file '/usr/local/lib/lua/5.1/no_such_module.so'\n	no file '/usr/lib/x86_64-linux-gnu/lua/5.1/no_such_module.so'\n	no file '/usr/local/lib/lua/5.1/loadall.so'
