// Kernels of the tests, in the three forms in which devices take them.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/device/device.h"
#include "support/device/fake_cuda.h"

namespace palatine::device::testing {

// add_scaled(y, x, a, n): y[i] += a * x[i] for i < n; one dimension.
inline void add_scaled(const HostKernelPoint& point, void* const* arguments) {
  double* y = *static_cast<double**>(arguments[0]);
  const double* x = *static_cast<const double**>(arguments[1]);
  double a = *static_cast<const double*>(arguments[2]);
  uint32_t n = *static_cast<const uint32_t*>(arguments[3]);
  uint32_t i = point.block_index.x * point.block.x + point.thread_index.x;
  if (i < n) y[i] += a * x[i];
}

// write_where(out): each thread of a grid with up to 256 x 4 x 4 blocks of up to 256 x 4 x 4 threads writes,
// at its place in the order blocks x, y, z, threads x, y, z, its four numbers y and z of block and thread,
// two bits each.
inline void write_where(const HostKernelPoint& p, void* const* arguments) {
  uint32_t* out = *static_cast<uint32_t**>(arguments[0]);
  uint32_t block = p.block_index.x + p.grid.x * (p.block_index.y + p.grid.y * p.block_index.z);
  uint32_t thread = p.thread_index.x + p.block.x * (p.thread_index.y + p.block.y * p.thread_index.z);
  out[block * p.block.x * p.block.y * p.block.z + thread] =
      p.block_index.y | p.block_index.z << 2 | p.thread_index.y << 4 | p.thread_index.z << 6;
}

inline constexpr std::string_view kTestPtx = R"(
.version 6.3
.target sm_60
.address_size 64

.visible .global .align 4 .u32 answer = 42;

.visible .entry add_scaled(.param .u64 y, .param .u64 x, .param .f64 a, .param .u32 n)
{
  .reg .pred %p;
  .reg .b32 %i, %n, %block, %size, %thread;
  .reg .b64 %y, %x, %offset;
  .reg .f64 %a, %from, %to;
  ld.param.u32 %n, [n];
  mov.u32 %block, %ctaid.x;
  mov.u32 %size, %ntid.x;
  mov.u32 %thread, %tid.x;
  mad.lo.u32 %i, %block, %size, %thread;
  setp.ge.u32 %p, %i, %n;
  @%p bra done;
  ld.param.u64 %y, [y];
  ld.param.u64 %x, [x];
  ld.param.f64 %a, [a];
  cvta.to.global.u64 %y, %y;
  cvta.to.global.u64 %x, %x;
  mul.wide.u32 %offset, %i, 8;
  add.u64 %y, %y, %offset;
  add.u64 %x, %x, %offset;
  ld.global.f64 %from, [%x];
  ld.global.f64 %to, [%y];
  // Rounded twice, as the host does it.
  mul.rn.f64 %from, %a, %from;
  add.rn.f64 %to, %to, %from;
  st.global.f64 [%y], %to;
done:
  ret;
}

.visible .entry write_where(.param .u64 out)
{
  .reg .b32 %block, %thread, %n, %v, %value, %size;
  .reg .b64 %out, %offset;
  mov.u32 %block, %ctaid.z;
  mov.u32 %n, %nctaid.y;
  mov.u32 %v, %ctaid.y;
  mad.lo.u32 %block, %block, %n, %v;
  mov.u32 %n, %nctaid.x;
  mov.u32 %v, %ctaid.x;
  mad.lo.u32 %block, %block, %n, %v;
  mov.u32 %thread, %tid.z;
  mov.u32 %n, %ntid.y;
  mov.u32 %v, %tid.y;
  mad.lo.u32 %thread, %thread, %n, %v;
  mov.u32 %n, %ntid.x;
  mov.u32 %v, %tid.x;
  mad.lo.u32 %thread, %thread, %n, %v;
  mov.u32 %size, %ntid.x;
  mov.u32 %n, %ntid.y;
  mul.lo.u32 %size, %size, %n;
  mov.u32 %n, %ntid.z;
  mul.lo.u32 %size, %size, %n;
  mad.lo.u32 %thread, %block, %size, %thread;
  mov.u32 %value, %ctaid.y;
  mov.u32 %v, %ctaid.z;
  shl.b32 %v, %v, 2;
  or.b32 %value, %value, %v;
  mov.u32 %v, %tid.y;
  shl.b32 %v, %v, 4;
  or.b32 %value, %value, %v;
  mov.u32 %v, %tid.z;
  shl.b32 %v, %v, 6;
  or.b32 %value, %value, %v;
  ld.param.u64 %out, [out];
  cvta.to.global.u64 %out, %out;
  mul.wide.u32 %offset, %thread, 4;
  add.u64 %out, %out, %offset;
  st.global.u32 [%out], %value;
  ret;
}
)";

// Gives the fake driver a host function as kernel.
inline FakeKernel fake_kernel(HostKernel function, std::vector<size_t> argument_bytes) {
  FakeKernel kernel;
  kernel.argument_bytes = std::move(argument_bytes);
  kernel.run = [function](const uint32_t(&w)[12], void* shared, void** arguments) {
    HostKernelPoint point{
        {w[0], w[1], w[2]}, {w[3], w[4], w[5]}, {w[6], w[7], w[8]}, {w[9], w[10], w[11]}, shared};
    function(point, arguments);
  };
  return kernel;
}

// Loads them; `kernels` of the fake driver are put too, which does nothing for other platforms.
inline Result<std::unique_ptr<Module>> load_test_module(Device& device, FakeCuda& fake) {
  {
    std::unique_lock lock(fake.mutex);
    fake.kernels["add_scaled"] = fake_kernel(add_scaled, {8, 8, 8, 4});
    fake.kernels["write_where"] = fake_kernel(write_where, {8});
  }
  static const HostKernelEntry entries[] = {{"add_scaled", add_scaled}, {"write_where", write_where}};
  return device.load_module({"test", kTestPtx, entries});
}

}  // namespace palatine::device::testing
