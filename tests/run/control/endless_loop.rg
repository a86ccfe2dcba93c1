-- A loop without effects that never ends goes on until something outside ends the program.
import "regent"

local c = terralib.includecstring [[
#include <signal.h>
#include <unistd.h>
static void stop(int signal) {
  static const char text[] = "stopped from outside\n";
  _exit(write(1, text, sizeof text - 1) < 0);
}
void stop_soon(void) { signal(SIGALRM, stop); alarm(1); }
]]

terra turn(n : int) : int
  var k = n
  ::again::
  k = (k * 5 + 1) % 7
  if k >= -7 then goto again end
  return k
end

task main()
  c.stop_soon()
  var left = turn(3)
  regentlib.assert(left == 0, "the loop was left")
end

regentlib.start(main)

--[==[ OUTPUT
stopped from outside
]==]
