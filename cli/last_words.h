// The message when an exception reaches the end of the command: most of them mean that memory is
// short, so saying it takes none.
#ifndef SIGMA_CLI_LAST_WORDS_H_
#define SIGMA_CLI_LAST_WORDS_H_

namespace sigma::cli {

// Says in one line on standard error what the exception that is being handled is about, if that is
// known: true.
bool SayLastWords() noexcept;

}  // namespace sigma::cli

#endif  // SIGMA_CLI_LAST_WORDS_H_
