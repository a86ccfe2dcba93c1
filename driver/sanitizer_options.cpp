// Defaults of the sanitizers for the compiler itself, in builds that have one.
//
// LLVM's libraries are not instrumented. For the address sanitizer containers that they fill look overflowed,
// their arenas look poisoned, and memory that they keep for the life of the process looks leaked; they also
// set signal stacks of their own, which it would take for its own when a thread ends. The thread sanitizer
// does not see how they order their threads, and takes the locks that they use inside for races; the lock of
// LLVM's statistics, made by the first thread that needs it, even where calls from the library are left out.
// Programs that the compiler runs are processes of their own, with the sanitizers' normal defaults.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0:use_sigaltstack=0";
}
#endif
#if __has_feature(thread_sanitizer)
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() {
  return "called_from_lib:libLLVM\ncalled_from_lib:libclang-cpp\n"
         "race:llvm::TrackingStatistic::RegisterStatistic\n";
}
#endif
#endif
