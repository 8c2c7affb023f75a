// SPDX-License-Identifier: Apache-2.0
// The Verilated model as the rest of the glue sees it: functions over an opaque
// pointer. model.cpp, compiled once per design, implements them; everything else
// is compiled once per machine.

#pragma once

#include <cstdint>
#include <vector>

class VerilatedContext;

namespace berus {
struct Condition;
}

namespace berus::model {

struct Port {
    uint32_t bits;
    uint32_t bytes;  // of storage: 1, 2, 4, 8, or 4 for each 32 bits of a wider port
    bool input;      // also true for an inout
};

extern const uint32_t portCount;
extern const Port ports[];

void* create(VerilatedContext& context);
void destroy(void* model);
void eval(void* model);
void runFinalBlocks(void* model);
void* portAddress(void* model, uint32_t port);

// Watches every cycle, for waveforms and captures.
class Observer {
  public:
    virtual void settled() = 0;    // clock low, before the edge
    virtual void completed() = 0;  // clock high; the cycle still has its own number

  protected:
    ~Observer() = default;
};

// Time-precision units in a clock period; the edge is in its middle.
constexpr uint64_t period = 10;

struct Clocking {
    VerilatedContext* context;
    uint8_t* clock;
    uint64_t cycle;          // completed so far
    bool attention;          // set by hooks: the loops return after the cycle under way
    Observer* observer;      // nullptr when nothing watches
};

// One port's values over a batch, in the port's own storage format.
struct Column {
    char* row;  // moves on with every cycle
    char* port;
    uint32_t bytes;
};

void step(void* model, Clocking& clocking, uint64_t count);
void batch(void* model, Clocking& clocking, uint64_t rows, std::vector<Column>& in, std::vector<Column>& out);
// Returns with the clock low: true when the condition holds, false when attention is needed or the cycles are spent.
bool runUntil(void* model, Clocking& clocking, const Condition& condition, uint64_t max);

// Waveforms. A model built without them refuses to open one.
bool canTrace();
void* openTrace(void* model, const char* path);  // nullptr when the file cannot be written
void dumpTrace(void* trace, uint64_t time);
void closeTrace(void* trace);

}  // namespace berus::model
