// Lanes: traces of short index launches that repeat (legion/lanes.h). The results are those of the sequential
// reading with any number of workers, however the lanes end and whatever comes between. `oracle_test.cpp`
// runs random programs with such traces.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ostream>
#include <thread>
#include <vector>

#include "contract/runtime/support.h"
#include "runtime/legion/context.h"
#include "runtime/legion/operation.h"

namespace palatine::test {
namespace {

const api::SourceLoc kLoc{"test.rg", 10};
const api::FieldDesc kFieldDescs[] = {{"x", 8, 8}, {"y", 8, 8}};
const api::FieldSpaceDesc kFieldSpace{"cell", kFieldDescs, 2};
const uint16_t kFields[] = {0, 1};

struct Args {
  api::Region own, halo;
  int64_t to;  // the field that is written; the other one is read
  int64_t value;
};
const api::ParamDesc kParams[] = {{"own", api::ParamKind::region, 0, sizeof(api::Region)},
                                  {"halo", api::ParamKind::region, offsetof(Args, halo), sizeof(api::Region)},
                                  {"to", api::ParamKind::value, offsetof(Args, to), 8},
                                  {"value", api::ParamKind::value, offsetof(Args, value), 8}};
const api::RequirementDesc kXToY[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kFields + 1, 1},
                                      {1, api::Privilege::read, api::ReductionOp::add, kFields, 1}};
const api::RequirementDesc kYToX[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kFields, 1},
                                      {1, api::Privilege::read, api::ReductionOp::add, kFields + 1, 1}};

constexpr int64_t kCells = 96;

int64_t& element(const api::FieldAddress& address, int64_t x) {
  return *reinterpret_cast<int64_t*>(address.base + x * address.stride_bytes[0]);
}

// Wraps.
int64_t stepped(int64_t old, int64_t left, int64_t right, int64_t value) {
  return static_cast<int64_t>(3 * static_cast<uint64_t>(old) + static_cast<uint64_t>(left) -
                              2 * static_cast<uint64_t>(right) + static_cast<uint64_t>(value));
}

std::atomic<int> surprises;

// Set by tests whose tasks should take their time.
std::atomic<int> delay_us{0};
// The same for tasks that are busy meanwhile.
std::atomic<int> busy_us{0};

// The last piece of the launch with this value waits a while for the first one of the next to have begun.
std::atomic<int64_t> meeting{-2};
std::atomic<bool> is_waiting{false}, has_met{false};

// Set by tests whose tasks would race.
std::atomic<bool> leaves_data_alone{false};

// Each cell from its neighbours' other field; the ends repeat.
void step(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  surprises += !legion::ContextImpl::of(context).task().is_point();
  if (leaves_data_alone) return;
  const api::FieldAddress from = context.field(args.halo, static_cast<uint16_t>(1 - args.to));
  const api::FieldAddress to = context.field(args.own, static_cast<uint16_t>(args.to));
  int64_t left_end = kCells, right_end = -1;
  for (const api::Rect<1>& rect : api::boxes<1>(context, context.region_ispace(args.own))) {
    left_end = rect.lo, right_end = rect.hi;
    for (int64_t x = rect.lo; x <= rect.hi; ++x) {
      const int64_t left = element(from, x > 0 ? x - 1 : x),
                    right = element(from, x + 1 < kCells ? x + 1 : x);
      element(to, x) = stepped(element(to, x), left, right, args.value);
    }
  }
  if (args.value == meeting + 1 && left_end == 0 && is_waiting) has_met = true;
  if (args.value == meeting && right_end == kCells - 1) {
    is_waiting = true;
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(20);
    while (!has_met && std::chrono::steady_clock::now() < end) {
    }
    is_waiting = false;
  }
  if (const int us = busy_us.load(std::memory_order_relaxed)) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::microseconds(us);
    while (std::chrono::steady_clock::now() < end) {
    }
  }
  if (const int us = delay_us.load(std::memory_order_relaxed))
    std::this_thread::sleep_for(std::chrono::microseconds(us));
}

