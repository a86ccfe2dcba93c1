/* What C and CUDA code that a task calls needs to use the task's GPU; plain C.
 *
 * While the body of a task for GPUs runs, its device's primary context is current on the calling thread, and
 * the accessors of the Legion C API (`__physical` and `__fields` in the language) give addresses of the
 * device's memory. Work on them belongs on the task's stream: it then comes after what brings the task's data
 * and the kernels that the task launched before, and before those that it launches afterwards; the task is
 * over when it is done.
 */
#ifndef PALATINE_GPU_H
#define PALATINE_GPU_H

#ifdef __cplusplus
extern "C" {
#endif

/* A `CUstream` and `cudaStream_t`. */
struct CUstream_st;

/* The stream of the running task. Null when the task does not run on a GPU, and where that one is simulated.
 */
struct CUstream_st* palatine_gpu_stream(void);
/* The number of its device, as the driver counts; -1 when the task does not run on a GPU. */
int palatine_gpu_device(void);
/* Calls `function(argument)` behind the work on the task's stream, from a thread that must not use the GPU
 * then. False, and it is not called, when the task does not run on a GPU. */
int palatine_gpu_call(void (*function)(void* argument), void* argument);

#ifdef __cplusplus
}
#endif

#endif
