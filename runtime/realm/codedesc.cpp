#include "realm/codedesc.h"

#include <dlfcn.h>

namespace Realm {

PointerType::PointerType(const Type& _base_type, bool _const, size_t _size_bits, size_t _alignment_bits)
    : Type(PointerKind, _size_bits, _alignment_bits) {
  flag = _const;
  nested.push_back(_base_type);
}

FunctionPointerType::FunctionPointerType(const Type& _return_type, const std::vector<Type>& _param_types)
    : Type(FunctionPointerKind, 8 * sizeof(void (*)()), 8 * alignof(void (*)())) {
  nested.push_back(_return_type);
  nested.insert(nested.end(), _param_types.begin(), _param_types.end());
}

std::vector<Type> FunctionPointerType::param_types() const {
  return std::vector<Type>(nested.begin() + 1, nested.end());
}

bool Type::operator==(const Type& rhs) const {
  return kind == rhs.kind && bits == rhs.bits && flag == rhs.flag && nested == rhs.nested;
}

std::ostream& operator<<(std::ostream& os, const Type& t) {
  switch (t.kind) {
    case Type::InvalidKind:
      return os << "invalid";
    case Type::OpaqueKind:
      if (t.bits == 0) return os << "void";
      return os << "opaque" << t.bits;
    case Type::IntegerKind:
      return os << (t.flag ? "int" : "uint") << t.bits;
    case Type::FloatingPointKind:
      return os << "float" << t.bits;
    case Type::PointerKind:
      return os << (t.flag ? "const " : "") << t.nested[0] << "*";
    case Type::FunctionPointerKind:
      os << t.nested[0] << "(*)(";
      for (size_t k = 1; k < t.nested.size(); ++k) os << (k > 1 ? ", " : "") << t.nested[k];
      return os << ")";
  }
  return os;
}

CodeImplementation::~CodeImplementation() = default;
CodeProperty::~CodeProperty() = default;

CodeImplementation* FunctionPointerImplementation::clone() const {
  return new FunctionPointerImplementation(fnptr);
}

void FunctionPointerImplementation::print(std::ostream& os) const {
  os << "function at " << reinterpret_cast<const void*>(fnptr);
}

CodeImplementation* DSOReferenceImplementation::clone() const {
  return new DSOReferenceImplementation(dso_name, symbol_name);
}

void DSOReferenceImplementation::print(std::ostream& os) const {
  os << "symbol " << symbol_name << " in " << (dso_name.empty() ? "the program" : dso_name);
}

CodeDescriptor::CodeDescriptor() = default;

CodeDescriptor::CodeDescriptor(const Type& _t) : m_type(_t) {}

CodeDescriptor::CodeDescriptor(const CodeDescriptor& rhs) {
  copy_from(rhs);
}

CodeDescriptor& CodeDescriptor::operator=(const CodeDescriptor& rhs) {
  if (this != &rhs) {
    clear();
    copy_from(rhs);
  }
  return *this;
}

CodeDescriptor::~CodeDescriptor() {
  clear();
}

void CodeDescriptor::clear() {
  m_type = Type();
  for (CodeImplementation* impl : m_impls) delete impl;
  for (CodeProperty* prop : m_props) delete prop;
  m_impls.clear();
  m_props.clear();
}

void CodeDescriptor::copy_from(const CodeDescriptor& rhs) {
  m_type = rhs.m_type;
  for (const CodeImplementation* impl : rhs.m_impls) m_impls.push_back(impl->clone());
  for (const CodeProperty* prop : rhs.m_props) m_props.push_back(prop->clone());
}

CodeDescriptor& CodeDescriptor::set_type(const Type& _t) {
  m_type = _t;
  return *this;
}

CodeDescriptor& CodeDescriptor::add_implementation(CodeImplementation* impl) {
  m_impls.push_back(impl);
  return *this;
}

CodeDescriptor& CodeDescriptor::add_property(CodeProperty* prop) {
  m_props.push_back(prop);
  return *this;
}

bool CodeDescriptor::has_portable_implementations() const {
  for (const CodeImplementation* impl : m_impls) {
    if (impl->is_portable()) return true;
  }
  return false;
}

bool CodeDescriptor::create_portable_implementation() {
  if (has_portable_implementations()) return true;
  const auto* function = find_impl<FunctionPointerImplementation>();
  Dl_info info;
  if (!function || !dladdr(reinterpret_cast<void*>(function->fnptr), &info) || !info.dli_sname ||
      info.dli_saddr != reinterpret_cast<void*>(function->fnptr)) {
    return false;
  }
  add_implementation(new DSOReferenceImplementation(info.dli_fname ? info.dli_fname : "", info.dli_sname));
  return true;
}

std::ostream& operator<<(std::ostream& os, const CodeDescriptor& cd) {
  os << "code of type " << cd.m_type << ":";
  for (const CodeImplementation* impl : cd.m_impls) os << " " << *impl;
  return os;
}

}  // namespace Realm
