#include "frontend/cimport/collect.h"

#include <clang/AST/APValue.h>
#include <clang/AST/Attr.h>
#include <clang/AST/Expr.h>
#include <clang/AST/RecordLayout.h>
#include <clang/AST/Type.h>
#include <clang/Basic/SourceManager.h>

#include <cstring>

namespace palatine::cimport {

namespace {

std::shared_ptr<CType> make_type(CType::Kind kind) {
  auto type = std::make_shared<CType>();
  type->kind = kind;
  return type;
}

CTypePtr integer_type(uint64_t bits, bool is_signed) {
  auto type = make_type(CType::Kind::integer);
  type->bits = static_cast<uint32_t>(bits);
  type->is_signed = is_signed;
  return type;
}

CTypePtr string_type() {
  auto type = make_type(CType::Kind::pointer);
  type->element = integer_type(8, true);
  return type;
}

// The name of a record or an enumeration that has none of its own but is the subject of a typedef.
std::string typedef_name(const clang::TagDecl* tag) {
  const clang::TypedefNameDecl* decl = tag->getTypedefNameForAnonDecl();
  return decl ? decl->getName().str() : "";
}

// A spelling as it stands before `::`.
std::string scope_name(const std::string& spelling) {
  for (const char* keyword : {"struct ", "union "}) {
    if (spelling.starts_with(keyword)) return spelling.substr(strlen(keyword));
  }
  return spelling;
}

}  // namespace

void Collector::collect(const std::string& macro_prefix, const std::vector<std::string>& macro_names) {
  for (const clang::Decl* decl : context_.getTranslationUnitDecl()->decls()) {
    if (decl->isInvalidDecl()) continue;
    // A block `extern "C"` cannot occur: the text is C.
    if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(decl)) {
      collect_function(function);
    } else if (const auto* record = llvm::dyn_cast<clang::RecordDecl>(decl)) {
      record_key(record);
    } else if (const auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(decl)) {
      collect_enum(enumeration);
    } else if (const auto* name = llvm::dyn_cast<clang::TypedefNameDecl>(decl)) {
      if (!name->isImplicit()) header_.typedefs[name->getName().str()] = convert(name->getUnderlyingType());
    } else if (const auto* variable = llvm::dyn_cast<clang::VarDecl>(decl)) {
      llvm::StringRef rest = variable->getName();
      size_t index = 0;
      if (rest.consume_front(macro_prefix) && !rest.getAsInteger(10, index) && index < macro_names.size()) {
        collect_macro(variable, macro_names[index]);
      } else {
        // Code elsewhere reaches what is there once for all threads.
        const bool is_shared = variable->getTLSKind() == clang::VarDecl::TLS_None;
        const bool is_reachable = is_shared && variable->hasExternalFormalLinkage();
        const clang::QualType type = variable->getType();
        header_.globals[variable->getName().str()] = is_shared ? convert(type) : unsupported(type);
        if (is_shared && !is_reachable) header_.own_globals.insert(variable->getName().str());
        bool is_definition = variable->isThisDeclarationADefinition() != clang::VarDecl::DeclarationOnly;
        if (is_definition && (is_in_text(variable) || (is_reachable && is_of_program(variable))))
          header_.defines_code = true;
      }
    }
  }
}

bool Collector::is_in_text(const clang::Decl* decl) const {
  const clang::SourceManager& sources = context_.getSourceManager();
  return sources.isInMainFile(sources.getExpansionLoc(decl->getLocation()));
}

// Headers of a program, which nobody else compiles. What they define has no other place.
bool Collector::is_of_program(const clang::Decl* decl) const {
  const clang::SourceManager& sources = context_.getSourceManager();
  return !sources.isInSystemHeader(sources.getExpansionLoc(decl->getLocation()));
}

CTypePtr Collector::convert(clang::QualType type) {
  // `va_list` is a record of the compiler's own; no program can do anything with it.
  for (clang::QualType t = type; const auto* alias = t->getAs<clang::TypedefType>();
       t = alias->getDecl()->getUnderlyingType()) {
    if (alias->getDecl()->getName() == "__builtin_va_list") return unsupported(type);
  }
  clang::QualType canonical = type.getCanonicalType().getUnqualifiedType();
  CTypePtr& known = types_[canonical.getAsOpaquePtr()];
  if (known) return known;
  CTypePtr converted = convert_canonical(canonical);
  return types_[canonical.getAsOpaquePtr()] = converted;
}

CTypePtr Collector::unsupported(clang::QualType type) {
  auto result = make_type(CType::Kind::unsupported);
  result->name = type.getAsString();
  return result;
}

