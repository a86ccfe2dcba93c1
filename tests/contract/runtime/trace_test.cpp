// Traces: repeated launches are replayed without analysis, and the results are those of the sequential
// reading, whatever stands before, between and behind the executions. `oracle_test.cpp` runs random programs
// with traces.
//
// With one worker nothing runs before the main task has launched everything, and what is ready runs latest
// first: a launch that does not wait for an earlier one runs before it.
#include <gtest/gtest.h>

#include <atomic>

#include "contract/runtime/support.h"
#include "runtime/legion/context.h"
#include "runtime/legion/operation.h"

namespace palatine::test {
namespace {

const api::SourceLoc kLoc{"test.rg", 10};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"cell", kFieldDescs, 2};
const uint16_t kX[] = {0};
const uint16_t kY[] = {1};
const api::RequirementDesc kWritesX{0, api::Privilege::read_write, api::ReductionOp::add, kX, 1};
const api::RequirementDesc kReadsX{0, api::Privilege::read, api::ReductionOp::add, kX, 1};
const api::RequirementDesc kWritesY{0, api::Privilege::read_write, api::ReductionOp::add, kY, 1};

struct Args {
  api::Region region;
  int64_t value;
};
const api::ParamDesc kParams[] = {{"r", api::ParamKind::region, 0, sizeof(api::Region)},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 8}};

int64_t& element(const api::FieldAddress& address, int64_t x) {
  return *reinterpret_cast<int64_t*>(address.base + x * address.stride_bytes[0]);
}

template <typename Visit>
void for_each(api::Context& context, api::Region region, uint16_t field, Visit visit) {
  const api::FieldAddress address = context.field(region, field);
  for (const api::Rect<1>& rect : api::boxes<1>(context, context.region_ispace(region))) {
    for (int64_t x = rect.lo; x <= rect.hi; ++x) visit(element(address, x));
  }
}

// Wraps.
int64_t stepped(int64_t x, int64_t value) {
  return static_cast<int64_t>(3 * static_cast<uint64_t>(x) + static_cast<uint64_t>(value));
}

// x = 3 x + value, for each element.
void step(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  for_each(context, args.region, 0, [&](int64_t& x) { x = stepped(x, args.value); });
}
void mark(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  for_each(context, args.region, 1, [&](int64_t& y) { y = args.value; });
}
std::atomic<int> surprises;
void expect(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  for_each(context, args.region, 0, [&](int64_t& x) { surprises += x != args.value; });
}

api::TaskDesc task(const char* name, void (*body)(api::Context&, const void*, void*),
                   const api::RequirementDesc& requirement) {
  api::TaskDesc desc = plain_task(name, body, true);
  desc.args_size_bytes = sizeof(Args);
  desc.args_align_bytes = alignof(Args);
  desc.params = kParams;
  desc.param_count = 2;
  desc.requirements = &requirement;
  desc.requirement_count = 1;
  return desc;
}
const api::TaskDesc kStep = task("step", &step, kWritesX);
const api::TaskDesc kExpect = task("expect", &expect, kReadsX);
const api::TaskDesc kMark = task("mark", &mark, kWritesY);

void launch(api::Context& context, const api::TaskDesc& desc, api::Region region, int64_t value) {
  const Args args{region, value};
  context.launch({&desc, kLoc}, &args, nullptr, 0);
}
void launch_all(api::Context& context, const api::TaskDesc& desc, api::Partition partition, int64_t count,
                int64_t value) {
  const api::Projection projections[] = {api::Projection::identity, api::Projection::value};
  const api::IndexLaunchSiteDesc site{&desc, kLoc, projections, nullptr, false, false};
  api::IndexLauncher launcher(context, site, static_cast<uint64_t>(count));
  for (int64_t k = 0; k < count; ++k) {
    Args* args = static_cast<Args*>(launcher.point_args());
    args->region = context.subregion<1>(partition, k, kLoc);
    args->value = value;
  }
  launcher.issue(nullptr);
}
api::Region make_region(api::Context& context) {
  const api::Region r = context.create_region(context.create_ispace<1>({0, 99}), kFieldSpace, {"r", kLoc});
  const int64_t zero = 0;
  context.fill(r, 0, &zero, 8, kLoc);
  context.fill(r, 1, &zero, 8, kLoc);
  return r;
}
api::Partition pieces(api::Context& context, api::Region region, int64_t count) {
  return context.create_partition_equal(region, context.create_ispace<1>({0, count - 1}), kLoc);
}
bool is_replaying(api::Context& context) {
  return legion::ContextImpl::of(context).dependences().is_replaying();
}
void expect_x(api::Context& context, api::Region region, int64_t value) {
  api::MapDesc desc{region, kX, 1, api::Privilege::read};
  context.map(&desc, 1, kLoc);
  for_each(context, region, 0, [&](int64_t& x) { surprises += x != value; });
  context.unmap(&desc, 1);
}

