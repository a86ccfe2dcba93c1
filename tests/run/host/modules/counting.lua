local counting = {}

function counting.twice(n)
  return 2 * n
end

return counting
