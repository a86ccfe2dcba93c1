-- RUN: check
-- Names that mean nothing, with what may have been meant.
import "regent"

fspace cell { a : int }

task initialize(r : region(ispace(int1d), cell))
where writes(r.b) do
--           ^~~ ERROR: no field 'b' in region $r
  -- The field was reported; these are not.
  for x in r do x.a = 1 end
end

task main()
  var r = region(ispace(int1d, 3), cell)
  var s = region(ispace(int1d, 3), cell)
  var counter = 0
  intialize(r)
--^~~~~~~~~ ERROR: name 'intialize' is undefined or nil
--^~~~~~~~~ NOTE: did you mean `initialize`?
  conter += 1
--^~~~~~ ERROR: name 'conter' is undefined or nil
--^~~~~~ NOTE: did you mean `counter`?
  total = 3
--^~~~~ ERROR: name 'total' is undefined or nil
--^~~~~ NOTE: a variable is declared where it gets its first value: `var total = ...`
  total += 1
  retrun
--^~~~~~ ERROR: name 'retrun' is undefined or nil
--^~~~~~ NOTE: did you mean `return`?
  printf("hello\n")
--^~~~~~ ERROR: name 'printf' is undefined or nil
--^~~~~~ NOTE: C functions are members of `regentlib.c`: `regentlib.c.printf(...)`
  var y = sqrt(2.0)
--        ^~~~ ERROR: name 'sqrt' is undefined or nil
--        ^~~~ NOTE: mathematical functions are chosen by type: `regentlib.sqrt(double)`
  s = r
--^~~~~ ERROR: type mismatch in assignment: expected region(ispace(int1d), cell()) but got region(ispace(int1d), cell())
--^~~~~ NOTE: each region, partition and index space has a type of its own, so a variable cannot be given another one; a new variable can: `var s = r`
  var t : region(ispace(int1d), cell) = r
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: type mismatch in var: expected region(ispace(int1d), cell()) but got region(ispace(int1d), cell())
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ NOTE: each region, partition and index space has a type of its own, so a variable cannot be given another one; a new variable can: `var s = r`
end

local function wrong()
  local task t(r : region(int1d, cell)) end
--^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~ ERROR: expected an ispace as argument 1, got int1d: the type of index spaces is ispace(int1d)
end
wrong()
-- 1-7 NOTE: called from here
