-- RUN: check
import "regent"

fspace node(r : region(int)) {
--          ^~~~~~~~~~~~~~~ ERROR: field spaces with parameters are not supported yet
  x : ptr(int, r),
}

fspace list(r : region(int), s : region(int)) {
--          ^~~~~~~~~~~~~~~ ERROR: field spaces with parameters are not supported yet
  x : int,
} where r <= s end

fspace pair {
  left : int,
  right : int,
} where left <= right end
--      ^~~~~~~~~~~~~ ERROR: constraints of field spaces are not supported yet

task main(x : pair)
end
