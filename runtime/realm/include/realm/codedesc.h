// Descriptions of code: a function's type and the ways to get at it.
//
// A task needs an implementation that is a function of this process: a function pointer, or a symbol of a
// shared library. Descriptors own their implementations and copy them.
#pragma once

#include <cstddef>
#include <iostream>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "realm/processor.h"
#include "realm/realm_config.h"

namespace Realm {

// A type of a program, as far as calls need it.
class REALM_PUBLIC_API Type {
 public:
  enum Kind { InvalidKind, OpaqueKind, IntegerKind, FloatingPointKind, PointerKind, FunctionPointerKind };

  Type() {}
  template <typename T>
  static Type from_cpp_type();
  template <typename T>
  static Type from_cpp_value(const T&) {
    return from_cpp_type<T>();
  }

  bool operator==(const Type& rhs) const;
  bool operator!=(const Type& rhs) const { return !(*this == rhs); }
  bool is_valid() const { return kind != InvalidKind; }
  // `T` is one of the classes below.
  template <typename T>
  bool is() const {
    return kind == T::KIND;
  }
  template <typename T>
  const T& as() const {
    return *static_cast<const T*>(this);
  }
  size_t size_bits() const { return bits; }
  size_t alignment_bits() const { return alignment; }

  friend REALM_PUBLIC_API std::ostream& operator<<(std::ostream& os, const Type& t);

 protected:
  Type(Kind _kind, size_t _size_bits, size_t _alignment_bits)
      : kind(_kind), bits(_size_bits), alignment(_alignment_bits) {}
  Kind kind = InvalidKind;
  size_t bits = 0;
  size_t alignment = 0;
  bool flag = false;         // signed, or a pointer to constant
  std::vector<Type> nested;  // what a pointer points to; a function's result, then its parameters
};

class OpaqueType : public Type {
 public:
  static const Type::Kind KIND = OpaqueKind;
  explicit OpaqueType(size_t _size_bits, size_t _alignment_bits = 0)
      : Type(OpaqueKind, _size_bits, _alignment_bits) {}
};

class IntegerType : public Type {
 public:
  static const Type::Kind KIND = IntegerKind;
  IntegerType(size_t _size_bits, bool _signed, size_t _alignment_bits = 0)
      : Type(IntegerKind, _size_bits, _alignment_bits) {
    flag = _signed;
  }
  bool is_signed() const { return flag; }
};

class FloatingPointType : public Type {
 public:
  static const Type::Kind KIND = FloatingPointKind;
  explicit FloatingPointType(size_t _size_bits, size_t _alignment_bits = 0)
      : Type(FloatingPointKind, _size_bits, _alignment_bits) {}
};

class PointerType : public Type {
 public:
  static const Type::Kind KIND = PointerKind;
  explicit PointerType(const Type& _base_type, bool _const = false, size_t _size_bits = 8 * sizeof(void*),
                       size_t _alignment_bits = 0);
  const Type& base_type() const { return nested[0]; }
  bool is_const() const { return flag; }
};

class FunctionPointerType : public Type {
 public:
  static const Type::Kind KIND = FunctionPointerKind;
  FunctionPointerType(const Type& _return_type, const std::vector<Type>& _param_types);
  const Type& return_type() const { return nested[0]; }
  std::vector<Type> param_types() const;
};

namespace TypeConv {

// Whether the type is only declared, as that of what a handle points to.
template <typename T, typename = void>
struct IsIncomplete : std::true_type {};
template <typename T>
struct IsIncomplete<T, std::void_t<decltype(sizeof(T))>> : std::false_type {};

template <typename T>
struct OfCpp {
  static Type type() {
    if constexpr (std::is_void<T>::value || IsIncomplete<T>::value) {
      return OpaqueType(0);
    } else if constexpr (std::is_integral<T>::value) {
      return IntegerType(8 * sizeof(T), std::is_signed<T>::value, 8 * alignof(T));
    } else if constexpr (std::is_floating_point<T>::value) {
      return FloatingPointType(8 * sizeof(T), 8 * alignof(T));
    } else {
      return OpaqueType(8 * sizeof(T), 8 * alignof(T));
    }
  }
};
template <typename T>
struct OfCpp<T*> {
  static Type type() {
    return PointerType(OfCpp<typename std::remove_const<T>::type>::type(), std::is_const<T>::value,
                       8 * sizeof(T*), 8 * alignof(T*));
  }
};
template <typename R, typename... P>
struct OfCpp<R (*)(P...)> {
  static Type type() {
    return FunctionPointerType(OfCpp<typename std::remove_cv<R>::type>::type(),
                               {OfCpp<typename std::remove_cv<P>::type>::type()...});
  }
};

template <typename T>
Type from_cpp_type() {
  return OfCpp<typename std::remove_cv<T>::type>::type();
}
template <typename T>
Type from_cpp_value(const T&) {
  return from_cpp_type<T>();
}

}  // namespace TypeConv

template <typename T>
Type Type::from_cpp_type() {
  return TypeConv::from_cpp_type<T>();
}

// One way to get at the code.
class REALM_PUBLIC_API CodeImplementation {
 public:
  virtual ~CodeImplementation();
  virtual CodeImplementation* clone() const = 0;
  // Whether other processes can use it.
  virtual bool is_portable() const = 0;
  friend std::ostream& operator<<(std::ostream& os, const CodeImplementation& ci) {
    ci.print(os);
    return os;
  }

