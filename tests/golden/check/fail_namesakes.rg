-- RUN: check
-- Types that are printed alike mention different regions of one name.
import "regent"

fspace node { x : int }
fspace edge(r : region(node)) { a : ptr(node, r) }
fspace graph { nodes : region(node), edges : region(edge(nodes)) }

task push(n : region(node), e : region(edge(n))) end
--                          ^ NOTE: parameter `e` of `push` is declared here
task of(n : region(node), p : ptr(node, n)) end
--                        ^ NOTE: parameter `p` of `of` is declared here

task main(g : graph)
  var nodes, edges = g.nodes, g.edges
--    ^~~~~ NOTE: `$nodes` of the expected type is declared here; the other one is another variable of that name
  push(nodes, edges)
--^~~~~~~~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected region(edge($nodes)) but got region(edge($nodes))
  var other = region(ispace(ptr, 3), node)
  var p = dynamic_cast(ptr(node, other), ptr(0))
  do
    var other = region(ispace(ptr, 3), node)
--      ^~~~~ NOTE: `$other` of the expected type is declared here; the other one is another variable of that name
    of(other, p)
--  ^~~~~~~~~~~~ ERROR: type mismatch in argument 2: expected ptr(node(), $other) but got ptr(node(), $other)
  end
end
