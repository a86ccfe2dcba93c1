// What a careful programmer writes by hand with CUDA for the programs gpu_*.rg: `peer DRIVER PTX CASE [-n N]
// ...`. The options and the lines that are printed are those of the programs; where there are several ways,
// each has a name of its own. `limits` measures what the device can do.
#include <math.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "driver.h"
#include "measure.h"

using gpu::Address;
using gpu::Device;
using gpu::Event;
using gpu::Graph;
using gpu::Handle;
using gpu::Stream;

namespace {

int word_count;
char** words;

int64_t option(const char* flag, int64_t otherwise) {
  return bench_option(word_count, words, flag, otherwise);
}

unsigned blocks(int64_t n, int64_t of) {
  return static_cast<unsigned>((n + of - 1) / of);
}

void measure(const char* label, Stream& stream, int64_t repetitions, const std::function<void()>& queue) {
  measure_batches(label, repetitions, [&] { stream.wait(); }, queue);
}

void limits(Device& device) {
  Stream stream;
  int64_t n = option("-n", 1 << 16), repetitions = option("-r", 2);
  size_t bytes = n * sizeof(double);
  Address a = device.allocate(bytes), b = device.allocate(bytes);
  double* pinned = device.allocate_pinned<double>(n);
  std::fill(pinned, pinned + n, 1.0);
  Address at_host = reinterpret_cast<Address>(pinned);
  measure("to_device", stream, repetitions, [&] { stream.copy(a, at_host, bytes); });
  measure("copy_by_driver", stream, repetitions, [&] { stream.copy(b, a, bytes); });
  Handle copy = device.kernel("copy_words");
  measure("copy_by_kernel", stream, repetitions, [&] { stream.each(copy, n, b, a, n); });
  measure("to_host", stream, repetitions, [&] { stream.copy(at_host, b, bytes); });
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += pinned[i];
  bench_report("check", total / n);
  Handle nothing = device.kernel("nothing");
  const int many = static_cast<int>(option("-k", 100));
  measure("launch", stream, many, [&] { stream.launch(nothing, 1, 1, 1, 32, 1); });
  measure("launch_and_wait", stream, many, [&] {
    stream.launch(nothing, 1, 1, 1, 32, 1);
    stream.wait();
  });
  Graph graph(stream, [&] {
    for (int k = 0; k < many; ++k) stream.launch(nothing, 1, 1, 1, 32, 1);
  });
  measure("graph", stream, 10, [&] { graph.launch(stream); });
}

void triad(Device& device) {
  Stream stream;
  int64_t n = option("-n", 1000), repetitions = option("-r", 2);
  Address x = device.allocate(8 * n), y = device.allocate(8 * n), z = device.allocate(8 * n);
  stream.each(device.kernel("start_triad"), n, x, y, z, n);
  Handle saxpy = device.kernel("saxpy"), triad = device.kernel("triad");
  double small = 0.001, half = 0.5;
  measure("saxpy", stream, repetitions, [&] { stream.each(saxpy, n, y, x, small, n); });
  measure("triad", stream, repetitions, [&] { stream.each(triad, n, z, x, y, half, n); });
  std::vector<double> ys = stream.read<double>(y, n), zs = stream.read<double>(z, n);
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += ys[i] + 2 * zs[i];
  bench_report("check", total);
}

double sum_of_two(Stream& stream, Address a, Address b, int64_t n) {
  std::vector<double> as = stream.read<double>(a, n), bs = stream.read<double>(b, n);
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += as[i] + 2 * bs[i];
  return total;
}

void stencil(Device& device) {
  Stream stream;
  int64_t steps = option("-r", 1);
  const bool is_shared = option("-shared", 0);
  {
    int64_t n = option("-n", 40);
    Address a = device.allocate(8 * n * n), b = device.allocate(8 * n * n);
    stream.launch(device.kernel("start_flat"), blocks(n, 256), n, 1, 256, 1, a, b, n);
    Handle flat = device.kernel(is_shared ? "flat_shared" : "flat");
    const unsigned wide = is_shared ? 32 : 64, high = is_shared ? 8 : 4;
    const auto step = [&](Address to, Address from) {
      stream.launch(flat, blocks(n - 4, wide), blocks(n - 4, high), 1, wide, high, to, from, n);
    };
    measure("flat", stream, steps, [&] { step(b, a), step(a, b); });
    bench_report("check", sum_of_two(stream, a, b, n * n));
  }
  int64_t n = option("-m", 12), planes = std::max<int64_t>(8, (n - 4) / 16);
  Address a = device.allocate(8 * n * n * n), b = device.allocate(8 * n * n * n);
  stream.launch(device.kernel("start_solid"), blocks(n, 256), n, n, 256, 1, a, b, n);
  Handle plain = device.kernel("solid"), shared = device.kernel("solid_shared");
  const auto step = [&](Address to, Address from) {
    if (is_shared) {
      stream.launch(shared, blocks(n - 4, 32), blocks(n - 4, 8), blocks(n - 4, planes), 32, 8, to, from, n,
                    planes);
    } else {
      stream.launch(plain, blocks(n - 4, 64), blocks(n - 4, 4), n - 4, 64, 4, to, from, n);
    }
  };
  measure("solid", stream, steps, [&] { step(b, a), step(a, b); });
  bench_report("check3", sum_of_two(stream, a, b, n * n * n));
}

void circuit(Device& device) {
  Stream stream;
  int64_t n = option("-n", 1000), m = option("-m", 4000), steps = option("-r", 2);
  Address capacitance = device.allocate(8 * n), leakage = device.allocate(8 * n),
          charge = device.allocate(8 * n), voltage = device.allocate(8 * n), from = device.allocate(4 * m),
          to = device.allocate(4 * m), inductance = device.allocate(8 * m),
          resistance = device.allocate(8 * m), current = device.allocate(8 * m);
  stream.each(device.kernel("start_nodes"), n, capacitance, leakage, charge, voltage, n);
  stream.each(device.kernel("start_wires"), m, from, to, inductance, resistance, current, n, m);
  Handle currents = device.kernel("currents"), charges = device.kernel("charges"),
         voltages = device.kernel("voltages");
  measure("circuit", stream, steps, [&] {
    stream.each(currents, m, voltage, from, to, inductance, resistance, current, m);
    stream.each(charges, m, charge, from, to, current, m);
    stream.each(voltages, n, capacitance, leakage, charge, voltage, n);
  });
  std::vector<double> values = stream.read<double>(voltage, n);
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += values[i] * (1.0 + 0.001 * (i % 7));
  bench_report("check", total);
}

void reduce(Device& device) {
  Stream stream;
  int64_t n = option("-n", 5000), repetitions = option("-r", 2);
  Address x = device.allocate(8 * n), y = device.allocate(8 * n), a = device.allocate(8 * n),
          b = device.allocate(8 * n);
  stream.each(device.kernel("start_reduce"), n, x, y, a, b, n);
  // Results one after another, so that nobody waits.
  const int64_t most = 5 * repetitions * 2;
  Address results = device.allocate(8 * most);
  stream.clear(results, 8 * most);
  int64_t next = 0;
  const unsigned grid = std::min<int64_t>(blocks(n, 256), 8 * device.multiprocessors());
  Handle sum = device.kernel("sum"), dot = device.kernel("dot"), scan = device.kernel("scan");
  measure("sum", stream, repetitions,
          [&] { stream.launch(sum, grid, 1, 1, 256, 1, results + 8 * next++, x, n); });
  measure("dot", stream, repetitions,
          [&] { stream.launch(dot, grid, 1, 1, 256, 1, results + 8 * next++, x, y, n); });
  const unsigned tiles = blocks(n, 2048);
  Address states = device.allocate(8 * (tiles + 1));
  measure("scan", stream, repetitions, [&] {
    stream.clear(states, 8 * (tiles + 1));
    stream.launch(scan, tiles, 1, 1, 256, 1, b, a, states, states + 8, n);
  });
  double total = 0;
  for (double value : stream.read<double>(results, most)) total += value;
  bench_report("check", total);
  std::vector<int64_t> sums = stream.read<int64_t>(b, n);
  int64_t of_scan = 0;
  for (int64_t i = 0; i < n; ++i) of_scan += sums[i] * (i % 3);
  bench_report("check_scan", static_cast<double>(of_scan));
}

void spmv(Device& device) {
  Stream stream;
  int64_t width = option("-n", 30), n = width * width, m = 5 * n, repetitions = option("-r", 2);
  Address first = device.allocate(4 * n), last = device.allocate(4 * n), x = device.allocate(8 * n),
          y = device.allocate(8 * n), column = device.allocate(4 * m), value = device.allocate(8 * m);
  stream.each(device.kernel("start_rows"), n, first, last, x, y, n);
  stream.each(device.kernel("start_entries"), m, column, value, width, m);
  Handle spmv = device.kernel("spmv");
  measure("spmv", stream, repetitions, [&] { stream.each(spmv, n, y, x, first, last, column, value, n); });
  std::vector<double> values = stream.read<double>(y, n);
  double total = 0;
  for (int64_t i = 0; i < n; ++i) total += values[i] * (1.0 + i % 3);
  bench_report("check", total);
}

// Chains of small kernels; with -graph 1 a step is one graph.
void chains(Device& device) {
  int64_t n = option("-n", 100), count = option("-c", 3), length = option("-s", 4), rounds = option("-w", 5),
          steps = option("-r", 2);
  std::vector<std::unique_ptr<Stream>> streams;
  std::vector<std::unique_ptr<Event>> ends;
  for (int64_t k = 0; k < count; ++k) {
    streams.push_back(std::make_unique<Stream>());
    ends.push_back(std::make_unique<Event>());
  }
  Event begin;
  Stream& first = *streams[0];
  Address x = device.allocate(8 * n * count);
  first.each(device.kernel("start_small"), n * count, x, n * count);
  first.wait();
  Handle work = device.kernel("work");
  const auto queue = [&] {
    begin.record(first);
    for (int64_t k = 1; k < count; ++k) begin.hold(*streams[k]);
    for (int64_t s = 0; s < length; ++s) {
      for (int64_t k = 0; k < count; ++k) streams[k]->each(work, n, x + 8 * n * k, rounds, n);
    }
    for (int64_t k = 1; k < count; ++k) {
      ends[k]->record(*streams[k]);
      ends[k]->hold(first);
    }
  };
  if (option("-graph", 0)) {
    Graph graph(first, queue);
    measure("step", first, steps, [&] { graph.launch(first); });
  } else {
    measure("step", first, steps, queue);
  }
  double total = 0;
  for (double value : first.read<double>(x, n * count)) total += value;
  bench_report("check", total);
}

// Four columns of tasks that read what they and their neighbours wrote; with -graph 1 all rows are one graph.
void columns(Device& device) {
  constexpr int kColumns = 4;
  int64_t rows = option("-g", 4) / 2 * 2, n = option("-n", 100), total = kColumns * n;
  Stream streams[kColumns];
  Event done[2][kColumns], begin, ends[kColumns];
  Address a = device.allocate(8 * total), b = device.allocate(8 * total);
  Stream& first = streams[0];
  first.each(device.kernel("start_cells"), total, a, b, total);
  first.wait();
  Handle turn = device.kernel("turn");
  const auto queue = [&](int64_t rounds) {
    begin.record(first);
    for (int k = 1; k < kColumns; ++k) begin.hold(streams[k]);
    for (int64_t row = 0; row < rows; ++row) {
      for (int k = 0; k < kColumns; ++k) {
        // A task's neighbours have read what it overwrites two rows ago: they waited for each other in
        // between.
        for (int other : {k - 1, k + 1}) {
          if (row > 0 && other >= 0 && other < kColumns) done[(row - 1) % 2][other].hold(streams[k]);
        }
        int64_t from = k * n;
        streams[k].each(turn, n, row % 2 ? a : b, row % 2 ? b : a, from, n, total, rounds);
      }
      for (int k = 0; k < kColumns; ++k) done[row % 2][k].record(streams[k]);
    }
    for (int k = 1; k < kColumns; ++k) {
      ends[k].record(streams[k]);
      ends[k].hold(first);
    }
  };
  for (int64_t rounds = option("-t", 4); rounds > 0; rounds /= 2) {
    std::unique_ptr<Graph> graph;
    if (option("-graph", 0)) graph = std::make_unique<Graph>(first, [&] { queue(rounds); });
    double seconds = 1e30;
    for (int batch = 0; batch < 3; ++batch) {
      first.wait();
      double start = bench_seconds();
      if (graph) {
        graph->launch(first);
      } else {
        queue(rounds);
      }
      first.wait();
      seconds = std::min(seconds, (bench_seconds() - start) / (kColumns * rows));
    }
    printf("size %lld %.9g\n", static_cast<long long>(rounds), seconds);
  }
  bench_report("check_grid", sum_of_two(first, a, b, total));
}

void small(Device& device) {
  chains(device);
  columns(device);
}

// With -async 1 the vectors of a step come from cuMemAllocAsync, else they are there from the beginning.
void cg(Device& device) {
  Stream stream;
  int64_t width = option("-n", 30), n = width * width, steps = option("-r", 2);
  const bool is_async = option("-async", 0);
  size_t bytes = 8 * n;
  Address x = device.allocate(bytes), r = device.allocate(bytes), p = device.allocate(bytes),
          dots = device.allocate(256);
  Address q = is_async ? 0 : device.allocate(bytes), t = is_async ? 0 : device.allocate(bytes);
  double* at_host = device.allocate_pinned<double>(1);
  Handle multiply = device.kernel("multiply"), scale = device.kernel("scale"), move = device.kernel("move"),
         turn = device.kernel("turn_cg");
  const unsigned grid = std::min<int64_t>(blocks(n, 256), 16 * device.multiprocessors());
  const unsigned rows = std::min<int64_t>(width, 16 * device.multiprocessors());
  const auto dot = [&] {
    stream.copy(at_host, dots, 8);
    stream.wait();
    return *at_host;
  };
  stream.clear(dots, 8);
  stream.each(device.kernel("start_cg"), n, x, r, p, dots, width);
  double rr = dot();
  measure("cg", stream, steps, [&] {
    if (is_async) {
      GPU_CHECK(gpu::cuMemAllocAsync(&q, bytes, stream.handle()));
      GPU_CHECK(gpu::cuMemAllocAsync(&t, bytes, stream.handle()));
    }
    stream.clear(dots, 8);
    stream.launch(multiply, blocks(width, 256), rows, 1, 256, 1, q, p, dots, width);
    double alpha = rr / dot();
    stream.each(scale, n, t, q, alpha, n);
    stream.clear(dots, 8);
    stream.launch(move, grid, 1, 1, 256, 1, x, r, p, t, dots, alpha, n);
    double next = dot();
    stream.each(turn, n, p, r, next / rr, n);
    rr = next;
    if (is_async) {
      GPU_CHECK(gpu::cuMemFreeAsync(q, stream.handle()));
      GPU_CHECK(gpu::cuMemFreeAsync(t, stream.handle()));
    }
  });
  bench_report("check", rr);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) {
    fprintf(stderr, "usage: peer DRIVER PTX CASE [OPTIONS]\n");
    return 2;
  }
  word_count = count;
  words = arguments;
  const std::string name = arguments[3];
  Device device(arguments[1], arguments[2]);
  for (auto& [known, run] : {std::pair<const char*, void (*)(Device&)>{"limits", limits},
                             {"triad", triad},
                             {"stencil", stencil},
                             {"circuit", circuit},
                             {"reduce", reduce},
                             {"spmv", spmv},
                             {"small", small},
                             {"cg", cg}}) {
    if (name == known) {
      printf("device %s\n", device.name().c_str());
      run(device);
      return 0;
    }
  }
  fprintf(stderr, "peer: no case `%s`\n", name.c_str());
  return 2;
}
