// Makes tars block by block, right ones and such as no program makes.
#ifndef SIGMA_TESTS_ENGINE_ARCHIVE_TAR_MAKER_H_
#define SIGMA_TESTS_ENGINE_ARCHIVE_TAR_MAKER_H_

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "sigma/sigma.hpp"

namespace sigma::tests {

struct TarItem {
  std::string name;
  char type = '0';
  std::string data = {};  // what stands after the header
  std::string link = {};
  unsigned mode = 0644;
  long long mtime = 1'000'000'000;
  long long size = -1;  // as the header tells it; -1: that of data
};

class TarMaker {
 public:
  TarMaker& Add(const TarItem& item) {
    AddHeader(item);
    AddData(item.data);
    return *this;
  }
  // A pax extension of these records ("path", "x", …), before the next member.
  TarMaker& Pax(std::initializer_list<std::pair<std::string, std::string>> records,
                char type = 'x') {
    std::string data;
    for (const auto& [key, value] : records) {
      const std::string rest = " " + key + "=" + value + "\n";
      std::size_t size = rest.size() + 1;
      while (std::to_string(size).size() + rest.size() != size) ++size;
      data += std::to_string(size) + rest;
    }
    return Add({.name = "pax", .type = type, .data = data});
  }
  // GNU's long name or link.
  TarMaker& Long(char type, std::string text) {
    return Add({.name = "././@LongLink", .type = type, .data = text + '\0'});
  }
  TarMaker& End() {
    bytes_.append(1024, '\0');
    return *this;
  }
  void AddHeader(const TarItem& item) {
    std::string block(512, '\0');
    const auto put = [&](std::size_t at, std::string_view text) {
      block.replace(at, text.size(), text);
    };
    const auto number = [&](std::size_t at, int digits, long long value) {
      char text[32];
      std::snprintf(text, sizeof(text), "%0*llo", digits, value);
      put(at, text);
    };
    put(0, item.name.substr(0, 100));
    number(100, 7, item.mode);
    number(108, 7, 1000);
    number(116, 7, 100);
    number(124, 11, item.size >= 0 ? item.size : static_cast<long long>(item.data.size()));
    number(136, 11, item.mtime);
    block[156] = item.type;
    put(157, item.link.substr(0, 100));
    put(257, std::string_view("ustar\00000", 8));
    put(265, "user");
    put(297, "group");
    Seal(block);
    bytes_ += block;
  }
  // Puts the right checksum into a header.
  static void Seal(std::string& block) {
    block.replace(148, 8, "        ");
    unsigned sum = 0;
    for (const char byte : block) sum += static_cast<unsigned char>(byte);
    char text[16];
    std::snprintf(text, sizeof(text), "%06o", sum);
    block.replace(148, 7, std::string(text) + '\0');
  }
  void AddData(const std::string& data) {
    bytes_ += data;
    bytes_.append((512 - data.size() % 512) % 512, '\0');
  }
  [[nodiscard]] std::string& bytes() { return bytes_; }
  [[nodiscard]] ByteView view() const {
    return {reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::string bytes_;
};

}  // namespace sigma::tests

#endif  // SIGMA_TESTS_ENGINE_ARCHIVE_TAR_MAKER_H_
