// SPDX-License-Identifier: Apache-2.0
// A fixed set of threads that share out numbered tasks.
//
// Which thread runs a task is left to chance, so a task may write only what no
// other task writes; sums over tasks are made afterwards, in task order.

#ifndef BERUS_KERNEL_POOL_H
#define BERUS_KERNEL_POOL_H

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace berus {

class Pool {
   public:
    // threads: 1 to 64, the caller's own thread included.
    explicit Pool(int threads);
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    int threads() const { return static_cast<int>(workers_.size()) + 1; }

    // Calls body(task) once for every task from 0 to tasks - 1; body must not throw.
    template <class Body>
    void run(int tasks, const Body& body) {
        const auto call = [](const void* object, int task) { (*static_cast<const Body*>(object))(task); };
        dispatch(tasks, call, &body);
    }

   private:
    using Call = void (*)(const void*, int);
    void dispatch(int tasks, Call call, const void* object);
    void work();
    void help();

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable wake_;
    Call call_ = nullptr;
    const void* object_ = nullptr;
    std::atomic<int> unclaimed_{0};
    std::atomic<int> unfinished_{0};
    std::atomic<bool> stop_{false};
};

}  // namespace berus

#endif