struct Setting {
  int workers;
  int grain = 1;
};

class TraceTest : public testing::TestWithParam<Setting> {
 protected:
  void run(void (*body)(api::Context&, const void*, void*)) {
    surprises = 0;
    const api::TaskDesc main = plain_task("main", body);
    std::vector<std::string> flags = {"-ll:cpu", std::to_string(GetParam().workers), "-lg:grain",
                                      std::to_string(GetParam().grain)};
    if (kChecksSchedule) flags.push_back("-lg:check");
    EXPECT_EQ(run_program(main, flags), 0);
    EXPECT_EQ(surprises, 0);
  }
};

TEST_P(TraceTest, IsReplayedFromTheSecondTimeOn) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 5), q = pieces(context, r, 3);
    int64_t x = 0;
    for (int64_t k = 0; k < 8; ++k) {
      context.begin_trace(1);
      launch(context, kStep, r, k);
      EXPECT_EQ(is_replaying(context), k > 0);
      x = stepped(x, k);
      launch(context, kExpect, r, x);
      launch_all(context, kStep, p, 5, 1);
      x = stepped(x, 1);
      launch_all(context, kExpect, q, 3, x);
      launch_all(context, kExpect, p, 5, x);
      EXPECT_EQ(is_replaying(context), k > 0);
      context.end_trace(1);
    }
    expect_x(context, r, x);
  });
}

TEST_P(TraceTest, OtherLaunchesBetweenExecutionsAreOrdered) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 5);
    int64_t x = 0;
    for (int64_t k = 0; k < 12; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 5, k);
      x = stepped(x, k);
      launch(context, kExpect, r, x);
      // Replayed when nothing came between.
      EXPECT_EQ(is_replaying(context), k % 4 != 0);
      context.end_trace(1);
      if (k % 4 != 3) continue;
      launch(context, kExpect, r, x);
      launch(context, kStep, r, 7);
      x = stepped(x, 7);
    }
    expect_x(context, r, x);
  });
}

TEST_P(TraceTest, LaunchesThatOnlyReadWaitForWritersBeforeAndHoldUpWritersBehind) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4);
    launch(context, kStep, r, 5);
    for (int64_t k = 0; k < 5; ++k) {
      context.begin_trace(1);
      launch(context, kMark, r, k);
      launch(context, kExpect, r, 5);
      launch_all(context, kExpect, p, 4, 5);
      context.end_trace(1);
    }
    launch(context, kStep, r, 1);
    expect_x(context, r, 16);
  });
}

TEST_P(TraceTest, AnotherSequenceIsAnalysedAgain) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context), s = make_region(context);
    const api::Partition p = pieces(context, r, 4), q = pieces(context, s, 4);
    int64_t x = 0, y = 0;
    for (int64_t k = 0; k < 24; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      x = stepped(x, k);
      if (k % 8 == 3) {
        launch_all(context, kStep, q, 4, k);
        y = stepped(y, k);
      }
      if (k % 8 != 5) {
        launch(context, kStep, k % 8 == 6 ? r : s, 2);
        int64_t& changed = k % 8 == 6 ? x : y;
        changed = stepped(changed, 2);
      }
      launch(context, kExpect, r, x);
      context.end_trace(1);
    }
    expect_x(context, r, x);
    expect_x(context, s, y);
  });
}

// The second time the task has only the first of the uses that were recorded.
TEST_P(TraceTest, AnOperationWithFewerUsesWaitsForWritersBefore) {
  run([](api::Context& context, const void*, void*) {
    static const api::RequirementDesc requirements[] = {kReadsX, kWritesY};
    static const api::TaskDesc expect_and_mark = [] {
      api::TaskDesc desc = task("expect_and_mark", &expect, kReadsX);
      desc.requirements = requirements;
      desc.requirement_count = 2;
      return desc;
    }();
    const api::Region r = make_region(context);
    launch(context, kStep, r, 5);
    for (int64_t k = 0; k < 4; ++k) {
      context.begin_trace(1);
      launch(context, k < 2 ? expect_and_mark : kExpect, r, 5);
      context.end_trace(1);
    }
    launch(context, kStep, r, 1);
    expect_x(context, r, 16);
  });
}

