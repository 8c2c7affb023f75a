// SPDX-License-Identifier: Apache-2.0
// The addon's exports and the conversion of their arguments. JavaScript has
// checked what the caller gave; here, types and lengths of what is dereferenced
// are checked again.
//
// Calls that run cycles return the cycle count, or -1 minus it when
// takeReport() has something to say.

#include <napi.h>

#include <algorithm>
#include <memory>
#include <unordered_set>

#include "model.hpp"
#include "simulator.hpp"

namespace {

using berus::Simulator;

struct Instance;

// Instances of one Node environment (the main thread or a worker).
struct Environment {
    std::unordered_set<Instance*> instances;
};

// A simulator and the two JavaScript objects that keep it: the instance object and the view of its memory.
struct Instance {
    std::shared_ptr<Environment> environment;
    std::unique_ptr<Simulator> simulator;
    int owners = 2;

    void release() {
        if (--owners > 0) return;
        environment->instances.erase(this);
        delete this;
    }
};

Simulator& simulator(const Napi::CallbackInfo& info) {
    auto& instance = *static_cast<Instance*>(info.Data());
    if (!instance.simulator) throw Napi::Error::New(info.Env(), "Expected a simulator that is not disposed.");
    return *instance.simulator;
}

Napi::Value cycles(const Napi::CallbackInfo& info, const Simulator& sim) {
    const auto cycle = static_cast<double>(sim.cycle());
    return Napi::Number::New(info.Env(), sim.needsAttention() ? -1 - cycle : cycle);
}

uint64_t count(const Napi::Value& value) {
    const int64_t number = value.As<Napi::Number>().Int64Value();
    return number < 0 ? 0 : static_cast<uint64_t>(number);
}

uint32_t port(const Napi::Value& value) {
    const uint32_t index = value.As<Napi::Number>().Uint32Value();
    if (index >= berus::model::portCount) throw Napi::RangeError::New(value.Env(), "Expected the number of a port.");
    return index;
}

berus::Signal signal(const Simulator& sim, const Napi::Value& value) {
    const uint32_t index = port(value);
    return {sim.portAddress(index), berus::model::ports[index].bytes};
}

template <class T>
std::vector<T> elements(const Napi::Value& value) {
    const auto array = value.As<Napi::TypedArrayOf<T>>();
    return {array.Data(), array.Data() + array.ElementLength()};
}

// Pairs of port and typed array, with room for `rows` rows in each.
std::vector<berus::PortRows> columns(const Napi::Value& ports, const Napi::Value& arrays, uint64_t rows) {
    const auto numbers = ports.As<Napi::Array>();
    const auto list = arrays.As<Napi::Array>();
    std::vector<berus::PortRows> result;
    for (uint32_t i = 0; i < numbers.Length(); i++) {
        const uint32_t index = port(numbers.Get(i));
        const auto array = list.Get(i).As<Napi::TypedArray>();
        if (array.ByteLength() < rows * berus::model::ports[index].bytes) {
            throw Napi::RangeError::New(ports.Env(), "Expected a longer array.");
        }
        char* const start = static_cast<char*>(array.ArrayBuffer().Data());
        result.push_back({index, start + array.ByteOffset()});
    }
    return result;
}

Napi::Value eval(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    sim.eval();
    return cycles(info, sim);
}

Napi::Value step(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    sim.step(count(info[0]));
    return cycles(info, sim);
}

Napi::Value runUntil(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    berus::Condition condition;
    condition.signal = signal(sim, info[0]);
    condition.anyNonzero = !info[1].IsTypedArray();
    if (!condition.anyNonzero) condition.value = elements<uint32_t>(info[1]);
    condition.value.resize(condition.signal.words());
    sim.runUntil(condition, count(info[2]));
    return cycles(info, sim);
}

Napi::Value batch(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    const uint64_t rows = count(info[1]);
    sim.batch(count(info[0]), rows, columns(info[2], info[3], rows), columns(info[4], info[5], rows));
    return cycles(info, sim);
}

Napi::Value openCapture(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    berus::Capture capture;
    capture.when = signal(sim, info[0]);
    const auto ports = info[1].As<Napi::Array>();
    for (uint32_t i = 0; i < ports.Length(); i++) capture.signals.push_back(signal(sim, ports.Get(i)));
    return Napi::Number::New(info.Env(), sim.openCapture(std::move(capture)));
}

template <class T>
Napi::TypedArrayOf<T> toArray(Napi::Env env, std::vector<T>& values) {
    auto array = Napi::TypedArrayOf<T>::New(env, values.size());
    std::copy(values.begin(), values.end(), array.Data());
    values.clear();
    return array;
}

// [cycles, words of the first signal, ...]
Napi::Value takeCapture(const Napi::CallbackInfo& info) {
    berus::Capture& capture = simulator(info).capture(info[0].As<Napi::Number>().Uint32Value());
    auto result = Napi::Array::New(info.Env());
    result.Set(0U, toArray(info.Env(), capture.cycles));
    for (uint32_t i = 0; i < capture.words.size(); i++) result.Set(i + 1, toArray(info.Env(), capture.words[i]));
    return result;
}

void closeCapture(const Napi::CallbackInfo& info) {
    simulator(info).closeCapture(info[0].As<Napi::Number>().Uint32Value());
}

Napi::Value takeReport(const Napi::CallbackInfo& info) {
    const berus::Report report = simulator(info).takeReport();
    auto result = Napi::Object::New(info.Env());
    result.Set("event", static_cast<uint32_t>(report.event));
    result.Set("file", report.file);
    result.Set("line", report.line);
    result.Set("text", report.text);
    return result;
}

Napi::Value takeText(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), simulator(info).takeText());
}

