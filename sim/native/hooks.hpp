// SPDX-License-Identifier: Apache-2.0
// What the Verilator runtime calls when RTL prints, ends or breaks. Its own
// versions of these functions end the process; these record, and return or throw.

#pragma once

namespace berus {

class Simulator;

// Instance that ran last on this thread, or nullptr.
extern thread_local Simulator* active;

// What failed when a waveform was written on this thread, as errno says it; 0 for nothing.
extern thread_local int waveError;

// Leaves an evaluation that cannot be completed.
struct ModelDied {};

}  // namespace berus