CTypePtr Collector::convert_canonical(clang::QualType type) {
  if (const auto* builtin = type->getAs<clang::BuiltinType>()) {
    CTypePtr converted = convert_builtin(builtin);
    return converted ? converted : unsupported(type);
  }
  if (const auto* pointer = type->getAs<clang::PointerType>()) {
    auto result = make_type(CType::Kind::pointer);
    result->element = convert(pointer->getPointeeType());
    return result;
  }
  if (const auto* array = llvm::dyn_cast<clang::ArrayType>(type)) {
    auto result = make_type(CType::Kind::array);
    result->element = convert(array->getElementType());
    if (const auto* constant = llvm::dyn_cast<clang::ConstantArrayType>(array)) {
      result->count = constant->getSize().getZExtValue();
    }
    return result;
  }
  if (const auto* vector = type->getAs<clang::VectorType>()) {
    auto result = make_type(CType::Kind::vector);
    result->element = convert(vector->getElementType());
    result->count = vector->getNumElements();
    return result;
  }
  if (const auto* function = type->getAs<clang::FunctionType>()) return convert_function(function);
  if (const auto* atomic = type->getAs<clang::AtomicType>()) return convert(atomic->getValueType());
  if (const auto* record = type->getAs<clang::RecordType>()) {
    auto result = make_type(CType::Kind::record);
    result->name = record_key(record->getDecl());
    return result;
  }
  if (const auto* enumeration = type->getAs<clang::EnumType>()) {
    const clang::EnumDecl* decl = enumeration->getDecl();
    auto result = make_type(CType::Kind::enumeration);
    clang::QualType underlying = decl->getIntegerType();
    if (underlying.isNull()) return unsupported(type);
    result->bits = static_cast<uint32_t>(context_.getTypeSize(underlying));
    result->is_signed = underlying->isSignedIntegerType();
    result->name = decl->getName().empty() ? typedef_name(decl) : "enum " + decl->getName().str();
    return result;
  }
  return unsupported(type);
}

CTypePtr Collector::convert_builtin(const clang::BuiltinType* type) {
  using Builtin = clang::BuiltinType;
  uint64_t bits = context_.getTypeSize(type);
  switch (type->getKind()) {
    case Builtin::Void:
      return make_type(CType::Kind::void_type);
    case Builtin::Bool:
      return make_type(CType::Kind::boolean);
    case Builtin::Float:
    case Builtin::Double: {
      auto result = make_type(CType::Kind::floating);
      result->bits = static_cast<uint32_t>(bits);
      return result;
    }
    // Plain `char` is the language's int8 on every machine.
    case Builtin::Char_U:
    case Builtin::Char_S:
      return integer_type(bits, true);
    default:
      break;
  }
  if (type->isInteger() && bits <= 64) return integer_type(bits, type->isSignedInteger());
  return nullptr;
}

CTypePtr Collector::convert_function(const clang::FunctionType* type) {
  auto result = make_type(CType::Kind::function);
  result->element = convert(type->getReturnType());
  const auto* prototype = llvm::dyn_cast<clang::FunctionProtoType>(type);
  // `f()` in C tells nothing about its parameters; in C++ it takes none.
  if (!prototype) return result;
  for (clang::QualType param : prototype->getParamTypes()) result->params.push_back(convert(param));
  result->variadic = prototype->isVariadic();
  return result;
}

std::string Collector::record_key(const clang::RecordDecl* record) {
  if (const clang::RecordDecl* definition = record->getDefinition()) {
    record = definition;
  } else {
    record = llvm::cast<clang::RecordDecl>(record->getCanonicalDecl());
  }
  auto known = record_keys_.find(record);
  if (known != record_keys_.end()) return known->second;

  CRecord result;
  result.is_union = record->isUnion();
  std::string tag = record->getName().str();
  std::string alias = typedef_name(record);
  std::string key;
  if (!tag.empty()) {
    key = (record->isUnion() ? "union " : "struct ") + tag;
    result.spelling = key;
  } else if (!alias.empty()) {
    key = alias;
    result.spelling = alias;
  } else {
    key = "anonymous " + std::to_string(++anonymous_count_);
  }
  record_keys_[record] = key;

  if (record->isCompleteDefinition() && !record->isInvalidDecl()) {
    result.is_complete = true;
    const clang::ASTRecordLayout& layout = context_.getASTRecordLayout(record);
    result.size_bytes = static_cast<uint64_t>(layout.getSize().getQuantity());
    result.align_bytes = static_cast<uint64_t>(layout.getAlignment().getQuantity());
    collect_fields(record, result);
  }
  header_.records[key] = result;
  // A type of the same plain name, if there is one, is the typedef's: `typedef struct foo *foo`.
  if (!tag.empty()) header_.records[tag] = result;
  return key;
}

