#include "runtime/realm/space/image.h"

#include <algorithm>

namespace palatine::realm::space {

namespace {

// Marking takes a bit for each point of the bounds, sorting some 100 bytes' worth of time for each pointer.
constexpr uint64_t kMaxBitsPerPointer = 256;
constexpr uint64_t kAlwaysMark = uint64_t{1} << 20;
constexpr uint64_t kNeverMark = uint64_t{1} << 33;

// Rectangles are made this many at a time, in the cache, and then appended.
constexpr size_t kRoom = 128;

// The number of points, or a large number when it does not fit.
template <int N, typename T>
uint64_t saturated_volume(const Rect<N, T>& r) {
  if (r.empty()) return 0;
  unsigned __int128 product = 1;
  for (int i = 0; i < N; i++) {
    product *=
        static_cast<uint64_t>(r.hi[i]) - static_cast<uint64_t>(r.lo[i]) + static_cast<unsigned __int128>(1);
    if (product > UINT64_MAX) return UINT64_MAX;
  }
  return static_cast<uint64_t>(product);
}

}  // namespace

template <int N, typename T>
ImageBuilder<N, T>::ImageBuilder(const Rect<N, T>& bounds, uint64_t pointers) : bounds_(bounds) {
  const uint64_t size = saturated_volume(bounds);
  is_marking_ = size > 0 && pointers > 0 && size <= kNeverMark &&
                (size <= kAlwaysMark || size / kMaxBitsPerPointer <= pointers);
  if (!is_marking_) return;
  line_ = Linear<N, T>(bounds);
  bits_ = Bits(size);
}

template <int N, typename T>
void ImageBuilder<N, T>::add_points(const std::byte* values, ptrdiff_t stride, uint64_t count) {
  auto for_each_point = [&](auto&& visit) {
    for (uint64_t i = 0; i < count; i++, values += stride) {
      Point<N, T> p;
      std::memcpy(&p, values, sizeof(p));
      visit(p);
    }
  };
  if (!is_marking_) {
    for_each_point([&](const Point<N, T>& p) { add_point(p); });
    return;
  }
  marks_ += count;
  const Bits::Marker marker = bits_.marker();
  for_each_point([marker, line = line_](const Point<N, T>& p) {
    uint64_t number;
    if (line.number(p, number)) marker.mark(number);
  });
}

template <int N, typename T>
void ImageBuilder<N, T>::add_rects(const std::byte* values, ptrdiff_t stride, uint64_t count) {
  for (uint64_t i = 0; i < count; i++, values += stride) {
    Rect<N, T> r;
    std::memcpy(&r, values, sizeof(r));
    add_rect(r);
  }
}

template <int N, typename T>
RectList<N, T> ImageBuilder<N, T>::take() {
  RectList<N, T> out;
  if (is_marking_) {
    if constexpr (N == 1) {
      Rect<1, T> room[kRoom];
      bits_.drain([&](const uint64_t* firsts, const uint64_t* lasts, size_t count, bool is_last) {
        if (out.capacity() == 0) {
          // Few marks are mostly runs of one point: counting them first would cost more than it saves.
          const bool is_sparse = marks_ <= line_.size() / 32;
          out.reserve(is_last ? count : is_sparse ? marks_ : count + 1 + bits_.count_runs());
        }
        for (size_t at = 0; at < count; at += kRoom) {
          const size_t part = std::min(kRoom, count - at);
          for (size_t k = 0; k < part; ++k)
            room[k] = Rect<1, T>(line_.point(firsts[at + k]), line_.point(lasts[at + k]));
          out.insert(out.end(), room, room + part);
        }
      });
      if (out.size() < out.capacity() / 2) out.shrink_to_fit();
    } else {
      RectBuilder<N, T> builder;
      bits_.drain([&](const uint64_t* firsts, const uint64_t* lasts, size_t count, bool) {
        for (size_t k = 0; k < count; ++k) line_.append_run(firsts[k], lasts[k], builder);
      });
      out = builder.take();
    }
    marks_ = 0;
  } else if (!points_.empty()) {
    out = from_points(std::move(points_));
    points_.clear();
  }
  if (!rects_.empty()) {
    RectList<N, T> ranges = normalise(std::move(rects_));
    rects_.clear();
    out = unite(out, ranges);
  }
  return out;
}

#define X(N, T) template class ImageBuilder<N, T>;
PALATINE_FOR_EACH_LIST(X)
#undef X

}  // namespace palatine::realm::space
