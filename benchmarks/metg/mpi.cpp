// The METG graphs in MPI: each rank has a block of the points; outputs go to the ranks that need them by
// non-blocking messages, one a rank and row, and are read in place within a rank. With METG_MESSAGES=each
// there is a message for each dependency between ranks instead, as for tasks that know nothing of each other.
// Receives of a row are posted before its sends, and those of all graphs before the first wait.
#include <mpi.h>

#include "peer.h"

namespace {

// For a set of dependencies: which of the other ranks' points this rank takes, and which of its own it gives.
struct Exchange {
  struct Peer {
    int rank;
    int tag;
    std::vector<int> points;
    // What is on its way; two rows may be.
    std::vector<metg_output> data[2];
  };
  std::vector<Peer> takes;
  std::vector<Peer> gives;
};

int owner(const metg_run& run, int ranks, int point) {
  int rank = point * ranks / run.width;
  while (point < run.width * rank / ranks) --rank;
  while (point >= run.width * (rank + 1) / ranks) ++rank;
  return rank;
}

// What `to` takes from `from`, in the same order for both.
std::vector<Exchange::Peer> peers_of(const metg_run& run, const Inputs& inputs, int set, int ranks, int from,
                                     int to, bool has_message_each) {
  std::vector<Exchange::Peer> peers;
  std::vector<bool> is_needed(static_cast<size_t>(run.width), false);
  for (int point = 0; point < run.width; ++point) {
    if (owner(run, ranks, point) != to) continue;
    for (int i = 0; i < inputs.counts[set][point]; ++i) {
      int input = inputs.points[set][point][i];
      if (owner(run, ranks, input) != from) continue;
      if (has_message_each) peers.push_back({0, static_cast<int>(peers.size()), {input}, {}});
      is_needed[static_cast<size_t>(input)] = true;
    }
  }
  if (!has_message_each) {
    Exchange::Peer peer{0, 0, {}, {}};
    for (int point = 0; point < run.width; ++point) {
      if (is_needed[static_cast<size_t>(point)]) peer.points.push_back(point);
    }
    if (!peer.points.empty()) peers.push_back(peer);
  }
  for (Exchange::Peer& peer : peers) {
    for (auto& data : peer.data) data.resize(peer.points.size());
  }
  return peers;
}

}  // namespace

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  int rank = 0, ranks = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  metg_run run = metg_arguments(argc, argv);
  Inputs inputs(run);
  Buffers buffers;
  const char* messages = getenv("METG_MESSAGES");
  const bool has_message_each = messages && strcmp(messages, "each") == 0;
  std::vector<Exchange> exchanges[metg_max_graphs];
  for (int graph = 0; graph < run.graphs; ++graph) {
    exchanges[graph].resize(metg_sets(run.pattern));
    for (int set = 0; set < metg_sets(run.pattern); ++set) {
      for (int other = 0; other < ranks; ++other) {
        if (other == rank) continue;
        for (auto& peer : peers_of(run, inputs, set, ranks, other, rank, has_message_each)) {
          peer.rank = other;
          exchanges[graph][set].takes.push_back(peer);
        }
        for (auto& peer : peers_of(run, inputs, set, ranks, rank, other, has_message_each)) {
          peer.rank = other;
          exchanges[graph][set].gives.push_back(peer);
        }
      }
    }
  }
  int begin = run.width * rank / ranks;
  int end = run.width * (rank + 1) / ranks;
  std::vector<MPI_Request> receives[metg_max_graphs];
  std::vector<MPI_Request> sends[2][metg_max_graphs];

  auto execute = [&](int64_t rows, int64_t iterations) {
    MPI_Barrier(MPI_COMM_WORLD);
    for (int64_t row = 0; row < rows; ++row) {
      int set = static_cast<int>(row % metg_sets(run.pattern));
      int next = static_cast<int>((row + 1) % metg_sets(run.pattern));
      for (int graph = 0; graph < run.graphs; ++graph) {
        if (row > 0) {
          MPI_Waitall(static_cast<int>(receives[graph].size()), receives[graph].data(), MPI_STATUSES_IGNORE);
          for (auto& peer : exchanges[graph][set].takes) {
            for (size_t i = 0; i < peer.points.size(); ++i) {
              buffers.at(graph, row - 1, peer.points[i]) = peer.data[row % 2][i];
            }
          }
        }
        receives[graph].clear();
        if (row + 1 < rows) {
          for (auto& peer : exchanges[graph][next].takes) {
            receives[graph].emplace_back();
            MPI_Irecv(peer.data[(row + 1) % 2].data(),
                      static_cast<int>(peer.points.size() * sizeof(metg_output)), MPI_BYTE, peer.rank,
                      graph * 1024 + peer.tag, MPI_COMM_WORLD, &receives[graph].back());
          }
        }
        for (int point = begin; point < end; ++point) {
          run_point(inputs, set, buffers, graph, row, point, {iterations, run.imbalance, graph});
        }
        // The buffers of two rows ago must have left.
        auto& sent = sends[row % 2][graph];
        if (!sent.empty()) MPI_Waitall(static_cast<int>(sent.size()), sent.data(), MPI_STATUSES_IGNORE);
        sent.clear();
        if (row + 1 < rows) {
          for (auto& peer : exchanges[graph][next].gives) {
            auto& data = peer.data[(row + 1) % 2];
            for (size_t i = 0; i < peer.points.size(); ++i) data[i] = buffers.at(graph, row, peer.points[i]);
            sent.emplace_back();
            MPI_Isend(data.data(), static_cast<int>(data.size() * sizeof(metg_output)), MPI_BYTE, peer.rank,
                      graph * 1024 + peer.tag, MPI_COMM_WORLD, &sent.back());
          }
        }
      }
    }
    for (auto& by_parity : sends) {
      for (auto& sent : by_parity) {
        MPI_Waitall(static_cast<int>(sent.size()), sent.data(), MPI_STATUSES_IGNORE);
        sent.clear();
      }
    }
    MPI_Barrier(MPI_COMM_WORLD);
  };
  auto checksum = [&](int64_t rows) {
    // All digests come to rank 0.
    for (int graph = 0; graph < run.graphs; ++graph) {
      for (int point = 0; point < run.width; ++point) {
        MPI_Bcast(&buffers.at(graph, rows - 1, point), sizeof(metg_output), MPI_BYTE,
                  owner(run, ranks, point), MPI_COMM_WORLD);
      }
    }
    return buffers.checksum(run, rows);
  };
  sweep(run, execute, checksum, false, rank == 0);
  MPI_Finalize();
}
