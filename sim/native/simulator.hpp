// SPDX-License-Identifier: Apache-2.0
// One instance of a Verilated model: its own context, what RTL did to it, its
// captures and its waveform. Nothing here knows of Node.

#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "capture.hpp"
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
    std::string text;  // what was printed or said last
};

// One port's values over a batch, in the port's own storage format, row after row.
struct PortRows {
    uint32_t port;
    void* rows;
};

class Simulator final : private model::Observer {
  public:
    static constexpr uint32_t noClock = ~0U;

    // `wantsText`: printed text stops the loops so that it can be handed over at once; else only its end is kept.
    Simulator(int seed, uint32_t clock, bool wantsText);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    void* portAddress(uint32_t port) const;
    uint64_t cycle() const { return clocking_.cycle; }
    // True when a call ended early or something was printed; takeReport() says what and clears it.
    bool needsAttention() const { return clocking_.attention; }
    Report takeReport();
    std::string takeText();

    void eval();
    void step(uint64_t count);
    void runUntil(const Condition& condition, uint64_t max);
    // Rows [first, rows) until attention is needed.
    void batch(uint64_t first, uint64_t rows, const std::vector<PortRows>& in, const std::vector<PortRows>& out);

    // Captures stay until closed; the number names them.
    uint32_t openCapture(Capture capture);
    Capture& capture(uint32_t id) { return *captures_.at(id); }
    void closeCapture(uint32_t id);

    // Keeps the unused bits of a wide input at zero although the caller writes its words directly.
    void maskInput(uint32_t port);

    bool openTrace(const char* path);
    void closeTrace();

    // Runs the RTL's `final` blocks, once, before the instance goes; a model that died has no state to show.
    void runFinalBlocks();

    // Called by the runtime's hooks while this instance runs.
    void onPrint(const std::string& text);
    void onEvent(Event event, const char* file, int line, const char* text);

  private:
    class Running;
    struct Mask {
        uint32_t* word;
        uint32_t bits;
    };

    template <class Work>
    void run(Work work);
    void watch();
    void settled() override;
    void completed() override;
    void dump(uint64_t time);
    std::vector<model::Column> columns(const std::vector<PortRows>& ports, uint64_t first) const;

    std::unique_ptr<VerilatedContext> context_;
    void* model_ = nullptr;
    model::Clocking clocking_{};
    void* trace_ = nullptr;
    bool dead_ = false;
    const bool wantsText_;
    const int seed_;
    uint64_t nextDump_ = 0;
    Report report_;
    std::string text_;
    std::vector<std::unique_ptr<Capture>> captures_;
    std::vector<Mask> masks_;
};

}  // namespace berus
