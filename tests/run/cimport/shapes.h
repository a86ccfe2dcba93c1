#ifndef SHAPES_H
#define SHAPES_H

#define SHAPES_SIDES 4
#define SHAPES_MASK (1u << 5)
#define SHAPES_NAME "square"
#define SHAPES_HALF 0.5

typedef struct {
  double x, y;
} shape_point;

struct shape_box {
  shape_point lo;
  shape_point hi;
  int id;
};

enum shape_color { SHAPE_RED, SHAPE_GREEN = 5, SHAPE_BLUE };

typedef unsigned long long shape_id;

static inline double shape_area(struct shape_box box) {
  return (box.hi.x - box.lo.x) * (box.hi.y - box.lo.y);
}

static inline void shape_move(struct shape_box* box, double dx) {
  box->lo.x += dx;
  box->hi.x += dx;
}

static inline shape_point shape_center(const struct shape_box* box) {
  shape_point p = {(box->lo.x + box->hi.x) / 2, (box->lo.y + box->hi.y) / 2};
  return p;
}

static inline shape_id shape_next(shape_id id) {
  return id + 1;
}

#endif
