// Partitions by hand on one core, 10^7 elements, 64 pieces: a counting sort by colour for by-field and
// preimages, and a bit set for each piece for images. Nanoseconds an element; results are runs of points, as
// ours are.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

constexpr int64_t kCount = 10000000;
constexpr int64_t kPieces = 64;
using Runs = std::vector<std::pair<int64_t, int64_t>>;

template <typename Body>
static void report(const char* label, Body body) {
  double best = 1e9;
  size_t runs = 0;
  for (int round = 0; round < 3; ++round) {
    auto start = std::chrono::steady_clock::now();
    runs += body();
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  if (runs == 0) std::puts("nothing");
  std::printf("%s %.3f\n", label, best * 1e9 / kCount);
}

static size_t sort_by(const std::vector<int>& colours) {
  std::vector<int64_t> starts(kPieces + 1);
  for (int colour : colours) ++starts[static_cast<size_t>(colour) + 1];
  for (size_t k = 1; k < starts.size(); ++k) starts[k] += starts[k - 1];
  std::vector<int64_t> sorted(colours.size()), next(starts.begin(), starts.end() - 1);
  for (int64_t k = 0; k < kCount; ++k)
    sorted[static_cast<size_t>(next[static_cast<size_t>(colours[static_cast<size_t>(k)])]++)] = k;
  std::vector<Runs> pieces(kPieces);
  for (size_t piece = 0; piece < kPieces; ++piece) {
    for (int64_t k = starts[piece]; k < starts[piece + 1]; ++k) {
      const int64_t point = sorted[static_cast<size_t>(k)];
      if (pieces[piece].empty() || pieces[piece].back().second + 1 != point) {
        pieces[piece].push_back({point, point});
      } else {
        pieces[piece].back().second = point;
      }
    }
  }
  return pieces[0].size();
}

static size_t images_of(const std::vector<int64_t>& pointers) {
  std::vector<Runs> pieces(kPieces);
  std::vector<uint64_t> bits(kCount / 64 + 1);
  for (int64_t piece = 0; piece < kPieces; ++piece) {
    std::fill(bits.begin(), bits.end(), 0);
    for (int64_t k = kCount * piece / kPieces; k < kCount * (piece + 1) / kPieces; ++k) {
      const uint64_t to = static_cast<uint64_t>(pointers[static_cast<size_t>(k)]);
      bits[to / 64] |= uint64_t{1} << (to % 64);
    }
    Runs& runs = pieces[static_cast<size_t>(piece)];
    for (size_t word = 0; word < bits.size(); ++word) {
      for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
        const int64_t point = static_cast<int64_t>(word * 64) + __builtin_ctzll(left);
        if (runs.empty() || runs.back().second + 1 != point) {
          runs.push_back({point, point});
        } else {
          runs.back().second = point;
        }
      }
    }
  }
  return pieces[0].size();
}

int main() {
  for (bool is_random : {false, true}) {
    std::mt19937_64 random(1);
    std::vector<int64_t> pointers(kCount);
    for (int64_t k = 0; k < kCount; ++k) {
      const int64_t near = k + static_cast<int64_t>(random() % 2000) - 1000;
      pointers[static_cast<size_t>(k)] =
          is_random ? static_cast<int64_t>(random() % kCount) : std::clamp<int64_t>(near, 0, kCount - 1);
    }
    std::vector<int> colours(kCount);
    for (size_t k = 0; k < colours.size(); ++k) colours[k] = static_cast<int>(pointers[k] * kPieces / kCount);
    const char* order = is_random ? "random" : "clustered";
    char label[64];
    std::snprintf(label, sizeof label, "by_field_%s", order);
    report(label, [&] { return sort_by(colours); });
    std::snprintf(label, sizeof label, "image_%s", order);
    report(label, [&] { return images_of(pointers); });
    std::snprintf(label, sizeof label, "preimage_%s", order);
    report(label, [&] {
      std::vector<int> found(kCount);
      for (size_t k = 0; k < found.size(); ++k) found[k] = static_cast<int>(pointers[k] * kPieces / kCount);
      return sort_by(found);
    });
  }
}
