-- Names that mean something in C++, in C headers or in generated code are ordinary names of the language.
import "regent"

local c = regentlib.c

fspace timeval { class : int, {new_, int1} : double, register : int[3] }
struct point { x : int, template : double }

task delete_(api : int, context : double, program : int8) : double
  var class = api + 1
  var printf = class * 2
  var box = printf
  var launcher = box
  for i in rect1d { 0, 2 } do
    for i_end = 0, 2 do launcher += i_end + int(i) end
  end
  c.printf("%d %d %d %g\n", class, printf, launcher, context)
  return context + program
end

task main_entry(p : point, a : int[3]) : point
  p.x += a[1]
  p.template = 0.5
  return p
end

task squares() : int[3]
  var temp : int[3]
  for i = 0, 3 do temp[i] = i * i end
  return temp
end

task main()
  c.printf("%g\n", delete_(1, 2.5, 3))
  var args = main_entry(point { x = 3, template = 1.0 }, squares())
  c.printf("%d %g\n", args.x, args.template)

  var r = region(ispace(int2d, { 4, 3 }), timeval)
  fill(r.{class, new_}, 2)
  for i in r do
    r[i].int1 = i.x * 10 + i.y
    r[i].register[1] = i.x
    if i.x == 2 and i.y == 1 then break end
  end
  var loaded = r[{ 2, 1 }]
  r[{ 0, 0 }] = loaded
  c.printf("%d %g %g %d\n", loaded.class, loaded.new_, loaded.int1, r[{ 0, 0 }].register[1])
end

regentlib.start(main)

--[==[ OUTPUT
2 4 13 2.5
5.5
4 0.5
2 2 21 2
]==]
