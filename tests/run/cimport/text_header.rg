-- `includecstring` takes the text of a header.
import "regent"

local c = regentlib.c
local mine = terralib.includecstring [[
#include <stdint.h>
typedef struct { int32_t a; int64_t b[3]; } triple;
static inline int64_t triple_sum(const triple *t) { return t->a + t->b[0] + t->b[1] + t->b[2]; }
static inline int twice(int x) { return 2 * x; }
static inline uint8_t low(unsigned x) { return (uint8_t)x; }
]]

task main()
  var t : mine.triple
  t.a = 1
  for i = 0, 3 do
    t.b[i] = 10 * (i + 1)
  end
  regentlib.assert(mine.triple_sum(&t) == 61, "an array in a struct")
  regentlib.assert(mine.twice(mine.twice(5)) == 20, "nested calls")
  regentlib.assert(mine.low(300) == 44, "an argument is converted")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
