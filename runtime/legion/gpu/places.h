// Where the fields of a root lie: at home on the host, and in places in the memories of devices.
//
// A place is a dense box of one field in one device's memory, structure of arrays as at home. Places of a
// device do not overlap, but for those that are retired: a larger one has been made since, and their values
// are moved when they are needed next.
//
// Everything here is guarded by the lock of `Gpus`.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "runtime/device/device.h"
#include "runtime/legion/gpu/piece_map.h"
#include "runtime/legion/region_tree.h"

namespace palatine::legion::gpu {

// The place at home, as a set.
constexpr PlaceSet kHome = 1;

struct FieldPlaces;

// The end of what a task does on a device.
struct Ending {
  // Null until all of it is queued. Nobody who has to wait for the task begins before.
  std::shared_ptr<device::Event> event;
  device::Stream* stream;
  // A task that has to wait for it is on the same stream.
  bool is_continued = false;
};

// A task that may still be using a part of a place.
struct PlaceUse {
  Box box;
  bool is_write;
  std::shared_ptr<Ending> ending;
};

struct Place {
  // Of the schedule log; home has 0.
  uint64_t number;
  // Null when its region has ended and tasks still use it.
  FieldPlaces* field;
  int device;
  PlaceSet bit;
  Box box;
  char* memory;
  uint64_t bytes;
  // Where element 0 would be; see api::FieldAddress.
  api::FieldAddress address;
  // Operations that use it now. It must not be freed meanwhile.
  uint32_t pins = 0;
  bool is_retired = false;
  // Grows with each use by any operation.
  uint64_t last_use = 0;
  // The memory is there for others than the stream that it was made for; null: it is.
  std::shared_ptr<device::Event> made;
  std::vector<PlaceUse> uses;

  // Makes the work queued on `stream` from now on come after those uses of `part` that it conflicts with.
  // `replaces`: it will be among the uses itself, as one that writes every point of the part.
  template <typename Check>
  void wait_for_uses(device::Stream& stream, const Box& part, bool is_write, bool replaces, Check check) {
    for (size_t k = 0; k < uses.size();) {
      const PlaceUse& use = uses[k];
      const Ending& ending = *use.ending;
      if (!ending.event || !(is_write || use.is_write) || !use.box.overlaps(part)) {
        ++k;
        continue;
      }
      if (ending.event->stream_id() != stream.id())
        check(stream.wait(*ending.event), "cannot wait for another task");
      if (!replaces || !part.contains(use.box)) {
        ++k;
        continue;
      }
      uses[k] = std::move(uses.back());
      uses.pop_back();
    }
  }
  // `is_dense`: of all points of the box.
  void add_use(PlaceUse use, bool is_dense);
  void end_use(const Ending& ending);
};

// Values on their way to a place. They count as being there.
struct Transit {
  Box box;
  PlaceSet from, to;
  // Whose stream brings them.
  int device;
  std::shared_ptr<device::Event> arrived;
};

struct FieldPlaces {
  FieldPlaces(RootRegion& of_root, uint32_t number, PlaceSet initial);

  RootRegion& root;
  const uint32_t field;
  const uint32_t size_bytes;
  PieceMap pieces;
  // By bit number less one; null: none.
  std::vector<std::unique_ptr<Place>> places;
  std::vector<Transit> transits;
  // What was copied from and to home; enough of it and the memory there is locked, if that is possible.
  uint64_t copied_bytes = 0;
  bool is_locked = false;

  // The lowest bit of a set that is not empty; null for home.
  Place* place_of(PlaceSet bit) const;
  // Forgets values that have arrived.
  void clean_transits();
  // Makes the work queued on `stream` from now on come after values on their way to `place` in `box`.
  template <typename Check>
  void wait_for_transits(device::Stream& stream, PlaceSet place, const Box& box, Check check) {
    wait_for_transits_if(stream, box, check, [&](const Transit& transit) { return transit.to == place; });
  }
  // The same, and after values on their way from there.
  template <typename Check>
  void wait_for_copies(device::Stream& stream, PlaceSet place, const Box& box, Check check) {
    wait_for_transits_if(stream, box, check, [&](const Transit& transit) {
      return transit.to == place || transit.from == place;
    });
  }

 private:
  template <typename Check, typename Test>
  void wait_for_transits_if(device::Stream& stream, const Box& box, Check check, Test test) {
    for (const Transit& transit : transits) {
      // Those of the operation that asks have no event yet; they are on its stream.
      if (transit.arrived && test(transit) && transit.arrived->stream_id() != stream.id() &&
          transit.box.overlaps(box))
        check(stream.wait(*transit.arrived), "cannot wait for a copy");
    }
  }
};

struct RootPlaces {
  // For each field of the root. A field that has memory at home after `publish(this)` has its values there.
  template <typename Publish>
  RootPlaces(RootRegion& root, Publish publish) {
    fields.resize(root.fields.size());
    publish(this);
    look_home(root);
  }
  std::vector<std::unique_ptr<FieldPlaces>> fields;

 private:
  void look_home(RootRegion& root);
};

// The address of a dense box whose first element is at `memory`.
api::FieldAddress address_of(char* memory, const Box& box, uint64_t size_bytes);

// Queues a copy of a box between two addresses of a field.
device::Status queue_copy(device::Stream& stream, const Box& box, uint32_t size_bytes,
                          const api::FieldAddress& from, const api::FieldAddress& to);
// Writes a value to each element of a box.
device::Status queue_fill(device::Stream& stream, const Box& box, uint32_t size_bytes,
                          const api::FieldAddress& to, const void* value);

}  // namespace palatine::legion::gpu
