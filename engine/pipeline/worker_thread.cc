#include "engine/pipeline/worker_thread.h"

#include <limits.h>
#include <pthread.h>

#include <algorithm>
#include <memory>
#include <new>

namespace sigma {
namespace {

struct Body {
  void (*run)(void*);
  void* context;
};

void* Run(void* given) {
  const Body body = *std::unique_ptr<Body>(static_cast<Body*>(given));
  body.run(body.context);
  return nullptr;
}

}  // namespace

std::optional<WorkerThread> WorkerThread::Start(void (*run)(void*), void* context) noexcept {
  auto body = std::unique_ptr<Body>(new (std::nothrow) Body{run, context});
  pthread_attr_t attributes;
  if (body == nullptr || pthread_attr_init(&attributes) != 0) return std::nullopt;
  pthread_attr_setstacksize(&attributes,
                            std::max(kWorkerStack, static_cast<std::size_t>(PTHREAD_STACK_MIN)));
  pthread_t thread;
  const bool made = pthread_create(&thread, &attributes, &Run, body.get()) == 0;
  pthread_attr_destroy(&attributes);
  if (!made) return std::nullopt;
  (void)body.release();
  return WorkerThread(thread);
}

WorkerThread::~WorkerThread() {
  if (handle_) pthread_join(*handle_, nullptr);
}

}  // namespace sigma
