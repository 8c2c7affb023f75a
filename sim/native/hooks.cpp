// SPDX-License-Identifier: Apache-2.0

#include "hooks.hpp"

#include <cstdarg>
#include <cstdio>
#include <string>

#include "runtime.hpp"
#include "simulator.hpp"
#include "verilated.h"

namespace berus {

thread_local Simulator* active = nullptr;

}  // namespace berus

using berus::active;
using berus::Event;

void berus_print(const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list copy;
    va_copy(copy, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, copy);
    va_end(copy);
    std::string text(length > 0 ? static_cast<size_t>(length) + 1 : 1, '\0');
    std::vsnprintf(&text[0], text.size(), format, arguments);
    va_end(arguments);
    text.pop_back();
    if (active != nullptr) active->onPrint(text);
}

void vl_finish(const char* file, int line, const char*) {
    if (active != nullptr) active->onEvent(Event::finish, file, line, "");
}

void vl_stop(const char* file, int line, const char*) {
    if (active != nullptr) active->onEvent(Event::stop, file, line, "");
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
    if (active != nullptr) active->onEvent(Event::fatal, file, line, message);
    // Returning would let the runtime go on, for example in a loop that never settles.
    throw berus::ModelDied{};
}
