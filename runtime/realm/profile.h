// What an operation or instance reports to those who asked for profiling.
//
// Made from a request set only when that is not empty, so operations without requests pay for a null pointer.
// Thread safety: one thread at a time.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "realm/profiling.h"

namespace Realm {

// Collects measurements and sends each request its response as soon as all that it asked for is known.
class ProfilingMeasurementCollection {
 public:
  explicit ProfilingMeasurementCollection(const ProfilingRequestSet& requests);

  template <typename T>
  bool wants() const {
    return wants(T::ID);
  }
  bool wants(ProfilingMeasurementID id) const;
  // Adds a measurement if it is wanted and not known yet.
  template <typename T>
  void add(const T& measurement) {
    if (!wants(T::ID)) return;
    ProfilingBytes::Writer writer;
    ProfilingBytes::put(writer, measurement);
    add_bytes(T::ID, std::move(writer.buffer));
  }
  // Sends what has not been sent: nothing more will be known.
  void finish();

 private:
  void add_bytes(int id, std::vector<char> bytes);
  void send(size_t request);

  ProfilingRequestSet requests_;
  std::map<int, std::vector<char>> known_;
  std::vector<bool> is_sent_;
};

}  // namespace Realm

namespace palatine::realm {

using Profile = Realm::ProfilingMeasurementCollection;

// Null when there are no requests.
inline std::unique_ptr<Profile> make_profile(const Realm::ProfilingRequestSet& requests) {
  return requests.empty() ? nullptr : std::make_unique<Profile>(requests);
}

}  // namespace palatine::realm
