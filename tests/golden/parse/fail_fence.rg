-- RUN: check
import "regent"

task main()
  __fence(__everything)
--        ^~~~~~~~~~~~ ERROR: expected fence kind (__execution or __mapping) near '__everything'
end
