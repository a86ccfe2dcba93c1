-- RUN: check
import "regent"

fspace cell {
  a : int,
  b int,
--  ^~~ ERROR: ':' expected near 'int'
}
