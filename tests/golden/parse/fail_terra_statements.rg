-- RUN: check
-- What terra functions cannot do yet.
terra choose(x : int)
  switch x do case 1 then return 2 end end
-- 3-8 ERROR: `switch` in terra code is not supported yet
--            ^~~~ ERROR: unexpected token in expression near 'case'
end
-- 1-3 ERROR: '<eof>' expected near 'end'

terra later(x : int)
  defer release(x)
-- 3-7 ERROR: `defer` in terra code is not supported yet
end

struct either { union { a : int; b : float } }
--              ^~~~~ ERROR: `union` in terra code is not supported yet
