// SPDX-License-Identifier: Apache-2.0
// One instance of a Verilated model: its own context, what RTL did to it, its
// captures, its waveform and its state. Nothing here knows of Node.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture.hpp"
#include "changed-pieces.hpp"
#include "clocks.hpp"
#include "model.hpp"

namespace berus {

enum class Event : uint32_t {
    none,
    finish,   // $finish
    stop,     // $stop, $error, $fatal or a failed assertion; the text tells which
    fatal,    // the model cannot go on, for example its logic does not settle
    timeout,  // runUntil took its last cycle
};

struct Report {
    Event event = Event::none;
    std::string file;
    int line = 0;
    uint64_t time = 0;
    std::string text;  // what was printed or said last
};

// One port's values over a batch, in the port's own storage format, row after row.
struct PortRows {
    uint32_t port;
    void* rows;
};

struct Setup {
    int seed = 1;
    // Number of the clock port.
    uint32_t clock = 0;
    // Printed text stops the loops so that it can be handed over at once; else only its end is kept.
    bool wantsText = false;
    std::vector<std::string> plusargs;
};

class Simulator final : private Observer {
  public:
    static constexpr uint32_t noClock = ~0U;

    explicit Simulator(const Setup& setup);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    // Signals: the ports, then what is exposed.
    const std::vector<Signal>& signals() const { return signals_; }

    uint64_t cycle() const { return clocking_.main.rises; }
    uint64_t time() const;
    // True when a call ended early or something was printed; takeReport() says what and clears it.
    bool needsAttention() const { return clocking_.attention; }
    Report takeReport();
    std::string takeText();

    // Declares a clock: the first takes the place of the one in the setup.
    void declareClock(uint32_t port, uint64_t period, uint64_t phase, bool first);

    void eval();
    void run(uint64_t cycles);
    uint32_t toEdge(uint32_t wanted);
    uint32_t advance(uint32_t wanted);
    void runUntil(const Condition& condition, uint64_t max);
    // Rows [first, rows) until attention is needed.
    void batch(uint64_t first, uint64_t rows, const std::vector<PortRows>& in, const std::vector<PortRows>& out);

    // Copies the ports to `base` + their distance from `origin`, from now on before each rising edge.
    void watchBefore(char* base, const char* origin);
    // Whether such a copy was made, and not just of where watching began.
    bool hasWatched() const { return hasWatched_; }

    // Captures stay until closed; the number names them.
    uint32_t openCapture(Capture capture);
    Capture& capture(uint32_t id) { return *captures_.at(id); }
    void closeCapture(uint32_t id);

    // Keeps the unused bits of a signal's elements at zero although the caller writes its storage directly.
    void mask(uint32_t signal, uint32_t bits);

    // Bytes of a snapshot; 0 for a model whose state cannot be copied.
    uint64_t stateBytes() const;
    void saveState(ChangedPieces& to);
    void loadState(const char* from);

    bool openTrace(const char* path);
    void closeTrace();
    bool writeCoverage(const char* path);

    // Runs the RTL's `final` blocks, once, before the instance goes; a model that died has no state to show.
    void runFinalBlocks();

    // Called by the runtime's hooks while this instance runs.
    void onPrint(const std::string& text);
    void onEvent(Event event, const char* file, int line, const char* text);

  private:
    struct Mask {
        char* address;
        uint32_t elements;
        uint32_t bytes;  // of one element
        uint32_t bits;   // of one element
    };
    struct Copy {
        char* to;
        const char* from;
        uint32_t bytes;
    };

    void activate();
    template <class Work>
    void guarded(Work work);
    void reseed();
    void watch();
    void copyBefore();
    uint64_t viewBytes() const;
    static void apply(const Mask& mask);
    void settled(bool mainRises) override;
    void completed() override;
    void dump(uint64_t time);
    void failWave();
    model::Columns columns(const std::vector<PortRows>& ports, uint64_t first) const;

    std::unique_ptr<VerilatedContext> context_;
    void* model_ = nullptr;
    Clocking clocking_{};
    model::State state_;
    void* trace_ = nullptr;
    bool dead_ = false;
    const bool wantsText_;
    int seed_;
    uint64_t nextDump_ = 0;
    Report report_;
    std::string text_;
    // Where in it the last print began.
    size_t lastPrint_ = 0;
    std::vector<Signal> signals_;
    std::vector<std::unique_ptr<Capture>> captures_;
    std::vector<Mask> masks_;
    std::vector<Copy> before_;
    bool hasWatched_ = false;
};

}  // namespace berus
