// A C++ program that calls tasks of physics.rg. The arguments of the process reach the runtime: `-ll:cpu 4`.
#include <cstdio>

#include "physics.h"

int main(int argc, char** argv) {
  double length = 0;
  if (vector_length_run(argc, argv, 100, 4, 3.0, &length) != 0) return 1;
  std::printf("length %g\n", length);
  bool is_even = false;
  is_even_run(argc, argv, 7, &is_even);
  std::printf("7 is %s\n", is_even ? "even" : "odd");
  return 0;
}
