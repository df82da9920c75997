// The C++ API of libsigma: compress, restore, inspect and read at random, from memory and from
// files.
//
// No exception crosses this API: every failure is an Error value with a code, a text, and where it
// is known the chunk and the byte offset in the compressed stream. Sizes are bytes. All functions
// may be called from several threads at once; one call runs its own workers (Options::threads).
//
//   result.hpp   bytes, errors, Result          files.hpp     files, one or many
//   options.hpp  options, sums, abilities       append.hpp    a stream added to a file
//   memory.hpp   from memory to memory          shards.hpp    a file in parts, by several machines
//   context.hpp  many small blocks              recover.hpp   what is left of a damaged file
//   stream.hpp   pushed in, pulled out          archive.hpp   the members of a compressed tar
//   reader.hpp   random access                  inspect.hpp   what a file holds
//   estimate.hpp what levels would make of it   verify.hpp    compared with a file
//   shared.hpp   a file by several processes   measure.hpp   speed, ratio, analysis
//   trace.hpp    the times of stages
#ifndef SIGMA_SIGMA_HPP_
#define SIGMA_SIGMA_HPP_

#include "sigma/append.hpp"
#include "sigma/archive.hpp"
#include "sigma/context.hpp"
#include "sigma/estimate.hpp"
#include "sigma/files.hpp"
#include "sigma/inspect.hpp"
#include "sigma/measure.hpp"
#include "sigma/memory.hpp"
#include "sigma/options.hpp"
#include "sigma/reader.hpp"
#include "sigma/recover.hpp"
#include "sigma/result.hpp"
#include "sigma/shards.hpp"
#include "sigma/shared.hpp"
#include "sigma/stream.hpp"
#include "sigma/trace.hpp"
#include "sigma/verify.hpp"

#endif  // SIGMA_SIGMA_HPP_
