-- One function of terra with many loops that mostly calls C, as readers of configurations are generated.
import "regent"

local c = regentlib.c
local names = terralib.newlist()
for i = 1, 80 do names:insert("key" .. i) end

local fail = macro(function(message)
  return quote
    c.fprintf(c.stderr, "%s\n", message)
    c.fflush(c.stderr)
    c.exit(1)
  end
end)

local terra read(text : rawstring, values : &int)
  var found = 0
  [names:map(function(name)
    local i = tonumber(name:sub(4)) - 1
    return quote
      var key : int8[16]
      if c.sprintf(&key[0], "%s=", name) ~= [#name + 1] then fail("key") end
      var length = c.strlen(&key[0])
      values[i] = -1
      for k = 0, c.strlen(text) do
        if c.strncmp(text + k, &key[0], length) == 0 then
          if c.strchr(text + k, 61) == nil then fail("=") end
          values[i] = c.atoi(text + k + length)
          found = found + 1
          break
        end
      end
      if values[i] < -1 then fail("negative") end
    end
  end)]
  return found
end

terra read_two()
  var values : int[80]
  var found = read("key7=11;key80=22;", &values[0])
  return found * 100 + values[6] + values[79] + values[3]
end

task main()
  regentlib.assert(read_two() == 232, "read")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
