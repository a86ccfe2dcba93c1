-- RUN: check
import "regent"

local value = rexpr 1 end

task numbers()
  [5];
-- ^ ERROR: unable to specialize value of type number
  [terralib.newlist({ rquote end, "text" })];
-- ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: unable to specialize value of type string
  [value]
end

task rescaped()
  rescape
    remit 5
--  ^~~~~~~ ERROR: unable to specialize value of type number
  end
end