const api::TaskDesc kSteps[] = {task_with<Args>("to_x", &step, true, kParams, kYToX, 2),
                                task_with<Args>("to_y", &step, true, kParams, kXToY, 2)};

// Whether launches say what their regions follow from, and how many did not name them then. Tasks may be run
// side by side.
std::atomic<bool> says_sources = false;
std::atomic<int> equal_launches = 0;

// A region of cells with its pieces, and what the cells should be.
struct Cells {
  api::Region region;
  api::Partition own, halo;
  int64_t pieces;
  std::vector<int64_t> expected[2];

  Cells(api::Context& context, int64_t piece_count) : pieces(piece_count) {
    region = context.create_region(context.create_ispace<1>({0, kCells - 1}), kFieldSpace, {"cells", kLoc});
    const int64_t one = 1;
    for (uint16_t field : kFields) {
      context.fill(region, field, &one, 8, kLoc);
      expected[field].assign(kCells, 1);
    }
    own = context.create_partition_equal(region, context.create_ispace<1>({0, pieces - 1}), kLoc);
    // With one cell more on each side.
    const int64_t length = (kCells + pieces - 1) / pieces;
    const int64_t extent[] = {-1, length};
    halo = context.create_partition_by_restriction(
        region, &length, 1, extent, 1, context.create_ispace<1>({0, pieces - 1}),
        api::PartitionInfo{api::Claim::none, api::Claim::none, kLoc});
  }

  void expect_step(int to, int64_t value) {
    const std::vector<int64_t>& from = expected[1 - to];
    for (size_t x = 0; x < size_t{kCells}; ++x)
      expected[to][x] =
          stepped(expected[to][x], from[x > 0 ? x - 1 : x], from[x + 1 < size_t{kCells} ? x + 1 : x], value);
  }

  void launch(api::Context& context, int to, int64_t value, int64_t first = 0, int64_t count = -1) {
    static const api::Projection projections[] = {api::Projection::identity, api::Projection::identity,
                                                  api::Projection::value, api::Projection::value};
    static const api::IndexLaunchSiteDesc sites[] = {{&kSteps[0], kLoc, projections, nullptr, false, false},
                                                     {&kSteps[1], kLoc, projections, nullptr, false, false}};
    if (count < 0) count = pieces;
    api::IndexLauncher launcher(context, sites[to], static_cast<uint64_t>(count));
    const api::IndexLauncher::Source sources[] = {first, own, halo};
    void* const equal = says_sources ? launcher.equal_args(sources, 3) : nullptr;
    if (equal) {
      *static_cast<Args*>(equal) = {{}, {}, to, value};
      ++equal_launches;
    } else {
      for (int64_t k = first; k < first + count; ++k) {
        *static_cast<Args*>(launcher.point_args()) = {context.subregion<1>(own, k, kLoc),
                                                      context.subregion<1>(halo, k, kLoc), to, value};
      }
    }
    launcher.issue(nullptr);
    if (count == pieces) expect_step(to, value);
  }

  void check(api::Context& context) {
    for (uint16_t field : kFields) {
      api::MapDesc desc{region, &field, 1, api::Privilege::read};
      context.map(&desc, 1, kLoc);
      const api::FieldAddress address = context.field(region, field);
      for (int64_t x = 0; x < kCells; ++x)
        surprises += element(address, x) != expected[field][static_cast<size_t>(x)];
      context.unmap(&desc, 1);
    }
  }
};

bool has_lanes(api::Context& context) {
  return legion::ContextImpl::of(context).has_lanes();
}

struct Setting {
  int workers;
  int64_t pieces;
  int window = 1024;
  bool says_sources = false;
  bool is_checked = true;
};

// The names of the tests; not the bytes, of which some are any.
void PrintTo(const Setting& setting, std::ostream* out) {
  *out << setting.workers << " workers, " << setting.pieces << " pieces, window " << setting.window
       << (setting.says_sources ? ", with sources" : "") << (setting.is_checked ? "" : ", unchecked");
}

