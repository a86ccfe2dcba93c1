#include <gtest/gtest.h>

#include "sema/passes/passes.h"
#include "unit/passes/task_builder.h"

namespace palatine::test {
namespace {

using Mode = ir::Requirement::Mode;
using ast::AnnotationLevel;
using ast::AnnotationOption;

class InferProperties : public ::testing::Test {
 protected:
  InferProperties() { touch.region_param("r", Mode::read_write, {0}); }

  // The properties that hold, in one word each.
  std::string run(const sema::PassOptions& options = {}) {
    sema::infer_properties(t.task(), program.diags, options);
    std::string result;
    for (const ir::Inference& inference : t.task().inferences) {
      if (inference.holds) result += (result.empty() ? "" : " ") + inference.property;
    }
    return result;
  }
  void annotate(AnnotationLevel level, AnnotationOption option) {
    t.task().annotations.push_back({level, option, t.task().range});
  }
  std::string reason(const std::string& property) {
    for (const ir::Inference& inference : t.task().inferences) {
      if (inference.property == property) return inference.reason;
    }
    return "";
  }

  Program program;
  TaskBuilder touch{program, "touch"};
  TaskBuilder t{program, "main"};
  ir::Local& r = t.region_param("r", Mode::read_write, {0, 1});
};

TEST_F(InferProperties, ATaskThatOnlyAccessesIsLeaf) {
  t.body(t.write(r, 0));
  EXPECT_EQ(run(), "leaf idempotent replicable");
  EXPECT_TRUE(t.task().is_leaf);
  EXPECT_EQ(reason("inner"), "accesses `r.x` itself");
}

TEST_F(InferProperties, ATaskThatOnlyLaunchesIsInner) {
  t.body(t.call(touch, r));
  EXPECT_EQ(run(), "inner idempotent replicable");
  EXPECT_EQ(reason("leaf"), "calls task `touch`");
}

TEST_F(InferProperties, ATaskThatDoesBothIsNeither) {
  t.body(t.call(touch, r), t.write(r, 0));
  EXPECT_EQ(run(), "idempotent replicable");
}

TEST_F(InferProperties, LeafWinsWhenBothHold) {
  t.body();
  EXPECT_EQ(run(), "leaf idempotent replicable");
}

TEST_F(InferProperties, DemandedInnerWinsOverLeaf) {
  annotate(AnnotationLevel::demand, AnnotationOption::inner);
  t.body();
  EXPECT_EQ(run(), "inner idempotent replicable");
  EXPECT_FALSE(program.diags.has_errors());
}

TEST_F(InferProperties, CreationsFillsAndFencesAreNotLeaf) {
  auto& s = t.region("s");
  t.body(t.make_region(s));
  EXPECT_EQ(run(), "inner idempotent replicable");
  EXPECT_EQ(reason("leaf"), "creates an ispace");
}

TEST_F(InferProperties, AFillIsNotAnAccess) {
  t.body(t.fill(r, 0));
  EXPECT_EQ(run(), "inner idempotent replicable");
}

TEST_F(InferProperties, CallsOfFunctionsAreNotIdempotent) {
  t.body(t.expr(t.c_call("drand48", {}, program.types.floating(64))));
  EXPECT_EQ(run(), "leaf replicable");
}

TEST_F(InferProperties, OutputIsNotReplicable) {
  t.body(t.expr(t.c_call("printf", {}, program.types.int32())));
  EXPECT_EQ(run(), "leaf");
}

TEST_F(InferProperties, ForbiddenPropertiesDoNotHold) {
  annotate(AnnotationLevel::forbid, AnnotationOption::leaf);
  annotate(AnnotationLevel::forbid, AnnotationOption::replicable);
  t.body();
  EXPECT_EQ(run(), "inner idempotent");
}

TEST_F(InferProperties, FlagsSwitchThemOff) {
  t.body();
  sema::PassOptions options;
  options.leaf = options.inner = options.idempotent = options.replicable = false;
  EXPECT_EQ(run(options), "");
}

TEST_F(InferProperties, AFailedDemandIsReportedAtTheFirstOffendingNode) {
  annotate(AnnotationLevel::demand, AnnotationOption::inner);
  t.body(t.call(touch, r), t.read(r, 0), t.write(r, 1));
  run();
  ASSERT_EQ(program.diags.all().size(), 1u);
  const Diagnostic& diagnostic = program.diags.all()[0];
  EXPECT_EQ(diagnostic.main.text, "task is not a valid inner task");
  EXPECT_EQ(program.sources.line(diagnostic.main.range), program.sources.line(t.task().body.stats[1]->range));
  ASSERT_EQ(diagnostic.notes.size(), 1u);
  EXPECT_EQ(diagnostic.notes[0].text, "`__inner` is demanded here, but the task accesses `r.x` itself");
  EXPECT_TRUE(t.task().has_error);
}

TEST_F(InferProperties, EveryFailedDemandIsReported) {
  annotate(AnnotationLevel::demand, AnnotationOption::leaf);
  annotate(AnnotationLevel::demand, AnnotationOption::idempotent);
  annotate(AnnotationLevel::demand, AnnotationOption::replicable);
  t.body(t.call(touch, r), t.expr(t.c_call("printf", {}, program.types.int32())));
  run();
  EXPECT_EQ(program.diags.error_count(), 3u);
}

TEST_F(InferProperties, KernelsAreLeafTasks) {
  annotate(AnnotationLevel::demand, AnnotationOption::cuda);
  t.body(t.call(touch, r));
  run();
  ASSERT_EQ(program.diags.all().size(), 1u);
  EXPECT_EQ(program.diags.all()[0].main.text, "option __demand(__cuda) is not permitted for non-leaf task");
}

TEST_F(InferProperties, ADemandIsIgnoredWhileItsFlagIsOff) {
  annotate(AnnotationLevel::demand, AnnotationOption::leaf);
  t.body(t.call(touch, r));
  sema::PassOptions options;
  options.leaf = false;
  run(options);
  EXPECT_FALSE(program.diags.has_errors());
}

}  // namespace
}  // namespace palatine::test
