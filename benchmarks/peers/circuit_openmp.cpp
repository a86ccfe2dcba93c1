// The circuit of circuit.rg in C++ with OpenMP: the same nodes, wires and pieces. Charges of private nodes
// are added plainly by the thread of their piece, those of shared ones atomically.
#include "../programs/bench.h"

#include <vector>

int main(int argc, char** argv) {
  const long pieces = bench_option(argc, argv, "-p", 2);
  const long npp = bench_option(argc, argv, "-npp", 1000);
  const long wpp = bench_option(argc, argv, "-wpp", 4000);
  const long steps = bench_option(argc, argv, "-r", 10);
  const long nodes = pieces * npp, wires = pieces * wpp;
  std::vector<double> capacitance(nodes), leakage(nodes), charge(nodes, 0.0), voltage(nodes);
  std::vector<char> is_shared(nodes, 0);
  std::vector<int32_t> from(wires), to(wires);
  std::vector<double> inductance(wires), resistance(wires), current(wires, 0.0);
  for (long n = 0; n < nodes; ++n) {
    capacitance[n] = 1.0 + bench_random_real(4 * n);
    leakage[n] = 0.1 * bench_random_real(4 * n + 1);
    voltage[n] = 2.0 * bench_random_real(4 * n + 2) - 1.0;
  }
  for (long w = 0; w < wires; ++w) {
    long piece = w / wpp, seed = 8 * w, other = piece;
    from[w] = static_cast<int32_t>(piece * npp + bench_random(seed, npp));
    if (bench_random(seed + 1, 20) == 0) other = bench_random(seed + 2, pieces);
    to[w] = static_cast<int32_t>(other * npp + bench_random(seed + 3, npp));
    if (other != piece) is_shared[to[w]] = 1;
    inductance[w] = 1.0 + bench_random_real(seed + 4);
    resistance[w] = 1.0 + bench_random_real(seed + 5);
  }
  double start = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 3) start = bench_seconds();
#pragma omp parallel for schedule(static)
    for (long w = 0; w < wires; ++w) {  // currents
      double difference = voltage[from[w]] - voltage[to[w]];
      double rate = 0.1 / inductance[w];
      double i = current[w];
      for (int s = 0; s < 4; ++s) i += rate * (difference - resistance[w] * i);
      current[w] = i;
    }
#pragma omp parallel for schedule(static)
    for (long piece = 0; piece < pieces; ++piece) {
      for (long w = piece * wpp; w < (piece + 1) * wpp; ++w) {
        double moved = 0.1 * current[w];
        auto add = [&](int32_t node, double amount) {
          if (is_shared[node]) {
#pragma omp atomic
            charge[node] += amount;
          } else {
            charge[node] += amount;
          }
        };
        add(from[w], -moved);
        add(to[w], moved);
      }
    }
#pragma omp parallel for schedule(static)
    for (long n = 0; n < nodes; ++n) {  // voltages
      voltage[n] = (voltage[n] + charge[n] / capacitance[n]) * (1.0 - leakage[n]);
      charge[n] = 0.0;
    }
  }
  bench_report("seconds", (bench_seconds() - start) / (steps - 3));
  double total = 0.0;
  for (long n = 0; n < nodes; ++n) total += voltage[n] * (1.0 + 0.001 * static_cast<double>(n % 7));
  bench_report("check", total);
}
