// SPDX-License-Identifier: Apache-2.0
// The soc as an ordinary C++ program drives it: an input written and two outputs
// read in each cycle, cycles alone, rows of stimulus, and copies of its memory.

#include <cstring>

#include "models.hpp"

namespace {

bool interrupts(std::uint64_t cycle) { return cycle % 1024 == 0; }

}  // namespace

int main() {
    Instance soc;
    reset(soc);
    Vdut& model = soc.model;
    std::vector<std::uint32_t> checksums;
    std::vector<std::uint8_t> inputs, traps;
    return serve([&](const std::string& work, std::uint64_t count) -> std::pair<double, std::uint32_t> {
        std::uint32_t sum = 0;
        double time = 0;
        if (work == "tick") {
            time = seconds([&] {
                for (std::uint64_t i = 0; i < count; i++) {
                    model.irq = interrupts(i);
                    soc.low();
                    soc.high();
                    sum = sum * 31 + model.checksum + model.trap;
                }
            });
        } else if (work == "batch") {
            inputs.resize(count);
            checksums.resize(count);
            traps.resize(count);
            for (std::uint64_t i = 0; i < count; i++) inputs[i] = interrupts(i);
            time = seconds([&] {
                for (std::uint64_t i = 0; i < count; i++) {
                    model.irq = inputs[i];
                    soc.low();
                    checksums[i] = model.checksum;
                    traps[i] = model.trap;
                    soc.high();
                }
            });
            for (std::uint64_t i = 0; i < count; i++) sum = sum * 31 + checksums[i] + traps[i];
        } else if (work == "run") {
            time = seconds([&] { soc.run(count); });
            sum = model.checksum;
        } else if (work == "copy") {
            // As many bytes as the memory has, out and back in. Aligned: else some machines take ten times as long.
            alignas(64) static char state[4096 * 4], kept[sizeof state];
            time = seconds([&] {
                for (std::uint64_t i = 0; i < count; i++) {
                    std::memcpy(kept, state, sizeof state);
                    asm volatile("" : : "r"(kept) : "memory");
                    std::memcpy(state, kept, sizeof state);
                    asm volatile("" : : "r"(state) : "memory");
                }
            });
        }
        return {time, sum};
    });
}
