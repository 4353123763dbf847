#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "cli/commands.h"
#include "cli/generate.h"
#include "cli/options.h"
#include "skq/fields.h"

namespace skq::cli {
namespace {

/// One word as mdoc source: no accidental escapes.
std::string roff(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c == '\\')
      out += "\\e";
    else if (c == '"')
      out += "\\(dq";
    else
      out += c;
  }
  return out;
}

/// Text as lines of mdoc source that are not long and do not look like a request.
std::string roff_lines(std::string_view text) {
  constexpr std::size_t longest = 78;
  std::string out, line;
  const auto end_line = [&] {
    if (line.starts_with('.') || line.starts_with('\'')) line.insert(0, "\\&");
    out += line + '\n';
    line.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = roff(text.substr(at, end - at));
    if (!line.empty() && line.size() + 1 + word.size() > longest) end_line();
    line += (line.empty() ? "" : " ") + word;
    at = end + 1;
  }
  end_line();
  return out;
}

std::string escaped_dashes(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == '-' ? std::string("\\-") : std::string(1, c);
  return out;
}

/// The long options' dashes are part of the name; mdoc's Fl brings the first.
std::string flags_of(const Option& option) {
  std::string out;
  if (option.letter != 0) out = fmt::format("Fl {}", option.letter);
  for (const std::string_view name : {option.name, option.alias}) {
    if (name.empty()) continue;
    out += out.empty() ? "" : " , ";
    out += fmt::format("Fl \\-{}", escaped_dashes(name));
    if (option.argument == Argument::required) out += fmt::format(" Ns = Ns Ar {}", option.metavar);
    if (option.argument == Argument::optional) out += fmt::format(" Ns Oo = Ns Ar {} Oc", option.metavar);
  }
  return out;
}

/// The command under which an option is told.
Command home_of(const Option& option) {
  for (const CommandRow& row : all_commands())
    if (option.commands.has(row.command)) return row.command;
  return Command::list;
}

/// What is told of the options that are at home in that command.
std::string told_options(Command command) {
  std::string items;
  for (const Option& option : all_options())
    if (!option.hidden && is_built(option) && home_of(option) == command)
      items += fmt::format(".It {}\n{}\n", flags_of(option), option.man);
  return items.empty() ? items : ".Bl -tag -width Ds\n" + items + ".El\n";
}

std::string options_of(const CommandRow& row) {
  std::string shared;
  for (const Option& option : all_options()) {
    if (!is_offered(option, row.command) || home_of(option) == row.command) continue;
    if (!shared.empty()) shared += " ,\n";
    const char letter = letter_in(option, row.command);
    shared += letter != 0 ? fmt::format(".Fl {}", letter) : ".Fl \\-" + escaped_dashes(option.name);
  }
  const std::string own = told_options(row.command);
  const std::string_view heading = own.empty() ? "" : "has, beside those named after them:\n";
  return fmt::format(".Pp\n.Nm\n.Cm {}\n{}{}{}{} .\n", row.word, heading, own,
                     own.empty() ? "has of the others\n" : "and of the others\n", shared);
}

}  // namespace

std::string man_options() {
  std::string out = told_options(Command::list);
  for (const CommandRow& row : all_commands().subspan(1)) out += options_of(row);
  out += ".Pp\nThe following are known and refused by name, each for its reason:\n";
  std::string refused;
  for (const Option& option : all_options())
    if (!is_built(option))
      refused += fmt::format("{}\\-\\-{} ({})", refused.empty() ? "" : ",\n", option.name, lack_of(option));
  out += refused + ".\n";
  return out;
}

std::string man_columns() {
  std::string out = ".Bl -tag -width \"payload_percent\" -compact\n";
  for (const Field& field : all_fields()) out += fmt::format(".It Cm {}\n{}", field.name, roff_lines(field.help));
  return out + ".El\n";
}

}  // namespace skq::cli
