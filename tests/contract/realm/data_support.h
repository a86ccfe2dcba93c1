// What the tests of instances and copies share: a runtime for the time of a test, and layouts in few words.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "realm.h"

namespace palatine::test {

// The runtime with a system memory of `memory_mib` MiB.
class DataRuntime {
 public:
  explicit DataRuntime(int workers = 2, int memory_mib = 64, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"test", "-ll:cpu", std::to_string(workers), "-ll:csize",
                                      std::to_string(memory_mib)};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int argc = static_cast<int>(words.size());
    char** start = argv.data();
    if (!runtime.init(&argc, &start)) abort();
  }
  ~DataRuntime() {
    runtime.shutdown();
    runtime.wait_for_shutdown();
  }

  Realm::Memory memory(Realm::Memory::Kind kind = Realm::Memory::SYSTEM_MEM) {
    return Realm::Machine::MemoryQuery(Realm::Machine::get_machine()).only_kind(kind).has_capacity(1).first();
  }
  Realm::Processor cpu() {
    return Realm::Machine::ProcessorQuery(Realm::Machine::get_machine())
        .only_kind(Realm::Processor::LOC_PROC)
        .first();
  }

  Realm::Runtime runtime;
};

inline bool ends_in_poison(Realm::Event event) {
  bool is_poisoned = false;
  event.external_wait_faultaware(is_poisoned);
  return is_poisoned;
}

// A request that wants to know how the allocation ends but is answered to nobody, so failures are no end of
// the program.
inline Realm::ProfilingRequestSet tolerant() {
  Realm::ProfilingRequestSet requests;
  requests.add_request(Realm::Processor::NO_PROC, 0)
      .add_measurement<Realm::ProfilingMeasurements::InstanceStatus>();
  return requests;
}

inline Realm::CopySrcDstField field_of(Realm::RegionInstance instance, Realm::FieldID field, size_t size) {
  Realm::CopySrcDstField result;
  result.set_field(instance, field, size);
  return result;
}

template <int N, typename T, typename FT>
void fill_with(const Realm::IndexSpace<N, T>& space, Realm::RegionInstance instance, Realm::FieldID field,
               FT value) {
  space.fill({field_of(instance, field, sizeof(FT))}, Realm::ProfilingRequestSet(), &value, sizeof(value))
      .external_wait();
}

}  // namespace palatine::test
