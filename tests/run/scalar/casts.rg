-- A type called with one argument converts it.
import "regent"

local c = regentlib.c
local real = double

task main()
  regentlib.assert(int(3.99) == 3 and int(-3.99) == -3, "to an integer")
  regentlib.assert(double(7) / 2 == 3.5, "to a double")
  regentlib.assert(uint8(300) == 44, "to fewer bits")
  regentlib.assert(int8(uint8(200)) == -56, "to signed")
  regentlib.assert(int64(int32(-1)) == -1LL, "sign extension")
  regentlib.assert(uint64(uint32(4294967295U)) == 4294967295ULL, "zero extension")
  regentlib.assert([real](5) / 2 == 2.5, "an escaped type")
  regentlib.assert(int(true) == 1 and bool(0) == false and bool(2), "booleans")
  regentlib.assert(float(0.1) ~= 0.1, "to less precision")

  var x = 5
  var p = &x
  @p = 6
  regentlib.assert(x == 6 and @p == 6, "a pointer to a variable")
  var bytes = [&uint8](p)
  regentlib.assert(bytes[0] == 6 and bytes[3] == 0, "a pointer of another type")
  var address = [uint64](p)
  regentlib.assert(address ~= 0, "a pointer as a number")
  c.printf("done\n")
end

regentlib.start(main)

--[==[ OUTPUT
done
]==]
