-- RUN: run
-- Arrays and vectors as values: arithmetic goes element by element.
import "regent"

fspace cell {
  a : int[3],
  v : vector(double, 4),
  r : regentlib.array(float, 2),
}

task scaled(x : vector(double, 4), y : vector(double, 4)) : vector(double, 4)
  return 2 * x - y / 4.0
end

task increment(r : region(ispace(int1d), cell))
where reduces +(r.a) do
  for i in r do r[i].a += array(1, 2, 3) end
end

task main()
  var x = array(7, 8, 9)
  var y = arrayof(int, 2.5, 3, 4)
  regentlib.assert((x + y)[0] == 9 and (x * y)[1] == 24 and (x % y)[2] == 1 and (-x)[0] == -7, "arrays")
  x += y
  regentlib.assert(x[2] == 13, "reduction")
  var v = vector(1.0, 2.0, 3.0, 4.0)
  v[3] = 8
  var w = scaled(v, vectorof(double, 4, 4, 4, 4))
  regentlib.assert(w[0] == 1.0 and w[3] == 15.0, "vectors")

  var r = region(ispace(int1d, 4), cell)
  for i in r do
    r[i].a = array(1, 1, 1)
    r[i].v = v
    r[i].r[0] = 0.5
    r[i].r[1] = 1.5
  end
  increment(r)
  increment(r)
  r[2].v[1] += 1.0
  regentlib.assert(r[3].a[2] == 7 and r[2].v[1] == 3.0 and r[1].r[1] == 1.5, "fields")
  regentlib.c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
