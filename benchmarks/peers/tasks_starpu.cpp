// What a task costs in StarPU: without data, in a chain over one handle, readers of it, and tasks over many
// handles. Prints microseconds a task, like launches.rg.
#include <starpu.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kCount = 20000;
constexpr int kPoints = 1000;

void nothing(void**, void*) {}

void submit(starpu_codelet& codelet, starpu_data_handle_t handle) {
  starpu_task* task = starpu_task_create();
  task->cl = &codelet;
  if (handle) task->handles[0] = handle;
  if (starpu_task_submit(task) != 0) std::abort();
}

template <typename HandleOf>
void measure(const char* name, starpu_codelet& codelet, HandleOf handle_of) {
  auto run = [&] {
    for (int i = 0; i < kCount; ++i) submit(codelet, handle_of(i));
    starpu_task_wait_for_all();
  };
  run();
  auto start = std::chrono::steady_clock::now();
  run();
  std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
  std::printf("%s %.4f\n", name, taken.count() / kCount);
}

starpu_codelet make_codelet(int buffers, starpu_data_access_mode mode) {
  starpu_codelet codelet;
  starpu_codelet_init(&codelet);
  codelet.cpu_funcs[0] = nothing;
  codelet.nbuffers = buffers;
  codelet.modes[0] = mode;
  return codelet;
}

}  // namespace

int main() {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  starpu_conf configuration;
  starpu_conf_init(&configuration);
  configuration.ncpus = threads ? std::atoi(threads) : 2;
  configuration.ncuda = 0;
  configuration.nopencl = 0;
  configuration.sched_policy_name = "lws";
  if (starpu_init(&configuration) != 0) return 1;
  std::vector<int> cells(kPoints, 0);
  std::vector<starpu_data_handle_t> handles(kPoints);
  for (int i = 0; i < kPoints; ++i) {
    starpu_variable_data_register(&handles[static_cast<size_t>(i)], STARPU_MAIN_RAM,
                                  reinterpret_cast<uintptr_t>(&cells[static_cast<size_t>(i)]), sizeof(int));
  }
  starpu_codelet alone = make_codelet(0, STARPU_R), reads = make_codelet(1, STARPU_R),
                 writes = make_codelet(1, STARPU_RW);
  measure("spawn", alone, [](int) { return starpu_data_handle_t(nullptr); });
  measure("chain", writes, [&](int) { return handles[0]; });
  measure("readers", reads, [&](int) { return handles[0]; });
  measure("pieces", writes, [&](int i) { return handles[static_cast<size_t>(i % kPoints)]; });
  for (starpu_data_handle_t handle : handles) starpu_data_unregister(handle);
  starpu_shutdown();
}