TEST_P(TraceTest, TracesTakeTurns) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4);
    int64_t x = 0;
    for (int64_t k = 0; k < 20; ++k) {
      const uint64_t id = 1 + static_cast<uint64_t>(k / 3 % 2);
      context.begin_trace(id);
      if (id == 1) {
        launch_all(context, kStep, p, 4, k);
      } else {
        launch(context, kStep, r, k);
      }
      x = stepped(x, k);
      context.end_trace(id);
    }
    expect_x(context, r, x);
  });
}

TEST_P(TraceTest, TracesThatTakeTurnsAreReplayed) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context), s = make_region(context);
    const api::Partition p = pieces(context, r, 4), q = pieces(context, s, 3);
    int64_t x = 0, y = 0;
    for (int64_t k = 0; k < 8; ++k) {
      for (uint64_t id : {1, 2, 3}) {
        context.begin_trace(id);
        if (id == 1) {
          launch_all(context, kStep, p, 4, k);
          x = stepped(x, k);
        } else if (id == 2) {
          launch(context, kExpect, r, x);
          launch(context, kStep, context.subregion<1>(q, 0, kLoc), k);
          launch(context, kStep, context.subregion<1>(q, 1, kLoc), k);
          launch(context, kStep, context.subregion<1>(q, 2, kLoc), k);
          y = stepped(y, k);
        } else {
          launch_all(context, kExpect, q, 3, y);
          launch_all(context, kExpect, p, 4, x);
        }
        if (k >= 2) {
          EXPECT_TRUE(is_replaying(context));
        }
        context.end_trace(id);
      }
    }
    launch(context, kStep, r, 1);
    launch(context, kStep, s, 1);
    expect_x(context, r, stepped(x, 1));
    expect_x(context, s, stepped(y, 1));
  });
}

// What reads in several executions, and is written between them by another trace only.
TEST_P(TraceTest, ReadersOfSeveralExecutionsHoldUpTheWriterOfAnotherTrace) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4), q = pieces(context, r, 3);
    int64_t x = 0;
    for (int64_t k = 0; k < 10; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      x = stepped(x, k);
      context.end_trace(1);
      for (int64_t times = 0; times < 1 + k % 4; ++times) {
        context.begin_trace(2);
        launch(context, kExpect, r, x);
        launch_all(context, kExpect, q, 3, x);
        context.end_trace(2);
      }
      if (k == 6) {
        launch(context, kStep, r, 2);
        x = stepped(x, 2);
      }
    }
    launch(context, kStep, r, 1);
    expect_x(context, r, stepped(x, 1));
  });
}

TEST_P(TraceTest, OneTraceMayHaveSeveralSequences) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4), q = pieces(context, r, 3);
    int64_t x = 0;
    for (int64_t k = 0; k < 30; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      x = stepped(x, k);
      // In turns with and without something at the end or between.
      if (k % 3 == 1) {
        launch_all(context, kStep, q, 3, 2);
        x = stepped(x, 2);
      }
      launch(context, kExpect, r, x);
      if (k % 3 == 2) {
        launch(context, kStep, r, 5);
        x = stepped(x, 5);
      }
      if (k >= 15) {
        EXPECT_TRUE(is_replaying(context));
      }
      context.end_trace(1);
    }
    expect_x(context, r, x);
  });
}

TEST_P(TraceTest, ShorterSequencesAreReplayedToo) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4);
    int64_t x = 0;
    for (int64_t k = 0; k < 24; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      x = stepped(x, k);
      // Not in an order that could be known.
      if (k * k % 7 < 3) {
        launch(context, kStep, r, 2);
        x = stepped(x, 2);
      }
      context.end_trace(1);
      // Nothing at all.
      context.begin_trace(2);
      context.end_trace(2);
    }
    expect_x(context, r, x);
  });
}

TEST_P(TraceTest, MappingsFencesAndDeletionsWithinAreObeyed) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition p = pieces(context, r, 4);
    int64_t x = 0;
    for (int64_t k = 0; k < 12; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      x = stepped(x, k);
      if (k >= 3 && k % 2) expect_x(context, r, x);
      if (k % 3 == 1) context.execution_fence(false);
      if (k % 5 == 4) context.execution_fence(true);
      const api::Partition q = k >= 6 ? pieces(context, r, 2) : p;
      launch_all(context, kStep, q, 2, k);
      if (k >= 6) {
        x = stepped(x, k);
        context.destroy_partition(q);
      } else {
        launch(context, kStep, context.subregion<1>(p, 2, kLoc), k);
        launch(context, kStep, context.subregion<1>(p, 3, kLoc), k);
        x = stepped(x, k);
      }
      context.end_trace(1);
    }
    expect_x(context, r, x);
  });
}

