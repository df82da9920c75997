#include "engine/api/file_workers.h"

#include <atomic>

namespace sigma {

Result<void> FileWorkers::PlanFor(bool verify) {
  if (plan_ && plan_->verify == verify) return {};
  Options wanted = options_;
  wanted.verify = verify;
  for (Lane& lane : lanes_) lane.compressor.reset();
  wide_.reset();
  const Result<CompressionPlan> planned = PlanCompression(wanted);
  if (!planned) return planned.failure();
  plan_ = *planned;
  return {};
}

Compressor& FileWorkers::CompressorOf(Lane& lane) {
  if (lane.compressor == nullptr) {
    lane.compressor = std::make_unique<Compressor>(FitToSize(*plan_, std::uint64_t{1}));
  }
  return *lane.compressor;
}

Compressor& FileWorkers::CompressorFor(std::optional<std::uint64_t> size) {
  const CompressionPlan fitted = FitToSize(*plan_, size);
  if (fitted.shape.threads == 1) return CompressorOf(lanes_.front());
  if (wide_ == nullptr || wide_shape_ != fitted.shape) {
    lanes_.resize(1);
    crew_.reset();
    wide_.reset();
    wide_ = std::make_unique<Compressor>(fitted);
    wide_shape_ = fitted.shape;
  }
  return *wide_;
}

Decompressor& FileWorkers::TheDecompressor() {
  if (decompressor_ == nullptr) {
    lanes_.resize(1);
    crew_.reset();
    decompressor_ = std::make_unique<Decompressor>(options_);
  }
  return *decompressor_;
}

Decompressor& FileWorkers::DecompressorOf(Lane& lane) {
  if (lane.decompressor == nullptr) {
    Options one = options_;
    one.threads = 1;
    lane.decompressor = std::make_unique<Decompressor>(one);
  }
  return *lane.decompressor;
}

void FileWorkers::Drop() {
  if (options_.memory_limit == 0) return;
  lanes_.front() = {};
  wide_.reset();
  decompressor_.reset();
}

void FileWorkers::SideBySide(std::size_t count,
                             const std::function<void(std::size_t, Lane&)>& one) {
  if (count < 2 || options_.threads == 1 || limited_) return;
  if (crew_ == nullptr) {
    wide_.reset();
    decompressor_.reset();
    crew_ = std::make_unique<Workers>(options_.threads);
  }
  lanes_.resize(crew_->threads());
  std::atomic<std::size_t> next{0};
  (void)crew_->RunOnEach([&] {
    Lane& lane = lanes_[crew_->Place()];
    for (std::size_t i = next++; i < count; i = next++) one(i, lane);
  });
}

}  // namespace sigma
