-- RUN: check
import "regent"

regentlib.start(5)
