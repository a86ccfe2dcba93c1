// The gas of euler.rg in C++ with OpenMP: the same mesh, the same stages. Each thread goes through the faces
// of its slab; faces between slabs come behind a barrier: they touch the last layer of one slab and the first
// one of the next, so that two threads never add to the same cell. LAYOUT says how the numbers of cells lie:
// 0 those of a cell together (AOS), 1 each in an array of its own (SOA), 2 arrays of the five or fifteen
// numbers of a cell.
#include "../programs/meshes.h"

#include <cmath>
#include <cstdint>
#include <vector>

static constexpr double gamma_gas = 1.4, viscosity = 1e-4, conductivity = 3e-4;

// The numbers of a cell, by where they begin: 1 / volume, and five or fifteen of each other kind.
enum Kind { inverse = 0, before = 1, after = 6, state = 11, gradient = 16, loss = 31, all = 36 };

struct Cells {
  explicit Cells(long number) : count(number), data(number * all) {}

  double& at(Kind kind, long cell, int m) {
#if LAYOUT == 0
    return data[cell * all + kind + m];
#elif LAYOUT == 1
    return data[(kind + m) * count + cell];
#else
    const int width = kind == inverse ? 1 : kind == gradient ? 15 : 5;
    return data[kind * count + cell * width + m];
#endif
  }

  long count;
  std::vector<double> data;
};

struct Face {
  int32_t left, right;
  double area[3], apart[3];
};

static inline double limited(double a, double b) {
  double product = a * b;
  return product > 0.0 ? product * (a + b) / (a * a + b * b) : 0.0;
}

static inline void add_gradient(Cells& cells, const Face& f) {
  for (int m = 0; m < 5; ++m) {
    double mean = 0.5 * (cells.at(state, f.left, m) + cells.at(state, f.right, m));
    for (int d = 0; d < 3; ++d) {
      cells.at(gradient, f.left, 3 * m + d) += mean * f.area[d];
      cells.at(gradient, f.right, 3 * m + d) += -mean * f.area[d];
    }
  }
}

static inline void add_flow(Cells& cells, const Face& face) {
  const double* area = face.area;
  double left[5], right[5], l[5], r[5], g[15], f[5];
  const double left_inverse = cells.at(inverse, face.left, 0),
               right_inverse = cells.at(inverse, face.right, 0);
  for (int m = 0; m < 5; ++m) {
    left[m] = cells.at(state, face.left, m);
    right[m] = cells.at(state, face.right, m);
    double difference = right[m] - left[m], l_slope = 0.0, r_slope = 0.0;
    for (int d = 0; d < 3; ++d) {
      double l_gradient = left_inverse * cells.at(gradient, face.left, 3 * m + d);
      double r_gradient = right_inverse * cells.at(gradient, face.right, 3 * m + d);
      l_slope += l_gradient * face.apart[d];
      r_slope += r_gradient * face.apart[d];
      g[3 * m + d] = 0.5 * (l_gradient + r_gradient);
    }
    l[m] = left[m] + 0.5 * limited(2.0 * l_slope - difference, difference);
    r[m] = right[m] - 0.5 * limited(2.0 * r_slope - difference, difference);
  }
  double size = std::sqrt(area[0] * area[0] + area[1] * area[1] + area[2] * area[2]);
  double l_flow = l[1] * area[0] + l[2] * area[1] + l[3] * area[2];
  double r_flow = r[1] * area[0] + r[2] * area[1] + r[3] * area[2];
  double l_energy = l[4] / (gamma_gas - 1.0) + 0.5 * l[0] * (l[1] * l[1] + l[2] * l[2] + l[3] * l[3]);
  double r_energy = r[4] / (gamma_gas - 1.0) + 0.5 * r[0] * (r[1] * r[1] + r[2] * r[2] + r[3] * r[3]);
  double l_fastest = std::fabs(l_flow) + size * std::sqrt(gamma_gas * l[4] / l[0]);
  double r_fastest = std::fabs(r_flow) + size * std::sqrt(gamma_gas * r[4] / r[0]);
  double fastest = l_fastest > r_fastest ? l_fastest : r_fastest;
  f[0] = 0.5 * (l[0] * l_flow + r[0] * r_flow - fastest * (r[0] - l[0]));
  for (int d = 0; d < 3; ++d) {
    f[1 + d] = 0.5 * (l[0] * l[1 + d] * l_flow + r[0] * r[1 + d] * r_flow + (l[4] + r[4]) * area[d] -
                      fastest * (r[0] * r[1 + d] - l[0] * l[1 + d]));
  }
  f[4] = 0.5 * ((l_energy + l[4]) * l_flow + (r_energy + r[4]) * r_flow - fastest * (r_energy - l_energy));
  double density = 0.5 * (left[0] + right[0]), pressure = 0.5 * (left[4] + right[4]);
  double stretch = (g[3] + g[7] + g[11]) * (2.0 / 3.0);
  for (int d = 0; d < 3; ++d) {
    double pull = -stretch * area[d];
    for (int e = 0; e < 3; ++e) pull += (g[3 + 3 * d + e] + g[3 + 3 * e + d]) * area[e];
    f[1 + d] -= viscosity * pull;
    f[4] -= viscosity * pull * 0.5 * (left[1 + d] + right[1 + d]);
    f[4] -= conductivity * (g[12 + d] - pressure / density * g[d]) / density * area[d];
  }
  for (int m = 0; m < 5; ++m) {
    cells.at(loss, face.left, m) += f[m];
    cells.at(loss, face.right, m) += -f[m];
  }
}

