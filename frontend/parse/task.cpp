// Tasks: name, parameters, effects, body.
#include <fmt/format.h>

#include "frontend/parse/construct_parser.h"

namespace palatine::parse {

using lex::TokenKind;

ast::ConstructPtr ConstructParser::parse_task(ast::Annotations annotations, size_t first) {
  auto task = std::make_unique<ast::Task>();
  construct_ = task.get();
  Scopes::Scope own_name(scopes_, *task);
  task->annotations = std::move(annotations);
  size_t keyword = cursor_.index();
  task->is_extern = cursor_.accept_word("extern");
  if (task->is_extern) keyword = cursor_.index();
  size_t anchor = task->is_extern ? keyword - 1 : keyword;
  cursor_.expect_word("task");
  // A task without a name is no reason to misread its body.
  if (cursor_.is(TokenKind::left_paren)) {
    cursor_.report("<name> expected");
    task->name = {"_"};
  } else {
    parse_construct_name(task->name, task->name_range, true);
    if (task->name.size() == 1) task->self = declare(task->name[0], task->name_range);
  }

  Scopes::Scope parameters(scopes_);
  parse_header(TokenKind::kw_do, [&] { parse_task_header(*task); });
  if (!task->is_extern) {
    task->body = parse_block();
    cursor_.expect_closing(TokenKind::kw_end, keyword);
  }
  finish(*task, first, anchor);
  return task;
}

void ConstructParser::parse_task_header(ast::Task& task) {
  task.params = parse_params(true);
  if (cursor_.accept(TokenKind::colon)) task.return_type = parse_lua_expression();
  size_t where = cursor_.index();
  if (!cursor_.accept_word("where")) return;
  do {
    task.effects.push_back(parse_effect());
  } while (cursor_.accept(TokenKind::comma));
  if (task.is_extern) {
    cursor_.expect_closing(TokenKind::kw_end, where);
  } else {
    cursor_.expect(TokenKind::kw_do);
  }
}

std::map<size_t, ast::BindingId> ConstructParser::declare_params() {
  std::map<size_t, ast::BindingId> params;
  // At the opening parenthesis: names directly inside it that stand before a colon, up to its closing one.
  int depth = 0;
  for (size_t i = cursor_.index(); cursor_.at(i).kind != TokenKind::end_of_file; ++i) {
    const Token& token = cursor_.at(i);
    switch (token.kind) {
      case TokenKind::left_paren:
      case TokenKind::left_brace:
      case TokenKind::left_bracket:
        ++depth;
        break;
      case TokenKind::right_paren:
      case TokenKind::right_brace:
      case TokenKind::right_bracket:
        --depth;
        break;
      default:
        break;
    }
    if (depth == 0) break;
    bool starts_param = token.kind == TokenKind::comma || token.kind == TokenKind::left_paren;
    if (depth != 1 || !starts_param) continue;
    const Token& name = cursor_.at(i + 1);
    bool is_name = name.kind == TokenKind::name && (is_terra_ || name.word == lex::WordClass::plain);
    if (is_name && cursor_.at(i + 2).kind == TokenKind::colon) {
      params[i + 1] = declare(cursor_.text(name), cursor_.range(name));
    }
  }
  return params;
}

std::vector<ast::Param> ConstructParser::parse_params(bool allow_escapes) {
  std::map<size_t, ast::BindingId> declared;
  if (cursor_.is(TokenKind::left_paren)) declared = declare_params();
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  std::vector<ast::Param> params;
  if (cursor_.is(TokenKind::right_paren)) {
    cursor_.next();
    return params;
  }
  do {
    ast::Param param;
    size_t first = cursor_.index();
    if (allow_escapes && cursor_.is(TokenKind::left_bracket)) {
      param.declared.escape = parse_bracketed_lua();
      param.declared.range = cursor_.range_from(first);
    } else {
      const Token& name = expect_name();
      param.declared.text = cursor_.text(name);
      param.declared.range = cursor_.range(name);
      auto found = declared.find(first);
      cursor_.expect(TokenKind::colon);
      param.declared.binding =
          found != declared.end() ? found->second : declare(param.declared.text, param.declared.range);
      param.type = parse_lua_expression();
    }
    param.range = cursor_.range_from(first);
    params.push_back(std::move(param));
  } while (cursor_.accept(TokenKind::comma));
  cursor_.expect_closing(TokenKind::right_paren, opener);
  return params;
}

static std::optional<ast::EffectMode> effect_mode(std::string_view word) {
  static constexpr std::pair<std::string_view, ast::EffectMode> kModes[] = {
      {"reads", ast::EffectMode::reads},     {"writes", ast::EffectMode::writes},
      {"reduces", ast::EffectMode::reduces}, {"exclusive", ast::EffectMode::exclusive},
      {"atomic", ast::EffectMode::atomic},   {"simultaneous", ast::EffectMode::simultaneous},
      {"relaxed", ast::EffectMode::relaxed}, {"no_access_flag", ast::EffectMode::no_access_flag},
  };
  for (const auto& [text, mode] : kModes) {
    if (word == text) return mode;
  }
  return std::nullopt;
}

ast::Effect ConstructParser::parse_effect() {
  if (cursor_.is(TokenKind::left_bracket)) {
    size_t first = cursor_.index();
    ast::Effect effect;
    effect.kind = ast::Effect::Kind::escape;
    effect.escape = parse_bracketed_lua();
    effect.range = cursor_.range_from(first);
    effect.anchor = cursor_.range(cursor_.at(first));
    return effect;
  }
  if (is_condition()) return parse_condition_effect();
  if (cursor_.is(TokenKind::name) && effect_mode(cursor_.text(cursor_.peek()))) return parse_mode_effect();
  if (cursor_.is(TokenKind::name) && cursor_.is(TokenKind::left_paren, 1)) return parse_unknown_mode();
  return parse_constraint();
}

// `read(r)`: says what was meant, and goes on behind it.
ast::Effect ConstructParser::parse_unknown_mode() {
  const std::string_view word = cursor_.text(cursor_.next());
  static constexpr std::pair<std::string_view, std::string_view> kMeant[] = {
      {"read", "`reads`"},
      {"write", "`writes`"},
      {"reduce", "`reduces +`"},
      {"readwrite", "`reads writes`"},
      {"readwrites", "`reads writes`"},
      {"reads_writes", "`reads writes`"},
      {"rw", "`reads writes`"},
  };
  std::string hint = "privileges are `reads`, `writes` and `reduces +`";
  for (const auto& [wrong, right] : kMeant) {
    if (word == wrong) hint = fmt::format("the privilege is {}", right);
  }
  cursor_.report("unexpected token in constraint", hint);
  const size_t opener = cursor_.index();
  int depth = 0;
  do {
    if (cursor_.is(TokenKind::end_of_file)) cursor_.expect_closing(TokenKind::right_paren, opener);
    if (cursor_.is(TokenKind::end_of_file)) throw SyntaxError{};
    if (cursor_.is(TokenKind::left_paren)) ++depth;
    if (cursor_.is(TokenKind::right_paren)) --depth;
    cursor_.next();
  } while (depth > 0);
  ast::Effect effect;
  effect.kind = ast::Effect::Kind::modes;
  return effect;
}

ast::Effect ConstructParser::parse_mode_effect() {
  ast::Effect effect;
  effect.kind = ast::Effect::Kind::modes;
  size_t first = cursor_.index();
  while (!cursor_.is(TokenKind::left_paren)) {
    size_t mode_first = cursor_.index();
    std::optional<ast::EffectMode> mode;
    if (cursor_.is(TokenKind::name)) mode = effect_mode(cursor_.text(cursor_.peek()));
    if (!mode) cursor_.fail("expected privilege or coherence mode");
    cursor_.next();
    ast::ReductionOp reduction = ast::ReductionOp::add;
    if (*mode == ast::EffectMode::reduces) reduction = parse_reduction_op();
    effect.modes.push_back({*mode, reduction, cursor_.range_from(mode_first)});
  }
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  do {
    ast::Effect::Root root;
    size_t root_first = cursor_.index();
    root.region = parse_name_use();
    if (cursor_.accept(TokenKind::dot)) {
      root.has_fields = true;
      root.fields = parse_field_paths();
    }
    root.range = cursor_.range_from(root_first);
    effect.roots.push_back(std::move(root));
  } while (cursor_.accept(TokenKind::comma));
  cursor_.expect_closing(TokenKind::right_paren, opener);
  effect.range = cursor_.range_from(first);
  effect.anchor = cursor_.range(cursor_.at(first));
  return effect;
}

ast::Effect ConstructParser::parse_condition_effect() {
  ast::Effect effect;
  effect.kind = ast::Effect::Kind::conditions;
  size_t first = cursor_.index();
  while (!cursor_.is(TokenKind::left_paren)) {
    if (cursor_.accept_word("arrives")) {
      effect.arrives = true;
    } else if (cursor_.accept_word("awaits")) {
      effect.awaits = true;
    } else {
      cursor_.fail("expected condition");
    }
  }
  size_t opener = cursor_.index();
  cursor_.expect(TokenKind::left_paren);
  do {
    effect.barriers.push_back(parse_name_use());
  } while (cursor_.accept(TokenKind::comma));
  cursor_.expect_closing(TokenKind::right_paren, opener);
  effect.range = cursor_.range_from(first);
  effect.anchor = cursor_.range(cursor_.at(first));
  return effect;
}

ast::Effect ConstructParser::parse_constraint() {
  ast::Effect effect;
  effect.kind = ast::Effect::Kind::constraint;
  size_t first = cursor_.index();
  effect.lhs = parse_name_use();
  if (cursor_.accept(TokenKind::star)) {
    effect.disjoint = true;
  } else if (!cursor_.accept(TokenKind::less_equal)) {
    cursor_.fail("unexpected token in constraint");
  }
  effect.rhs = parse_name_use();
  effect.range = cursor_.range_from(first);
  effect.anchor = cursor_.range(cursor_.at(first));
  return effect;
}

}  // namespace palatine::parse
