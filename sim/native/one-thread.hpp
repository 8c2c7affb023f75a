// SPDX-License-Identifier: Apache-2.0
// Included before the generated evaluation function. That function keeps
// thread-local marks for models that run in several threads, two for every
// evaluation; in a shared library each costs a call, which is more than a small
// design itself. Our models run in one thread, where the marks never change,
// so these calls become one that does nothing.

#pragma once

#define mtaskId(id) debug()
#define endOfThreadMTask(queue) debug()
#define endOfEval(queue) debug()
