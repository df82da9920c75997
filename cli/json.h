// The common parts of the command's JSON: names of files, hashes, errors, and text on one line.
//
// An object begins as Json::object(), not as a null that the first key turns into one: that turn
// sets the type before it has the memory, and where there is none the destructor follows a null
// pointer (nlohmann/json 3.11.2, operator[] and push_back).
#ifndef SIGMA_CLI_JSON_H_
#define SIGMA_CLI_JSON_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "sigma/sigma.hpp"

namespace sigma::cli {

using Json = nlohmann::ordered_json;

// The name of a file under `key`. Where it is no UTF-8, its bytes are under KEY_bytes as
// hexadecimal digits, and `key` has U+FFFD in their place.
void PutName(Json& object, const std::string& key, const std::string& name);
// 16 hexadecimal digits: as a number it would lose bits in programs that count in doubles.
[[nodiscard]] std::string HashText(std::uint64_t hash);
// {"code": "truncated", "text", "offset", "chunk"}; the last two where they are known.
[[nodiscard]] Json ErrorObject(const Error& error);
// The object of a file that nothing else can be said of: its name under `key`, and "error".
[[nodiscard]] Json FailedObject(const std::string& key, const std::string& name,
                                const Error& error);
// On one line.
[[nodiscard]] std::string Text(const Json& object);

}  // namespace sigma::cli

#endif  // SIGMA_CLI_JSON_H_
