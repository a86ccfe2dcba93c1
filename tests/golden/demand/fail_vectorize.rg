-- RUN: check
-- What keeps a loop from being vectorized. Language reference, 6.5.
import "regent"

struct vec { x : float, y : float }
fspace cell { v : float, a : float[2], w : vec[1], n : int }
fspace arrow(s : region(ispace(int2d), cell)) { p : int2d(cell, s), v : float }

terra helper() return 1 end

task scalars(r : region(ispace(int1d), cell))
where reads writes(r) do
  var s : float = 0
  var n = 0
  __demand(__vectorize)
  for e in r do s = e.v end
--              ^ ERROR: vectorization failed: found a loop-carried dependence
  __demand(__vectorize)
  for e in r do
    s += e.v
    e.v = s
--        ^ ERROR: vectorization failed: found a loop-carried dependence
  end
  __demand(__vectorize)
  for e in r do n = helper() end
--                  ^~~~~~~~ ERROR: vectorization failed: found an inadmissible statement
  __demand(__vectorize)
  for e in r do break end
--              ^~~~~ ERROR: vectorization failed: found an inadmissible statement
  __demand(__vectorize)
  for e in r do s += e.v end
end

task elements(r : region(ispace(int1d), cell))
where reads writes(r) do
  var a : float[8]
  __demand(__vectorize)
  for e in r do r[(e + 1) % r.bounds].v = 0 end
--              ^~~~~~~~~~~~~~~~~~~~~~~ ERROR: vectorization failed: found a loop-carried dependence
  __demand(__vectorize)
  for e in r do e.v = r[e + 1].v end
--              ^~~ ERROR: vectorization failed: found a loop-carried dependence
  __demand(__vectorize)
  for e in r do a[e.n] = e.v end
--              ^~~~~~ ERROR: vectorization failed: found a loop-carried dependence
  __demand(__vectorize)
  for e in r do
    for i = 0, 8 do
--  ^~~ ERROR: vectorization failed: found a loop-carried dependence
      a[i] = a[i] + 1
    end
  end
  __demand(__vectorize)
  for i = 0, 8, 2 do a[0] += 1 end
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: vectorization failed: found an inadmissible statement
end

task bodies(r : region(ispace(int1d), cell), s : region(ispace(int2d), cell), t : region(arrow(s)))
where reads writes(r, t.v), reads(s.v, t.p) do
  __demand(__vectorize)
  for e in r do e.a[0] = 1 end
--              ^~~~~~ ERROR: vectorization failed: array access should be in a form of 'a[exp]'
  __demand(__vectorize)
  for e in r do
    var x : vec[1]
--      ^ ERROR: vectorization failed: loop body has a variable declaration of an inadmissible type
  end
  __demand(__vectorize)
  for e in r do
    if e.v > 1 then e.v = 0 end
--     ^~~~~~~ ERROR: vectorization failed: loop body has a non-scalar if-condition
  end
  __demand(__vectorize)
  for e in r do regentlib.c.printf("x") end
--              ^~~~~~~~~~~~~~~~~~~~~~~ ERROR: vectorization failed: loop body has an expression as a statement
  __demand(__vectorize)
  for i in r.ispace do r[i].n = int(i) end
--                              ^~~~~~ ERROR: vectorization failed: loop body has a corner case statement not supported for the moment
  __demand(__vectorize)
  for e in t do e.v = 2 * e.p.v end
--                        ^~~~~ ERROR: vectorization failed: loop body has an expression of an inadmissible type
  __demand(__vectorize)
  for e in r do
    while false do end
--  ^~~~~~~~~~~~~~~~~~ ERROR: vectorization failed: loop body has a corner case statement not supported for the moment
  end
end

-- Whoever launches tasks does without vectorization.
task not_a_leaf(r : region(ispace(int1d), cell))
where reads writes(r) do
  var s : float = 0
  __demand(__vectorize)
  for e in r do s = e.v end
  scalars(r)
end
