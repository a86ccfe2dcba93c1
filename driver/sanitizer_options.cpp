// Defaults of the address sanitizer for the compiler itself, in builds that have it.
//
// LLVM's libraries are not instrumented: containers that they fill look overflowed, and memory that they keep
// for the life of the process looks leaked. Programs that the compiler runs are processes of their own, with
// the sanitizer's normal defaults.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "detect_container_overflow=0:detect_leaks=0";
}
#endif
#endif
