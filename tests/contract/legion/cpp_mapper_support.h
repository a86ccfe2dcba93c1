// What the tests of mappers of programs of Legion's C++ interface share: running one with a mapper on each
// processor.
#pragma once

#include "contract/legion/support.h"
#include "mappers/default_mapper.h"

namespace palatine::test {

// Makes the mapper of a processor.
typedef std::function<Legion::Mapping::Mapper*(Legion::Mapping::MapperRuntime*, Legion::Machine,
                                               Legion::Processor)>
    MakeCppMapper;

// Empty: the program has no mapper.
inline MakeCppMapper make_cpp_mapper;

inline void register_cpp_mappers(Legion::Machine machine, Legion::Runtime* runtime,
                                 const std::set<Legion::Processor>& processors) {
  if (!make_cpp_mapper) return;
  for (Legion::Processor processor : processors) {
    runtime->replace_default_mapper(make_cpp_mapper(runtime->get_mapper_runtime(), machine, processor),
                                    processor);
  }
}

inline int run_with_mapper(Body body, std::vector<std::string> flags, MakeCppMapper make) {
  Legion::Runtime::add_registration_callback(register_cpp_mappers);
  make_cpp_mapper = std::move(make);
  const int code = run_legion(std::move(body), std::move(flags));
  make_cpp_mapper = nullptr;
  return code;
}

template <typename M>
MakeCppMapper mapper_class() {
  return [](Legion::Mapping::MapperRuntime* runtime, Legion::Machine machine,
            Legion::Processor processor) -> Legion::Mapping::Mapper* {
    return new M(runtime, machine, processor);
  };
}

}  // namespace palatine::test