void maskInput(const Napi::CallbackInfo& info) { simulator(info).maskInput(port(info[0])); }

Napi::Value openTrace(const Napi::CallbackInfo& info) {
    const std::string path = info[0].As<Napi::String>();
    return Napi::Boolean::New(info.Env(), simulator(info).openTrace(path.c_str()));
}

void closeTrace(const Napi::CallbackInfo& info) { simulator(info).closeTrace(); }

void runFinalBlocks(const Napi::CallbackInfo& info) { simulator(info).runFinalBlocks(); }

void dispose(const Napi::CallbackInfo& info) {
    auto memory = info.This().As<Napi::Object>().Get("memory").As<Napi::ArrayBuffer>();
    if (!memory.IsDetached()) memory.Detach();
    static_cast<Instance*>(info.Data())->simulator.reset();
}

template <auto function>
void method(Napi::Object& object, const char* name, Instance* instance) {
    object.Set(name, Napi::Function::New<function>(object.Env(), name, instance));
}

// Adds `memory`, an ArrayBuffer over the model that spans all ports, and `offsets`, where each lies in it.
void addMemory(Napi::Object& object, Instance* instance) {
    const Simulator& sim = *instance->simulator;
    uintptr_t begin = ~static_cast<uintptr_t>(0);
    uintptr_t end = 0;
    const auto address = [&](uint32_t i) { return reinterpret_cast<uintptr_t>(sim.portAddress(i)); };
    for (uint32_t i = 0; i < berus::model::portCount; i++) {
        begin = std::min(begin, address(i));
        end = std::max(end, address(i) + berus::model::ports[i].bytes);
    }
    begin &= ~static_cast<uintptr_t>(7);  // typed arrays need aligned offsets
    auto offsets = Napi::Array::New(object.Env());
    for (uint32_t i = 0; i < berus::model::portCount; i++) {
        offsets.Set(i, static_cast<double>(address(i) - begin));
    }
    object.Set("offsets", offsets);
    const auto release = [](Napi::Env, void*, Instance* owner) { owner->release(); };
    object.Set("memory", Napi::ArrayBuffer::New(object.Env(), reinterpret_cast<void*>(begin), end - begin, release, instance));
}

// create(seed, number of the clock port or -1, whether text is listened to)
Napi::Value create(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto environment = *env.GetInstanceData<std::shared_ptr<Environment>>();
    const int32_t clock = info[1].As<Napi::Number>().Int32Value();
    auto made = std::make_unique<Instance>();
    made->environment = environment;
    made->simulator = std::make_unique<Simulator>(info[0].As<Napi::Number>().Int32Value(),
                                                  clock < 0 ? Simulator::noClock : port(info[1]),
                                                  info[2].ToBoolean().Value());
    Instance* const instance = made.release();
    environment->instances.insert(instance);
    auto object = Napi::Object::New(env);
    object.AddFinalizer([](Napi::Env, Instance* owner) { owner->release(); }, instance);
    addMemory(object, instance);
    method<eval>(object, "eval", instance);
    method<step>(object, "step", instance);
    method<runUntil>(object, "runUntil", instance);
    method<batch>(object, "batch", instance);
    method<openCapture>(object, "openCapture", instance);
    method<takeCapture>(object, "takeCapture", instance);
    method<closeCapture>(object, "closeCapture", instance);
    method<takeReport>(object, "takeReport", instance);
    method<takeText>(object, "takeText", instance);
    method<maskInput>(object, "maskInput", instance);
    method<openTrace>(object, "openTrace", instance);
    method<closeTrace>(object, "closeTrace", instance);
    method<runFinalBlocks>(object, "runFinalBlocks", instance);
    method<dispose>(object, "dispose", instance);
    return object;
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
    auto environment = std::make_shared<Environment>();
    env.SetInstanceData(new std::shared_ptr<Environment>{environment});
    // Finalizers may not run when a worker ends, so its models are freed here.
    env.AddCleanupHook([environment] {
        for (Instance* const instance : environment->instances) instance->simulator.reset();
    });
    exports.Set("create", Napi::Function::New<create>(env, "create"));
    return exports;
}

}  // namespace

NODE_API_MODULE(berus, initialize)