class LanesTest : public testing::TestWithParam<Setting> {
 protected:
  void run(TaskBody body) {
    surprises = 0;
    delay_us = 0;
    busy_us = 0;
    pieces = GetParam().pieces;
    workers = GetParam().workers;
    says_sources = GetParam().says_sources;
    equal_launches = 0;
    const api::TaskDesc main = plain_task("main", body);
    std::vector<std::string> flags = {"-ll:cpu", std::to_string(GetParam().workers), "-lg:window",
                                      std::to_string(GetParam().window)};
    if (kChecksSchedule && GetParam().is_checked) flags.push_back("-lg:check");
    EXPECT_EQ(run_program(main, flags), 0);
    EXPECT_EQ(surprises, 0);
  }
  static int64_t pieces;
  static int workers;
};
int64_t LanesTest::pieces;
int LanesTest::workers;

TEST_P(LanesTest, AStencilGoesOnInThem) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    bool was_in_lanes = false;
    // A busy machine may make the tasks too slow for lanes for a while.
    for (int64_t k = 0; k < 150 || (k < 10000 && !was_in_lanes); ++k) {
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      cells.launch(context, 1, 2 * k);
      was_in_lanes = was_in_lanes || has_lanes(context);
    }
    EXPECT_TRUE(was_in_lanes);
    cells.check(context);
    EXPECT_FALSE(has_lanes(context));
    EXPECT_EQ(equal_launches > 0, says_sources);
  });
}

TEST_P(LanesTest, TracesTakeTurnsInThem) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces), others(context, 5);
    for (int64_t k = 0; k < 120; ++k) {
      {
        const api::Trace trace(context, 1);
        cells.launch(context, 0, k);
        others.launch(context, 0, k);
        cells.launch(context, 1, k);
      }
      const api::Trace trace(context, 2);
      others.launch(context, 1, k);
      if (k % 7 == 3) cells.launch(context, 0, k);
    }
    cells.check(context);
    others.check(context);
  });
}

// What is kept at hand of a point is that point's own.
TEST_P(LanesTest, PointsMayReadSeveralTrees) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces), others(context, pieces);
    static const api::Projection projections[] = {api::Projection::identity, api::Projection::computed,
                                                  api::Projection::value, api::Projection::value};
    static const api::IndexLaunchSiteDesc sites[] = {{&kSteps[0], kLoc, projections, nullptr, false, false},
                                                     {&kSteps[1], kLoc, projections, nullptr, false, false}};
    const int64_t length = (kCells + pieces - 1) / pieces;
    bool was_in_lanes = false;
    for (int64_t k = 0; k < 100 || (k < 10000 && !was_in_lanes); ++k) {
      const api::Trace trace(context, 1);
      for (int to : {0, 1}) {
        others.launch(context, to, k);
        // Every other piece of `cells` from the neighbours in `others`.
        api::IndexLauncher launcher(context, sites[to], static_cast<uint64_t>(pieces));
        for (int64_t piece = 0; piece < pieces; ++piece) {
          const Cells& source = piece % 2 ? others : cells;
          *static_cast<Args*>(launcher.point_args()) = {context.subregion<1>(cells.own, piece, kLoc),
                                                        context.subregion<1>(source.halo, piece, kLoc), to,
                                                        k};
        }
        launcher.issue(nullptr);
        for (int64_t x = 0; x < kCells; ++x) {
          const std::vector<int64_t>& from = (x / length % 2 ? others : cells).expected[1 - to];
          int64_t& cell = cells.expected[to][static_cast<size_t>(x)];
          cell = stepped(cell, from[static_cast<size_t>(x > 0 ? x - 1 : x)],
                         from[static_cast<size_t>(x + 1 < kCells ? x + 1 : x)], k);
        }
      }
      was_in_lanes = was_in_lanes || has_lanes(context);
    }
    EXPECT_TRUE(was_in_lanes);
    cells.check(context);
    others.check(context);
  });
}

