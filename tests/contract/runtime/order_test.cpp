// `acquire` and `release` (Context::order): operations between which barriers order what tasks of an epoch do
// with a region that they share.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "contract/runtime/support.h"

namespace palatine::test {
namespace {

struct Args {
  api::Region region;
  int32_t value;
  api::PhaseBarrier barrier;
};
const api::ParamDesc kParams[] = {
    {"r", api::ParamKind::region, offsetof(Args, region), sizeof(api::Region)},
    {"value", api::ParamKind::value, offsetof(Args, value), sizeof(int32_t)},
    {"barrier", api::ParamKind::value, offsetof(Args, barrier), sizeof(api::PhaseBarrier)}};
// More fields than one group of the analysis has.
constexpr int kFields = 70;
constexpr uint16_t kBoth[] = {0, kFields - 1};
const api::RequirementDesc kExclusive[] = {{0, api::Privilege::read_write, api::ReductionOp::add, kBoth, 2}};
const api::RequirementDesc kShared[] = {
    {0, api::Privilege::read_write, api::ReductionOp::add, kBoth, 2, true}};
const api::SourceLoc kLoc{"test.rg", 10};

api::TaskDesc make_task(const char* name, TaskBody body, const api::RequirementDesc* requirement,
                        bool is_leaf) {
  return task_with<Args>(name, body, is_leaf, kParams, requirement, 1);
}

int64_t& first_of(api::Context& context, api::Region region, uint16_t field) {
  return *reinterpret_cast<int64_t*>(context.field(region, field).base);
}

// Plain memory: the thread sanitizer sees whether the order is one.
void add(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  std::this_thread::sleep_for(std::chrono::microseconds(args.value % 3 * 100));
  for (const uint16_t field : kBoth) first_of(context, args.region, field) += args.value;
}
void expect(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  for (const uint16_t field : kBoth) EXPECT_EQ(first_of(context, args.region, field), args.value);
}
const api::TaskDesc kAdd = make_task("add", &add, kExclusive, true);
const api::TaskDesc kExpect = make_task("expect", &expect, kExclusive, true);

void launch(api::Context& context, const api::TaskDesc& task, const Args& args) {
  context.launch({&task, {"test.rg", 33}}, &args, nullptr, 0);
}

void first(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  launch(context, kAdd, {args.region, args.value, {}});
  const api::PhaseBarrier arrives[] = {args.barrier};
  context.order(args.region, kBoth, 2, {arrives, 0, 1});
}
void second(api::Context& context, const void* data, void*) {
  const Args& args = *static_cast<const Args*>(data);
  const api::PhaseBarrier awaits[] = {context.advance(args.barrier)};
  context.order(args.region, kBoth, 2, {awaits, 1, 0});
  launch(context, kExpect, {args.region, args.value, {}});
  launch(context, kAdd, {args.region, 100, {}});
}
const api::TaskDesc kFirst = make_task("first", &first, kShared, false);
const api::TaskDesc kSecond = make_task("second", &second, kShared, false);

TEST(Order, BarriersOrderTasksThatShareARegion) {
  for (int workers : {1, 2, 3, 7}) {
    const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
      std::vector<api::FieldDesc> fields(kFields, api::FieldDesc{"x", 8, 8});
      const api::FieldSpaceDesc space{"cell", fields.data(), kFields};
      const api::Region r =
          context.create_region(context.create_ispace<1>({0, 3}), space, {"r", {"test.rg", 7}});
      for (int32_t repeat = 0; repeat < 30; ++repeat) {
        const int64_t zero = 0;
        for (const uint16_t field : kBoth) context.fill(r, field, &zero, 8, kLoc);
        const api::PhaseBarrier barrier = context.create_phase_barrier(1);
        // In either order: they may run at the same time.
        const bool is_turned = repeat % 2 == 1;
        launch(context, is_turned ? kSecond : kFirst, {r, repeat + 1, barrier});
        launch(context, is_turned ? kFirst : kSecond, {r, repeat + 1, barrier});
        launch(context, kExpect, {r, repeat + 101, {}});
      }
    });
    EXPECT_EQ(run_program(main, workers), 0);
  }
}

// What is accessed in place is accessed between the operations too.
TEST(Order, WaitsWhereTheTaskAccessesTheRegionItself) {
  const api::TaskDesc main = plain_task("main", [](api::Context& context, const void*, void*) {
    std::vector<api::FieldDesc> fields(kFields, api::FieldDesc{"x", 8, 8});
    const api::FieldSpaceDesc space{"cell", fields.data(), kFields};
    const api::Region r =
        context.create_region(context.create_ispace<1>({0, 3}), space, {"r", {"test.rg", 7}});
    const int64_t zero = 0;
    for (const uint16_t field : kBoth) context.fill(r, field, &zero, 8, kLoc);
    launch(context, kAdd, {r, 5, {}});
    context.order(r, kBoth, 2, {});
    const api::MapDesc map{r, kBoth, 2, api::Privilege::read};
    context.map(&map, 1, kLoc);
    EXPECT_EQ(first_of(context, r, 0), 5);
    context.order(r, kBoth, 2, {});
    context.unmap(&map, 1);
  });
  EXPECT_EQ(run_program(main, 2), 0);
}

}  // namespace
}  // namespace palatine::test
