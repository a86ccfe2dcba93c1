// A response's bytes:
//
//   uint32 number of measurements, uint32 bytes of user data
//   for each measurement: int32 id, uint32 bytes, uint64 offset from the start
//   the measurements, the user data
#include "runtime/realm/profile.h"

#include <algorithm>
#include <cstring>

#include "runtime/realm/handles.h"

namespace Realm {

namespace {

struct Header {
  uint32_t count;
  uint32_t user_data_bytes;
};

struct Item {
  int32_t id;
  uint32_t bytes;
  uint64_t offset;
};

uint64_t aligned(uint64_t offset) {
  return (offset + 15) & ~uint64_t{15};
}

Header header_of(const char* data, size_t size) {
  Header header = {0, 0};
  if (size >= sizeof header) memcpy(&header, data, sizeof header);
  return header;
}

}  // namespace

ProfilingMeasurementCollection::ProfilingMeasurementCollection(const ProfilingRequestSet& requests)
    : requests_(requests), is_sent_(requests.request_count()) {}

bool ProfilingMeasurementCollection::wants(ProfilingMeasurementID id) const {
  for (const ProfilingRequest* request : requests_.requests) {
    if (request->requested_measurements.count(id)) return true;
  }
  return false;
}

void ProfilingMeasurementCollection::add_bytes(int id, std::vector<char> bytes) {
  if (!known_.emplace(id, std::move(bytes)).second) return;
  for (size_t k = 0; k < is_sent_.size(); ++k) {
    const auto& wanted = requests_.requests[k]->requested_measurements;
    if (!is_sent_[k] && wanted.count(static_cast<ProfilingMeasurementID>(id)) &&
        std::all_of(wanted.begin(), wanted.end(), [this](int each) { return known_.count(each) > 0; })) {
      send(k);
    }
  }
}

void ProfilingMeasurementCollection::finish() {
  for (size_t k = 0; k < is_sent_.size(); ++k) {
    if (is_sent_[k]) continue;
    const ProfilingRequest& request = *requests_.requests[k];
    const auto& wanted = request.requested_measurements;
    if (request.report_if_empty ||
        std::any_of(wanted.begin(), wanted.end(), [this](int each) { return known_.count(each) > 0; })) {
      send(k);
    }
    is_sent_[k] = true;
  }
}

void ProfilingMeasurementCollection::send(size_t k) {
  is_sent_[k] = true;
  const ProfilingRequest& request = *requests_.requests[k];
  std::vector<Item> items;
  uint64_t offset = sizeof(Header);
  for (int id : request.requested_measurements) {
    if (known_.count(id)) items.push_back({id, static_cast<uint32_t>(known_[id].size()), 0});
  }
  offset = aligned(offset + items.size() * sizeof(Item));
  for (Item& item : items) {
    item.offset = offset;
    offset = aligned(offset + item.bytes);
  }
  std::vector<char> response(offset + request.user_data.size());
  Header header = {static_cast<uint32_t>(items.size()), static_cast<uint32_t>(request.user_data.size())};
  memcpy(response.data(), &header, sizeof header);
  if (!items.empty()) memcpy(response.data() + sizeof header, items.data(), items.size() * sizeof(Item));
  for (const Item& item : items) {
    const std::vector<char>& bytes = known_[item.id];
    if (!bytes.empty()) memcpy(response.data() + item.offset, bytes.data(), bytes.size());
  }
  if (header.user_data_bytes) {
    memcpy(response.data() + offset, request.user_data.base(), request.user_data.size());
  }
  if (request.response_task_id == Processor::TASK_ID_PROCESSOR_NOP) return;
  request.response_proc.spawn(request.response_task_id, response.data(), response.size(), Event::NO_EVENT,
                              request.priority);
}

// ---- what programs see

void ProfilingBytes::Writer::bytes(const void* from, size_t size) {
  const char* first = static_cast<const char*>(from);
  buffer.insert(buffer.end(), first, first + size);
}

ProfilingRequest& ProfilingRequest::add_measurement(ProfilingMeasurementID measurement_id) {
  requested_measurements.insert(measurement_id);
  return *this;
}
ProfilingRequest& ProfilingRequest::add_measurements(
    const std::set<ProfilingMeasurementID>& measurement_ids) {
  requested_measurements.insert(measurement_ids.begin(), measurement_ids.end());
  return *this;
}

ProfilingRequestSet::ProfilingRequestSet() = default;

ProfilingRequestSet::ProfilingRequestSet(const ProfilingRequestSet& to_copy) {
  for (const ProfilingRequest* request : to_copy.requests) requests.push_back(new ProfilingRequest(*request));
}

ProfilingRequestSet::~ProfilingRequestSet() {
  clear();
}

ProfilingRequestSet& ProfilingRequestSet::operator=(const ProfilingRequestSet& rhs) {
  if (this == &rhs) return *this;
  clear();
  for (const ProfilingRequest* request : rhs.requests) requests.push_back(new ProfilingRequest(*request));
  return *this;
}

ProfilingRequest& ProfilingRequestSet::add_request(Processor response_proc,
                                                   Processor::TaskFuncID response_task_id,
                                                   const void* payload, size_t payload_size, int priority,
                                                   bool report_if_empty) {
  requests.push_back(new ProfilingRequest(response_proc, response_task_id, priority, report_if_empty));
  if (payload_size) requests.back()->add_user_data(payload, payload_size);
  return *requests.back();
}

void ProfilingRequestSet::clear() {
  for (ProfilingRequest* request : requests) delete request;
  requests.clear();
}

ProfilingResponse::ProfilingResponse(const void* _data, size_t _data_size)
    : data(static_cast<const char*>(_data)), data_size(_data_size) {
  Header header = header_of(data, data_size);
  if (sizeof header + header.count * sizeof(Item) + header.user_data_bytes > data_size && data_size > 0) {
    palatine::realm::bad_use("ProfilingResponse", "the %zu bytes are no response", data_size);
  }
}

const void* ProfilingResponse::user_data() const {
  return user_data_size() ? data + data_size - user_data_size() : nullptr;
}

size_t ProfilingResponse::user_data_size() const {
  return header_of(data, data_size).user_data_bytes;
}

bool ProfilingResponse::find(int id, const void*& bytes, size_t& size) const {
  Header header = header_of(data, data_size);
  for (uint32_t k = 0; k < header.count; ++k) {
    Item item;
    memcpy(&item, data + sizeof header + k * sizeof item, sizeof item);
    if (item.id != id) continue;
    if (item.offset > data_size || item.bytes > data_size - item.offset) return false;
    bytes = data + item.offset;
    size = item.bytes;
    return true;
  }
  return false;
}

}  // namespace Realm