void Collector::collect_fields(const clang::RecordDecl* record, CRecord& result) {
  for (const clang::FieldDecl* field : record->fields()) {
    const auto* type = field->getType()->getAs<clang::RecordType>();
    if (field->isAnonymousStructOrUnion() && type) {
      // Its members are named as if they were the outer record's own.
      if (const clang::RecordDecl* inner = type->getDecl()->getDefinition()) collect_fields(inner, result);
      continue;
    }
    if (field->isUnnamedBitField()) continue;
    CField member;
    member.name = field->getName().str();
    member.type = convert(field->getType());
    member.is_bit_field = field->isBitField();
    result.fields.push_back(std::move(member));
  }
  spell_members(result);
}

// A record without a name inside one without a name waits for the outer one's.
void Collector::spell_members(const CRecord& outer) {
  if (outer.spelling.empty()) return;
  for (const CField& field : outer.fields) {
    if (field.type->kind != CType::Kind::record) continue;
    CRecord& inner = header_.records[field.type->name];
    if (!inner.spelling.empty()) continue;
    inner.spelling = "decltype(" + scope_name(outer.spelling) + "::" + field.name + ")";
    const CRecord spelled = inner;
    spell_members(spelled);
  }
}

void Collector::collect_enum(const clang::EnumDecl* decl) {
  if (!decl->isCompleteDefinition()) return;
  CTypePtr type = convert(decl->getIntegerType());
  std::string tag = decl->getName().str();
  if (!tag.empty()) {
    header_.typedefs["enum " + tag] = type;
    header_.typedefs.try_emplace(tag, type);
  }
  for (const clang::EnumConstantDecl* enumerator : decl->enumerators()) {
    const llvm::APSInt& value = enumerator->getInitVal();
    CConstant constant;
    constant.type = convert(enumerator->getType());
    if (constant.type->kind == CType::Kind::enumeration) constant.type = type;
    if (value.isSigned()) {
      constant.value = value.getSExtValue();
    } else {
      constant.value = value.getZExtValue();
    }
    header_.constants[enumerator->getName().str()] = std::move(constant);
  }
}

void Collector::collect_function(const clang::FunctionDecl* decl) {
  if (decl->isImplicit() || !decl->getDeclName().isIdentifier()) return;
  std::string name = decl->getName().str();
  CTypePtr type = convert(decl->getType());
  // A prototype says more than an earlier declaration without one.
  auto [entry, is_new] = header_.functions.try_emplace(name, CFunction{name, type, ""});
  const auto* label = decl->getAttr<clang::AsmLabelAttr>();
  bool is_external = decl->isExternallyVisible() && !decl->isInlined();
  if (decl->isThisDeclarationADefinition() && (is_in_text(decl) || (is_external && is_of_program(decl))))
    header_.defines_code = true;
  entry->second.symbol = !is_external ? "" : label ? label->getLabel().str() : name;
  if (!is_new && type->params.size() > entry->second.type->params.size()) entry->second.type = type;
}

void Collector::collect_macro(const clang::VarDecl* decl, const std::string& name) {
  const clang::Expr* init = decl->getInit();
  if (!init || init->containsErrors() || init->isValueDependent()) return;
  if (const auto* text = llvm::dyn_cast<clang::StringLiteral>(init->IgnoreParenImpCasts())) {
    if (text->getCharByteWidth() != 1) return;
    header_.constants[name] = CConstant{string_type(), text->getString().str()};
    return;
  }
  clang::Expr::EvalResult result;
  if (!init->EvaluateAsRValue(result, context_) || result.HasSideEffects) return;
  CConstant constant;
  constant.type = convert(init->getType());
  if (result.Val.isInt() && result.Val.getInt().getBitWidth() <= 64) {
    const llvm::APSInt& value = result.Val.getInt();
    if (value.isSigned()) {
      constant.value = value.getSExtValue();
    } else {
      constant.value = value.getZExtValue();
    }
  } else if (result.Val.isFloat()) {
    llvm::APFloat value = result.Val.getFloat();
    bool loses_digits = false;
    value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &loses_digits);
    constant.value = value.convertToDouble();
    // A `long double` constant is used as a double.
    if (constant.type->kind != CType::Kind::floating) {
      auto type = make_type(CType::Kind::floating);
      type->bits = 64;
      constant.type = type;
    }
  } else {
    return;
  }
  CType::Kind kind = constant.type->kind;
  if (kind != CType::Kind::integer && kind != CType::Kind::floating && kind != CType::Kind::boolean) return;
  header_.constants[name] = std::move(constant);
}

}  // namespace palatine::cimport
