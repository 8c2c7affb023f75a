// SPDX-License-Identifier: Apache-2.0
// How many absolute differences of bytes this processor can add up: the
// instruction that makes eight sums of eight, on registers, nothing else.

#include <napi.h>

#include <ctime>

#include "integer-register.h"

namespace {

using berus::codes::Lanes;

double processor_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Keeps the compiler from making the same sum only once.
BERUS_INLINE void touch(Lanes& x) {
#if defined(__x86_64__)
    asm volatile("" : "+x"(x));
#else
    asm volatile("" : "+m"(x));
#endif
}

// () -> absolute differences a second, the best of some turns
Napi::Value peak(const Napi::CallbackInfo& info) {
    constexpr int TURNS = 40, STEPS = 100'000, SUMS = 8;
    Lanes x = berus::codes::splat(0x0123456789abcdef), w = berus::codes::splat(0x1122334455667788);
    double best = 1e9;
    for (int turn = 0; turn < TURNS; ++turn) {
        Lanes sums[SUMS] = {};
        const double started = processor_seconds();
        for (int step = 0; step < STEPS; ++step) {
#pragma GCC unroll 8
            for (int i = 0; i < SUMS; ++i) {
                touch(x);
                sums[i] = berus::codes::add_byte_distances(sums[i], x, w);
            }
        }
        for (Lanes& sum : sums) touch(sum);
        const double seconds = processor_seconds() - started;
        if (seconds < best) best = seconds;
    }
    return Napi::Number::New(info.Env(), 1.0 * STEPS * SUMS * berus::codes::REGISTER / best);
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    exports.Set("peak", Napi::Function::New(env, peak));
    return exports;
}

}  // namespace

NODE_API_MODULE(distance_peak, init)