 protected:
  virtual void print(std::ostream& os) const = 0;
};

class REALM_PUBLIC_API CodeProperty {
 public:
  virtual ~CodeProperty();
  virtual CodeProperty* clone() const = 0;
  virtual bool is_portable() const = 0;
};

// A function of this process.
class REALM_PUBLIC_API FunctionPointerImplementation : public CodeImplementation {
 public:
  explicit FunctionPointerImplementation(void (*_fnptr)()) : fnptr(_fnptr) {}
  CodeImplementation* clone() const override;
  bool is_portable() const override { return false; }
  template <typename T>
  T get_impl() const {
    return reinterpret_cast<T>(fnptr);
  }
  void (*fnptr)();

 protected:
  void print(std::ostream& os) const override;
};

// A symbol of a shared library; an empty library name is the program.
class REALM_PUBLIC_API DSOReferenceImplementation : public CodeImplementation {
 public:
  DSOReferenceImplementation(const std::string& _dso_name, const std::string& _symbol_name)
      : dso_name(_dso_name), symbol_name(_symbol_name) {}
  CodeImplementation* clone() const override;
  bool is_portable() const override { return true; }
  std::string dso_name, symbol_name;

 protected:
  void print(std::ostream& os) const override;
};

class REALM_PUBLIC_API CodeDescriptor {
 public:
  CodeDescriptor();
  explicit CodeDescriptor(const Type& _t);
  // From a function pointer.
  template <typename T>
  explicit CodeDescriptor(T fnptr) : m_type(Type::from_cpp_type<T>()) {
    add_implementation(new FunctionPointerImplementation(reinterpret_cast<void (*)()>(fnptr)));
  }
  CodeDescriptor(const CodeDescriptor& rhs);
  CodeDescriptor& operator=(const CodeDescriptor& rhs);
  ~CodeDescriptor();

  void clear();
  CodeDescriptor& set_type(const Type& _t);
  // Owns it from now on.
  CodeDescriptor& add_implementation(CodeImplementation* impl);
  CodeDescriptor& add_property(CodeProperty* prop);

  const Type& type() const { return m_type; }
  const std::vector<CodeImplementation*>& implementations() const { return m_impls; }
  const std::vector<CodeProperty*>& properties() const { return m_props; }
  bool has_portable_implementations() const;
  // From a function pointer the symbol of the library that exports it. False when none does.
  bool create_portable_implementation();

  // The first implementation of a class, or null.
  template <typename T>
  const T* find_impl() const {
    for (const CodeImplementation* impl : m_impls) {
      if (const T* found = dynamic_cast<const T*>(impl)) return found;
    }
    return nullptr;
  }

  friend REALM_PUBLIC_API std::ostream& operator<<(std::ostream& os, const CodeDescriptor& cd);

 protected:
  void copy_from(const CodeDescriptor& rhs);
  Type m_type;
  std::vector<CodeImplementation*> m_impls;
  std::vector<CodeProperty*> m_props;
};

}  // namespace Realm
