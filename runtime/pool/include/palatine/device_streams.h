// The streams, events and memories of this process's devices, as the headers of other libraries see them
// (camp/, umpire/).
//
// The devices are those of NVIDIA's driver when it is there and has any, else one simulated device, whose
// streams are threads and whose memories are the host's; PALATINE_DEVICE=simulated or =cuda in the
// environment decides otherwise. Work may be queued by others on the streams too (`handle`), so a free is
// proven by an event that is recorded after it.
//
// Thread safe. Errors of devices are thrown as `std::runtime_error` with the device's message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "pool.h"

namespace palatine::devices {

enum class Kind : uint8_t { host, device, pinned, managed };

// Sixteen streams for each device, made with the first, never destroyed before the end of the process.
class Stream;
class Event;
using EventRef = std::shared_ptr<Event>;

size_t count();
bool are_simulated();

// `group` < 0: the next in turn; else that one, modulo 16.
Stream& stream(int group, int device);
// The stream of a handle that `handle` gave, or one that others have made (a `cudaStream_t` of a device's
// primary context). It is known until the end of the process: when they destroy it, its work must be done.
// Throws for what is no stream, and with a simulated device for all that it has not made.
Stream& stream_of(void* handle);
// What the driver calls it; for a simulated device an address that stands for it.
void* handle(const Stream& stream);
int device_of(const Stream& stream);
StreamId id_of(const Stream& stream);

EventRef record(Stream& stream);
bool is_done(const Event& event);
void wait(const Event& event);
// Work queued on `stream` from now on comes after the event; pools know it too.
void wait_for(Stream& stream, const Event& event);
void synchronize(Stream& stream);
void synchronize_all();

void copy(Stream& stream, void* dst, const void* src, size_t bytes);
void fill(Stream& stream, void* dst, int byte, size_t bytes);
// Waits for all queued work, then copies or fills, and waits for that.
void copy_now(void* dst, const void* src, size_t bytes);
void fill_now(void* dst, int byte, size_t bytes);

// A memory of a device, as a source of a pool's blocks. Null when there is no such device or memory.
MemorySource* memory(Kind kind, int device);
// Memory outside any pool, for `free` below.
void* allocate(Kind kind, int device, size_t bytes);
void free(void* address);

// The order of all these streams, and the stream that is the host's own thread.
StreamOrder& order();
StreamId host_id();

}  // namespace palatine::devices
