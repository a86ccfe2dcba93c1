// Proves for one run of a program that it behaved as if its operations had run one after the other.
//
// From the log (schedule_log.h) of a run that has ended it shows
//
//   once      every operation that was launched ran once, and so each reduction was applied once
//   ordered   of two operations of one task that conflict (a common point and field, one of them does not
//   only
//             read, not both are shared) the earlier was complete before the later was launched, or the later
//             waits for it along a path of events, or the task itself waited for it. Operations that conflict
//             and are not ordered are found also when they happened to run in the right order.
//   obeyed    no operation started before what it waits for had ended, and none ended after its task
//   values    no task starts before the futures among its arguments are there
//   fences    what comes after a fence waits for what came before it
//   one place each field of a region has one piece of memory at home from the first use to the last, so that
//             a read sees the last write before it in program order
//   newest    where it has places on devices too (gpu/places.h), everybody uses a place that has the newest
//             values: they were written there or came there by copies; and none are lost with a place
//
// Operations of different tasks are ordered because their tasks are: a task ends after all that it launched,
// and the compiler has checked that sub-tasks keep within their task's privileges.
//
// What it needs is proportional to the launches, times those that are outstanding at once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "runtime/legion/schedule_log.h"

namespace palatine::legion {

struct ScheduleReport {
  // What is wrong, at most ten of them, each of one or more lines; empty: the proof succeeded.
  std::vector<std::string> failures;
  uint64_t failure_count = 0;
  uint64_t operations = 0;
  // Pairs that conflict and were compared. Pairs that follow from others are not.
  uint64_t conflicts = 0;
};

ScheduleReport check_schedule(const ScheduleLog& log);

}  // namespace palatine::legion
