// The meshes of hydro.rg and euler.rg and their peers: quadrilaterals and hexahedra whose corners are moved a
// little, so that no two cells are equal. Programs keep them as unstructured ones.
#ifndef PALATINE_BENCHMARKS_MESHES_H
#define PALATINE_BENCHMARKS_MESHES_H

#include "bench.h"

#ifdef __cplusplus
extern "C" {
#endif

// A coordinate of corner `i` of `n` cells in a row of length 1, off its place by up to half a `part` of a
// cell unless it is at an end.
static inline double mesh_coordinate(int64_t i, int64_t n, double part, int64_t seed) {
  double off = i == 0 || i == n ? 0.0 : part * (bench_random_real(seed) - 0.5);
  return ((double)i + off) / (double)n;
}

// ---- `columns` by `rows` quadrilaterals; corners 0 to 3 of a zone go around it counterclockwise
// -----------------------

static inline int64_t quad_point(int64_t zone, int64_t corner, int64_t columns) {
  int64_t i = zone % columns + (corner == 1 || corner == 2);
  int64_t j = zone / columns + (corner >= 2);
  return j * (columns + 1) + i;
}

static inline double quad_x(int64_t point, int64_t columns) {
  return mesh_coordinate(point % (columns + 1), columns, 0.3, 2 * point);
}

static inline double quad_y(int64_t point, int64_t columns, int64_t rows) {
  return mesh_coordinate(point / (columns + 1), rows, 0.3, 2 * point + 1);
}

// ---- n[0] by n[1] by n[2] hexahedra, which fill a box of length 1
// -----------------------------------------------------
//
// The mesh is periodic in the first two directions and has walls at both ends of the third.

typedef struct {
  int64_t n[3];
} HexMesh;

// Area vectors lead from left to right; `apart` from the middle of the left cell to that of the right one.
typedef struct {
  int64_t left, right;
  double area[3], apart[3];
} HexFace;

// The area vector leads out of the mesh.
typedef struct {
  int64_t cell;
  double area[3];
} HexWall;

static inline HexMesh hex_mesh(int64_t n0, int64_t n1, int64_t n2) {
  HexMesh mesh = {{n0, n1, n2}};
  return mesh;
}

static inline void hex_corner(HexMesh mesh, int64_t i, int64_t j, int64_t k, double x[3]) {
  int64_t seed = 3 * ((k * mesh.n[1] + j % mesh.n[1]) * mesh.n[0] + i % mesh.n[0]);
  x[0] = mesh_coordinate(i, mesh.n[0], 0.2, seed);
  x[1] = mesh_coordinate(j, mesh.n[1], 0.2, seed + 1);
  x[2] = mesh_coordinate(k, mesh.n[2], 0.2, seed + 2);
}

static inline void hex_place(HexMesh mesh, int64_t cell, int64_t at[3]) {
  at[0] = cell % mesh.n[0];
  at[1] = cell / mesh.n[0] % mesh.n[1];
  at[2] = cell / (mesh.n[0] * mesh.n[1]);
}

static inline void hex_middle(HexMesh mesh, int64_t cell, double middle[3]) {
  int64_t at[3];
  hex_place(mesh, cell, at);
  middle[0] = middle[1] = middle[2] = 0.0;
  for (int corner = 0; corner < 8; ++corner) {
    double x[3];
    hex_corner(mesh, at[0] + (corner & 1), at[1] + (corner >> 1 & 1), at[2] + (corner >> 2), x);
    for (int m = 0; m < 3; ++m) middle[m] += 0.125 * x[m];
  }
}

// The area vector of face 0 to 5 of a cell: two for each direction, the lower one first. It leads upwards.
// Gives what the face adds to the volume of a cell below it.
static inline double hex_area(HexMesh mesh, int64_t cell, int64_t face, double area[3]) {
  int64_t at[3];
  hex_place(mesh, cell, at);
  int a = (int)(face / 2), b = (a + 1) % 3, c = (a + 2) % 3;
  at[a] += face % 2;
  double x[4][3], volume = 0.0;
  for (int corner = 0; corner < 4; ++corner) {
    int64_t to[3] = {at[0], at[1], at[2]};
    to[b] += corner == 1 || corner == 2;
    to[c] += corner >= 2;
    hex_corner(mesh, to[0], to[1], to[2], x[corner]);
  }
  for (int m = 0; m < 3; ++m) {
    int p = (m + 1) % 3, q = (m + 2) % 3;
    area[m] = 0.5 * ((x[2][p] - x[0][p]) * (x[3][q] - x[1][q]) - (x[2][q] - x[0][q]) * (x[3][p] - x[1][p]));
    volume += area[m] * 0.25 * (x[0][m] + x[1][m] + x[2][m] + x[3][m]) / 3.0;
  }
  return volume;
}

static inline double hex_volume(HexMesh mesh, int64_t cell) {
  double volume = 0.0, area[3];
  for (int face = 0; face < 6; ++face) volume += (face % 2 ? 1.0 : -1.0) * hex_area(mesh, cell, face, area);
  return volume;
}

// Each cell has the face above it in each direction, and those of the last layer only two.
static inline int64_t hex_faces(HexMesh mesh) {
  return mesh.n[0] * mesh.n[1] * (3 * mesh.n[2] - 1);
}

static inline HexFace hex_face(HexMesh mesh, int64_t number) {
  int64_t layer = mesh.n[0] * mesh.n[1], last = 3 * layer * (mesh.n[2] - 1), at[3];
  HexFace face;
  face.left = number < last ? number / 3 : last / 3 + (number - last) / 2;
  int64_t a = number < last ? number % 3 : (number - last) % 2;
  hex_place(mesh, face.left, at);
  at[a] = (at[a] + 1) % mesh.n[a];
  face.right = (at[2] * mesh.n[1] + at[1]) * mesh.n[0] + at[0];
  hex_area(mesh, face.left, 2 * a + 1, face.area);
  double from[3], to[3];
  hex_middle(mesh, face.left, from);
  hex_middle(mesh, face.right, to);
  for (int m = 0; m < 3; ++m) face.apart[m] = to[m] - from[m] + (m == a && at[a] == 0 ? 1.0 : 0.0);
  return face;
}

static inline int64_t hex_walls(HexMesh mesh) {
  return 2 * mesh.n[0] * mesh.n[1];
}

static inline HexWall hex_wall(HexMesh mesh, int64_t number) {
  int64_t layer = mesh.n[0] * mesh.n[1], is_above = number >= layer;
  HexWall wall;
  wall.cell = is_above ? (mesh.n[2] - 2) * layer + number : number;
  hex_area(mesh, wall.cell, 4 + is_above, wall.area);
  for (int m = 0; m < 3; ++m) wall.area[m] *= is_above ? 1.0 : -1.0;
  return wall;
}

#ifdef __cplusplus
}
#endif

#endif
