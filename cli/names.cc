#include "cli/names.h"

#include <array>
#include <cstdint>
#include <cstdio>

namespace sigma::cli {
namespace {

struct Character {
  char32_t code = 0;
  std::size_t bytes = 0;  // 0: no UTF-8 begins here
};

// The character `text` begins with. Overlong forms, surrogates and codes above 10FFFF are none.
Character FirstOf(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < bytes) return {};
  char32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = (code << 6) | (byte(i) & 0x3F);
  }
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  if (overlong || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF) return {};
  return {code, bytes};
}

// Controls, and the marks that turn the direction of writing around or break a line.
bool MovesTheCursor(char32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 ||
         (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::size_t Width(char32_t code) {
  struct Range {
    char32_t first, last;
  };
  // East Asian Wide and Fullwidth, and pictures, in the coarse ranges of Unicode's blocks.
  constexpr std::array<Range, 9> kWide = {{{0x1100, 0x115F},
                                           {0x2E80, 0xA4CF},
                                           {0xAC00, 0xD7A3},
                                           {0xF900, 0xFAFF},
                                           {0xFE30, 0xFE6F},
                                           {0xFF00, 0xFF60},
                                           {0xFFE0, 0xFFE6},
                                           {0x1F300, 0x1FAFF},
                                           {0x20000, 0x3FFFD}}};
  for (const Range& range : kWide) {
    if (code >= range.first && code <= range.last) return 2;
  }
  return code >= 0x300 && code <= 0x36F ? 0 : 1;  // accents stand above what is before them
}

std::string Escaped(char byte) {
  switch (byte) {
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    case '\'':
      return "\\'";
    case '\\':
      return "\\\\";
    default:
      std::array<char, 8> text;
      std::snprintf(text.data(), text.size(), "\\%03o",
                    static_cast<unsigned>(static_cast<std::uint8_t>(byte)));
      return text.data();
  }
}

// Characters as they are where they can be shown; the rest, and with `shell` quotes and
// backslashes, by escapes.
std::string WithEscapes(std::string_view text, bool shell) {
  std::string shown;
  while (!text.empty()) {
    const Character character = FirstOf(text);
    const std::size_t bytes = character.bytes == 0 ? 1 : character.bytes;
    const bool escape = character.bytes == 0 || MovesTheCursor(character.code) ||
                        (shell && (text[0] == '\'' || text[0] == '\\'));
    for (std::size_t i = 0; i < bytes; ++i) {
      if (escape) {
        shown += Escaped(text[i]);
      } else {
        shown += text[i];
      }
    }
    text.remove_prefix(bytes);
  }
  return shown;
}

bool NeedsEscapes(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(FirstOf(text).bytes)) {
    const Character character = FirstOf(text);
    if (character.bytes == 0 || MovesTheCursor(character.code)) return true;
  }
  return false;
}

}  // namespace

std::string ShownName(std::string_view name) {
  if (name == "-") return "(stdin)";
  if (name.empty()) return "''";
  if (!NeedsEscapes(name)) return std::string(name);
  return "$'" + WithEscapes(name, true) + "'";
}

std::string Printable(std::string_view text) { return WithEscapes(text, false); }

bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const Character character = FirstOf(text);
    if (character.bytes == 0) return false;
    text.remove_prefix(character.bytes);
  }
  return true;
}

std::size_t Columns(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Character character = FirstOf(text);
    columns += character.bytes == 0 ? 1 : Width(character.code);
    text.remove_prefix(character.bytes == 0 ? 1 : character.bytes);
  }
  return columns;
}

std::string EndOf(std::string_view text, std::size_t columns) {
  std::size_t width = Columns(text);
  if (width <= columns) return std::string(text);
  constexpr std::string_view kDots = "...";
  if (columns <= kDots.size()) return std::string(kDots.substr(0, columns));
  while (!text.empty() && width > columns - kDots.size()) {
    const Character character = FirstOf(text);
    width -= character.bytes == 0 ? 1 : Width(character.code);
    text.remove_prefix(character.bytes == 0 ? 1 : character.bytes);
  }
  return std::string(kDots) + std::string(text);
}

}  // namespace sigma::cli
