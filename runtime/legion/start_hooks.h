// What is added to a program that brings parts written against Legion's C++ interface. A program without them
// does not link any of it.
#pragma once

namespace palatine::api {
struct ProgramDesc;
}

namespace palatine::legion {

class Runtime;

struct StartHooks {
  // Before the main task is launched; and when everything is complete and no worker runs any more.
  void (*start)(Runtime& runtime, const api::ProgramDesc& program);
  void (*stop)(Runtime& runtime);
};
// Null, or set before `api::run`.
extern const StartHooks* start_hooks;

}  // namespace palatine::legion
