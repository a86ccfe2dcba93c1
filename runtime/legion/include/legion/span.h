// Elements at equal distances.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "legion/types.h"

namespace Legion {

// Does not own; valid as long as what it was made of.
template <typename FT, PrivilegeMode PM = LEGION_READ_WRITE>
class Span {
  typedef std::conditional_t<PM == LEGION_READ_ONLY, const FT, FT> Element;

 public:
  class iterator {
   public:
    typedef std::random_access_iterator_tag iterator_category;
    typedef FT value_type;
    typedef std::ptrdiff_t difference_type;
    typedef Element* pointer;
    typedef Element& reference;

    iterator() = default;
    iterator(char* at, ptrdiff_t step) : at_(at), step_(step) {}
    reference operator*() const { return *reinterpret_cast<Element*>(at_); }
    pointer operator->() const { return reinterpret_cast<Element*>(at_); }
    reference operator[](ptrdiff_t k) const { return *reinterpret_cast<Element*>(at_ + k * step_); }
    iterator& operator+=(ptrdiff_t k) {
      at_ += k * step_;
      return *this;
    }
    iterator& operator-=(ptrdiff_t k) { return *this += -k; }
    iterator& operator++() { return *this += 1; }
    iterator& operator--() { return *this += -1; }
    iterator operator++(int) {
      iterator old = *this;
      *this += 1;
      return old;
    }
    iterator operator--(int) {
      iterator old = *this;
      *this += -1;
      return old;
    }
    iterator operator+(ptrdiff_t k) const { return iterator(at_ + k * step_, step_); }
    iterator operator-(ptrdiff_t k) const { return iterator(at_ - k * step_, step_); }
    ptrdiff_t operator-(const iterator& other) const { return step_ ? (at_ - other.at_) / step_ : 0; }
    bool operator==(const iterator& other) const { return at_ == other.at_; }
    bool operator!=(const iterator& other) const { return at_ != other.at_; }
    bool operator<(const iterator& other) const { return *this - other < 0; }

   private:
    char* at_ = nullptr;
    ptrdiff_t step_ = 0;
  };

  Span() = default;
  // `step` bytes from one element to the next.
  Span(FT* base, size_t count, size_t step = sizeof(FT))
      : base_(reinterpret_cast<char*>(base)), count_(count), step_(step) {}

  iterator begin() const { return iterator(base_, static_cast<ptrdiff_t>(step_)); }
  iterator end() const { return begin() + static_cast<ptrdiff_t>(count_); }
  Element& operator[](size_t k) const { return *reinterpret_cast<Element*>(base_ + k * step_); }
  Element& front() const { return (*this)[0]; }
  Element& back() const { return (*this)[count_ - 1]; }
  Element* data() const { return reinterpret_cast<Element*>(base_); }
  uintptr_t get_base() const { return reinterpret_cast<uintptr_t>(base_); }
  size_t size() const { return count_; }
  size_t step() const { return step_; }
  bool empty() const { return count_ == 0; }

 private:
  char* base_ = nullptr;
  size_t count_ = 0;
  size_t step_ = sizeof(FT);
};

}  // namespace Legion
