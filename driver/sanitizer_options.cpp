// Defaults of the address sanitizer for the compiler itself, in builds that have it.
//
// LLVM's libraries are not instrumented: containers that they fill look overflowed, their arenas look
// poisoned, and memory that they keep for the life of the process looks leaked. They also set signal stacks
// of their own, which the sanitizer would take for its own when a thread ends. Programs that the compiler
// runs are processes of their own, with the sanitizer's normal defaults.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0:use_sigaltstack=0";
}
#endif
#endif
