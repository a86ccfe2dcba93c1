-- RUN: check
import "regent"

fspace cell {
  a : unknown,
-- 3-3 ERROR: field type is undefined or nil
}
