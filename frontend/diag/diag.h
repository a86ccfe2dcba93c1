// Diagnostics: what the compiler says about a user's program.
//
// Every kind of message is listed once, in a `kinds_*.def` file of this folder. Wording: lower case, no full
// stop, code in backticks; what was seen, then the rule if it is not clear. The second place is a note.
#pragma once

#include <fmt/format.h>

#include <string>
#include <unordered_map>
#include <vector>

#include "frontend/source/source.h"

namespace palatine {

enum class Severity : uint8_t { note, warning, error };

enum class DiagKind : uint16_t {
#define DIAG(name, severity, format) name,
#include "frontend/diag/kinds.def"
#undef DIAG
};

// The name of a kind as it stands in its .def file.
const char* diag_kind_name(DiagKind kind);
Severity diag_kind_severity(DiagKind kind);
const char* diag_kind_format(DiagKind kind);
size_t diag_kind_count();

// One message at one place. `range` may be invalid for messages without a place.
struct Message {
  DiagKind kind;
  Severity severity;
  SourceRange range;
  std::string text;
};

struct Diagnostic {
  Message main;
  std::vector<Message> notes;
};

// Collects diagnostics in the order in which they were reported. Not thread safe.
class Diagnostics {
 public:
  explicit Diagnostics(SourceManager& sources) : sources_(&sources) {}

  // Adds notes to the diagnostic that was just reported; valid until the next `report`.
  class Builder {
   public:
    Builder(Diagnostics& diags, size_t index) : diags_(&diags), index_(index) {}
    template <typename... Args>
    Builder& note(DiagKind kind, SourceRange range, const Args&... args) {
      diags_->add_note(index_, kind, range,
                       fmt::vformat(diag_kind_format(kind), fmt::make_format_args(args...)));
      return *this;
    }

   private:
    Diagnostics* diags_;
    size_t index_;
  };

  // Reports one diagnostic. The same kind with the same text at the same place is kept once.
  template <typename... Args>
  Builder report(DiagKind kind, SourceRange range, const Args&... args) {
    return add(kind, range, fmt::vformat(diag_kind_format(kind), fmt::make_format_args(args...)));
  }

  // Takes back what was reported since there were `count` diagnostics, for what is tried again later. Notes
  // added to older ones stay.
  void roll_back(size_t count);

  // Warnings that follow are errors (-fwarn-as-error).
  void make_warnings_errors() { are_warnings_errors_ = true; }

  size_t error_count() const { return error_count_; }
  bool has_errors() const { return error_count_ > 0; }
  const std::vector<Diagnostic>& all() const { return diagnostics_; }
  SourceManager& sources() const { return *sources_; }

 private:
  friend class Builder;
  Builder add(DiagKind kind, SourceRange range, std::string text);
  void add_note(size_t index, DiagKind kind, SourceRange range, std::string text);

  SourceManager* sources_;
  std::vector<Diagnostic> diagnostics_;
  // The index in `diagnostics_` by kind, place and text.
  std::unordered_map<std::string, size_t> known_;
  size_t error_count_ = 0;
  bool are_warnings_errors_ = false;
};

struct RenderOptions {
  bool color = false;
};

// `file:line:col: error: text`, the source line, a caret range, then the notes likewise.
std::string render_text(const Diagnostics& diags, const RenderOptions& options);
std::string render_text(const SourceManager& sources, const Diagnostic& diagnostic,
                        const RenderOptions& options);
// A JSON array of objects {kind, severity, file, line, column, end_line, end_column, text, notes: [...]}.
std::string render_json(const Diagnostics& diags);

}  // namespace palatine
