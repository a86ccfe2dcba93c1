// Names that mean nothing: what may have been meant.
#include <algorithm>
#include <iterator>

#include "sema/check/checker.h"
#include "sema/check/hints.h"

namespace palatine::sema {

// Words that begin a statement and are read as names when a letter is wrong.
static constexpr const char* kStatementWords[] = {"break", "return",  "repeat", "while",   "elseif",
                                                  "until", "rescape", "copy",   "acquire", "release"};
static constexpr const char* kMathFunctions[] = {"sqrt", "fabs", "abs",  "pow",   "exp",  "log",   "sin",
                                                 "cos",  "tan",  "cbrt", "floor", "ceil", "round", "atan2"};
static constexpr const char* kPrintFunctions[] = {"printf", "print", "println", "puts", "fprintf"};

void Checker::report_undefined(const std::string& name, SourceRange range) {
  // One mistake, however often the name is used.
  if (!undefined_names_.insert(name).second) {
    has_error_ = true;
    return;
  }
  auto builder = error(DiagKind::name_undefined, range, name);
  auto is_name = [&](const char* word) { return name == word; };
  if (std::ranges::any_of(kPrintFunctions, is_name)) {
    builder.note(DiagKind::hint_c_function, range);
    return;
  }
  if (std::ranges::any_of(kMathFunctions, is_name)) {
    builder.note(DiagKind::hint_math_function, range, name == "abs" ? "fabs" : name);
    return;
  }
  std::vector<std::string> names(std::begin(kStatementWords), std::end(kStatementWords));
  for (const Scope& scope : scopes_) {
    for (const auto& [symbol, local] : scope.locals) names.push_back(local->name);
  }
  if (context_.add_names) context_.add_names(names);
  // The same suggestion in every run, whatever the order of the tables.
  std::ranges::sort(names);
  const size_t max_distance = name.size() < 5 ? 1 : 2;
  if (hint_defined_later(builder, context_.diags, name, range)) return;
  const std::string close = closest_name(name, names, max_distance);
  if (!close.empty() && close != name) {
    builder.note(DiagKind::hint_did_you_mean, range, close);
  } else if (const auto* target = ast::try_as<ast::NameExpr>(assigned_name_);
             target && target->name.text == name) {
    builder.note(DiagKind::hint_declare, range, name);
  }
}

}  // namespace palatine::sema
