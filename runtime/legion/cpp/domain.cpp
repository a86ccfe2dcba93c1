// The parts of Legion's Domain that look into sparse sets.
#include "legion/domain.h"

#include <ostream>

#include "legion/handles.h"
#include "runtime/realm/fatal.h"

namespace Legion {

namespace {

// Calls visit(space) with the typed index space of a sparse domain; its points are known.
template <int DIM, typename Visit>
void with_coordinates(const Domain& domain, Visit visit) {
  const Internal::Coordinates kind = Internal::coordinates_of(domain.is_type);
  auto visit_valid = [&](auto space) {
    Realm::Event valid = space.make_valid();
    if (valid.exists()) valid.wait();
    visit(space);
  };
  if (kind == Internal::Coordinates::of_coord_t) {
    visit_valid(DomainT<DIM, coord_t>(domain));
  } else if (kind == Internal::Coordinates::of_int) {
    visit_valid(DomainT<DIM, int>(domain));
  } else {
    visit_valid(DomainT<DIM, unsigned>(domain));
  }
}

template <typename Visit>
void with_space(const Domain& domain, Visit visit) {
  switch (domain.dim) {
    case 1:
      return with_coordinates<1>(domain, visit);
    case 2:
      return with_coordinates<2>(domain, visit);
    case 3:
      return with_coordinates<3>(domain, visit);
    case 4:
      return with_coordinates<4>(domain, visit);
    default:
      palatine::realm::fatal_error("a domain has %d dimensions; 1 to %d are supported", domain.dim,
                                   LEGION_MAX_DIM);
  }
}

}  // namespace

const Domain Domain::NO_DOMAIN;

bool Domain::contains_bounds_only(const DomainPoint& point) const {
  if (point.dim != dim) return false;
  for (int i = 0; i < dim; i++) {
    if (point[i] < rect_data[i] || point[i] > rect_data[dim + i]) return false;
  }
  return true;
}

bool Domain::contains(const DomainPoint& point) const {
  if (!contains_bounds_only(point)) return false;
  if (dense()) return true;
  bool result = false;
  with_space(*this, [&](const auto& space) {
    typename std::decay_t<decltype(space.bounds.lo)> p;
    for (int i = 0; i < dim; i++) p[i] = static_cast<std::decay_t<decltype(p[i])>>(point[i]);
    result = space.contains(p);
  });
  return result;
}

bool Domain::empty() const {
  for (int i = 0; i < dim; i++) {
    if (rect_data[i] > rect_data[dim + i]) return true;
  }
  return !dense() && get_volume() == 0;
}

size_t Domain::get_volume() const {
  if (dim == 0) return 0;
  if (dense()) {
    size_t volume = 1;
    for (int i = 0; i < dim; i++) {
      if (rect_data[i] > rect_data[dim + i]) return 0;
      volume *= static_cast<size_t>(rect_data[dim + i] - rect_data[i]) + 1;
    }
    return volume;
  }
  size_t volume = 0;
  with_space(*this, [&](const auto& space) { volume = space.volume(); });
  return volume;
}

Domain Domain::intersection(const Domain& other) const {
  if (dim != other.dim) {
    palatine::realm::fatal_error("domains of %d and %d dimensions have no intersection", dim, other.dim);
  }
  if (!dense() && !other.dense() && is_id != other.is_id) {
    if (is_type != other.is_type)
      palatine::realm::fatal_error(
          "sparse domains whose coordinates have several types have no intersection");
    Domain result;
    with_space(*this, [&](const auto& space) {
      std::decay_t<decltype(space)> with = other, both;
      decltype(both)::compute_intersection(space, with, both, Realm::ProfilingRequestSet()).wait();
      result = both;
    });
    return result;
  }
  Domain result = dense() ? other : *this;
  for (int i = 0; i < dim; i++) {
    result.rect_data[i] = std::max(rect_data[i], other.rect_data[i]);
    result.rect_data[dim + i] = std::min(rect_data[dim + i], other.rect_data[dim + i]);
  }
  return result;
}

Domain Domain::convex_hull(const DomainPoint& point) const {
  if (dim == 0) return Domain(point, point);
  Domain result(lo(), hi());
  for (int i = 0; i < dim; i++) {
    result.rect_data[i] = std::min(rect_data[i], point[i]);
    result.rect_data[dim + i] = std::max(rect_data[dim + i], point[i]);
  }
  return result;
}

void Domain::destroy(Realm::Event wait_on) {
  if (dense()) return;
  with_space(*this, [&](auto space) { space.destroy(wait_on); });
  is_id = 0;
}

Domain::DomainPointIterator::DomainPointIterator(const Domain& domain) : domain_(domain) {
  enter(0);
}

// Goes to the first point of the first rectangle with points from number `rect` on.
void Domain::DomainPointIterator::enter(size_t rect) {
  is_valid_ = false;
  if (domain_.dim == 0) return;
  if (domain_.dense()) {
    if (rect > 0 || domain_.empty()) return;
    rect_ = domain_;
  } else {
    rect_ = Domain();
    with_space(domain_, [&](const auto& space) {
      const auto& rects = space.sparsity.impl()->get_rects();
      for (; rect < rects.size(); ++rect) {
        const auto part = rects[rect].intersection(space.bounds);
        if (part.empty()) continue;
        rect_ = part;
        return;
      }
    });
    if (!rect_.exists()) return;
  }
  next_rect_ = rect + 1;
  p = rect_.lo();
  is_valid_ = true;
}

bool Domain::DomainPointIterator::step() {
  if (!is_valid_) return false;
  for (int i = 0; i < rect_.dim; i++) {
    if (p[i] < rect_.rect_data[rect_.dim + i]) {
      ++p[i];
      return true;
    }
    p[i] = rect_.rect_data[i];
  }
  enter(next_rect_);
  return is_valid_;
}

std::ostream& operator<<(std::ostream& out, const DomainPoint& point) {
  out << '(';
  for (int i = 0; i < point.dim; i++) out << (i ? "," : "") << point[i];
  return out << ')';
}

std::ostream& operator<<(std::ostream& out, const Domain& domain) {
  if (!domain.exists()) return out << "NO_DOMAIN";
  out << '<' << domain.lo() << ".." << domain.hi();
  return domain.dense() ? out << '>' : out << ",sparse>";
}

const IndexSpace IndexSpace::NO_SPACE;
const IndexPartition IndexPartition::NO_PART;
const FieldSpace FieldSpace::NO_SPACE;
const LogicalRegion LogicalRegion::NO_REGION;
const LogicalPartition LogicalPartition::NO_PART;

namespace Internal {

static const char* coordinates(TypeTag tag) {
  return (tag & ~0xffu) == 0 ? "long long" : (tag & ~0xffu) == 0x100 ? "int" : "unsigned";
}

void wrong_type_tag(const char* kind, TypeTag wanted, TypeTag found) {
  palatine::realm::fatal_error("%s of %u dimensions with coordinates of %s used as one of %u with %s", kind,
                               found & 0xffu, coordinates(found), wanted & 0xffu, coordinates(wanted));
}

}  // namespace Internal

}  // namespace Legion
