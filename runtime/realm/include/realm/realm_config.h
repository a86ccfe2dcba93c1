// What every header of the low-level runtime needs to know about the build.
#pragma once

// The version of the interface, as `Runtime::get_library_version` gives it for the library.
#define REALM_VERSION "palatine-0.1.0"

#define REALM_ON_LINUX 1
#define REALM_USE_LIBDL 1
#define REALM_USE_DLFCN 1
#define REALM_USE_EXCEPTIONS 1

// The most dimensions that the library is built for.
#ifndef REALM_MAX_DIM
#define REALM_MAX_DIM 4
#endif
// Width of the phase in a barrier's handle.
#define REALM_EVENT_GENERATION_BITS 20

#define REALM_PUBLIC_API __attribute__((visibility("default")))
#define REALM_INTERNAL_API_EXTERNAL_LINKAGE __attribute__((visibility("default")))
#define REALM_INTERNAL_API
#define REALM_NOEXCEPT noexcept
#define REALM_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define REALM_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define REALM_ALIGNOF(type) __alignof__(type)
#define REALM_ATTR_WARN_UNUSED(declaration) declaration __attribute__((warn_unused_result))
#define REALM_ATTR_DEPRECATED(message, declaration) declaration __attribute__((deprecated(message)))
#define REALM_ATTR_PRINTF_FORMAT(declaration, format_index, first) \
  declaration __attribute__((format(printf, format_index, first)))
#if defined(__CUDACC__) || defined(__HIPCC__) || defined(__CUDA__)
#define REALM_CUDA_HD __host__ __device__
#else
#define REALM_CUDA_HD
#endif
