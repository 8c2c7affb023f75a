// SPDX-License-Identifier: Apache-2.0
// One design's side of model.hpp. Vdut.h is what Verilator generated; ports.inc
// lists its ports as PORT(index, member, bits, bytes, input).

#include "model.hpp"

#include <cstring>

#include "Vdut.h"
#include "capture.hpp"
#include "verilated.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

namespace berus::model {

namespace {

Vdut& dut(void* model) { return *static_cast<Vdut*>(model); }

inline void low(Vdut& dut, Clocking& clocking) {
    *clocking.clock = 0;
    clocking.context->time(clocking.cycle * period);
    dut.eval_step();
}

inline void high(Vdut& dut, Clocking& clocking) {
    if (clocking.observer != nullptr) clocking.observer->settled();
    *clocking.clock = 1;
    clocking.context->time(clocking.cycle * period + period / 2);
    dut.eval_step();
    if (clocking.observer != nullptr) clocking.observer->completed();
    clocking.cycle++;
}

// Runs cycles: `drive` writes inputs before each, `sample` reads ports before its edge.
template <class Drive, class Sample>
inline void run(Vdut& dut, Clocking& clocking, uint64_t count, Drive drive, Sample sample) {
    const uint64_t end = clocking.cycle + count;
    while (clocking.cycle < end && !clocking.attention) {
        drive();
        low(dut, clocking);
        sample();
        high(dut, clocking);
    }
}

// The usual sizes one by one: the compiler then needs no call for any of them.
inline void copy(char* to, const char* from, uint32_t bytes) {
    switch (bytes) {
        case 1: std::memcpy(to, from, 1); break;
        case 2: std::memcpy(to, from, 2); break;
        case 4: std::memcpy(to, from, 4); break;
        case 8: std::memcpy(to, from, 8); break;
        default: std::memcpy(to, from, bytes);
    }
}

}  // namespace

const Port ports[] = {
#define PORT(index, member, bits, bytes, input) {bits, bytes, input},
#include "ports.inc"
#undef PORT
    {0, 0, false}};

const uint32_t portCount = sizeof ports / sizeof ports[0] - 1;

void* create(VerilatedContext& context) { return new Vdut{&context, "TOP"}; }
void destroy(void* model) { delete &dut(model); }
void eval(void* model) { dut(model).eval_step(); }
void runFinalBlocks(void* model) { dut(model).final(); }

void* portAddress(void* model, uint32_t port) {
    switch (port) {
#define PORT(index, member, bits, bytes, input) \
    case index:                                 \
        static_assert(sizeof dut(model).member == bytes, "storage of " #member); \
        return &dut(model).member;
#include "ports.inc"
#undef PORT
        default: (void)model; return nullptr;
    }
}

void step(void* model, Clocking& clocking, uint64_t count) {
    const auto nothing = [] {};
    run(dut(model), clocking, count, nothing, nothing);
}

void batch(void* model, Clocking& clocking, uint64_t rows, std::vector<Column>& in, std::vector<Column>& out) {
    const auto drive = [&] {
        for (Column& column : in) {
            copy(column.port, column.row, column.bytes);
            column.row += column.bytes;
        }
    };
    const auto sample = [&] {
        for (Column& column : out) {
            copy(column.row, column.port, column.bytes);
            column.row += column.bytes;
        }
    };
    run(dut(model), clocking, rows, drive, sample);
}

bool runUntil(void* model, Clocking& clocking, const Condition& condition, uint64_t max) {
    for (uint64_t left = max; !clocking.attention; left--) {
        low(dut(model), clocking);
        if (condition.holds()) return true;
        if (left == 0 || clocking.attention) return false;
        high(dut(model), clocking);
    }
    return false;
}

#if VM_TRACE

bool canTrace() { return true; }

void* openTrace(void* model, const char* path) {
    auto* const trace = new VerilatedVcdC;
    dut(model).trace(trace, 99);
    trace->open(path);
    if (trace->isOpen()) return trace;
    delete trace;
    return nullptr;
}

void dumpTrace(void* trace, uint64_t time) { static_cast<VerilatedVcdC*>(trace)->dump(time); }

void closeTrace(void* trace) {
    static_cast<VerilatedVcdC*>(trace)->close();
    delete static_cast<VerilatedVcdC*>(trace);
}

#else

bool canTrace() { return false; }
void* openTrace(void*, const char*) { return nullptr; }
void dumpTrace(void*, uint64_t) {}
void closeTrace(void*) {}

#endif

}  // namespace berus::model
