// SPDX-License-Identifier: Apache-2.0
// One design's side of model.hpp. Vdut.h is what Verilator generated; ports.inc
// lists its ports as PORT(index, member, bits, input), exposed.inc internal
// signals as EXPOSED(index, member), state.inc its module instances as
// INSTANCE(member, bytes of its base class) and their pointers as
// POINTER(instance, member).

#include "model.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "Vdut.h"
#include "Vdut__Syms.h"
#include "capture.hpp"
#include "verilated.h"
#if VM_COVERAGE
#include "verilated_cov.h"
#endif
#if VM_TRACE_FST
#include "verilated_fst_c.h"
#elif VM_TRACE_VCD
#include "verilated_vcd_c.h"
#endif

namespace berus::model {

namespace {

Vdut& dut(void* model) { return *static_cast<Vdut*>(model); }

// The usual design has one clock; its cycle is two evaluations, with nothing to search for.

inline void low(Vdut& dut, Clocking& clocking) {
    *clocking.main.level = 0;
    clocking.context->time(clocking.main.fallTime());
    dut.eval_step();
}

inline void high(Vdut& dut, Clocking& clocking) {
    if (clocking.observer != nullptr) clocking.observer->settled(true);
    *clocking.main.level = 1;
    clocking.context->time(clocking.main.riseTime());
    dut.eval_step();
    if (clocking.observer != nullptr) clocking.observer->completed();
    clocking.main.rises++;
}

// Several clocks: from event to event.

template <class Use>
inline void eachClock(Clocking& clocking, Use use) {
    use(clocking.main, 0U);
    for (uint32_t i = 0; i < clocking.others.size(); i++) use(clocking.others[i], i + 1);
}

inline uint64_t nextTime(Clocking& clocking) {
    uint64_t time = ~static_cast<uint64_t>(0);
    eachClock(clocking, [&](const Clock& clock, uint32_t) { time = std::min(time, clock.nextTime()); });
    return time;
}

// Written inputs settle before an edge: a register must not see them change with its clock.
inline void settle(Vdut& dut, Clocking& clocking) {
    if (!clocking.dirty) return;
    clocking.dirty = false;
    dut.eval_step();
}

// An event under way.
struct Event {
    uint64_t time;
    uint32_t edges;
};

// The two halves of an event are functions of their own: every loop with several clocks has some, and they would
// take most of the time that it takes to compile a small design.
__attribute__((noinline)) Event toEvent(Vdut& dut, Clocking& clocking) {
    settle(dut, clocking);
    Event event{nextTime(clocking), 0};
    bool rising = false;
    eachClock(clocking, [&](const Clock& clock, uint32_t i) {
        if (clock.nextTime() != event.time) return;
        event.edges |= *clock.level != 0 ? fallen(i) : risen(i);
        rising = rising || *clock.level == 0;
    });
    if (rising && clocking.observer != nullptr) clocking.observer->settled((event.edges & risen(0)) != 0);
    return event;
}

__attribute__((noinline)) void complete(Vdut& dut, Clocking& clocking, const Event& event) {
    eachClock(clocking, [&](Clock& clock, uint32_t i) {
        if ((event.edges & (risen(i) | fallen(i))) != 0) *clock.level ^= 1;
    });
    clocking.context->time(event.time);
    dut.eval_step();
    if (clocking.observer != nullptr) clocking.observer->completed();
    eachClock(clocking, [&](Clock& clock, uint32_t i) {
        if ((event.edges & risen(i)) != 0) clock.rises++;
    });
}

// The next event; returns the edges.
inline uint32_t event(Vdut& dut, Clocking& clocking) {
    const Event next = toEvent(dut, clocking);
    complete(dut, clocking, next);
    return next.edges;
}

// Runs the events before the main clock rises; returns that one, which is still to be completed.
__attribute__((noinline)) Event toRise(Vdut& dut, Clocking& clocking) {
    clocking.dirty = true;
    for (;;) {
        const Event next = toEvent(dut, clocking);
        if ((next.edges & risen(0)) != 0) return next;
        complete(dut, clocking, next);
    }
}

// Runs cycles: `drive` writes inputs before each, `sample` reads ports before its edge. One body for one clock and for
// several: to compile it twice would take a good part of a small design's build.
template <class Drive, class Sample>
inline void cycles(Vdut& dut, Clocking& clocking, uint64_t count, Drive drive, Sample sample) {
    const uint64_t end = clocking.main.rises + count;
    const bool alone = clocking.others.empty();
    while (clocking.main.rises < end && !clocking.attention) {
        drive();
        Event rise{};
        if (alone) low(dut, clocking);
        // Text may be printed before the edge: the row's cycle is completed all the same.
        else rise = toRise(dut, clocking);
        sample();
        if (alone) high(dut, clocking);
        else complete(dut, clocking, rise);
    }
}

const auto nothing = [] {};

// Copies one row's values; a size known where it is copied needs no call.
inline void copyValue(char* to, const char* from, uint32_t bytes) {
    switch (bytes) {
        case 1: *to = *from; break;
        case 2: std::memcpy(to, from, 2); break;
        case 4: std::memcpy(to, from, 4); break;
        case 8: std::memcpy(to, from, 8); break;
        default: std::memcpy(to, from, bytes);
    }
}

}  // namespace

const Port ports[] = {
#define PORT(index, member, bits, input) {bits, input},
#include "ports.inc"
#undef PORT
    {0, false}};

const uint32_t portCount = sizeof ports / sizeof ports[0] - 1;

void* create(VerilatedContext& context) { return new Vdut{&context, "TOP"}; }
void destroy(void* model) { delete &dut(model); }
void eval(void* model) { dut(model).eval_step(); }
void runFinalBlocks(void* model) { dut(model).final(); }

void* portAddress(void* model, uint32_t port) {
    switch (port) {
#define PORT(index, member, bits, input) \
    case index: return &dut(model).member;
#include "ports.inc"
#undef PORT
        default: (void)model; return nullptr;
    }
}

uint32_t portBytes(uint32_t port) {
    switch (port) {
#define PORT(index, member, bits, input) \
    case index: return sizeof std::declval<Vdut&>().member;
#include "ports.inc"
#undef PORT
        default: return 0;
    }
}

const uint32_t exposedCount = 0
#define EXPOSED(index, member) +1
#include "exposed.inc"
#undef EXPOSED
    ;

Region exposed(void* model, uint32_t index) {
    Vdut__Syms& syms = *dut(model).rootp->vlSymsp;
    switch (index) {
#define EXPOSED(index, member) \
    case index: return {&syms.member, sizeof syms.member};
#include "exposed.inc"
#undef EXPOSED
        default: (void)syms; return {nullptr, 0};
    }
}

State state(void* model) {
    State state;
    Vdut__Syms& syms = *dut(model).rootp->vlSymsp;
#define INSTANCE(instance, base) state.addInstance(&syms.instance, sizeof syms.instance, base);
#define POINTER(instance, member) \
    state.addFixed(const_cast<void*>(static_cast<const void*>(&syms.instance.member)), sizeof syms.instance.member);
#include "state.inc"
#undef INSTANCE
#undef POINTER
    (void)syms;
    return state;
}

void run(void* model, Clocking& clocking, uint64_t count) { cycles(dut(model), clocking, count, nothing, nothing); }

void batch(void* model, Clocking& clocking, uint64_t rows, const Columns& in, const Columns& out) {
    const uint64_t first = clocking.main.rises;
    const auto drive = [&] {
        const uint64_t row = clocking.main.rises - first;
        for (const Column& column : in) copyValue(column.port, column.rows + row * column.bytes, column.bytes);
    };
    const auto sample = [&] {
        const uint64_t row = clocking.main.rises - first;
        for (const Column& column : out) copyValue(column.rows + row * column.bytes, column.port, column.bytes);
    };
    cycles(dut(model), clocking, rows, drive, sample);
}

uint32_t toEdge(void* model, Clocking& clocking, uint32_t wanted) {
    while (!clocking.attention && (*clocking.main.level != 0 || nextTime(clocking) < clocking.main.nextTime())) {
        const uint32_t edges = event(dut(model), clocking);
        if ((edges & wanted) != 0) return edges;
    }
    settle(dut(model), clocking);
    return 0;
}

bool runUntil(void* model, Clocking& clocking, const Condition& condition, uint64_t max) {
    const bool alone = clocking.others.empty();
    for (uint64_t left = max; !clocking.attention; left--) {
        if (alone) low(dut(model), clocking);
        else toEdge(model, clocking, 0);
        if (clocking.attention) return false;
        if (condition.holds()) return true;
        if (left == 0) return false;
        if (alone) high(dut(model), clocking);
        else event(dut(model), clocking);
    }
    return false;
}

uint32_t advance(void* model, Clocking& clocking, uint32_t wanted) {
    if (clocking.others.empty() && wanted == risen(0)) {
        low(dut(model), clocking);
        high(dut(model), clocking);
        return risen(0);
    }
    while (!clocking.attention) {
        const uint32_t edges = event(dut(model), clocking);
        if ((edges & wanted) != 0) return edges;
    }
    return 0;
}

#if VM_TRACE

#if VM_TRACE_FST
using Trace = VerilatedFstC;
#else
using Trace = VerilatedVcdC;
#endif

bool canTrace() { return true; }

void* openTrace(void* model, const char* path) {
    auto* const trace = new Trace;
    dut(model).trace(trace, 99);
    trace->open(path);
    if (trace->isOpen()) return trace;
    delete trace;
    return nullptr;
}

void dumpTrace(void* trace, uint64_t time) { static_cast<Trace*>(trace)->dump(time); }

void closeTrace(void* trace) {
    static_cast<Trace*>(trace)->close();
    delete static_cast<Trace*>(trace);
}

#else

bool canTrace() { return false; }
void* openTrace(void*, const char*) { return nullptr; }
void dumpTrace(void*, uint64_t) {}
void closeTrace(void*) {}

#endif

#if VM_COVERAGE

bool writeCoverage(VerilatedContext& context, const char* path) {
    context.coveragep()->write(path);
    return true;
}

#else

bool writeCoverage(VerilatedContext&, const char*) { return false; }

#endif

}  // namespace berus::model
