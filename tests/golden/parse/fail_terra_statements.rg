-- RUN: check
-- What terra functions cannot do yet.
terra choose(x : int)
  switch x do case 1 then return 2 end end
--^~~~~~ ERROR: `switch` in terra code is not supported yet
end

terra later(x : int)
  defer x
end
-- 1-3 ERROR: `defer` needs a function call near 'end'

struct either { union { a : int; b : float } }
--              ^~~~~ ERROR: `union` in terra code is not supported yet
