#include "tests/unit/frontend/host_fixture.h"

namespace palatine {

TEST_F(HostTest, RunsTheTutorialProgram) {
  EXPECT_TRUE(run(R"(import "regent"

local c = regentlib.c

fspace input {
  x : double,
  y : double,
}

fspace output {
  z : double,
}

task main()
  var num_elements = 1024
  var is = ispace(int1d, num_elements)
  var input_lr = region(is, input)
  var output_lr = region(is, output)

  for i in is do
    input_lr[i].x = c.drand48()
    input_lr[i].y = c.drand48()
  end

  var alpha = c.drand48()

  for i in is do
    output_lr[i].z = alpha*input_lr[i].x + input_lr[i].y
  end

  for i in is do
    var expected = alpha*input_lr[i].x + input_lr[i].y
    var received = output_lr[i].z
    regentlib.assert(expected == received, "check failed")
  end
end
)"));
  EXPECT_EQ(messages(), Strings{});
  EXPECT_EQ(handler.executed.size(), 3u);
}

}  // namespace palatine
