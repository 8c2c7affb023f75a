// SPDX-License-Identifier: Apache-2.0
// A worker looks for the next round for some microseconds before it sleeps: a
// training step is about thirty rounds with little between them, and waking a
// sleeping thread takes as long as the smaller rounds do.

#include "pool.h"

namespace berus {

namespace {
constexpr int SPINS = 2000;

inline void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}
}  // namespace

Pool::Pool(int threads) {
    for (int i = 1; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

Pool::~Pool() {
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        stop_ = true;
    }
    wake_.notify_all();
    for (std::thread& worker : workers_) worker.join();
}

// Claims tasks from the last to the first. A claim succeeds only while a task is left, and until that task
// is finished nobody changes call_ and object_: a thread that comes late finds nothing, or the next round.
void Pool::help() {
    int left = unclaimed_;
    while (left > 0) {
        if (!unclaimed_.compare_exchange_weak(left, left - 1)) continue;
        call_(object_, left - 1);
        --unfinished_;
        left = unclaimed_;
    }
}

void Pool::work() {
    while (!stop_) {
        for (int spin = 0; spin < SPINS && unclaimed_ == 0 && !stop_; ++spin) relax();
        if (unclaimed_ == 0) {
            std::unique_lock<std::mutex> lock(mutex_);
            wake_.wait(lock, [&] { return stop_ || unclaimed_ > 0; });
        }
        help();
    }
}

// Waits for tasks, not for threads: one that the system has no processor for holds nothing up.
void Pool::dispatch(int tasks, Call call, const void* object) {
    if (workers_.empty() || tasks == 1) {
        for (int task = 0; task < tasks; ++task) call(object, task);
        return;
    }
    call_ = call;
    object_ = object;
    unfinished_ = tasks;
    {
        const std::lock_guard<std::mutex> lock(mutex_);
        unclaimed_ = tasks;
    }
    wake_.notify_all();
    help();
    for (int spin = 0; unfinished_ != 0; ++spin) {
        if (spin < SPINS) {
            relax();
        } else {
            std::this_thread::yield();
        }
    }
}

}  // namespace berus
