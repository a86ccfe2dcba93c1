-- RUN: check
-- A pointer that may lead into any region cannot be followed.
import "regent"

fspace node { id : int }
fspace edge(r : region(node)) { first : ptr(node, r) }

task main()
  var nodes = region(ispace(ptr, 3), node)
  var edges = region(ispace(ptr, 3), edge(wild))
  var sum = 0
  for e in edges do
    sum += e.first.id
--         ^~~~~~~~~~ ERROR: invalid privilege reads($wild) for dereference of ptr(node(), $wild)
--         ^~~~~~~~~~ NOTE: no region is known behind `wild`: cast the pointer to one, as in `dynamic_cast(ptr(T, r), p)`
    sum += dynamic_cast(ptr(node, nodes), e.first).id
  end
end
