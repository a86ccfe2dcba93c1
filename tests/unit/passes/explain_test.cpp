#include <gtest/gtest.h>

#include "sema/passes/passes.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;

class Explain : public ::testing::Test {
 protected:
  Explain() { init.region_param("r", Mode::read_write, {0}); }

  std::string run() {
    sema::run_passes(t.task(), program.types, program.diags, {});
    return sema::explain(t.task(), program.sources);
  }

  Program program;
  TaskBuilder init{program, "init"};
  TaskBuilder number{program, "number", program.types.int32()};
  TaskBuilder t{program, "main"};
};

TEST_F(Explain, NamesWhatBlocksAndWhy) {
  auto& r = t.region("r");
  t.body(t.make_region(r), t.write(r, 0), t.write(r, 1), t.call(init, r), t.for_(t.block(t.read(r, 0))));
  EXPECT_EQ(run(), R"(task `main` (test.rg:3)
  not leaf: it creates an ispace (line 8)
  not inner: it accesses `r.x` itself (line 9)
  not idempotent: it calls the C function `use` (line 12)
  replicable: it calls nothing that may differ between copies of it
  line 9: maps `r.x`: written here
  line 10: maps `r.y`: written here
  line 11: gives up `r.x` for `init` (line 11)
  line 14: blocks: maps `r.x`, read in the statement that begins here, after `init` (line 11) is done
)");
}

TEST_F(Explain, NamesTheResultThatIsWaitedFor) {
  auto& x = t.local("x", program.types.int32());
  auto& y = t.local("y", program.types.int32());
  y.is_address_taken = true;
  t.body(t.var(x, t.task_call(number, {})), t.var(y, t.binary(ast::BinaryOp::add, t.use(x), t.number(1))));
  EXPECT_EQ(run(), R"(task `main` (test.rg:3)
  not leaf: it calls task `number` (line 8)
  inner: it accesses no region itself
  idempotent: it calls nothing but tasks
  replicable: it calls nothing that may differ between copies of it
  line 9: blocks: the value of `x` is needed here, after `number` (line 8) is done
  maps nothing: no region data is accessed in this task
)");
}

TEST_F(Explain, InnerAndLeafTasksMapNothing) {
  auto& r = t.region_param("r", Mode::read_write, {0});
  t.body(t.call(init, r));
  std::string text = run();
  EXPECT_NE(text.find("  inner: it accesses no region itself\n"), std::string::npos) << text;
  EXPECT_NE(text.find("  maps nothing: no region data is accessed in this task\n"), std::string::npos)
      << text;
}

}  // namespace
}  // namespace palatine::test
