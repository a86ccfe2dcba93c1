// The hydrodynamics of hydro.rg in C++ with OpenMP: the same mesh and the same steps. Zones push their
// corners; each point adds up what the zones around it, which are listed, push it with, so that nothing has
// to be added atomically.
#include "../programs/meshes.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

static constexpr double gamma_gas = 1.4;
static constexpr double linear = 0.3, quadratic = 1.2;
static constexpr double courant = 0.4, growth = 1.1;

int main(int argc, char** argv) {
  const long nx = bench_option(argc, argv, "-nx", 100);
  const long ny = bench_option(argc, argv, "-ny", 100);
  const long steps = bench_option(argc, argv, "-r", 10);
  const long zones = nx * ny, points = (nx + 1) * (ny + 1);
  std::vector<double> x(points), y(points), half_x(points), half_y(points);
  std::vector<double> u(points, 0.0), v(points, 0.0), mean_u(points, 0.0), mean_v(points, 0.0);
  std::vector<double> mass(points, 0.0), free_x(points), free_y(points);
  std::vector<double> zone_mass(zones), volume(zones), energy(zones), pressure(zones);
  // Of corner k of zone z, at 4z + k.
  std::vector<int32_t> corner(4 * zones);
  std::vector<double> force_x(4 * zones), force_y(4 * zones);
  // The corners of point p are around[first[p]] to around[first[p + 1] - 1].
  std::vector<int32_t> first(points + 1, 0), around(4 * zones);

  for (long p = 0; p < points; ++p) {
    long i = p % (nx + 1), j = p / (nx + 1);
    x[p] = quad_x(p, nx);
    y[p] = quad_y(p, nx, ny);
    free_x[p] = i == 0 || i == nx ? 0.0 : 1.0;
    free_y[p] = j == 0 || j == ny ? 0.0 : 1.0;
  }
  for (long s = 0; s < 4 * zones; ++s) {
    corner[s] = static_cast<int32_t>(quad_point(s / 4, s % 4, nx));
    ++first[corner[s] + 1];
  }
  for (long p = 0; p < points; ++p) first[p + 1] += first[p];
  std::vector<int32_t> next(first.begin(), first.end() - 1);
  for (long s = 0; s < 4 * zones; ++s) around[next[corner[s]]++] = static_cast<int32_t>(s);

  auto area = [](const double* cx, const double* cy) {
    return 0.5 * ((cx[2] - cx[0]) * (cy[3] - cy[1]) - (cy[2] - cy[0]) * (cx[3] - cx[1]));
  };
  for (long z = 0; z < zones; ++z) {
    double cx[4], cy[4];
    for (int k = 0; k < 4; ++k) cx[k] = x[corner[4 * z + k]], cy[k] = y[corner[4 * z + k]];
    volume[z] = zone_mass[z] = area(cx, cy);
    double dx = 0.25 * (cx[0] + cx[1] + cx[2] + cx[3]) - 0.5;
    double dy = 0.25 * (cy[0] + cy[1] + cy[2] + cy[3]) - 0.5;
    energy[z] = dx * dx + dy * dy < 0.04 ? 10.0 : 1.0;
    pressure[z] = (gamma_gas - 1.0) * energy[z];
    for (int k = 0; k < 4; ++k) mass[corner[4 * z + k]] += 0.25 * volume[z];
  }

  double start = 0.0, dt = 0.01 / static_cast<double>(nx), longest = 0.0;
  for (long step = 0; step < steps; ++step) {
    if (step == 3) start = bench_seconds();
    longest = 1e30;
#pragma omp parallel
    {
#pragma omp for simd schedule(static)
      for (long p = 0; p < points; ++p) {
        half_x[p] = x[p] + 0.5 * dt * u[p];
        half_y[p] = y[p] + 0.5 * dt * v[p];
      }
#pragma omp for simd schedule(static)
      for (long z = 0; z < zones; ++z) {  // forces
        double cx[4], cy[4], cu[4], cv[4], fx[4] = {}, fy[4] = {};
        for (int k = 0; k < 4; ++k) {
          int32_t p = corner[4 * z + k];
          cx[k] = half_x[p], cy[k] = half_y[p], cu[k] = u[p], cv[k] = v[p];
        }
        double now = area(cx, cy);
        double density = zone_mass[z] / now;
        double e = std::fmax(energy[z] - pressure[z] * (now - volume[z]) / zone_mass[z], 0.0);
        double push = (gamma_gas - 1.0) * density * e;
        double sound = std::sqrt(gamma_gas * (gamma_gas - 1.0) * e);
        double middle_x = 0.25 * (cx[0] + cx[1] + cx[2] + cx[3]),
               middle_y = 0.25 * (cy[0] + cy[1] + cy[2] + cy[3]);
        for (int k = 0; k < 4; ++k) {
          int n = (k + 1) % 4;
          double dx = cx[n] - cx[k], dy = cy[n] - cy[k], du = cu[n] - cu[k], dv = cv[n] - cv[k];
          double mx = 0.5 * (cx[n] + cx[k]) - middle_x, my = 0.5 * (cy[n] + cy[k]) - middle_y;
          double drag = density * (linear * sound + quadratic * std::sqrt(du * du + dv * dv)) *
                        std::sqrt(mx * mx + my * my);
          if (dx * du + dy * dv >= 0.0) drag = 0.0;
          double px = 0.5 * push * dy, py = -0.5 * push * dx;
          fx[k] += px + drag * du;
          fy[k] += py + drag * dv;
          fx[n] += px - drag * du;
          fy[n] += py - drag * dv;
        }
        for (int k = 0; k < 4; ++k) force_x[4 * z + k] = fx[k], force_y[4 * z + k] = fy[k];
        pressure[z] = push;
      }
#pragma omp for schedule(static)
      for (long p = 0; p < points; ++p) {
        double fx = 0.0, fy = 0.0;
        for (int32_t a = first[p]; a < first[p + 1]; ++a) fx += force_x[around[a]], fy += force_y[around[a]];
        double new_u = u[p] + dt * free_x[p] * fx / mass[p], new_v = v[p] + dt * free_y[p] * fy / mass[p];
        mean_u[p] = 0.5 * (u[p] + new_u), mean_v[p] = 0.5 * (v[p] + new_v);
        x[p] += dt * mean_u[p], y[p] += dt * mean_v[p];
        u[p] = new_u, v[p] = new_v;
      }
#pragma omp for simd schedule(static) reduction(min : longest)
      for (long z = 0; z < zones; ++z) {  // work
        double cx[4], cy[4], work = 0.0, length = 0.0;
        for (int k = 0; k < 4; ++k) {
          int32_t p = corner[4 * z + k];
          cx[k] = x[p], cy[k] = y[p];
          work += force_x[4 * z + k] * mean_u[p] + force_y[4 * z + k] * mean_v[p];
        }
        volume[z] = area(cx, cy);
        double e = energy[z] - dt * work / zone_mass[z];
        for (int k = 0; k < 4; ++k) {
          double dx = cx[(k + 1) % 4] - cx[k], dy = cy[(k + 1) % 4] - cy[k];
          length = std::fmax(length, dx * dx + dy * dy);
        }
        double limit =
            courant * volume[z] / std::sqrt(length * gamma_gas * (gamma_gas - 1.0) * std::fmax(e, 1e-30));
        // Of `fmin` in its place Clang 19 makes vectors that lose values.
        longest = limit < longest ? limit : longest;
        energy[z] = e;
      }
    }
    dt = std::fmin(growth * dt, longest);
  }
  bench_report("seconds", (bench_seconds() - start) / static_cast<double>(steps - 3));
  bench_report("step", dt);
  double total = 0.0;
  for (long z = 0; z < zones; ++z)
    total += zone_mass[z] * energy[z] * (1.0 + 0.001 * static_cast<double>(z % 7));
  for (long p = 0; p < points; ++p) {
    total += mass[p] * (u[p] * u[p] + v[p] * v[p]) * (1.0 + 0.001 * static_cast<double>(p % 5));
  }
  bench_report("check", total);
}
