// Rates of the algebra of index spaces on one core: by-field, images, preimages and set operations of
// one-dimensional spaces, over the number of elements, the number of pieces and the order of pointers.
//
// `per_item` is the time for each element (set operations: for each rectangle going in); the limit for
// by-field, images and preimages is the time to read the field once. The growth in elements and pieces is
// seen by comparing lines.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "runtime/realm/space/by_field.h"
#include "runtime/realm/space/image.h"
#include "runtime/realm/space/preimage.h"
#include "runtime/realm/space/rect_list.h"

namespace {

using namespace palatine::realm::space;
using Line = RectList<1, long long>;
using Pointer = Point<1, long long>;

// How pointers and colours are distributed. Clustered: within 1000 elements of the place where they are.
enum Order { kSorted, kClustered, kRandom };
constexpr int64_t kCluster = 1000;

void set_time_per_item(benchmark::State& state, int64_t items) {
  state.counters["per_item"] =
      benchmark::Counter(static_cast<double>(items),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

std::vector<Pointer> make_pointers(int64_t count, Order order) {
  std::mt19937_64 random(1);
  std::vector<Pointer> pointers(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; i++) {
    int64_t to = i;
    if (order == kRandom) to = static_cast<int64_t>(random() % static_cast<uint64_t>(count));
    if (order == kClustered)
      to = std::min(count - 1,
                    std::max<int64_t>(0, i + static_cast<int64_t>(random() % (2 * kCluster)) - kCluster));
    pointers[static_cast<size_t>(i)] = Pointer(to);
  }
  return pointers;
}

std::vector<Line> equal_pieces(int64_t count, int64_t pieces) {
  std::vector<Line> out;
  for (int64_t i = 0; i < pieces; i++)
    out.push_back({{Pointer(count * i / pieces), Pointer(count * (i + 1) / pieces - 1)}});
  return out;
}

template <typename V>
FieldView<1, long long> view_of(const std::vector<V>& values) {
  FieldView<1, long long> view;
  view.base = reinterpret_cast<const std::byte*>(values.data());
  view.strides[0] = sizeof(V);
  return view;
}

void by_field(benchmark::State& state) {
  const int64_t count = state.range(0), pieces = state.range(1);
  std::vector<int> colors(static_cast<size_t>(count)), wanted;
  const auto pointers = make_pointers(count, static_cast<Order>(state.range(2)));
  for (int64_t i = 0; i < count; i++)
    colors[static_cast<size_t>(i)] = static_cast<int>(pointers[static_cast<size_t>(i)][0] * pieces / count);
  for (int i = 0; i < pieces; i++) wanted.push_back(i);
  const Line domain{{Pointer(0), Pointer(count - 1)}};
  for (auto _ : state) {
    const ColorTable<int> table(wanted);
    RunLists<1, long long> result(table.size());
    for_each_row(domain, view_of(colors),
                 [&](const Pointer& first, uint64_t n, const std::byte* values, ptrdiff_t stride) {
                   add_row_by_field(result, first, n, values, stride, table);
                 });
    std::vector<Line> all;
    for (size_t i = 0; i < table.size(); i++) all.push_back(RunLists<1, long long>::take({&result, 1}, i));
    benchmark::DoNotOptimize(all.data());
  }
  set_time_per_item(state, count);
}

void image(benchmark::State& state) {
  const int64_t count = state.range(0), pieces = state.range(1);
  const auto pointers = make_pointers(count, static_cast<Order>(state.range(2)));
  const auto sources = equal_pieces(count, pieces);
  for (auto _ : state) {
    ImageBuilder<1, long long> builder(Rect<1, long long>(Pointer(0), Pointer(count - 1)),
                                       static_cast<uint64_t>(count));
    std::vector<Line> all;
    for (const Line& source : sources) {
      for_each_row(source, view_of(pointers),
                   [&](const Pointer&, uint64_t n, const std::byte* values, ptrdiff_t stride) {
                     builder.add_points(values, stride, n);
                   });
      all.push_back(builder.take());
    }
    benchmark::DoNotOptimize(all.data());
  }
  set_time_per_item(state, count);
}

void preimage(benchmark::State& state) {
  const int64_t count = state.range(0), pieces = state.range(1);
  const auto pointers = make_pointers(count, static_cast<Order>(state.range(2)));
  const auto targets = equal_pieces(count, pieces);
  std::vector<const Line*> lists;
  for (const Line& target : targets) lists.push_back(&target);
  const Line domain{{Pointer(0), Pointer(count - 1)}};
  for (auto _ : state) {
    const Locator<1, long long> locator(lists, static_cast<uint64_t>(count));
    RunLists<1, long long> result(targets.size());
    for_each_row(domain, view_of(pointers),
                 [&](const Pointer& first, uint64_t n, const std::byte* values, ptrdiff_t stride) {
                   locator.locate_points(
                       values, stride, n, [&](uint32_t combination, uint64_t start, uint64_t length) {
                         add_preimage(result, first, start, length, locator.targets(combination));
                       });
                 });
    std::vector<Line> all;
    for (size_t i = 0; i < targets.size(); i++) all.push_back(RunLists<1, long long>::take({&result, 1}, i));
    benchmark::DoNotOptimize(all.data());
  }
  set_time_per_item(state, count);
}

void arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"elements", "pieces", "order"})->Unit(benchmark::kMillisecond);
  for (int64_t elements : {100000, 300000, 1000000, 3000000, 10000000})
    for (int order : {kSorted, kClustered, kRandom}) bench->Args({elements, 64, order});
  for (int64_t pieces : {2, 16, 256, 1000, 10000})
    for (int order : {kClustered, kRandom}) bench->Args({1000000, pieces, order});
}
BENCHMARK(by_field)->Apply(arguments);
BENCHMARK(image)->Apply(arguments);
BENCHMARK(preimage)->Apply(arguments);

// Disjoint rectangles with gaps: lines, or squares of a two-dimensional grid, shifted for the second operand.
template <int N>
RectList<N, int> scattered(int64_t count, int shift) {
  RectList<N, int> out;
  const int side = N == 1 ? static_cast<int>(count) : static_cast<int>(std::sqrt(static_cast<double>(count)));
  for (int64_t i = 0; i < count; i++) {
    Point<N, int> lo(shift);
    lo[0] += 10 * static_cast<int>(i % side);
    if constexpr (N > 1) lo[1] += 10 * static_cast<int>(i / side);
    out.emplace_back(lo, lo + Point<N, int>(5));
  }
  return out;
}

enum Operation { kUnion, kIntersection, kDifference };

template <int N>
void set_operation(benchmark::State& state) {
  const int64_t count = state.range(0);
  const auto a = scattered<N>(count, 0), b = scattered<N>(count, 3);
  for (auto _ : state) {
    RectList<N, int> result = state.range(1) == kUnion          ? unite(a, b)
                              : state.range(1) == kIntersection ? intersect(a, b)
                                                                : subtract(a, b);
    benchmark::DoNotOptimize(result.data());
  }
  set_time_per_item(state, 2 * count);
}
void set_arguments(benchmark::internal::Benchmark* bench) {
  bench->ArgNames({"rects", "operation"})->Unit(benchmark::kMillisecond);
  for (int64_t rects : {10000, 100000, 1000000})
    for (int operation : {kUnion, kIntersection, kDifference}) bench->Args({rects, operation});
}
BENCHMARK(set_operation<1>)->Apply(set_arguments);
BENCHMARK(set_operation<2>)->Apply(set_arguments);

}  // namespace
