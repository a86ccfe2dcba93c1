-- RUN: check
import "regent"

struct itself {
--     ^~~~~~ ERROR: struct `itself` contains itself in field `inner`; only a pointer to itself can be part of it
  x : int,
  inner : itself,
}

struct untyped {
  a : unknown,
--^ ERROR: field type is undefined or nil
  b : 5,
--^ ERROR: field type is not a type
}

struct twice {
--     ^~~~~ ERROR: field `a` is declared twice in `twice`
  a : int,
  a : float,
}

local odd = terralib.types.newstruct("odd")
-- 1-43 ERROR: entry 2 of struct `odd` is not a name with a type
-- 1-43 ERROR: entry 3 of struct `odd` is not a name with a type
odd.entries = terralib.newlist({ { "x", int }, { "y" }, 5 })

fspace loop {
  again : loop,
--^~~~~ ERROR: struct `loop` contains itself in field `again`; only a pointer to itself can be part of it
}

fspace handles {
  r : ispace(int1d),
}

task main(a : itself, b : twice, c : odd, d : untyped, e : loop)
end
