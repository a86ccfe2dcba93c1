static inline int class(int new) {
  return new + 1;
}