TEST_P(LanesTest, OtherLaunchesFencesAndMappingsEndThem) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    for (int64_t k = 0; k < 200; ++k) {
      {
        const api::Trace trace(context, 1);
        cells.launch(context, 0, k);
        cells.launch(context, 1, k);
      }
      if (k % 23 == 11) cells.launch(context, 0, -k);
      if (k % 31 == 17) context.execution_fence(true);
      if (k % 37 == 19) context.execution_fence(false);
      if (k % 41 == 29) cells.check(context);
    }
    cells.check(context);
  });
}

// Within a trace, and with fewer points than before.
TEST_P(LanesTest, AnotherSequenceEndsThem) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    for (int64_t k = 0; k < 200; ++k) {
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      if (k % 29 == 13) cells.launch(context, 0, k);
      if (k % 43 != 40) cells.launch(context, 1, k);
      if (k % 53 == 47) {
        for (int64_t piece = 0; piece < cells.pieces; ++piece) cells.launch(context, 1, k, piece, 1);
        if (cells.pieces > 1) cells.expect_step(1, k);
      }
    }
    cells.check(context);
  });
}

// A launch that is given up, and one that is made while another is being filled in.
TEST_P(LanesTest, LaunchersMayBeGivenUp) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    const api::Projection projections[] = {api::Projection::identity, api::Projection::identity,
                                           api::Projection::value, api::Projection::value};
    const api::IndexLaunchSiteDesc site{&kSteps[0], kLoc, projections, nullptr, false, false};
    for (int64_t k = 0; k < 100; ++k) {
      const api::Trace trace(context, 1);
      if (k == 50 || k == 70) {
        api::IndexLauncher launcher(context, site, static_cast<uint64_t>(cells.pieces));
        launcher.point_args();
        if (k == 70) context.execution_fence(false);
      }
      if (k == 60) {
        api::IndexLauncher outer(context, site, static_cast<uint64_t>(cells.pieces));
        cells.launch(context, 0, k);
        for (int64_t piece = 0; piece < cells.pieces; ++piece)
          *static_cast<Args*>(outer.point_args()) = {context.subregion<1>(cells.own, piece, kLoc),
                                                     context.subregion<1>(cells.halo, piece, kLoc), 0, k};
        outer.issue(nullptr);
        cells.expect_step(0, k);
      } else {
        cells.launch(context, 0, k);
      }
      cells.launch(context, 1, k);
    }
    cells.check(context);
  });
}

TEST_P(LanesTest, NestedTasksHaveTheirOwn) {
  run([](api::Context& context, const void*, void*) {
    struct Nested {
      int64_t cells;
    };
    static const api::ParamDesc params[] = {{"cells", api::ParamKind::value, 0, 8}};
    static const api::TaskDesc inner = [] {
      api::TaskDesc desc = task_with<Nested>(
          "inner",
          [](api::Context& in, const void*, void*) {
            Cells cells(in, pieces);
            for (int64_t k = 0; k < 60; ++k) {
              const api::Trace trace(in, 1);
              cells.launch(in, 0, k);
              cells.launch(in, 1, k);
            }
            cells.check(in);
            // It ends while they are open.
            for (int64_t k = 0; k < 20; ++k) {
              const api::Trace trace(in, 1);
              cells.launch(in, 0, k);
              cells.launch(in, 1, k);
            }
          },
          false, params);
      desc.is_inner = true;
      return desc;
    }();
    for (int64_t k = 0; k < 9; ++k) {
      const Nested args{k};
      context.launch({&inner, kLoc}, &args, nullptr, 0);
    }
    context.execution_fence(true);
  });
}

