-- Variables that only the text of C itself sees: tables, arrays of structs and of texts, and one that its functions change.
import "regent"

local h = terralib.includecstring [[
#include <stdio.h>
struct place { int x; double y[2]; };
static const int table[4] = { 3, 5, 7, 9 };
static const double weights[2][2] = { { 1, 2 }, { 3, 4 } };
static const char* const names[] = { "a", "bc" };
static struct place places[] = { { 1, { 2, 3 } }, { 4, { 5, 6 } } };
static int count = 10;
int numbers[3] = { 1, 2, 3 };
static inline int next(void) { return ++count; }
]]
local again = terralib.includecstring [[
static const int table[2] = { 100, 200 };
]]

terra at(i : int) return h.table[i] end
assert(at(3) == 9 and h.table:get()[1] == 5)

task work(i : int) return h.weights[1][i] end

task main()
  h.printf("%d %d %d\n", h.table[2], at(1), again.table[1])
  h.printf("%g %s %g\n", work(1), h.names[1], h.places[1].y[0])
  h.printf("%d %d %d\n", h.next(), h.next(), h.count)
  h.printf("%d\n", h.numbers[0] + h.numbers[2])
end
regentlib.start(main)

--[==[ OUTPUT
7 5 200
4 bc 5
11 12 12
4
]==]
