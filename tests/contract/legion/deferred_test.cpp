// Values and buffers that tasks allocate for themselves, accessors for them and for futures, and results that
// serialize themselves. Legion's API, sections 2, 5 and 6.
#include <gtest/gtest.h>

#include "contract/legion/support.h"

namespace palatine::test {
namespace {

using namespace Legion;
typedef const std::vector<PhysicalRegion>& Regions;

// ---- values

DeferredValue<double> half(const Task*, Regions, Context, Runtime*) {
  DeferredValue<double> value(4.0);
  value = value / 8;
  return value;
}

DeferredReduction<SumReduction<long>, true> sum_to_ten(const Task*, Regions, Context, Runtime*) {
  const DeferredReduction<SumReduction<long>, true> sum;
  for (long k = 1; k <= 10; k++) sum <<= k;
  return sum;
}

UntypedDeferredValue untyped(const Task*, Regions, Context, Runtime*) {
  const int initial = 7;
  const UntypedDeferredValue value(sizeof(int), Memory::SYSTEM_MEM, &initial);
  const FieldAccessor<READ_WRITE, int, 1> access(value);
  access[0] += 10;
  const ReductionAccessor<SumReduction<int>, true, 1> sum(value);
  sum[0] <<= 100;
  const DeferredValue<int> typed = value;
  EXPECT_EQ(typed.read(), 117);
  EXPECT_EQ(value.field_size(), sizeof(int));
  return value;
}

void finalizes(const Task*, Regions, Context ctx, Runtime*) {
  const long five = 5;
  UntypedDeferredValue(sizeof(long), Memory::SYSTEM_MEM, &five).finalize(ctx);
}

TEST(LegionDeferred, ValuesAreResults) {
  run_legion(
      [](Context ctx, Runtime* runtime) {
        auto launch = [&](TaskID task) {
          return runtime->execute_task(ctx, TaskLauncher(task, TaskArgument()));
        };
        EXPECT_EQ(launch(task_id<DeferredValue<double>, half>("half", true)).get_result<double>(), 0.5);
        EXPECT_EQ(
            (launch(task_id<DeferredReduction<SumReduction<long>, true>, sum_to_ten>("sum_to_ten", true))
                 .get_result<long>()),
            55);
        EXPECT_EQ(launch(task_id<UntypedDeferredValue, untyped>("untyped", true)).get_result<int>(), 117);
      },
      2);
}

TEST(LegionDeferred, AValueIsMadeTheResult) {
  static const TaskID task = [] {
    const TaskID id = Runtime::generate_static_task_id();
    TaskVariantRegistrar registrar(id, "finalizes");
    registrar.set_leaf();
    const CodeDescriptor code(+[](const void* data, size_t bytes, const void*, size_t, Processor processor) {
      const Task* running;
      const std::vector<PhysicalRegion>* regions;
      Context ctx;
      Runtime* runtime;
      Runtime::legion_task_preamble(data, bytes, processor, running, regions, ctx, runtime);
      finalizes(running, *regions, ctx, runtime);
    });
    Runtime::preregister_task_variant(registrar, code, nullptr, 0, "finalizes");
    return id;
  }();
  run_legion(
      [](Context ctx, Runtime* runtime) {
        EXPECT_EQ(runtime->execute_task(ctx, TaskLauncher(task, TaskArgument())).get_result<long>(), 5);
      },
      1);
}

// ---- buffers

TEST(LegionDeferred, BuffersLoseAndGetTheirTypes) {
  run_legion(
      [](Context, Runtime*) {
        const Rect<2> bounds({1, 2}, {3, 5});
        const double three = 3;
        const UntypedDeferredBuffer<> untyped_buffer(sizeof(double), 2, Memory::SYSTEM_MEM, Domain(bounds),
                                                     &three);
        const DeferredBuffer<double, 2> buffer = untyped_buffer;
        EXPECT_EQ(buffer.get_bounds(), bounds);
        EXPECT_EQ(buffer[Point<2>(2, 4)], 3);
        const FieldAccessor<READ_WRITE, double, 2> access(untyped_buffer);
        for (PointInRectIterator<2> it(bounds); it(); it++) access[*it] = 10.0 * it[0] + it[1];
        EXPECT_EQ(buffer[Point<2>(3, 5)], 35);
        // Rows: the last dimension is contiguous.
        EXPECT_EQ(buffer.ptr(Point<2>(1, 3)) - buffer.ptr(Point<2>(1, 2)), 1);
        const UntypedDeferredBuffer<> again(buffer);
        EXPECT_EQ((DeferredBuffer<double, 2>(again)[Point<2>(1, 2)]), 12);
      },
      1);
}

TEST(LegionDeferred, BuffersAreInstances) {
  run_legion(
      [](Context, Runtime*) {
        const Rect<1> bounds(5, 14);
        const int four = 4;
        const DeferredBuffer<int, 1> buffer(bounds, Memory::SYSTEM_MEM, &four);
        const Realm::RegionInstance instance = buffer.get_instance();
        const Realm::AffineAccessor<int, 1, coord_t> access(instance, 0);
        EXPECT_EQ(access[Point<1>(7)], 4);
        access[Point<1>(8)] = 80;
        EXPECT_EQ(buffer[Point<1>(8)], 80);
        EXPECT_TRUE(DeferredValue<double>(1).get_instance().exists());
      },
      1);
}

// ---- accessors of futures

TEST(LegionDeferred, FuturesHaveAccessors) {
  run_legion(
      [](Context, Runtime*) {
        const int values[6] = {1, 2, 3, 4, 5, 6};
        const Future future = Future::from_untyped_pointer(values, sizeof(values));
        const FieldAccessor<READ_ONLY, int, 1> line(future);
        EXPECT_EQ(line[4], 5);
        const FieldAccessor<READ_ONLY, int, 2> table(future, Rect<2>({0, 0}, {2, 1}));
        EXPECT_EQ(table[Point<2>(1, 1)], 5);
      },
      1);
}

// ---- results that serialize themselves

struct Words {
  std::vector<int> list;
  size_t legion_buffer_size() const { return (1 + list.size()) * sizeof(int); }
  size_t legion_serialize(void* buffer) const {
    int* out = static_cast<int*>(buffer);
    *out++ = static_cast<int>(list.size());
    for (int word : list) *out++ = word;
    return legion_buffer_size();
  }
  size_t legion_deserialize(const void* buffer) {
    const int* in = static_cast<const int*>(buffer);
    list.assign(in + 1, in + 1 + in[0]);
    return legion_buffer_size();
  }
};

struct Append {
  typedef Words LHS;
  typedef Words RHS;
  static const Words identity;
  template <bool EXCLUSIVE>
  static void apply(LHS& lhs, RHS rhs) {
    fold<EXCLUSIVE>(lhs, rhs);
  }
  template <bool EXCLUSIVE>
  static void fold(RHS& a, RHS b) {
    a.list.insert(a.list.end(), b.list.begin(), b.list.end());
  }
};
const Words Append::identity;
constexpr ReductionOpID kAppend = 4242;

Words count_up(const Task* task, Regions, Context, Runtime*) {
  Words words;
  for (int k = 0; k <= task->index_point[0]; k++) words.list.push_back(k);
  return words;
}

TEST(LegionDeferred, SerializedResultsAreFolded) {
  const TaskID task = task_id<Words, count_up>("count_up", true);
  Runtime::register_reduction_op<Append>(kAppend, true);
  run_legion(
      [task](Context ctx, Runtime* runtime) {
        IndexLauncher launcher(task, Domain(Rect<1>(0, 2)), TaskArgument(), ArgumentMap());
        const std::vector<int> expected{0, 0, 1, 0, 1, 2};
        EXPECT_EQ(runtime->execute_index_space(ctx, launcher, kAppend).get_result<Words>().list, expected);
        const FutureMap map = runtime->execute_index_space(ctx, launcher);
        EXPECT_EQ(runtime->reduce_future_map(ctx, map, kAppend).get_result<Words>().list, expected);
        launcher.initial_value = Future::from_value(Words{{9}});
        EXPECT_EQ(runtime->execute_index_space(ctx, launcher, kAppend).get_result<Words>().list.front(), 9);
      },
      2);
}

TEST(LegionDeferredError, SizesMustFit) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  auto expect_error = [](Body body, const char* message) {
    EXPECT_EXIT(run_legion(std::move(body), 1), testing::ExitedWithCode(1), message);
  };
  expect_error(
      [](Context, Runtime*) {
        const DeferredValue<int> value = UntypedDeferredValue(sizeof(double));
        EXPECT_EQ(value.read(), 0);
      },
      "an UntypedDeferredValue: 4 is needed, but it is 8");
  expect_error(
      [](Context, Runtime*) {
        const Future future = Future::from_value<double>(1);
        FieldAccessor<READ_WRITE, double, 1> access(future);
      },
      "an accessor that writes is made for a future");
}

}  // namespace
}  // namespace palatine::test