// Blocks that would take longer are cut into those of several lanes for each worker.
TEST_P(LanesTest, ThereAreMoreOfThemForLongerTasks) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    busy_us = 48 * workers / static_cast<int>(pieces);
    // Of one point cannot be more.
    const uint32_t wanted =
        static_cast<uint32_t>(pieces < 2 * workers || workers > 2 ? workers : 2 * workers);
    uint32_t lanes = 0;
    for (int64_t k = 0; k < 100 || (k < 3000 && lanes < wanted); ++k) {
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      cells.launch(context, 1, 2 * k);
      // Now and then they are opened anew, as the tasks may have seemed shorter.
      if (has_lanes(context))
        lanes = std::max(lanes, legion::ContextImpl::of(context).dependences().lanes()->lane_count());
      if (k % 40 == 39) cells.check(context);
    }
    EXPECT_GE(lanes, wanted);
    busy_us = 0;
    cells.check(context);
  });
}

// Tasks that take longer go on as operations of their own.
TEST_P(LanesTest, LongTasksLeaveThem) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    for (int64_t k = 0; k < 60; ++k) {
      if (k == 30) delay_us = 200;
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      cells.launch(context, 1, k);
    }
    delay_us = 0;
    cells.check(context);
  });
}

// Data that nobody in the trace writes, and that was written before.
TEST_P(LanesTest, WritersBeforeThemAreWaitedFor) {
  run([](api::Context& context, const void*, void*) {
    Cells cells(context, pieces);
    for (int64_t round = 0; round < 4; ++round) {
      delay_us = 300;
      cells.launch(context, 0, round);
      delay_us = 0;
      for (int64_t k = 0; k < 40; ++k) {
        const api::Trace trace(context, 1);
        cells.launch(context, 1, k);
      }
    }
    cells.check(context);
  });
}

std::atomic<bool> has_written;

// Reads; with value 1 it takes its time, unless somebody writes meanwhile.
void look(api::Context& context, const void* raw, void*) {
  const Args& args = *static_cast<const Args*>(raw);
  const api::FieldAddress from = context.field(args.own, 0);
  if (args.value == 1) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(30);
    while (!has_written && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  }
  for (const api::Rect<1>& rect : api::boxes<1>(context, context.region_ispace(args.own)))
    surprises += element(from, rect.lo) == -1;
}

// Data that nobody in the trace writes, read in lanes and then, by the same trace, by operations.
TEST_P(LanesTest, WritersBehindThemWait) {
  run([](api::Context& context, const void*, void*) {
    static const api::RequirementDesc reads[] = {
        {0, api::Privilege::read, api::ReductionOp::add, kFields, 1}};
    static const api::RequirementDesc writes[] = {
        {0, api::Privilege::read_write, api::ReductionOp::add, kFields, 1}};
    // The same uses by another task are the same trace, but not the launch that lanes know.
    static const api::TaskDesc lookers[] = {task_with<Args>("look", &look, true, kParams, reads, 1),
                                            task_with<Args>("look_again", &look, true, kParams, reads, 1)};
    static const api::TaskDesc writer = task_with<Args>(
        "write",
        [](api::Context& in, const void* raw, void*) {
          has_written = true;
          const api::FieldAddress to = in.field(static_cast<const Args*>(raw)->own, 0);
          for (int64_t x = 0; x < kCells; ++x) element(to, x) = -1;
        },
        true, kParams, writes, 1);
    static const api::Projection projections[] = {api::Projection::identity, api::Projection::identity,
                                                  api::Projection::value, api::Projection::value};
    static const api::IndexLaunchSiteDesc sites[] = {{&lookers[0], kLoc, projections, nullptr, false, false},
                                                     {&lookers[1], kLoc, projections, nullptr, false, false}};
    has_written = false;
    Cells cells(context, pieces);
    auto launch = [&](const api::IndexLaunchSiteDesc& site, int64_t value) {
      const api::Trace trace(context, 1);
      api::IndexLauncher launcher(context, site, static_cast<uint64_t>(cells.pieces));
      for (int64_t k = 0; k < cells.pieces; ++k)
        *static_cast<Args*>(launcher.point_args()) = {context.subregion<1>(cells.own, k, kLoc),
                                                      context.subregion<1>(cells.halo, k, kLoc), 0,
                                                      k == 0 ? value : 0};
      launcher.issue(nullptr);
    };
    for (int64_t k = 0; k < 200 && !has_lanes(context); ++k) launch(sites[0], 0);
    launch(sites[0], 1);
    launch(sites[1], 0);
    const Args args{cells.region, cells.region, 0, 0};
    context.launch({&writer, kLoc}, &args, nullptr, 0);
    context.execution_fence(true);
  });
}

