// A file compressed in parts, by several machines or one after the other: each makes one of N parts
// of it, and merging joins them, without compressing anything again, into the very bytes that
// CompressFile would have made of the whole.
//
//   CompressShard("table", "part2", {2, 4}, options, {});        // on the second of four machines
//   MergeShards({{"part1", "part2", "part3", "part4"}}, "table.sigma", {}, {});
//
// A part is a stream by itself: it restores to its own bytes of the file.
#ifndef SIGMA_SHARDS_HPP_
#define SIGMA_SHARDS_HPP_

#include <cstdint>
#include <span>
#include <string>

#include "sigma/files.hpp"

namespace sigma {

// Part `part` of `parts`: 1 ≤ part ≤ parts ≤ kMostParts.
struct Shard {
  static constexpr std::uint32_t kMostParts = 4096;
  std::uint32_t part = 1;
  std::uint32_t parts = 1;
};

// Compresses one part of `source`, which has to have a size and be readable at any place: a regular
// file or a block device, also as standard input. The parts are cut where the chunks of the whole
// begin; with more parts than chunks some are empty. The same options for all parts, please, but for
// threads and verify; under a memory limit name a chunk size, as the limit may choose one.
// kInvalidArgument: a pipe; a shard that cannot be; remove_source; rsyncable; far; adapt;
// content_hash, as a part has not the whole content.
Result<Summary> CompressShard(const std::string& source, const std::string& target,
                              const Shard& shard, const Options& options, const FileOptions& files,
                              const Observer& observer = {});

// Joins parts, in any order, into `target`, which gets the metadata of the file that holds part 1.
// Headers and hashes are checked as they go by. Of the options memory_limit counts, with one stored
// chunk and the seek table to bound. Error::input says which of `parts` an error speaks of.
//
// kInvalidArgument, naming what differs: a part of another source (size, time of modification, a
// sample of its content), of another division, made with another level, chunk size, strategy or
// encoder; a part that is given twice; parts that are missing; what is no part, or cannot be read
// twice. Times of modification that differ in a fraction of a second, of which one is zero, are taken
// for the same: copies lose it.
Result<Summary> MergeShards(std::span<const std::string> parts, const std::string& target,
                            const Options& options, const FileOptions& files,
                            const Observer& observer = {});

}  // namespace sigma

#endif  // SIGMA_SHARDS_HPP_
