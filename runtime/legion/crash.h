// Messages about crashes of tasks.
#pragma once

namespace palatine::legion {

// Fatal signals print which task was running and where it was launched, then end the process as they would
// have. Does nothing under the sanitizers, which have better reports.
void install_crash_handler();
// For every thread that runs tasks: a stack for the handler, because the task's own may have overflowed.
class CrashStack {
 public:
  CrashStack();
  ~CrashStack();
  CrashStack(const CrashStack&) = delete;
  CrashStack& operator=(const CrashStack&) = delete;

 private:
  char* stack_;
};

}  // namespace palatine::legion
