-- SKIP: no_leaf_inner: tasks for GPUs are leaves
-- C code that a task for GPUs calls gets addresses of the device and the task's stream (palatine/gpu.h).
import "regent"

local c = regentlib.c
local h = terralib.includecstring [[
#include <dlfcn.h>
#include <palatine/gpu.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct job { void* bytes; size_t count; };

static void clear_job(void* argument) {
  struct job* job = argument;
  memset(job->bytes, 0, job->count);
  free(job);
}

/* Zeros behind the work of the running task, wherever that is. */
static void clear(double* first, int64_t count) {
  size_t bytes = (size_t)count * sizeof(double);
  struct CUstream_st* stream = palatine_gpu_stream();
  if (stream) {
    typedef int (*set_t)(unsigned long long, unsigned char, size_t, struct CUstream_st*);
    void* driver = dlopen("libcuda.so.1", RTLD_NOW);
    set_t set = (set_t)dlsym(driver, "cuMemsetD8Async");
    if (set((unsigned long long)(uintptr_t)first, 0, bytes, stream) != 0) printf("the driver refuses\n");
    dlclose(driver);
  } else if (palatine_gpu_device() >= 0) {
    struct job* job = malloc(sizeof *job);
    job->bytes = first;
    job->count = bytes;
    if (!palatine_gpu_call(clear_job, job)) printf("there is no stream\n");
  } else {
    if (palatine_gpu_call(clear_job, 0)) printf("there is a stream\n");
    memset(first, 0, bytes);
  }
}
]]

fspace cell { other : int, x : double }

terra address_of(region : c.legion_physical_region_t, field : c.legion_field_id_t, first : int64) : &double
  var accessor = c.legion_physical_region_get_field_accessor_array_1d(region, field)
  var rect : c.legion_rect_1d_t
  var part : c.legion_rect_1d_t
  var offset : c.legion_byte_offset_t[1]
  rect.lo.x[0] = first
  rect.hi.x[0] = first
  var address = [&double](c.legion_accessor_array_1d_raw_rect_ptr(accessor, rect, &part, offset))
  c.legion_accessor_array_1d_destroy(accessor)
  return address
end

__demand(__cuda)
task replace(r : region(ispace(int1d), cell))
where reads writes(r.x) do
  for i in r do r[i].x = [double](i) + 5 end
  var bounds = r.bounds
  h.clear(address_of(__physical(r.x)[0], __fields(r.x)[0], [int64](bounds.lo)), [int64](r.volume))
  for i in r do r[i].x += 2 end
end

task main()
  var r = region(ispace(int1d, 1000), cell)
  var p = partition(equal, r, ispace(int1d, 4))
  fill(r.x, 1)
  for step = 0, 3 do
    for k in p.colors do replace(p[k]) end
    for i in r do regentlib.assert(r[i].x == 2, "wrong element") end
  end
  regentlib.assert(h.palatine_gpu_device() == -1, "main is on no device")
  c.printf("done\n")
end
regentlib.start(main)

--[==[ OUTPUT
done
]==]
