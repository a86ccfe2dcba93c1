#include "runtime/realm/faults.h"

#include <cxxabi.h>
#include <dlfcn.h>
#include <unwind.h>

#include <cstdlib>
#include <sstream>

#include "realm/faults.h"
#include "realm/processor.h"
#include "runtime/realm/handles.h"
#include "runtime/realm/task.h"

namespace palatine::realm {

void poisoned_event_fault(Realm::Event event, const char* call) {
  Task* task = Task::current();
  if (task && task->handles_faults()) throw Realm::PoisonedEventException(event);
  bad_use(call, "event %llx is poisoned%s", event.id,
          task ? ", and the task was spawned without a request for its status" : "");
}

}  // namespace palatine::realm

namespace Realm {

namespace core = palatine::realm;

void Processor::report_execution_fault(int reason, const void* reason_data, size_t reason_size) {
  core::Task* task = core::Task::current();
  if (task && task->handles_faults()) throw ApplicationException(reason, reason_data, reason_size);
  core::bad_use("Processor::report_execution_fault", "fault %d%s", reason,
                task ? " in a task that was spawned without a request for its status" : " outside of tasks");
}

// ---- exceptions

ExecutionException::ExecutionException(int _error_code, const void* _detail_data, size_t _detail_size,
                                       bool capture_backtrace)
    : error_code(_error_code), details(_detail_data, _detail_size) {
  if (capture_backtrace) backtrace.capture_backtrace(1);
}

ExecutionException::~ExecutionException() noexcept = default;

CancellationException::CancellationException() : ExecutionException(Faults::ERROR_CANCELLED, nullptr, 0) {}

const char* CancellationException::what() const noexcept {
  return "the operation was cancelled";
}

PoisonedEventException::PoisonedEventException(Event _event)
    : ExecutionException(Faults::ERROR_POISONED_EVENT, &_event, sizeof _event), event(_event) {}

const char* PoisonedEventException::what() const noexcept {
  return "a poisoned event was tested or waited for";
}

ApplicationException::ApplicationException(int _error_code, const void* _detail_data, size_t _detail_size)
    : ExecutionException(_error_code, _detail_data, _detail_size) {}

const char* ApplicationException::what() const noexcept {
  return "the program reported a fault";
}

// ---- backtraces

namespace {

struct Capture {
  std::vector<uintptr_t>* pcs;
  int skip;
  int left;
};

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* argument) {
  Capture& capture = *static_cast<Capture*>(argument);
  uintptr_t pc = _Unwind_GetIP(context);
  if (pc == 0) return _URC_END_OF_STACK;
  if (capture.skip > 0) {
    --capture.skip;
    return _URC_NO_REASON;
  }
  if (capture.left-- == 0) return _URC_END_OF_STACK;
  capture.pcs->push_back(pc);
  return _URC_NO_REASON;
}

std::string symbol_of(uintptr_t pc) {
  std::ostringstream text;
  text << std::hex << "0x" << pc << std::dec;
  Dl_info info;
  // The call is before the return address.
  if (!dladdr(reinterpret_cast<void*>(pc - 1), &info)) return text.str();
  if (info.dli_sname) {
    int status;
    char* plain = abi::__cxa_demangle(info.dli_sname, nullptr, nullptr, &status);
    text << " " << (plain ? plain : info.dli_sname);
    free(plain);
  }
  if (info.dli_fname) text << " in " << info.dli_fname;
  return text.str();
}

}  // namespace

__attribute__((noinline)) void Backtrace::capture_backtrace(int skip, int max_depth) {
  pcs.clear();
  Capture capture = {&pcs, skip + 1, max_depth > 0 ? max_depth : 256};
  _Unwind_Backtrace(&add_frame, &capture);
}

uintptr_t Backtrace::hash() const {
  uintptr_t sum = 14695981039346656037ull;
  for (uintptr_t pc : pcs) sum = (sum ^ pc) * 1099511628211ull;
  return sum;
}

bool Backtrace::prune(const Backtrace& other) {
  size_t shared = 0;
  while (shared < pcs.size() && shared < other.pcs.size() &&
         pcs[pcs.size() - 1 - shared] == other.pcs[other.pcs.size() - 1 - shared]) {
    ++shared;
  }
  pcs.resize(pcs.size() - shared);
  return shared > 0;
}

void Backtrace::print_symbols(std::vector<std::string>& symbols) const {
  symbols.clear();
  for (uintptr_t pc : pcs) symbols.push_back(symbol_of(pc));
}

void Backtrace::print_symbols(std::ostream& os) const {
  for (uintptr_t pc : pcs) os << "  " << symbol_of(pc) << "\n";
}

std::ostream& operator<<(std::ostream& os, const Backtrace& bt) {
  os << bt.pcs.size() << " frames\n";
  bt.print_symbols(os);
  return os;
}

}  // namespace Realm
