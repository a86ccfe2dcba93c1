// Fields that hold pointers to objects: how copies move the objects.
//
// A program's class has the type `FIELD_TYPE` (what an element of the field is), the constant
// `MAX_SERIALIZED_SIZE`, and the static functions `serialized_size(const FIELD_TYPE&)`,
// `serialize(const FIELD_TYPE&, void*)`, `deserialize(FIELD_TYPE&, const void*)` and `destroy(FIELD_TYPE&)`.
// The second and third return the bytes written and read. Source: Realm's public interface, chapter "Copy,
// fill, reduce".
#pragma once

#include <cstddef>
#include <cstring>

#include "realm/realm_c.h"
#include "realm/realm_config.h"

namespace Realm {

typedef ::realm_custom_serdez_id_t CustomSerdezID;

// For fields of `T*` where T may be copied as bytes.
template <typename T>
class SerdezObject {
 public:
  typedef T* FIELD_TYPE;
  static const size_t MAX_SERIALIZED_SIZE = sizeof(T);

  static size_t serialized_size(const FIELD_TYPE&) { return sizeof(T); }
  static size_t serialize(const FIELD_TYPE& val, void* buffer) {
    std::memcpy(buffer, static_cast<const void*>(val), sizeof(T));
    return sizeof(T);
  }
  static size_t deserialize(FIELD_TYPE& val, const void* buffer) {
    val = new T;
    std::memcpy(static_cast<void*>(val), buffer, sizeof(T));
    return sizeof(T);
  }
  static void destroy(FIELD_TYPE& val) { delete val; }
};

// A program's class whose types are forgotten. Strides are in bytes.
class REALM_PUBLIC_API CustomSerdezUntyped {
 public:
  size_t sizeof_field_type = 0;
  size_t max_serialized_size = 0;

  // The caller deletes the result.
  template <class SERDEZ>
  static CustomSerdezUntyped* create_custom_serdez();

  virtual ~CustomSerdezUntyped() {}
  virtual CustomSerdezUntyped* clone() const = 0;
  virtual size_t serialized_size(const void* field_ptr) const = 0;
  virtual size_t serialized_size(const void* field_ptr, ptrdiff_t stride, size_t count) const = 0;
  virtual size_t serialize(const void* field_ptr, void* buffer) const = 0;
  virtual size_t serialize(const void* field_ptr, ptrdiff_t stride, size_t count, void* buffer) const = 0;
  virtual size_t deserialize(void* field_ptr, const void* buffer) const = 0;
  virtual size_t deserialize(void* field_ptr, ptrdiff_t stride, size_t count, const void* buffer) const = 0;
  virtual void destroy(void* field_ptr) const = 0;
  virtual void destroy(void* field_ptr, ptrdiff_t stride, size_t count) const = 0;
};

template <typename SERDEZ>
class CustomSerdezWrapper : public CustomSerdezUntyped {
 public:
  typedef typename SERDEZ::FIELD_TYPE Field;

  CustomSerdezWrapper() {
    sizeof_field_type = sizeof(Field);
    max_serialized_size = SERDEZ::MAX_SERIALIZED_SIZE;
  }
  CustomSerdezUntyped* clone() const override { return new CustomSerdezWrapper<SERDEZ>; }

  size_t serialized_size(const void* field_ptr) const override {
    return SERDEZ::serialized_size(at(field_ptr));
  }
  size_t serialized_size(const void* field_ptr, ptrdiff_t stride, size_t count) const override {
    size_t sum = 0;
    for (size_t k = 0; k < count; ++k) sum += SERDEZ::serialized_size(at(field_ptr, stride, k));
    return sum;
  }
  size_t serialize(const void* field_ptr, void* buffer) const override {
    return SERDEZ::serialize(at(field_ptr), buffer);
  }
  size_t serialize(const void* field_ptr, ptrdiff_t stride, size_t count, void* buffer) const override {
    char* out = static_cast<char*>(buffer);
    for (size_t k = 0; k < count; ++k) out += SERDEZ::serialize(at(field_ptr, stride, k), out);
    return static_cast<size_t>(out - static_cast<char*>(buffer));
  }
  size_t deserialize(void* field_ptr, const void* buffer) const override {
    return SERDEZ::deserialize(at(field_ptr), buffer);
  }
  size_t deserialize(void* field_ptr, ptrdiff_t stride, size_t count, const void* buffer) const override {
    const char* in = static_cast<const char*>(buffer);
    for (size_t k = 0; k < count; ++k) in += SERDEZ::deserialize(at(field_ptr, stride, k), in);
    return static_cast<size_t>(in - static_cast<const char*>(buffer));
  }
  void destroy(void* field_ptr) const override { SERDEZ::destroy(at(field_ptr)); }
  void destroy(void* field_ptr, ptrdiff_t stride, size_t count) const override {
    for (size_t k = 0; k < count; ++k) SERDEZ::destroy(at(field_ptr, stride, k));
  }

 private:
  static Field& at(void* base, ptrdiff_t stride = 0, size_t index = 0) {
    return *reinterpret_cast<Field*>(static_cast<char*>(base) + stride * static_cast<ptrdiff_t>(index));
  }
  static const Field& at(const void* base, ptrdiff_t stride = 0, size_t index = 0) {
    return *reinterpret_cast<const Field*>(static_cast<const char*>(base) +
                                           stride * static_cast<ptrdiff_t>(index));
  }
};

template <class SERDEZ>
CustomSerdezUntyped* CustomSerdezUntyped::create_custom_serdez() {
  return new CustomSerdezWrapper<SERDEZ>;
}

}  // namespace Realm
