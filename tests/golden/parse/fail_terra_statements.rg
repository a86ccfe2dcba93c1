-- RUN: check
-- What terra functions do not accept.
terra choose(x : int)
  goto 3
--     ^ ERROR: <name> expected near '3'
end

terra mark(x : int)
  ::here:
--      ^ ERROR: '::' expected near ':'
end

terra later(x : int)
  defer x
end
-- 1-3 ERROR: `defer` needs a function call near 'end'
