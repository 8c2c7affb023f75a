// SPDX-License-Identifier: Apache-2.0

#include "simulator.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <stdexcept>

#include "hooks.hpp"
#include "verilated.h"

namespace berus {

// What model.hpp's types do without knowing the design: here it is compiled once per machine.

void model::State::addInstance(void* address, uint64_t bytes, uint64_t base) {
    regions.push_back({address, bytes});
    fixed.push_back({address, base});
}

void model::State::addFixed(void* address, uint64_t bytes) { fixed.push_back({address, bytes}); }

namespace {

// Bytes of printed text kept for error messages when nobody listens.
constexpr size_t keptText = 4096;

// Bytes between two ports that are copied with them.
constexpr ptrdiff_t nearby = 64;

// The runtime keeps a list of contexts that construction and destruction change without a lock.
std::mutex constructing;

// What a snapshot holds besides the model's own bytes.
struct Moment {
    uint64_t time;
    uint64_t seed;
    uint64_t hasWatched;
    uint64_t rises[mostClocks];
};

// Copies in pieces: memcpy takes ten times as long for a long copy whose ends are at nearly the same place in a page.
void copyInPieces(char* to, const char* from, uint64_t count) {
    constexpr uint64_t piece = 1024;
    for (; count > piece; count -= piece, to += piece, from += piece) std::memcpy(to, from, piece);
    std::memcpy(to, from, count);
}

char* bytes(void* address) { return static_cast<char*>(address); }

}  // namespace

// From here on the runtime's hooks and globals on this thread belong to this instance.
void Simulator::activate() {
    if (active == this) return;
    active = this;
    Verilated::threadContextp(context_.get());
    reseed();
}

Simulator::Simulator(const Setup& setup) : wantsText_{setup.wantsText}, seed_{setup.seed} {
    {
        const std::lock_guard<std::mutex> lock{constructing};
        context_ = std::make_unique<VerilatedContext>();
        // First of all: otherwise the model starts a thread for every processor.
        context_->threads(1);
        context_->traceEverOn(model::canTrace());
        context_->randReset(2);
        context_->randSeed(seed_);
        std::vector<const char*> arguments{"berus"};
        for (const std::string& argument : setup.plusargs) arguments.push_back(argument.c_str());
        active = this;
        Verilated::threadContextp(context_.get());
        try {
            context_->commandArgs(static_cast<int>(arguments.size()), arguments.data());
        } catch (const ModelDied&) {
            active = nullptr;
            throw std::invalid_argument{report_.text};
        }
    }
    try {
        {
            const std::lock_guard<std::mutex> lock{constructing};
            model_ = model::create(*context_);
        }
        for (uint32_t i = 0; i < model::portCount; i++) {
            signals_.push_back({model::portAddress(model_, i), model::portBytes(i)});
            if (model::ports[i].input) std::memset(model::portAddress(model_, i), 0, model::portBytes(i));
        }
        for (uint32_t i = 0; i < model::exposedCount; i++) {
            const model::Region exposed = model::exposed(model_, i);
            signals_.push_back({exposed.address, static_cast<uint32_t>(exposed.bytes)});
        }
    } catch (...) {
        active = nullptr;
        if (model_ != nullptr) model::destroy(model_);
        throw;
    }
    state_ = model::state(model_);
    clocking_.context = context_.get();
    if (setup.clock != noClock) clocking_.main.level = static_cast<uint8_t*>(model::portAddress(model_, setup.clock));
    // The first evaluation only records the clock's level: an edge in it would be lost.
    guarded([&] { model::eval(model_); });
}

Simulator::~Simulator() {
    activate();
    try {
        if (trace_ != nullptr) model::closeTrace(trace_);
    } catch (...) {
        // A waveform that cannot be completed must not keep the model alive.
    }
    // Nor is it the next instance's.
    waveError = 0;
    const std::lock_guard<std::mutex> lock{constructing};
    model::destroy(model_);
    context_.reset();
    active = nullptr;
}

// The stream behind $random is one per thread: it starts anew after another instance drew from it.
void Simulator::reseed() {
    const uint64_t seed = static_cast<uint64_t>(seed_) + cycle() * 2654435761U;
    context_->randSeed(static_cast<int>(seed & 0x7fffffff) | 1);
}

uint64_t Simulator::time() const { return context_->time(); }

template <class Work>
void Simulator::guarded(Work work) {
    activate();
    if (dead_) {
        clocking_.attention = true;
        return;
    }
    for (const Mask& mask : masks_) apply(mask);
    clocking_.dirty = true;
    try {
        work();
    } catch (const ModelDied&) {
        // The evaluation was left half done, so the model's state means nothing any more.
        dead_ = true;
    }
}

void Simulator::declareClock(uint32_t port, uint64_t period, uint64_t phase, bool first) {
    Clock clock;
    clock.level = static_cast<uint8_t*>(signals_.at(port).address);
    clock.period = period;
    clock.phase = phase;
    if (first) {
        clocking_.main = clock;
    } else {
        clocking_.others.push_back(clock);
    }
}

void Simulator::eval() {
    guarded([&] {
        model::eval(model_);
        clocking_.dirty = false;
        if (trace_ != nullptr) dump(context_->time());
    });
}

void Simulator::run(uint64_t cycles) {
    guarded([&] { model::run(model_, clocking_, cycles); });
}

uint32_t Simulator::toEdge(uint32_t wanted) {
    uint32_t edges = 0;
    guarded([&] { edges = model::toEdge(model_, clocking_, wanted); });
    return edges;
}

uint32_t Simulator::advance(uint32_t wanted) {
    uint32_t edges = 0;
    guarded([&] { edges = model::advance(model_, clocking_, wanted); });
    return edges;
}

void Simulator::runUntil(const Condition& condition, uint64_t max) {
    guarded([&] {
        const bool found = model::runUntil(model_, clocking_, condition, max);
        if (!found && !clocking_.attention) onEvent(Event::timeout, "", 0, "");
    });
}

void Simulator::batch(uint64_t first, uint64_t rows, const std::vector<PortRows>& in, const std::vector<PortRows>& out) {
    guarded([&] {
        model::batch(model_, clocking_, rows - first, columns(in, first), columns(out, first));
    });
}

model::Columns Simulator::columns(const std::vector<PortRows>& ports, uint64_t first) const {
    model::Columns result;
    for (const PortRows& port : ports) {
        const Signal& signal = signals_.at(port.port);
        char* const rows = bytes(port.rows) + first * signal.bytes;
        result.push_back({rows, bytes(signal.address), signal.bytes});
    }
    return result;
}

Report Simulator::takeReport() {
    clocking_.attention = false;
    Report report = std::move(report_);
    report_ = Report{};
    if (dead_ && report.event == Event::none) report.event = Event::fatal;
    return report;
}

std::string Simulator::takeText() {
    std::string text = std::move(text_);
    text_.clear();
    lastPrint_ = 0;
    return text;
}

void Simulator::watchBefore(char* base, const char* origin) {
    std::vector<Signal> ports(signals_.begin(), signals_.begin() + model::portCount);
    std::sort(ports.begin(), ports.end(), [](const Signal& a, const Signal& b) { return a.address < b.address; });
    for (const Signal& port : ports) {
        const char* const from = bytes(port.address);
        // Ports lie close together: one copy with what is between them is faster than many.
        if (!before_.empty() && from - (before_.back().from + before_.back().bytes) < nearby) {
            before_.back().bytes = static_cast<uint32_t>(from + port.bytes - before_.back().from);
        } else {
            before_.push_back({base + (from - origin), from, port.bytes});
        }
    }
    copyBefore();
    watch();
}

void Simulator::copyBefore() {
    for (const Copy& copy : before_) std::memcpy(copy.to, copy.from, copy.bytes);
}

uint32_t Simulator::openCapture(Capture capture) {
    capture.words.resize(capture.signals.size());
    captures_.push_back(std::make_unique<Capture>(std::move(capture)));
    watch();
    return static_cast<uint32_t>(captures_.size() - 1);
}

void Simulator::closeCapture(uint32_t id) {
    captures_.at(id).reset();
    watch();
}

void Simulator::mask(uint32_t signal, uint32_t bits) {
    const Signal& shape = signals_.at(signal);
    const uint32_t element = bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : bits <= 64 ? 8 : (bits + 31) / 32 * 4;
    if (bits % 8 == 0 && bits / 8 == element) return;
    masks_.push_back({bytes(shape.address), shape.bytes / element, element, bits});
}

namespace {

template <class T>
void maskElements(char* address, uint32_t elements, uint32_t stride, T bits) {
    for (uint32_t i = 0; i < elements; i++) {
        T value;
        std::memcpy(&value, address + static_cast<size_t>(i) * stride, sizeof value);
        value &= bits;
        std::memcpy(address + static_cast<size_t>(i) * stride, &value, sizeof value);
    }
}

}  // namespace

void Simulator::apply(const Mask& mask) {
    const uint64_t bits = (static_cast<uint64_t>(1) << (mask.bits % 64)) - 1;
    switch (mask.bytes) {
        case 1: maskElements<uint8_t>(mask.address, mask.elements, 1, static_cast<uint8_t>(bits)); break;
        case 2: maskElements<uint16_t>(mask.address, mask.elements, 2, static_cast<uint16_t>(bits)); break;
        case 4: maskElements<uint32_t>(mask.address, mask.elements, 4, static_cast<uint32_t>(bits)); break;
        case 8: maskElements<uint64_t>(mask.address, mask.elements, 8, bits); break;
        default:
            if (mask.bits % 32 != 0) {
                maskElements<uint32_t>(mask.address + mask.bytes - 4, mask.elements, mask.bytes, (1U << (mask.bits % 32)) - 1);
            }
    }
}

uint64_t Simulator::stateBytes() const {
    if (state_.regions.empty()) return 0;
    uint64_t total = sizeof(Moment) + viewBytes();
    for (const model::Region& region : state_.regions) total += region.bytes;
    return total;
}

// All that the view before the edge may take.
uint64_t Simulator::viewBytes() const {
    uint64_t total = 0;
    for (uint32_t i = 0; i < model::portCount; i++) total += signals_[i].bytes + nearby;
    return total;
}

void Simulator::saveState(ChangedPieces& to) {
    activate();
    Moment moment{context_->time(), static_cast<uint64_t>(seed_), hasWatched_, {clocking_.main.rises}};
    for (size_t i = 0; i < clocking_.others.size(); i++) moment.rises[i + 1] = clocking_.others[i].rises;
    to.put(&moment, sizeof moment);
    for (const model::Region& region : state_.regions) to.put(region.address, region.bytes);
    // The view before the edge; where there is none, its place means nothing.
    for (const Copy& copy : before_) to.put(copy.to, copy.bytes);
    // From here on both this run and one restored from the snapshot draw the same $random numbers.
    reseed();
}

void Simulator::loadState(const char* from) {
    activate();
    Moment moment;
    std::memcpy(&moment, from, sizeof moment);
    from += sizeof moment;
    context_->time(moment.time);
    seed_ = static_cast<int>(moment.seed);
    clocking_.main.rises = moment.rises[0];
    for (size_t i = 0; i < clocking_.others.size(); i++) clocking_.others[i].rises = moment.rises[i + 1];
    // The snapshot may be another instance's: pointers stay this one's.
    std::vector<char> kept;
    for (const model::Region& region : state_.fixed) {
        kept.insert(kept.end(), bytes(region.address), bytes(region.address) + region.bytes);
    }
    for (const model::Region& region : state_.regions) {
        copyInPieces(bytes(region.address), from, region.bytes);
        from += region.bytes;
    }
    const char* next = kept.data();
    for (const model::Region& region : state_.fixed) {
        std::memcpy(region.address, next, region.bytes);
        next += region.bytes;
    }
    reseed();
    report_ = Report{};
    clocking_.attention = false;
    // A snapshot from before anyone watched has no view: the state itself takes its place.
    if (moment.hasWatched == 0) copyBefore();
    for (const Copy& copy : before_) {
        if (moment.hasWatched != 0) std::memcpy(copy.to, from, copy.bytes);
        from += copy.bytes;
    }
}

bool Simulator::openTrace(const char* path) {
    guarded([&] { trace_ = model::openTrace(model_, path); });
    watch();
    return trace_ != nullptr;
}

void Simulator::closeTrace() {
    void* const trace = trace_;
    trace_ = nullptr;
    const auto close = [&] {
        if (trace != nullptr) model::closeTrace(trace);
        if (waveError != 0) failWave();
    };
    if (dead_) {
        // What led to the end is what the waveform is for.
        activate();
        try {
            close();
        } catch (const ModelDied&) {
        }
    } else {
        guarded(close);
    }
    watch();
}

bool Simulator::writeCoverage(const char* path) {
    activate();
    return model::writeCoverage(*context_, path);
}

void Simulator::runFinalBlocks() {
    guarded([&] { model::runFinalBlocks(model_); });
}

// Keeps the loops free of observation while there is nothing to observe.
void Simulator::watch() {
    bool any = trace_ != nullptr || !before_.empty();
    for (const auto& capture : captures_) any = any || capture;
    clocking_.observer = any ? this : nullptr;
}

void Simulator::settled(bool mainRises) {
    if (trace_ != nullptr) dump(context_->time());
    copyBefore();
    hasWatched_ = !before_.empty();
    if (!mainRises) return;
    for (const auto& capture : captures_) {
        if (capture) capture->sample(cycle());
    }
}

void Simulator::completed() {
    if (trace_ != nullptr) dump(context_->time());
}

// Writes one moment; a waveform's time must grow, so settling again at the same time shows a unit later.
void Simulator::dump(uint64_t time) {
    time = time < nextDump_ ? nextDump_ : time;
    model::dumpTrace(trace_, time);
    nextDump_ = time + 1;
    if (waveError != 0) failWave();
}

// Told as a VCD's failed write is, which the runtime itself finds.
void Simulator::failWave() {
    const std::string message = std::string{"a waveform that cannot be written: "} + std::strerror(waveError);
    waveError = 0;
    vl_fatal("", 0, "", message.c_str());
}

void Simulator::onPrint(const std::string& text) {
    lastPrint_ = text_.size();
    text_ += text;
    if (wantsText_) {
        clocking_.attention = true;
    } else if (text_.size() > 2 * keptText) {
        const size_t dropped = text_.size() - keptText;
        text_.erase(0, dropped);
        lastPrint_ -= std::min(lastPrint_, dropped);
    }
}

void Simulator::onEvent(Event event, const char* file, int line, const char* text) {
    clocking_.attention = true;
    // What happened first says most; only the model's death is more.
    if (report_.event != Event::none && event != Event::fatal) return;
    report_ = Report{event, file, line, context_->time(), text};
    if (report_.text.empty()) {
        // The last line; of a message that RTL gave a severity, all lines, which come in one print.
        const size_t end = text_.find_last_not_of('\n');
        size_t start = end;
        for (const char* const severity : {"%Error: ", "%Fatal: "}) {
            const size_t found = text_.rfind(severity);
            if (found != std::string::npos && found >= lastPrint_) start = std::min(start, found);
        }
        start = end == std::string::npos ? 0 : text_.rfind('\n', start) + 1;
        report_.text = end == std::string::npos ? "" : text_.substr(start, end + 1 - start);
    }
}

}  // namespace berus