int main(int argc, char** argv) {
  const long nx = bench_option(argc, argv, "-nx", 16), ny = bench_option(argc, argv, "-ny", 16);
  const long nz = bench_option(argc, argv, "-nz", 16), pieces = bench_option(argc, argv, "-b", 2);
  const long steps = bench_option(argc, argv, "-r", 5);
  if (nz % pieces != 0 || nz / pieces < 2) return 1;
  const HexMesh mesh = hex_mesh(nx, ny, nz);
  const long count = nx * ny * nz, per_piece = count / pieces;
  Cells cells(count);
  for (long i = 0; i < count; ++i) {
    double middle[3], distance = 0.0;
    hex_middle(mesh, i, middle);
    for (double x : middle) distance += (x - 0.5) * (x - 0.5);
    double density = distance < 0.06 ? 2.0 : 1.0, pressure = distance < 0.06 ? 5.0 : 1.0;
    cells.at(inverse, i, 0) = 1.0 / hex_volume(mesh, i);
    cells.at(state, i, 0) = cells.at(before, i, 0) = cells.at(after, i, 0) = density;
    cells.at(state, i, 4) = pressure;
    cells.at(before, i, 4) = cells.at(after, i, 4) = pressure / (gamma_gas - 1.0);
  }
  // Of each slab: the faces inside of it, those to the next one, and those on the boundary of the mesh.
  std::vector<std::vector<Face>> inner(pieces), outer(pieces);
  std::vector<std::vector<HexWall>> walls(pieces);
  for (long number = 0; number < hex_faces(mesh); ++number) {
    const HexFace f = hex_face(mesh, number);
    const long owner = f.left / per_piece;
    auto& list = owner == f.right / per_piece ? inner[owner] : outer[owner];
    list.push_back({static_cast<int32_t>(f.left),
                    static_cast<int32_t>(f.right),
                    {f.area[0], f.area[1], f.area[2]},
                    {f.apart[0], f.apart[1], f.apart[2]}});
  }
  for (long number = 0; number < hex_walls(mesh); ++number) {
    const HexWall w = hex_wall(mesh, number);
    walls[w.cell / per_piece].push_back(w);
  }

  const double dt = 0.2 / std::fmax(nx, std::fmax(ny, nz));
  double start = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 1) start = bench_seconds();
    for (int stage = 0; stage < 4; ++stage) {
      const double ahead = stage < 2 ? 0.5 * dt : dt;
      const double share = stage == 1 || stage == 2 ? dt / 3.0 : dt / 6.0;
#pragma omp parallel
      {
#pragma omp for schedule(static)
        for (long p = 0; p < pieces; ++p) {
          for (const Face& f : inner[p]) add_gradient(cells, f);
          for (const HexWall& w : walls[p]) {  // where the gas does not move
            for (int d = 0; d < 3; ++d) {
              cells.at(gradient, w.cell, d) += cells.at(state, w.cell, 0) * w.area[d];
              cells.at(gradient, w.cell, 12 + d) += cells.at(state, w.cell, 4) * w.area[d];
            }
          }
        }
#pragma omp for schedule(static)
        for (long p = 0; p < pieces; ++p) {
          for (const Face& f : outer[p]) add_gradient(cells, f);
        }
#pragma omp for schedule(static)
        for (long p = 0; p < pieces; ++p) {
          for (const Face& f : inner[p]) add_flow(cells, f);
          for (const HexWall& w : walls[p]) {
            for (int d = 0; d < 3; ++d)
              cells.at(loss, w.cell, 1 + d) += cells.at(state, w.cell, 4) * w.area[d];
          }
        }
#pragma omp for schedule(static)
        for (long p = 0; p < pieces; ++p) {
          for (const Face& f : outer[p]) add_flow(cells, f);
        }
#pragma omp for schedule(static)
        for (long i = 0; i < count; ++i) {
          double now[5];
          for (int m = 0; m < 5; ++m) {
            double rate = cells.at(loss, i, m) * cells.at(inverse, i, 0);
            double then = cells.at(after, i, m) - share * rate;
            now[m] = cells.at(before, i, m) - ahead * rate;
            if (stage == 3) now[m] = cells.at(before, i, m) = then;
            cells.at(after, i, m) = then;
            cells.at(loss, i, m) = 0.0;
          }
          double u = now[1] / now[0], v = now[2] / now[0], w = now[3] / now[0];
          cells.at(state, i, 0) = now[0];
          cells.at(state, i, 1) = u, cells.at(state, i, 2) = v, cells.at(state, i, 3) = w;
          cells.at(state, i, 4) = (gamma_gas - 1.0) * (now[4] - 0.5 * now[0] * (u * u + v * v + w * w));
          for (int m = 0; m < 15; ++m) cells.at(gradient, i, m) = 0.0;
        }
      }
    }
  }
  bench_report("seconds", (bench_seconds() - start) / static_cast<double>(steps - 1));
  double total = 0.0;
  for (long i = 0; i < count; ++i) {
    for (int m = 0; m < 5; ++m) {
      total +=
          cells.at(before, i, m) / cells.at(inverse, i, 0) * (1.0 + 0.001 * static_cast<double>(i % 7) + m);
    }
  }
  bench_report("check", total);
}
