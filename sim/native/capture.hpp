// SPDX-License-Identifier: Apache-2.0
// Reading ports as 32-bit words while cycles run: conditions, and captures that
// append chosen ports in each cycle in which a condition holds.

#pragma once

#include <cstdint>
#include <vector>

namespace berus {

// A port's storage. Narrow ports lie in 1, 2 or 4 bytes, wider ones in words, least significant first.
struct Signal {
    void* address = nullptr;
    uint32_t bytes = 0;

    uint32_t words() const { return bytes <= 4 ? 1 : bytes / 4; }
    bool isZero() const;
    bool equals(const std::vector<uint32_t>& value) const;
    void append(std::vector<uint32_t>& to) const;
};

// Waits for a signal to be nonzero, or to be one value.
struct Condition {
    Signal signal;
    bool anyNonzero = true;
    std::vector<uint32_t> value;

    bool holds() const { return anyNonzero ? !signal.isZero() : signal.equals(value); }
};

struct Capture {
    Signal when;  // no address: every cycle
    std::vector<Signal> signals;

    std::vector<double> cycles;
    std::vector<std::vector<uint32_t>> words;  // one per signal

    void sample(uint64_t cycle);
};

}  // namespace berus