// What reads data of which all pieces are empty is no proof that a reader comes after itself.
TEST_P(TraceTest, PiecesWithoutPointsOrderNothing) {
  run([](api::Context& context, const void*, void*) {
    const api::Region r = make_region(context);
    const api::Partition many = pieces(context, context.subregion<1>(pieces(context, r, 50), 0, kLoc), 6);
    launch(context, kStep, r, 5);
    for (int64_t k = 0; k < 5; ++k) {
      context.begin_trace(1);
      launch(context, kExpect, r, 5);
      launch_all(context, kExpect, many, 6, 5);
      // The last two have no points.
      launch(context, kStep, context.subregion<1>(many, 5, kLoc), 9);
      context.end_trace(1);
    }
    launch(context, kStep, r, 1);
    expect_x(context, r, 16);
  });
}

TEST_P(TraceTest, InnerTasksHaveTracesOfTheirOwn) {
  run([](api::Context& context, const void*, void*) {
    static const api::TaskDesc inner = [] {
      api::TaskDesc desc = task(
          "inner",
          [](api::Context& in, const void* raw, void*) {
            const Args& args = *static_cast<const Args*>(raw);
            const api::Partition p = pieces(in, args.region, 3);
            for (int64_t k = 0; k < 4; ++k) {
              const api::Trace trace(in, 1);
              launch_all(in, kStep, p, 3, args.value);
            }
          },
          kWritesX);
      desc.is_leaf = false;
      desc.is_inner = true;
      return desc;
    }();
    const api::Region r = make_region(context);
    int64_t x = 0;
    for (int64_t k = 0; k < 6; ++k) {
      const api::Trace trace(context, 1);
      // Traces of loops within each other are one.
      const api::Trace nested(context, 2);
      launch(context, inner, r, k);
      for (int step = 0; step < 4; ++step) x = stepped(x, k);
      launch(context, kExpect, r, x);
    }
    expect_x(context, r, x);
  });
}

INSTANTIATE_TEST_SUITE_P(Workers, TraceTest,
                         testing::Values(Setting{1}, Setting{2}, Setting{3}, Setting{7}, Setting{3, 2},
                                         Setting{2, 8}));

// The schedule checker holds for replays: each dependence that is left out is missed.
TEST(TraceCheckTest, AReplayedDependenceThatIsLeftOutIsFound) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    const api::Region r = context.create_region(context.create_ispace<1>({0, 99}), kFieldSpace, {"r", kLoc});
    const api::Partition p = pieces(context, r, 4);
    for (int64_t k = 0; k < 3; ++k) {
      context.begin_trace(1);
      launch_all(context, kStep, p, 4, k);
      launch(context, kExpect, r, 0);
      context.end_trace(1);
    }
    context.execution_fence(true);
  });
  // 19 in all; those of the points on the points before follow from those on the reader between.
  for (uint64_t k = 1; k <= 20; ++k) {
    testing::internal::CaptureStderr();
    legion::dependences_until_omission = k;
    const int exit_code = run_program(main, {"-ll:cpu", "1", "-lg:check"});
    legion::dependences_until_omission = 0;
    const std::string errors = testing::internal::GetCapturedStderr();
    const bool is_redundant = (k >= 2 && k <= 5) || (k >= 11 && k <= 14);
    EXPECT_EQ(exit_code, k <= 19 && !is_redundant ? 1 : 0) << "dependence " << k << ": " << errors;
  }
}

// Ends the process.
void run_and_exit(void (*body)(api::Context&, const void*, void*)) {
  const api::TaskDesc main = plain_task("main", body);
  _exit(run_program(main, 1));
}

TEST(TraceDeathTest, TracesMustBeProperlyNested) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_and_exit([](api::Context& context, const void*, void*) {
                context.begin_trace(1);
                context.begin_trace(2);
              }),
              testing::ExitedWithCode(1), "task `main` begins trace 2 inside trace 1");
  EXPECT_EXIT(run_and_exit([](api::Context& context, const void*, void*) {
                context.begin_trace(1);
                context.end_trace(2);
              }),
              testing::ExitedWithCode(1), "task `main` ends trace 2, which it has not begun");
  EXPECT_EXIT(run_and_exit([](api::Context& context, const void*, void*) { context.begin_trace(1); }),
              testing::ExitedWithCode(1), "task `main` ends inside trace 1");
}

}  // namespace
}  // namespace palatine::test
