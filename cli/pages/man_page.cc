// The manual page: what the table says of each option, between what people need to know besides.
#include <string>

#include "cli/options.h"
#include "cli/pages/pages.h"
#include "sigma/sigma.hpp"

namespace sigma::cli {
namespace {

constexpr std::string_view kBefore = R"(.SH NAME
sigma-par, unsigma, sigmacat \- compress or restore .sigma files in parallel
.SH SYNOPSIS
.B sigma-par
.RI [ option ]... " " [ file ]...
.br
.B unsigma
.RI [ option ]... " " [ file ]...
.br
.B sigmacat
.RI [ option ]... " " [ file ]...
.SH DESCRIPTION
.B sigma-par
cuts a file into chunks, chooses for each chunk what suits its bytes, and codes the chunks on all the
processors it may use.
The result is the same whatever the number of threads.
.PP
Each
.I file
is compressed to
.IR file .sigma
and kept.
With no
.IR file ,
or when it is
.BR \- ,
standard input is read and standard output written.
Compressed bytes are neither written to a terminal nor, without
.BR \-f ,
read from one.
.PP
.B unsigma
is
.BR "sigma-par \-d" ,
.B sigmacat
is
.BR "sigma-par \-dc" .
.PP
A result is written to a temporary file in the target's folder, given the mode, times and owner of the
source and renamed into place.
On an error or when a signal ends the command, nothing partial is left and the source is untouched.
.SH OPTIONS
Options may stand anywhere before
.BR \-\- ,
the last of two that contradict each other wins, and a long name may be shortened as long as it is clear
which is meant. An option that does not go with the mode is an error.
)";

constexpr std::string_view kAfter = R"(.SH MEASURING
.B \-\-bench
prints, for every level from
.B \-b
to
.BR \-e ,
the best of the repetitions that fit in
.B \-\-seconds
in each direction. Nothing but compression and restoring is timed. MB is 10^6 bytes, ratio is
original/compressed. With
.B \-\-json
each line is an object; that of the total has
.BR \(dqfile\(dq:\(dqtotal\(dq .
.PP
.B \-\-estimate
says what every level would make of a file. Of a file of more than 16 MiB thirteen stretches are read,
one of them longer, which tells how much references across stretches bring; levels from 6 on code
4 or 2 MiB of that in pieces of 512 KiB, which level 5 codes, too, and from its size and the ratio of
the two theirs is inferred. The column From says how much of the file a level compressed,
.B all
that the size is exact. Memory is that of the whole process at most. Files whose parts differ more than
the stretches show, and copies that lie far apart, make the estimate worse.
.SH JSON
.B \-l \-\-json
prints one object with
.BR files ,
an array with one entry for every file asked for, in that order. An entry has
.BR name ;
where the name is no UTF-8, its bytes are in
.B name_bytes
as hexadecimal digits, and
.B name
has U+FFFD in their place. It has either
.BR compressed ,
.BR original ,
.BR ratio ,
.BR chunks ,
.BR chunk_size ,
.BR level ,
.BR checksum ,
.B strategies
and
.BR streams ,
an array with offset, compressed, original, chunks, chunk_size and level of each stream in the file (and
.BR content_hash ,
with algorithm (XXH3-128, SHA-256, or unknown where another version wrote it) and hash, where the stream
has one), and for a part made by
.B \-\-shard
also
.BR shard ,
with part, parts, offset and source_size; or
.BR error ,
with
.B code
(a word such as not_sigma, truncated or corrupt),
.B text
and, where they are known,
.B offset
(in the file, bytes) and
.BR chunk .
With
.B \-v
there is
.BR chunk_table ;
hashes are strings of 16 hexadecimal digits. Sizes are bytes.
.PP
.B \-d \-\-recover \-\-json
writes one object for each file to standard error, in place of messages, with
.BR name ,
.B restored
(bytes),
.BR lost_bytes ,
.B intact
(whether there is no damage at all),
.B damage
(an array of sentences about headers and footers) and
.BR lost ,
an array of ranges with stream, chunk (the first), chunks, offset and length in the restored bytes,
length_inferred and offset_inferred.
.B \-\-estimate \-\-json
prints one object with
.BR files ,
whose entries have
.BR name ,
.B original
and
.BR levels ,
an array with level, compressed, ratio, exact, sampled (bytes that were compressed), threads, chunk_size,
compress_seconds, decompress_seconds, compress_mb_s, decompress_mb_s, compress_memory and
decompress_memory.
.BR \-\-analyze ,
.B \-\-bench
and
.B \-\-estimate
have such an
.B error
for a file that cannot be read, too.
.PP
.B \-l \-\-members \-\-json
prints one object with
.B name
of the file,
.B indexed
(whether there is an index of members) and
.BR members ,
an array in the order of the archive. A member has
.BR name ,
.B kind
(file, sparse, hard_link, link, folder, fifo, character_device, block_device or other),
.BR size ,
.BR mode ,
.B mtime
(seconds since 1970),
.BR owner_id ,
.BR group_id ,
.BR owner ,
.BR group ,
.B link
(where links lead),
.B device
(major and minor number), and the offsets in the restored archive of its
.B header
and its
.BR data ,
of which there are
.B stored
bytes. Where the archive is cut or damaged,
.B error
follows the members before that.
.SH ENVIRONMENT
.TP
.B SIGMA_PAR_OPTIONS
Options that change how fast and with how much memory the command works, and no file:
@PERFORMANCE@.
The command line goes before them. Anything else there is an error.
.SH FILES
.TP
.I FILE.sigma
What compressing
.I FILE
makes.
.TP
.I FILE.tsigma
The same as
.IR FILE.tar.sigma ,
made by
.BR "\-S .tsigma" .
.TP
.I .sigma\-par.XXXXXXXXXXXXXXXX
A result that is not complete yet, on file systems without unnamed files. Only SIGKILL or a loss of power
leaves it; it may be deleted.
.TP
.I .sigma\-par.append.XXXXXXXXXXXXXXXX
The journal of an append that goes on or was cut short. It says how much of the file beside it counts:
leave it to the next append, which needs it.
.SH EXIT STATUS
.TP
.B 0
Everything was done.
.TP
.B 1
An error: something that was asked for was not done. Standard error says what and where.
.TP
.B 2
A warning: something was left alone, as a file whose suffix does not fit, or is not quite as asked for;
.B \-\-recover
found damage.
.PP
INT, TERM and HUP end the command by the signal, after its temporary files are removed.
.SH EXAMPLES
.TP
.B sigma-par \-4 big.log
Compress to big.log.sigma at level 4.
.TP
.B unsigma big.log.sigma
Restore big.log.
.TP
.B sigma-par \-r \-\-exclude '*.o' \-\-output-dir backup project
Compress the files of a tree into backup/project/...
.TP
.B tar \-I sigma-par \-cf folder.tar.sigma folder
Make an archive;
.B tar \-I sigma-par \-xf folder.tar.sigma
unpacks it.
.TP
.B sigma-par \-l \-\-members folder.tar.sigma '*.c'
List members of the archive at once;
.B sigma-par \-x folder.tar.sigma folder/src
extracts some, reading only the chunks that hold them.
.TP
.B sigma-par \-d \-\-range 1G:4K big.log.sigma
Print 4 KiB from the middle, decoding only what holds them.
.TP
.B sigma-par \-\-shard 2/4 big.log \-o part2
Compress the second quarter, on one of four machines;
.B sigma-par \-\-merge part? \-o big.log.sigma
joins the four parts.
.TP
.B sigma-par \-l \-\-json *.sigma
What is inside, for a program.
.SH SEE ALSO
.BR gzip (1),
.BR xz (1),
.BR zstd (1)
)";

bool IsOptionWord(std::string_view word) {
  return word.size() > 1 && word[0] == '-' && word != "--" &&
         (word[1] == '-' || word[1] > '9' || (word[1] >= '0' && word[1] <= '9'));
}

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else {
      if (c == '-') escaped += '\\';
      escaped += c;
    }
  }
  return escaped;
}

// Options bold, the option's own argument in italics, at most 100 columns a line.
std::string Roff(std::string_view text, std::string_view argument) {
  constexpr std::size_t kLine = 100;
  std::string roff;
  std::size_t used = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    std::string_view tail = word;
    while (!word.empty() && std::string_view(".,;:)").find(word.back()) != std::string_view::npos) {
      word.remove_suffix(1);
    }
    tail.remove_prefix(word.size());
    std::string shown = Escaped(word);
    if (IsOptionWord(word)) shown = Joined({"\\fB", shown, "\\fR"});
    if (!argument.empty() && word == argument) shown = Joined({"\\fI", shown, "\\fR"});
    shown += tail;
    if (used > 0 && used + 1 + shown.size() > kLine) {
      roff += '\n';
      used = 0;
    } else if (used > 0) {
      roff += ' ';
    }
    if (used == 0 && (shown[0] == '.' || shown[0] == '\'')) shown.insert(0, "\\&");
    roff += shown;
    used += shown.size() + 1;
  }
  return roff;
}

// Summaries are written for a list: here they are sentences.
std::string Sentence(std::string_view summary) {
  std::string sentence(summary);
  if (sentence[0] >= 'a' && sentence[0] <= 'z') sentence[0] = static_cast<char>(sentence[0] - 32);
  return sentence + ".";
}

std::string Item(const OptionRow& row) {
  std::string heading;
  if (row.takes == Takes::kDigits) {
    heading = "\\fB\\-1\\fR ... \\fB\\-9\\fR";
  } else {
    if (row.letter != 0) heading = Joined({"\\fB\\-", {&row.letter, 1}, "\\fR, "});
    heading += Joined({"\\fB\\-\\-", Escaped(row.name), "\\fR"});
    if (row.takes == Takes::kValue) heading += Joined({" \\fI", Escaped(row.argument), "\\fR"});
    if (row.takes == Takes::kOptionalValue)
      heading += Joined({"[=\\fI", Escaped(row.argument), "\\fR]"});
    if (!row.aliases.empty()) heading += Joined({", \\fB\\-\\-", Escaped(row.aliases), "\\fR"});
  }
  std::string item =
      Joined({".TP\n", heading, "\n", Roff(Sentence(row.summary), row.argument), "\n"});
  if (!row.more.empty()) item += Joined({Roff(row.more, row.argument), "\n"});
  return item;
}

}  // namespace

std::string ManPage() {
  std::string page = ".\\\" Made by sigma-pages from the table of options.\n";
  page += Joined({".TH SIGMA-PAR 1 \"2026\" \"sigma-par ", Version(), "\" \"User Commands\"\n"});
  page += kBefore;
  const OptionRow* before = nullptr;
  std::string performance;
  for (const OptionRow& row : OptionTable()) {
    if (before == nullptr || before->section != row.section) {
      page += Joined({".SS ", Escaped(SectionTitle(row.section)), "\n"});
    }
    before = &row;
    page += Item(row);
    if (row.performance) {
      performance += performance.empty() ? "" : ", ";
      performance += row.takes == Takes::kDigits ? std::string("-1") : Joined({"--", row.name});
    }
  }
  std::string after(kAfter);
  constexpr std::string_view kPlace = "@PERFORMANCE@";
  after.replace(after.find(kPlace), kPlace.size(), Roff(performance, {}));
  return page + after;
}

}  // namespace sigma::cli
