#include "frontend/parse/scopes.h"

#include <algorithm>

namespace palatine::parse {

void Scopes::open(Kind kind, ast::Construct* construct, ast::EscapeId escape) {
  if (kind != Kind::block) borders_.push_back(levels_.size());
  levels_.push_back({kind, construct, escape, entries_.size()});
}

void Scopes::close() {
  const Level& level = levels_.back();
  while (entries_.size() > level.first_entry) {
    const Entry& entry = entries_.back();
    if (entry.shadowed == kNone) {
      innermost_.erase(entry.name);
    } else {
      innermost_[entry.name] = entry.shadowed;
    }
    entries_.pop_back();
  }
  if (level.kind != Kind::block) borders_.pop_back();
  levels_.pop_back();
}

void Scopes::declare(std::string_view name, ast::BindingId binding) {
  auto [place, is_new] = innermost_.try_emplace(std::string(name), entries_.size());
  entries_.push_back({std::string(name), binding, is_new ? kNone : place->second});
  place->second = entries_.size() - 1;
}

void Scopes::declare_local(std::string_view name) {
  declare(name, {});
}

void Scopes::declare_binding(std::string_view name, ast::BindingId binding) {
  declare(name, binding);
}

ast::BindingId Scopes::binding_in_this_scope(std::string_view name) const {
  auto found = innermost_.find(std::string(name));
  if (found == innermost_.end() || found->second < levels_.back().first_entry) return {};
  return entries_[found->second].binding;
}

size_t Scopes::use(std::string_view name) {
  auto found = innermost_.find(std::string(name));
  if (found == innermost_.end()) return kNone;
  const Entry& entry = entries_[found->second];
  if (!entry.binding.is_valid()) return found->second;
  // The construct of the binding is the last border at or before the entry; the border behind it is its
  // escape.
  for (size_t i = borders_.size(); i-- > 0;) {
    const Level& level = levels_[borders_[i]];
    if (level.first_entry > found->second) continue;
    if (i + 1 < borders_.size()) {
      const Level& escape = levels_[borders_[i + 1]];
      auto& params = level.construct->escapes[escape.escape.index].params;
      if (std::find(params.begin(), params.end(), entry.binding) == params.end())
        params.push_back(entry.binding);
    }
    break;
  }
  return found->second;
}

bool Scopes::use_in_lua(std::string_view name) {
  return use(name) != kNone;
}

ast::NameUse Scopes::use_in_construct(std::string_view name, SourceRange range) {
  const Level& level = levels_[borders_.back()];
  ast::Construct& construct = *level.construct;
  ast::NameUse result{std::string(name), range, {}, {}};
  size_t entry = use(name);
  if (entry != kNone && entry >= level.first_entry) {
    result.binding = entries_[entry].binding;
    return result;
  }
  for (size_t i = 0; i < construct.captures.size(); ++i) {
    if (construct.captures[i].name == name) result.capture = ast::CaptureId{static_cast<uint32_t>(i)};
  }
  if (!result.capture.is_valid()) {
    result.capture = ast::CaptureId{static_cast<uint32_t>(construct.captures.size())};
    construct.captures.push_back({std::string(name), range, entry != kNone});
  }
  return result;
}

}  // namespace palatine::parse
