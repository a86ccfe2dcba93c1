-- RUN: check
import "regent"

task main()
  if true then
    break
  end
  for i = 0, 3 do
    break
  end
  break
end
