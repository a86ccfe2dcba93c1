-- RUN: check
import "regent"

fspace cell {
  a : unknown,
}
