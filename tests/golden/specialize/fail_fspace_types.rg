-- RUN: check
import "regent"

fspace cell {
  a : unknown,
--^ ERROR: field type is undefined or nil
}
