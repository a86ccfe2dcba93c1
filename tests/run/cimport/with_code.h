#pragma once

int table[2][3] = {{1, 2, 3}, {4, 5, 6}};
int counted = 0;

struct pair {
  int left, right;
};

int count(void) {
  return ++counted;
}
struct pair swapped(struct pair p) {
  struct pair q = {p.right, p.left};
  return q;
}
