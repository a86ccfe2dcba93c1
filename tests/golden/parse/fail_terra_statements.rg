-- RUN: check
-- What terra functions cannot do yet.
terra choose(x : int)
  switch x do case 1 then return 2 end end
end

terra later(x : int)
  defer release(x)
end

struct either { union { a : int; b : float } }
