-- RUN: check
-- What terra functions cannot do yet.
terra choose(x : int)
  goto done
--^~~~ ERROR: `goto` in terra code is not supported yet
end

terra later(x : int)
  defer x
end
-- 1-3 ERROR: `defer` needs a function call near 'end'
