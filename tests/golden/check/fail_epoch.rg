-- RUN: check
-- Coherence modes, barriers, epochs and copies that do not fit.
import "regent"

fspace cell {
  a : int,
  b : double,
}

task modes(r : region(cell))
where reads writes(r), atomic(r.a), relaxed(r) do
--                                          ^ ERROR: conflicting coherence modes: atomic($r.a) and relaxed($r)
end

task conditions(n : int)
where awaits(n) do
--           ^ ERROR: type mismatch: expected phase_barrier but got int32
end

task nothing() end

task main()
  var r = region(ispace(ptr, 3), cell)
  var b = phase_barrier(1.5)
  var d = phase_barrier(true)
--        ^~~~~~~~~~~~~~~~~~~ ERROR: type mismatch: expected int32 but got bool
  arrive(b, 2)
--^~~~~~~~~~~~ ERROR: type mismatch in arrive: expected 1 argument but got 2
  arrive(5)
--^~~~~~~~~ ERROR: type mismatch in argument 1: expected a phase barrier but got int32
  b = adjust(b, r)
--    ^~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected int32 but got region(cell())
  nothing(awaits(3))
--               ^ ERROR: type mismatch: expected phase_barrier but got int32
  copy(r.a, r.b)
--^~~~~~~~~~~~~~ ERROR: type mismatch between int32 and double
  copy(r.{a, b}, r.a)
--^~~~~~~~~~~~~~~~~~~ ERROR: mismatch in number of fields between 2 and 1
  must_epoch
    var x = nothing()
    must_epoch
--  ^~~~~~~~~~ ERROR: nested must epochs are not supported
      nothing()
    end
  end
end
