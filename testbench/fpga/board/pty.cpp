// SPDX-License-Identifier: Apache-2.0
// Opens a pseudo-terminal in raw mode: a serial port whose other end is a file descriptor.

#include <fcntl.h>
#include <napi.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

namespace {

// () -> { fd: number, path: string }: the master's descriptor, which does not block, and the slave's path.
Napi::Value open_pty(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const int fd = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    const char* path = fd >= 0 && grantpt(fd) == 0 && unlockpt(fd) == 0 ? ptsname(fd) : nullptr;
    termios mode{};
    if (path == nullptr || tcgetattr(fd, &mode) != 0) {
        if (fd >= 0) close(fd);
        Napi::Error::New(env, "Expected a pseudo-terminal to open, but the system has none.").ThrowAsJavaScriptException();
        return env.Undefined();
    }
    cfmakeraw(&mode);
    tcsetattr(fd, TCSANOW, &mode);
    Napi::Object pty = Napi::Object::New(env);
    pty["fd"] = Napi::Number::New(env, fd);
    pty["path"] = Napi::String::New(env, path);
    return pty;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    exports["openPty"] = Napi::Function::New(env, open_pty);
    return exports;
}

}  // namespace

NODE_API_MODULE(pty, init)
