// SPDX-License-Identifier: Apache-2.0

#include "simulator.hpp"

#include <cstring>
#include <mutex>

#include "hooks.hpp"
#include "verilated.h"

namespace berus {

namespace {

// Bytes of printed text kept for error messages when nobody listens.
constexpr size_t keptText = 4096;

// The runtime keeps a list of contexts that construction and destruction change without a lock.
std::mutex constructing;

}  // namespace

// While this object lives, the runtime's hooks and globals on this thread belong to one instance.
class Simulator::Running {
  public:
    explicit Running(Simulator& simulator) : previous_{active} {
        active = &simulator;
        VerilatedContext& context = *simulator.context_;
        if (Verilated::threadContextp() == &context) return;
        Verilated::threadContextp(&context);
        // The stream behind $random is one per thread: it starts anew after another instance drew from it.
        const uint64_t seed = static_cast<uint64_t>(simulator.seed_) + simulator.cycle() * 2654435761U;
        context.randSeed(static_cast<int>(seed & 0x7fffffff) | 1);
    }
    ~Running() { active = previous_; }

  private:
    Simulator* previous_;
};

Simulator::Simulator(int seed, uint32_t clock, bool wantsText) : wantsText_{wantsText}, seed_{seed} {
    {
        const std::lock_guard<std::mutex> lock{constructing};
        context_ = std::make_unique<VerilatedContext>();
        // First of all: otherwise the model starts a thread for every processor.
        context_->threads(1);
        context_->traceEverOn(model::canTrace());
        context_->randReset(2);
        context_->randSeed(seed);
        Verilated::threadContextp(context_.get());
        model_ = model::create(*context_);
    }
    for (uint32_t i = 0; i < model::portCount; i++) {
        if (model::ports[i].input) std::memset(portAddress(i), 0, model::ports[i].bytes);
    }
    clocking_.context = context_.get();
    if (clock != noClock) clocking_.clock = static_cast<uint8_t*>(portAddress(clock));
    // The first evaluation only records the clock's level: an edge in it would be lost.
    run([&] { model::eval(model_); });
}

Simulator::~Simulator() {
    const Running running{*this};
    try {
        if (trace_ != nullptr) model::closeTrace(trace_);
    } catch (...) {
        // A waveform that cannot be completed must not keep the model alive.
    }
    const std::lock_guard<std::mutex> lock{constructing};
    model::destroy(model_);
    context_.reset();
}

template <class Work>
void Simulator::run(Work work) {
    const Running running{*this};
    if (dead_) {
        clocking_.attention = true;
        return;
    }
    for (const Mask& mask : masks_) *mask.word &= mask.bits;
    try {
        work();
    } catch (const ModelDied&) {
        // The evaluation was left half done, so the model's state means nothing any more.
        dead_ = true;
    }
}

void Simulator::eval() {
    run([&] {
        model::eval(model_);
        if (trace_ != nullptr) dump(context_->time());
    });
}

void Simulator::step(uint64_t count) {
    run([&] { model::step(model_, clocking_, count); });
}

void Simulator::runUntil(const Condition& condition, uint64_t max) {
    run([&] {
        const bool found = model::runUntil(model_, clocking_, condition, max);
        if (!found && !clocking_.attention) onEvent(Event::timeout, "", 0, "");
    });
}

void Simulator::batch(uint64_t first, uint64_t rows, const std::vector<PortRows>& in, const std::vector<PortRows>& out) {
    run([&] {
        std::vector<model::Column> writes = columns(in, first);
        std::vector<model::Column> reads = columns(out, first);
        model::batch(model_, clocking_, rows - first, writes, reads);
    });
}

std::vector<model::Column> Simulator::columns(const std::vector<PortRows>& ports, uint64_t first) const {
    std::vector<model::Column> result;
    for (const PortRows& port : ports) {
        const uint32_t bytes = model::ports[port.port].bytes;
        result.push_back({static_cast<char*>(port.rows) + first * bytes, static_cast<char*>(portAddress(port.port)), bytes});
    }
    return result;
}

void* Simulator::portAddress(uint32_t port) const { return model::portAddress(model_, port); }

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
    return text;
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

void Simulator::maskInput(uint32_t port) {
    const model::Port& shape = model::ports[port];
    if (!shape.input || shape.bits % 32 == 0) return;
    auto* const words = static_cast<uint32_t*>(portAddress(port));
    masks_.push_back({words + shape.bytes / 4 - 1, (1U << (shape.bits % 32)) - 1});
}

bool Simulator::openTrace(const char* path) {
    run([&] { trace_ = model::openTrace(model_, path); });
    watch();
    return trace_ != nullptr;
}

void Simulator::closeTrace() {
    run([&] {
        if (trace_ != nullptr) model::closeTrace(trace_);
    });
    trace_ = nullptr;
    watch();
}

void Simulator::runFinalBlocks() {
    run([&] { model::runFinalBlocks(model_); });
}

// Keeps the loops free of observation while there is nothing to observe.
void Simulator::watch() {
    bool any = trace_ != nullptr;
    for (const auto& capture : captures_) any = any || capture;
    clocking_.observer = any ? this : nullptr;
}

void Simulator::settled() {
    if (trace_ != nullptr) dump(context_->time());
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
}

void Simulator::onPrint(const std::string& text) {
    text_ += text;
    if (wantsText_) {
        clocking_.attention = true;
    } else if (text_.size() > 2 * keptText) {
        text_.erase(0, text_.size() - keptText);
    }
}

void Simulator::onEvent(Event event, const char* file, int line, const char* text) {
    clocking_.attention = true;
    // What happened first says most; only the model's death is more.
    if (report_.event != Event::none && event != Event::fatal) return;
    report_ = Report{event, file, line, text};
    if (report_.text.empty()) {
        const size_t end = text_.find_last_not_of('\n');
        const size_t start = end == std::string::npos ? 0 : text_.rfind('\n', end) + 1;
        report_.text = end == std::string::npos ? "" : text_.substr(start, end + 1 - start);
    }
}

}  // namespace berus
