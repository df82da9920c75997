# sigma_warnings: the warning set of every target of this project.
add_library(sigma_warnings INTERFACE)
target_compile_options(sigma_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
if(SIGMA_WERROR)
  target_compile_options(sigma_warnings INTERFACE -Werror)
endif()
