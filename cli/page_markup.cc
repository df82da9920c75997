#include "cli/page_markup.h"

#include "cli/quantity.h"

namespace sigma::cli {
namespace {

// s0 to s7 are the strategies' colours: those of Okabe and Ito (2008), which stay apart for
// colour-blind readers, with violet for the yellow that white paper swallows; lighter on black.
constexpr std::string_view kStyle = R"(
:root{color-scheme:light dark;--ink:#222;--soft:#555;--grid:#ccc;--back:#fff;--stripe:#f4f4f4;
--s0:#0072b2;--s1:#e69f00;--s2:#009e73;--s3:#cc79a7;--s4:#56b4e9;--s5:#d55e00;--s6:#6a4fb3;
--s7:#8a8a8a}
@media screen and (prefers-color-scheme:dark){:root{--ink:#ddd;--soft:#aaa;--grid:#444;--back:#181818;
--stripe:#242424;--s0:#3d93d6;--s1:#e69f00;--s2:#12ab80;--s3:#d68db5;--s4:#8fd0f5;--s5:#e8703a;
--s6:#9a85e0;--s7:#9a9a9a}a{color:#8ab4f8}}
body{font:15px/1.45 system-ui,sans-serif;max-width:1000px;margin:2em auto;padding:0 1em;
color:var(--ink);background:var(--back)}
h2{margin-top:2em;border-top:1px solid var(--grid);padding-top:.6em}
h1,h2,p,dd,td{overflow-wrap:anywhere}
figure{margin:1.2em 0}figcaption{margin-bottom:.3em}
.scroll{overflow-x:auto}.chart{display:block;width:100%;min-width:720px;height:auto}
table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;white-space:nowrap}
td:first-child,th:first-child{text-align:left}
td.name{white-space:normal}td a{display:block;min-width:11em}
tr:nth-child(even){background:var(--stripe)}th{border-bottom:1px solid var(--soft)}
text{font:13px system-ui,sans-serif;fill:var(--soft)}
.grid{stroke:var(--grid)}.axis{stroke:var(--soft)}.lead{stroke:var(--soft);stroke-dasharray:2 2}
.size{fill:none;stroke:var(--s0);stroke-width:2.5}
.entropy{fill:none;stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 3}
.level{fill:var(--s0)}.gap{fill:var(--back)}
.s0{fill:var(--s0)}.s1{fill:var(--s1)}.s2{fill:var(--s2)}.s3{fill:var(--s3)}.s4{fill:var(--s4)}
.s5{fill:var(--s5)}.s6{fill:var(--s6)}.s7{fill:var(--s7)}
.key{display:inline-block;margin-right:1.2em;white-space:nowrap}
.key svg{margin-right:.35em;vertical-align:-.1em}
footer{margin-top:3em;border-top:1px solid var(--grid);color:var(--soft);font-size:14px}
dl{display:grid;grid-template-columns:auto 1fr;gap:.1em 1.2em}dd{margin:0}
@media print{body{max-width:none;margin:0;padding:0;font-size:11px}.scroll{overflow:visible}
.chart{min-width:0}figure{break-inside:avoid}h2,h3,figcaption{break-after:avoid}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
)";

}  // namespace

std::string_view PageStyle() { return kStyle; }

std::string Escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string Figure(const std::string& caption, const std::string& content) {
  // With tabindex the keyboard can scroll it.
  return "<figure><figcaption>" + Escaped(caption) +
         "</figcaption><div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"" +
         Escaped(caption) + "\">" + content + "</div></figure>\n";
}

std::string Table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows) {
  std::string html = "<table><thead><tr>";
  for (const std::string& head : heads) html += "<th scope=\"col\">" + head + "</th>";
  html += "</tr></thead><tbody>";
  for (const std::vector<std::string>& row : rows) {
    html += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      html += (i == 0 ? "<td class=\"name\">" : "<td>") + row[i] + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table>";
}

std::string OpenChart(const std::string& id, double height, const std::string& title,
                      const std::string& text) {
  return "<svg class=\"chart\" id=\"" + id + "\" viewBox=\"0 0 " + Number(kChartWidth) + " " +
         Number(height) + "\" role=\"img\" aria-labelledby=\"" + id + "t " + id +
         "d\"><title id=\"" + id + "t\">" + Escaped(title) + "</title><desc id=\"" + id + "d\">" +
         Escaped(text) + "</desc>\n";
}

std::string Rectangle(double x, double y, double width, double height, const std::string& paint,
                      const std::string& title) {
  return "<rect x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" width=\"" + Number(width) +
         "\" height=\"" + Number(height) + "\" " + paint + "><title>" + Escaped(title) +
         "</title></rect>\n";
}

std::string Text(double x, double y, std::string_view anchor, const std::string& text) {
  return "<text x=\"" + Number(x) + "\" y=\"" + Number(y) + "\" text-anchor=\"" +
         std::string(anchor) + "\">" + Escaped(text) + "</text>";
}

std::string Line(double x1, double y1, double x2, double y2, std::string_view kind) {
  return "<line class=\"" + std::string(kind) + "\" x1=\"" + Number(x1) + "\" y1=\"" + Number(y1) +
         "\" x2=\"" + Number(x2) + "\" y2=\"" + Number(y2) + "\"/>";
}

std::string Number(double value) { return Fixed(value, 2); }

}  // namespace sigma::cli
