-- RUN: check
import "regent"

task main()
  var a = "text" + 1
  var b : int = "text"
  var d = "a" == 5
  var e : rawstring = 5
end
