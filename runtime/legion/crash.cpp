#include "runtime/legion/crash.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "runtime/legion/task.h"
#include "runtime/realm/sanitizers.h"
#include "runtime/realm/worker.h"

namespace palatine::legion {

namespace {

constexpr size_t kStackBytes = 64 << 10;

#if !defined(PALATINE_ASAN) && !defined(PALATINE_TSAN)

// Only functions that are safe in a signal handler.
void print(const char* text) {
  ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
  (void)ignored;
}

void print_number(unsigned n) {
  char digits[16];
  char* p = digits + sizeof digits;
  *--p = 0;
  do {
    *--p = static_cast<char>('0' + n % 10);
    n /= 10;
  } while (n);
  print(p);
}

void on_crash(int signal_number, siginfo_t* info, void*) {
  realm::Worker* worker = realm::Worker::current();
  const Task* task = worker ? static_cast<const Task*>(worker->note) : nullptr;
  if (task) {
    const api::TaskDesc& desc = *task->info.desc;
    print(desc.loc.file ? desc.loc.file : "?");
    print(":");
    print_number(desc.loc.line);
    print(": task `");
    print(desc.name);
    bool is_overflow =
        signal_number == SIGSEGV && worker->fiber() && worker->fiber()->is_guard_address(info->si_addr);
    print(is_overflow               ? "` ran out of stack (see -ll:stacksize)"
          : signal_number == SIGFPE ? "` divided by zero or overflowed"
          : signal_number == SIGILL ? "` stopped at an illegal instruction"
                                    : "` accessed memory that is not its own");
    if (task->launch_line) {
      print(" (launched at line ");
      print_number(task->launch_line);
      print(")");
    }
    print("\n");
  }
  // The default action, with the original address.
  signal(signal_number, SIG_DFL);
  if (info->si_code <= 0) raise(signal_number);
}

#endif

}  // namespace

void install_crash_handler() {
#if !defined(PALATINE_ASAN) && !defined(PALATINE_TSAN)
  struct sigaction action = {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  sigemptyset(&action.sa_mask);
  for (int signal_number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    // Programs and tools that installed their own handler keep it.
    struct sigaction known;
    if (sigaction(signal_number, nullptr, &known) == 0 && known.sa_handler == SIG_DFL) {
      sigaction(signal_number, &action, nullptr);
    }
  }
#endif
}

CrashStack::CrashStack() : stack_(new char[kStackBytes]) {
#if !defined(PALATINE_ASAN) && !defined(PALATINE_TSAN)
  stack_t stack = {};
  stack.ss_sp = stack_;
  stack.ss_size = kStackBytes;
  sigaltstack(&stack, nullptr);
#endif
}

CrashStack::~CrashStack() {
#if !defined(PALATINE_ASAN) && !defined(PALATINE_TSAN)
  stack_t stack = {};
  stack.ss_flags = SS_DISABLE;
  sigaltstack(&stack, nullptr);
#endif
  delete[] stack_;
}

}  // namespace palatine::legion
