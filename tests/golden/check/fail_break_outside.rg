-- RUN: check
import "regent"

task main()
  if true then
    break
--  ^~~~~ ERROR: break must be inside a loop
  end
  for i = 0, 3 do
    break
  end
  break
--^~~~~ ERROR: break must be inside a loop
end
