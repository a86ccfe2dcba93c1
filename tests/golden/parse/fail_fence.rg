-- RUN: check
import "regent"

task main()
  __fence(__everything)
end
