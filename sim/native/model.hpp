// SPDX-License-Identifier: Apache-2.0
// The Verilated model as the rest of the glue sees it: functions over an opaque
// pointer. model.cpp, compiled once per design, implements them; everything else
// is compiled once per machine.

#pragma once

#include <cstdint>
#include <vector>

#include "clocks.hpp"

class VerilatedContext;

namespace berus {
struct Condition;
}

namespace berus::model {

struct Port {
    uint32_t bits;  // of one element
    bool input;     // also true for an inout
};

struct Region {
    void* address;
    uint64_t bytes;
};

extern const uint32_t portCount;
extern const Port ports[];

void* create(VerilatedContext& context);
void destroy(void* model);
void eval(void* model);
void runFinalBlocks(void* model);
void* portAddress(void* model, uint32_t port);
uint32_t portBytes(uint32_t port);  // of storage, all elements of an unpacked array

// Internal signals that were made public when the model was built.
extern const uint32_t exposedCount;
Region exposed(void* model, uint32_t index);

// All that changes while a model runs: one region for each module instance. `fixed` are the pointers in them, which
// belong to the instance. Empty for a model whose state cannot be copied.
struct State {
    std::vector<Region> regions;
    std::vector<Region> fixed;

    // A module instance, whose first bytes are its base class's: they are fixed.
    void addInstance(void* address, uint64_t bytes, uint64_t base);
    void addFixed(void* address, uint64_t bytes);
};

State state(void* model);

// One port's values over a batch, in the port's own storage format.
struct Column {
    char* rows;
    char* port;
    uint32_t bytes;
};

using Columns = std::vector<Column>;

void run(void* model, Clocking& clocking, uint64_t cycles);
void batch(void* model, Clocking& clocking, uint64_t rows, const Columns& in, const Columns& out);
// Returns just before the main clock rises: true when the condition holds, false when attention is needed or the
// cycles are spent.
bool runUntil(void* model, Clocking& clocking, const Condition& condition, uint64_t max);
// Runs to just before the main clock rises, with logic settled, and returns 0; or to an event on the way with one of
// the wanted edges, and returns all edges in it.
uint32_t toEdge(void* model, Clocking& clocking, uint32_t wanted);
// Runs to the next event with one of the wanted edges; returns all edges in it, 0 when attention came first.
uint32_t advance(void* model, Clocking& clocking, uint32_t wanted);

// Waveforms. A model built without them refuses to open one.
bool canTrace();
void* openTrace(void* model, const char* path);  // nullptr when the file cannot be written
void dumpTrace(void* trace, uint64_t time);
void closeTrace(void* trace);

// Writes the counts of a model built with coverage; false without.
bool writeCoverage(VerilatedContext& context, const char* path);

}  // namespace berus::model
