-- RUN: check
-- Labels of terra functions: each stands once, and `goto` enters no block.
import "regent"

terra twice()
  ::again::
--^~~~~~~~~ NOTE: it is defined here
  ::again::
--^~~~~~~~~ ERROR: label `again` is already defined in this function
  goto again
end

terra unknown()
  goto nowhere
--^~~~~~~~~~~~ ERROR: there is no label `nowhere` in this function
end

terra into(x : int)
  goto inside
--^~~~~~~~~~~ ERROR: `goto` cannot enter the block of label `inside`: it goes to labels of the same block or of one around it
  if x > 0 then
    ::inside::
--  ^~~~~~~~~~ NOTE: it is defined here
  end
end

task main()
  twice()
  unknown()
  into(1)
end
