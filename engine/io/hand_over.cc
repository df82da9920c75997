// Bytes are copied outside of the lock, so that a copy of a whole chunk holds nobody else up. While
// a caller copies, `pushing_` or `pulling_` says so, and the side whose buffer it is does not
// return: neither at the end nor cancelled.
#include "engine/io/hand_over.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace sigma {
namespace {

constexpr const char* kPushing = "another thread is pushing already";
constexpr const char* kPulling = "another thread is pulling already";

// Somebody is in a call; made and destroyed with the lock.
class Presence {
 public:
  explicit Presence(bool& flag) : flag_(flag) { flag_ = true; }
  ~Presence() { flag_ = false; }
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Result<std::size_t> HandOver::Push(ByteView bytes) { return Take(bytes, Waits::kWhileUseful); }

Result<void> HandOver::Write(ByteView bytes) {
  const Result<std::size_t> taken = Take(bytes, Waits::kUntilDone);
  if (!taken) return taken.failure();
  return {};
}

Result<std::size_t> HandOver::Pull(MutableBytes target) {
  return Give(target, Waits::kWhileUseful);
}

Result<std::size_t> HandOver::Read(MutableBytes target) { return Give(target, Waits::kUntilDone); }

Result<void> HandOver::Flush() {
  {
    const Lock lock(mutex_);
    if (std::optional<Error> refused = Refusal()) return Unexpected{*std::move(refused)};
    if (closed_) return Fail(ErrorCode::kInvalidArgument, "the stream is finished");
    flush_ = settling_ = true;
  }
  reader_.notify_one();
  caller_.notify_all();
  return {};
}

Result<void> HandOver::Close() {
  {
    const Lock lock(mutex_);
    if (std::optional<Error> refused = Refusal()) return Unexpected{*std::move(refused)};
    closed_ = true;
  }
  reader_.notify_one();
  caller_.notify_all();
  return {};
}

void HandOver::Cancel() noexcept {
  {
    const Lock lock(mutex_);
    cancelled_ = true;
  }
  reader_.notify_one();
  writer_.notify_one();
  caller_.notify_all();
}

void HandOver::End(std::optional<Error> error) noexcept {
  {
    const Lock lock(mutex_);
    over_ = true;
    error_ = std::move(error);
  }
  caller_.notify_all();
}

std::optional<Error> HandOver::Refusal() const {
  if (cancelled_) return Error{ErrorCode::kCancelled, "cancelled", kNoPosition, kNoPosition};
  return error_;
}

Result<std::size_t> HandOver::Take(ByteView bytes, Waits waits) {
  std::size_t taken = 0;
  Lock lock(mutex_);
  if (pusher_) return Fail(ErrorCode::kInvalidArgument, kPushing);
  const Presence here(pusher_);
  for (;;) {
    if (std::optional<Error> refused = Refusal()) return Unexpected{*std::move(refused)};
    if (closed_) return Fail(ErrorCode::kInvalidArgument, "the stream is finished");
    if (over_) return Fail(ErrorCode::kInvalidArgument, "the stream has ended: it takes no more");
    if (bytes.empty()) return taken;
    if (HasRoom()) {
      const std::size_t size = std::min(bytes.size(), wanted_.size());
      pushing_ = true;
      lock.unlock();
      std::memcpy(wanted_.data(), bytes.data(), size);
      lock.lock();
      pushing_ = false;
      wanted_ = wanted_.subspan(size);
      if (wanted_.empty() || flush_ || closed_ || stopped_ || cancelled_) reader_.notify_one();
      taken += size;
      bytes = bytes.subspan(size);
      continue;
    }
    if (waits == Waits::kWhileUseful && !offered_.empty()) return taken;
    caller_.wait(lock);
  }
}

Result<std::size_t> HandOver::Give(MutableBytes target, Waits waits) {
  if (target.empty()) return Fail(ErrorCode::kInvalidArgument, "there is no room to pull into");
  std::size_t given = 0;
  Lock lock(mutex_);
  if (puller_) return Fail(ErrorCode::kInvalidArgument, kPulling);
  const Presence here(puller_);
  for (;;) {
    if (cancelled_) return Unexpected{*Refusal()};
    if (!offered_.empty() && !target.empty()) {
      const std::size_t size = std::min(target.size(), offered_.size());
      pulling_ = true;
      lock.unlock();
      std::memcpy(target.data(), offered_.data(), size);
      lock.lock();
      pulling_ = false;
      offered_ = offered_.subspan(size);
      if (offered_.empty() || cancelled_) writer_.notify_one();
      given += size;
      target = target.subspan(size);
      continue;
    }
    if (given != 0) return given;
    if (over_) {
      if (error_) return Unexpected{*error_};
      return std::size_t{0};
    }
    if (waits == Waits::kWhileUseful && !closed_) {
      if (settling_ ? Idle() : HasRoom()) {
        settling_ = false;
        return std::size_t{0};
      }
    }
    caller_.wait(lock);
  }
}

Result<std::size_t> HandOver::Fill(MutableBytes target) {
  Lock lock(mutex_);
  wanted_ = target;
  goes_on_ = false;
  caller_.notify_all();
  reader_.wait(lock, [&] {
    if (pushing_) return false;
    if (wanted_.empty() || closed_ || stopped_ || cancelled_) return true;
    // Where nothing has come there is nothing to flush.
    if (flush_ && wanted_.size() == target.size()) {
      flush_ = false;
      caller_.notify_all();
    }
    return flush_;
  });
  const std::size_t got = target.size() - wanted_.size();
  goes_on_ = std::exchange(flush_, false) && !wanted_.empty();
  wanted_ = {};
  if (cancelled_ || stopped_) return Fail(ErrorCode::kCancelled, "cancelled");
  return got;
}

Result<void> HandOver::Offer(ByteView bytes) {
  if (bytes.empty()) return {};
  Lock lock(mutex_);
  offered_ = bytes;
  caller_.notify_all();
  writer_.wait(lock, [&] { return !pulling_ && (offered_.empty() || cancelled_); });
  offered_ = {};
  if (cancelled_) return Fail(ErrorCode::kCancelled, "cancelled");
  return {};
}

void HandOver::StopReading() noexcept {
  {
    const Lock lock(mutex_);
    stopped_ = true;
  }
  reader_.notify_one();
}

void HandOver::CountChunk(int change) noexcept {
  {
    const Lock lock(mutex_);
    in_flight_ += static_cast<std::uint64_t>(static_cast<std::int64_t>(change));
  }
  caller_.notify_all();
}

}  // namespace sigma
