-- RUN: check
import "regent"

extern task takes(a : regentlib.string, b : regentlib.list(int), c : int[4], d : phase_barrier)
--                ^ ERROR: parameter a of extern task takes has type string, which C++ code cannot take
--                                      ^ ERROR: parameter b of extern task takes has type list(int32), which C++ code cannot take
--                                                                           ^ ERROR: parameter d of extern task takes has type phase_barrier, which C++ code cannot take
extern task gives() : regentlib.list(int)
--          ^~~~~ ERROR: the result of extern task gives has type list(int32), which C++ code cannot return
extern task waits(a : regentlib.future(int)) : regentlib.future(int)
--          ^~~~~ ERROR: the result of extern task waits has type future(int32), which C++ code cannot return

task own(a : regentlib.future(int))
--       ^ ERROR: parameter a has type future(int32), which is for extern tasks
end
