// Kinds of places where work runs, and of memory as a resource allocates it.
#pragma once

namespace camp::resources {
inline namespace v1 {

enum class Platform { undefined = 0, host = 1, cuda = 2, omp_target = 4, hip = 8, sycl = 16 };

enum class MemoryAccess { Unknown, Device, Pinned, Managed };

}  // namespace v1
}  // namespace camp::resources
