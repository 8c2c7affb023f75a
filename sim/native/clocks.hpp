// SPDX-License-Identifier: Apache-2.0
// Clocks and who watches them. A clock falls at phase + k * period and rises
// half a period (rounded down) later; it starts low, so that its first event is
// a rising edge.

#pragma once

#include <cstdint>
#include <vector>

class VerilatedContext;

namespace berus {

// Clocks of one instance: edges are masks with two bits for each.
constexpr uint32_t mostClocks = 16;

struct Clock {
    uint8_t* level = nullptr;
    uint64_t period = 10;
    uint64_t phase = 0;
    uint64_t rises = 0;  // so far

    uint64_t fallTime() const { return phase + rises * period; }
    uint64_t riseTime() const { return fallTime() + period / 2; }
    uint64_t nextTime() const { return *level != 0 ? fallTime() : riseTime(); }
};

// Watches events, for waveforms, captures and the view before the edge.
class Observer {
  public:
    virtual void settled(bool mainRises) = 0;  // before a rising edge of any clock, with logic settled
    virtual void completed() = 0;              // after an edge

  protected:
    ~Observer() = default;
};

struct Clocking {
    VerilatedContext* context = nullptr;
    Clock main;                  // its rises are the cycles
    std::vector<Clock> others;
    bool attention = false;      // set by hooks: the loops return after the event under way
    bool dirty = true;           // inputs may have been written since the last evaluation
    Observer* observer = nullptr;  // nullptr when nothing watches
};

// Edges of clock `i` in a mask.
constexpr uint32_t risen(uint32_t i) { return 1U << (2 * i); }
constexpr uint32_t fallen(uint32_t i) { return 2U << (2 * i); }

}  // namespace berus
