// The METG graphs in StarPU: a variable handle for each output, and the order that follows from the accesses.
#include <starpu.h>

#include "peer.h"

namespace {

struct Argument {
  const Inputs* inputs;
  int64_t row;
  metg_work work;
  int set;
  int point;
};

void execute_task(void** buffers, void* raw) {
  const auto& argument = *static_cast<const Argument*>(raw);
  auto output = [&](int i) { return reinterpret_cast<metg_output*>(STARPU_VARIABLE_GET_PTR(buffers[i])); };
  const metg_output* in[metg_max_inputs];
  int count = argument.row == 0 ? 0 : argument.inputs->counts[argument.set][argument.point];
  for (int i = 0; i < count; ++i) in[i] = output(1 + i);
  metg_task(argument.row, argument.point, argument.work, output(0), in,
            argument.inputs->points[argument.set][argument.point], count);
}

}  // namespace

int main(int argc, char** argv) {
  metg_run run = metg_arguments(argc, argv);
  Inputs inputs(run);
  Buffers buffers;
  starpu_conf configuration;
  starpu_conf_init(&configuration);
  configuration.ncpus = run.threads;
  configuration.ncuda = 0;
  configuration.nopencl = 0;
  configuration.sched_policy_name = std::getenv("STARPU_SCHED") ? nullptr : "lws";
  if (starpu_init(&configuration) != 0) return 1;

  // Codelets by the number of inputs: their counts are fixed, which costs less than counts by task.
  starpu_codelet codelets[metg_max_inputs + 1];
  for (int count = 0; count <= metg_max_inputs; ++count) {
    starpu_codelet_init(&codelets[count]);
    codelets[count].cpu_funcs[0] = execute_task;
    codelets[count].nbuffers = 1 + count;
    codelets[count].modes[0] = STARPU_W;
    for (int i = 0; i < count; ++i) codelets[count].modes[1 + i] = STARPU_R;
  }
  std::vector<starpu_data_handle_t> handles(buffers.slots.size());
  for (size_t i = 0; i < handles.size(); ++i) {
    starpu_variable_data_register(&handles[i], STARPU_MAIN_RAM,
                                  reinterpret_cast<uintptr_t>(&buffers.slots[i].output), sizeof(metg_output));
  }
  auto handle_of = [&](int graph, int64_t row, int point) {
    return handles[(graph * 2 + row % 2) * metg_max_width + point];
  };

  std::vector<Argument> arguments;
  auto execute = [&](int64_t rows, int64_t iterations) {
    size_t needed = static_cast<size_t>(rows) * run.width * run.graphs;
    if (arguments.size() < needed) arguments.resize(needed);
    size_t next = 0;
    for (int64_t row = 0; row < rows; ++row) {
      int set = static_cast<int>(row % metg_sets(run.pattern));
      for (int graph = 0; graph < run.graphs; ++graph) {
        for (int point = 0; point < run.width; ++point) {
          Argument& argument = arguments[next++];
          argument = {&inputs, row, {iterations, run.imbalance, graph}, set, point};
          int count = row == 0 ? 0 : inputs.counts[set][point];
          starpu_task* task = starpu_task_create();
          task->cl = &codelets[count];
          task->cl_arg = &argument;
          task->cl_arg_size = sizeof argument;
          task->handles[0] = handle_of(graph, row, point);
          for (int i = 0; i < count; ++i) {
            task->handles[1 + i] = handle_of(graph, row - 1, inputs.points[set][point][i]);
          }
          if (starpu_task_submit(task) != 0) std::abort();
        }
      }
    }
    starpu_task_wait_for_all();
  };
  auto checksum = [&](int64_t rows) {
    for (starpu_data_handle_t handle : handles) starpu_data_acquire(handle, STARPU_R);
    uint64_t sum = buffers.checksum(run, rows);
    for (starpu_data_handle_t handle : handles) starpu_data_release(handle);
    return sum;
  };
  sweep(run, execute, checksum, true);
  for (starpu_data_handle_t handle : handles) starpu_data_unregister(handle);
  starpu_shutdown();
}
