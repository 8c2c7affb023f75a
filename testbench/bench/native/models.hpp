// SPDX-License-Identifier: Apache-2.0
// What the plain programs of the simulator's figures share. Each reads lines
// `WORK COUNT`, does that work so many times, and answers with a line: seconds
// and a checksum.

#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "Vdut.h"
#include "verilated.h"

// A context's own members are set before the first model takes them over.
struct Context : VerilatedContext {
    Context() {
        threads(1);
        randReset(2);
        randSeed(1);
    }
};

struct Instance {
    Context context;
    Vdut model{&context};

    Instance() {
        model.clk = 0;
        model.eval();
    }
    void low() {
        model.clk = 0;
        model.eval();
    }
    void high() {
        model.clk = 1;
        model.eval();
    }
    void run(std::uint64_t cycles) {
        for (std::uint64_t i = 0; i < cycles; i++) {
            low();
            high();
        }
    }
};

template <class Made>
void reset(Made& made) {
    made.model.rst = 1;
    made.run(2);
    made.model.rst = 0;
}

// Makes instances and keeps them; frees them once the time is taken.
template <class Made>
double createSeconds(std::uint64_t count) {
    std::vector<std::unique_ptr<Made>> made(count);
    const auto start = std::chrono::steady_clock::now();
    for (auto& one : made) one = std::make_unique<Made>();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

template <class Work>
double seconds(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// `answer` is told the work and the count; gives seconds and a checksum.
template <class Answer>
int serve(Answer answer) {
    char work[32];
    unsigned long long count = 0;
    while (std::scanf("%31s %llu", work, &count) == 2) {
        const std::pair<double, std::uint32_t> result = answer(std::string{work}, count);
        std::printf("%.9f %u\n", result.first, result.second);
        std::fflush(stdout);
    }
    return 0;
}