INSTANTIATE_TEST_SUITE_P(Workers, LanesTest,
                         testing::Values(Setting{1, 4}, Setting{2, 2}, Setting{2, 8}, Setting{3, 1},
                                         Setting{3, 8}, Setting{7, 4}, Setting{7, 16}, Setting{2, 8, 4},
                                         Setting{3, 8, 64}, Setting{1, 4, 1024, true},
                                         Setting{2, 8, 1024, true}, Setting{7, 16, 1024, true},
                                         Setting{2, 8, 1024, true, false}, Setting{3, 8, 64, true, false},
                                         Setting{7, 16, 1024, false, false}));

// The first piece of a launch needs nothing of the last one's neighbourhood, so it runs while another worker
// is still at that of the launch before.
TEST(LanesOwnPointsTest, TheyRunWhileOtherLanesAreBusy) {
  surprises = 0;
  delay_us = 0;
  busy_us = 0;
  says_sources = false;
  has_met = false;
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    Cells cells(context, 8);
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (int64_t k = 0; !has_met && std::chrono::steady_clock::now() < end; k += 2) {
      // Once in a while, as lanes end for some time when a task takes long.
      meeting = k % 1000 == 998 && has_lanes(context) ? k : -2;
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      cells.launch(context, 1, k + 1);
      if (meeting != -2) context.execution_fence(true);
    }
    meeting = -2;
    cells.check(context);
  });
  EXPECT_EQ(run_program(main, {"-ll:cpu", "2"}), 0);
  EXPECT_EQ(surprises, 0);
  EXPECT_TRUE(has_met);
}

// With hardly any room the task waits all the time for launches to end, and must not be woken too early.
TEST(LanesRingTest, TheTaskGoesOnWhenThereIsRoom) {
  for (int setting = 0; setting < 8; ++setting) {
    const char* workers = std::array{"1", "2", "3", "7"}[static_cast<size_t>(setting) / 2];
    const char* window = setting % 2 ? "32" : "16";
    surprises = 0;
    const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      Cells cells(context, 8);
      for (int64_t k = 0; k < 10000; ++k) {
        const api::Trace trace(context, 1);
        cells.launch(context, 0, k % 5);
        cells.launch(context, 1, k % 3);
      }
      cells.check(context);
    });
    EXPECT_EQ(run_program(main, {"-ll:cpu", workers, "-lg:window", window}), 0);
    EXPECT_EQ(surprises, 0);
  }
}

// A dependence between lanes that is left out is one that the schedule checker misses. Not each one: what
// lanes do on a busy machine, closing at that moment, say, may order the tasks all the same.
TEST(LanesCheckTest, ADependenceThatIsLeftOutIsFound) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    Cells cells(context, 8);
    bool is_in_lanes = false;
    // A busy machine may make the tasks too slow for lanes for a while.
    for (int64_t k = 0; k < 10000 && !is_in_lanes; ++k) {
      const api::Trace trace(context, 1);
      cells.launch(context, 0, k);
      is_in_lanes = k >= 20 && has_lanes(context);
      if (is_in_lanes) legion::dependences_until_omission = 1;
      cells.launch(context, 1, k);
    }
    EXPECT_TRUE(is_in_lanes);
    context.execution_fence(true);
  });
  leaves_data_alone = true;
  int exit_code = 0;
  for (int attempt = 0; attempt < 10 && exit_code == 0; ++attempt) {
    testing::internal::CaptureStderr();
    exit_code = run_program(main, {"-ll:cpu", "2", "-lg:check"});
    legion::dependences_until_omission = 0;
    testing::internal::GetCapturedStderr();
  }
  leaves_data_alone = false;
  EXPECT_EQ(exit_code, 1);
}

}  // namespace
}  // namespace palatine::test
