// SPDX-License-Identifier: Apache-2.0
// The addon's exports and the conversion of their arguments. JavaScript has
// checked what the caller gave; here, types and lengths of what is dereferenced
// are checked again.
//
// Calls that run cycles leave in `status`: cycle, time, whether takeReport() or
// takeText() has something to say, the edges they stopped at, and whether the view
// before the edge has seen one.

#include <napi.h>

#include <algorithm>
#include <memory>
#include <unordered_set>
#include <vector>

#include "changed-pieces.hpp"
#include "model.hpp"
#include "simulator.hpp"

namespace {

using berus::Simulator;

struct Instance;

// Instances of one loading of this addon: by the main thread or a worker, perhaps more than once. Their numbers are
// places in `numbered`.
struct Environment {
    Napi::Env env;
    std::unordered_set<Instance*> instances;
    std::vector<Instance*> numbered;
    std::vector<uint32_t> freeNumbers;
    // What a call made once a cycle reads in place of arguments: the instance's number, a mask of edges.
    Napi::Reference<Napi::Uint32Array> turn;
    const uint32_t* turnData = nullptr;

    explicit Environment(Napi::Env itself) : env{itself} {}
};

// A simulator and the two JavaScript values that keep it: its handle and the view of its memory.
struct Instance {
    std::shared_ptr<Environment> environment;
    std::unique_ptr<Simulator> simulator;
    // Memory of the arrays that native code writes while cycles run.
    Napi::Reference<Napi::Float64Array> status;
    double* statusData = nullptr;
    Napi::Reference<Napi::ArrayBuffer> before;
    char* memory = nullptr;
    uint32_t number = 0;
    int owners = 2;

    void enter() {
        environment->instances.insert(this);
        auto& numbered = environment->numbered;
        auto& freeNumbers = environment->freeNumbers;
        if (freeNumbers.empty()) {
            number = static_cast<uint32_t>(numbered.size());
            numbered.push_back(this);
        } else {
            number = freeNumbers.back();
            freeNumbers.pop_back();
            numbered[number] = this;
        }
    }

    void release() {
        if (--owners > 0) return;
        environment->instances.erase(this);
        environment->numbered[number] = nullptr;
        environment->freeNumbers.push_back(number);
        delete this;
    }
};

// The first argument of every function but create() is the handle that create() gave.
Instance& instance(const Napi::CallbackInfo& info) { return *info[0].As<Napi::External<Instance>>().Data(); }

Simulator& simulator(const Napi::CallbackInfo& info) {
    Instance& owner = instance(info);
    if (!owner.simulator) throw Napi::Error::New(info.Env(), "Expected a simulator that is not disposed.");
    return *owner.simulator;
}

void writeStatus(Instance& owner, uint32_t edges = 0) {
    owner.statusData[0] = static_cast<double>(owner.simulator->cycle());
    owner.statusData[1] = static_cast<double>(owner.simulator->time());
    owner.statusData[2] = owner.simulator->needsAttention() ? 1 : 0;
    owner.statusData[3] = edges;
    owner.statusData[4] = owner.simulator->hasWatched() ? 1 : 0;
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

uint32_t signalNumber(const Simulator& sim, const Napi::Value& value) {
    const uint32_t index = value.As<Napi::Number>().Uint32Value();
    if (index >= sim.signals().size()) throw Napi::RangeError::New(value.Env(), "Expected the number of a signal.");
    return index;
}

berus::Signal signal(const Simulator& sim, const Napi::Value& value) { return sim.signals()[signalNumber(sim, value)]; }

template <class T>
std::vector<T> elements(const Napi::Value& value) {
    const auto array = value.As<Napi::TypedArrayOf<T>>();
    return {array.Data(), array.Data() + array.ElementLength()};
}

// Pairs of signal and typed array, with room for `rows` rows in each.
std::vector<berus::PortRows> columns(const Simulator& sim, const Napi::Value& ports, const Napi::Value& arrays, uint64_t rows) {
    const auto numbers = ports.As<Napi::Array>();
    const auto list = arrays.As<Napi::Array>();
    std::vector<berus::PortRows> result;
    for (uint32_t i = 0; i < numbers.Length(); i++) {
        const uint32_t index = signalNumber(sim, numbers.Get(i));
        const auto array = list.Get(i).As<Napi::TypedArray>();
        if (array.ByteLength() < rows * sim.signals()[index].bytes) {
            throw Napi::RangeError::New(ports.Env(), "Expected a longer array.");
        }
        char* const start = static_cast<char*>(array.ArrayBuffer().Data());
        result.push_back({index, start + array.ByteOffset()});
    }
    return result;
}

// What JavaScript calls once a cycle takes no arguments and returns nothing: to convert one takes as long as the call
// itself. `work` returns the edges it stopped at.
template <class Work>
napi_value bare(napi_env env, Work work) {
    void* data = nullptr;
    napi_get_instance_data(env, &data);
    const Environment& here = **static_cast<std::shared_ptr<Environment>*>(data);
    const uint32_t number = here.turnData[0];
    const uint32_t wanted = here.turnData[1];
    Instance* const owner = number < here.numbered.size() ? here.numbered[number] : nullptr;
    if (owner == nullptr || !owner->simulator) {
        napi_throw_error(env, nullptr, "Expected a simulator that is not disposed.");
        return nullptr;
    }
    uint32_t edges = 0;
    try {
        edges = work(*owner->simulator, wanted);
    } catch (const std::exception& error) {
        napi_throw_error(env, nullptr, error.what());
    } catch (...) {
        napi_throw_error(env, nullptr, "Expected the model to throw nothing else.");
    }
    writeStatus(*owner, edges);
    return nullptr;
}

napi_value eval(napi_env env, napi_callback_info) {
    return bare(env, [](Simulator& sim, uint32_t) {
        sim.eval();
        return 0U;
    });
}

napi_value tick(napi_env env, napi_callback_info) {
    return bare(env, [](Simulator& sim, uint32_t) {
        sim.run(1);
        return 0U;
    });
}

napi_value toEdge(napi_env env, napi_callback_info) {
    return bare(env, [](Simulator& sim, uint32_t wanted) { return sim.toEdge(wanted); });
}

napi_value advance(napi_env env, napi_callback_info) {
    return bare(env, [](Simulator& sim, uint32_t wanted) { return sim.advance(wanted); });
}

void run(const Napi::CallbackInfo& info) {
    simulator(info).run(count(info[1]));
    writeStatus(instance(info));
}

void declareClock(const Napi::CallbackInfo& info) {
    simulator(info).declareClock(port(info[1]), count(info[2]), count(info[3]), info[4].ToBoolean().Value());
}

void runUntil(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    berus::Condition condition;
    condition.signal = signal(sim, info[1]);
    condition.anyNonzero = !info[2].IsTypedArray();
    if (!condition.anyNonzero) condition.value = elements<uint32_t>(info[2]);
    condition.value.resize(condition.signal.words());
    sim.runUntil(condition, count(info[3]));
    writeStatus(instance(info));
}

void batch(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    const uint64_t rows = count(info[2]);
    sim.batch(count(info[1]), rows, columns(sim, info[3], info[4], rows), columns(sim, info[5], info[6], rows));
    writeStatus(instance(info));
}

Napi::Value openCapture(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    berus::Capture capture;
    if (info[1].IsNumber()) capture.when = signal(sim, info[1]);
    const auto ports = info[2].As<Napi::Array>();
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
    berus::Capture& capture = simulator(info).capture(info[1].As<Napi::Number>().Uint32Value());
    auto result = Napi::Array::New(info.Env());
    result.Set(0U, toArray(info.Env(), capture.cycles));
    for (uint32_t i = 0; i < capture.words.size(); i++) result.Set(i + 1, toArray(info.Env(), capture.words[i]));
    return result;
}

void closeCapture(const Napi::CallbackInfo& info) {
    simulator(info).closeCapture(info[1].As<Napi::Number>().Uint32Value());
}

Napi::Value takeReport(const Napi::CallbackInfo& info) {
    const berus::Report report = simulator(info).takeReport();
    auto result = Napi::Object::New(info.Env());
    result.Set("event", static_cast<uint32_t>(report.event));
    result.Set("file", report.file);
    result.Set("line", report.line);
    result.Set("time", static_cast<double>(report.time));
    result.Set("text", report.text);
    return result;
}

Napi::Value takeText(const Napi::CallbackInfo& info) {
    return Napi::String::New(info.Env(), simulator(info).takeText());
}

void mask(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    sim.mask(signalNumber(sim, info[1]), info[2].As<Napi::Number>().Uint32Value());
}

// watchBefore(array buffer as long as `memory`)
void watchBefore(const Napi::CallbackInfo& info) {
    Instance& owner = instance(info);
    Simulator& sim = simulator(info);
    auto buffer = info[1].As<Napi::ArrayBuffer>();
    if (!owner.before.IsEmpty()) return;
    owner.before = Napi::Reference<Napi::ArrayBuffer>::New(buffer, 1);
    sim.watchBefore(static_cast<char*>(buffer.Data()), owner.memory);
}

char* stateArray(const Napi::CallbackInfo& info, const Simulator& sim) {
    auto array = info[1].As<Napi::Uint8Array>();
    if (sim.stateBytes() == 0 || array.ByteLength() != sim.stateBytes()) {
        throw Napi::RangeError::New(info.Env(), "Expected an array as long as the state.");
    }
    return reinterpret_cast<char*>(array.Data());
}

// saveState(handle, copy of the state, room for numbers of pieces, bytes of a piece): how many pieces changed.
Napi::Value saveState(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    char* const copy = stateArray(info, sim);
    auto numbers = info[2].As<Napi::Uint32Array>();
    const uint64_t pieceBytes = std::max<uint64_t>(count(info[3]), 1);
    if (numbers.ElementLength() < (sim.stateBytes() + pieceBytes - 1) / pieceBytes) {
        throw Napi::RangeError::New(info.Env(), "Expected room for the numbers of all pieces.");
    }
    berus::ChangedPieces changed{copy, pieceBytes, numbers.Data()};
    sim.saveState(changed);
    return Napi::Number::New(info.Env(), changed.count());
}

void loadState(const Napi::CallbackInfo& info) {
    Simulator& sim = simulator(info);
    sim.loadState(stateArray(info, sim));
    writeStatus(instance(info));
}

Napi::Value writeCoverage(const Napi::CallbackInfo& info) {
    const std::string path = info[1].As<Napi::String>();
    return Napi::Boolean::New(info.Env(), simulator(info).writeCoverage(path.c_str()));
}

Napi::Value openTrace(const Napi::CallbackInfo& info) {
    const std::string path = info[1].As<Napi::String>();
    const bool isOpen = simulator(info).openTrace(path.c_str());
    writeStatus(instance(info));
    return Napi::Boolean::New(info.Env(), isOpen);
}

void closeTrace(const Napi::CallbackInfo& info) {
    simulator(info).closeTrace();
    writeStatus(instance(info));
}

void runFinalBlocks(const Napi::CallbackInfo& info) { simulator(info).runFinalBlocks(); }

void dispose(const Napi::CallbackInfo& info) {
    auto memory = info[1].As<Napi::ArrayBuffer>();
    if (!memory.IsDetached()) memory.Detach();
    instance(info).simulator.reset();
    instance(info).before.Reset();
}

// Memory that spans all signals, and where each lies in it.
struct Span {
    uintptr_t begin = ~static_cast<uintptr_t>(0);
    uintptr_t end = 0;

    explicit Span(const std::vector<berus::Signal>& signals) {
        for (const berus::Signal& signal : signals) {
            begin = std::min(begin, reinterpret_cast<uintptr_t>(signal.address));
            end = std::max(end, reinterpret_cast<uintptr_t>(signal.address) + signal.bytes);
        }
        begin &= ~static_cast<uintptr_t>(7);  // typed arrays need aligned offsets
    }
};

// Adds `memory`, an ArrayBuffer over the model, and for each signal `offsets` into it and `sizes` in bytes.
void addMemory(Napi::Object& object, Instance* owner) {
    const auto& signals = owner->simulator->signals();
    const Span span{signals};
    auto offsets = Napi::Array::New(object.Env());
    auto sizes = Napi::Array::New(object.Env());
    for (uint32_t i = 0; i < signals.size(); i++) {
        offsets.Set(i, static_cast<double>(reinterpret_cast<uintptr_t>(signals[i].address) - span.begin));
        sizes.Set(i, signals[i].bytes);
    }
    object.Set("offsets", offsets);
    object.Set("sizes", sizes);
    owner->memory = reinterpret_cast<char*>(span.begin);
    const auto release = [](Napi::Env, void*, Instance* it) { it->release(); };
    object.Set("memory", Napi::ArrayBuffer::New(object.Env(), owner->memory, span.end - span.begin, release, owner));
}

void addStatus(Napi::Object& object, Instance* owner) {
    auto status = Napi::Float64Array::New(object.Env(), 5);
    owner->status = Napi::Reference<Napi::Float64Array>::New(status, 1);
    owner->statusData = status.Data();
    object.Set("status", status);
    object.Set("stateBytes", static_cast<double>(owner->simulator->stateBytes()));
    writeStatus(*owner);
}

std::vector<std::string> strings(const Napi::Value& value) {
    const auto array = value.As<Napi::Array>();
    std::vector<std::string> result;
    for (uint32_t i = 0; i < array.Length(); i++) result.push_back(Napi::Value{array.Get(i)}.As<Napi::String>());
    return result;
}

// seed, number of the clock port or -1, whether text is listened to, plusargs
berus::Setup readSetup(const Napi::CallbackInfo& info) {
    berus::Setup setup;
    setup.seed = info[0].As<Napi::Number>().Int32Value();
    setup.clock = info[1].As<Napi::Number>().Int32Value() < 0 ? Simulator::noClock : port(info[1]);
    setup.wantsText = info[2].ToBoolean().Value();
    setup.plusargs = strings(info[3]);
    return setup;
}

Napi::Value create(const Napi::CallbackInfo& info) {
    const Napi::Env env = info.Env();
    const auto environment = *env.GetInstanceData<std::shared_ptr<Environment>>();
    auto made = std::make_unique<Instance>();
    made->environment = environment;
    made->simulator = std::make_unique<Simulator>(readSetup(info));
    Instance* const owner = made.release();
    owner->enter();
    auto object = Napi::Object::New(env);
    object.Set("handle", Napi::External<Instance>::New(env, owner, [](Napi::Env, Instance* it) { it->release(); }));
    object.Set("number", owner->number);
    addMemory(object, owner);
    addStatus(object, owner);
    return object;
}

template <auto work>
Napi::PropertyDescriptor bareFunction(Napi::Env env, const char* name) {
    napi_value value = nullptr;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, work, nullptr, &value);
    return Napi::PropertyDescriptor::Value(name, Napi::Value{env, value}, napi_enumerable);
}

template <auto work>
Napi::PropertyDescriptor function(Napi::Env env, const char* name) {
    return Napi::PropertyDescriptor::Value(name, Napi::Function::New<work>(env, name), napi_enumerable);
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
    auto environment = std::make_shared<Environment>(env);
    auto turn = Napi::Uint32Array::New(env, 2);
    environment->turn = Napi::Reference<Napi::Uint32Array>::New(turn, 1);
    environment->turn.SuppressDestruct();  // a handle may keep the environment beyond Node's own end of it
    environment->turnData = turn.Data();
    exports.Set("turn", turn);
    env.SetInstanceData(new std::shared_ptr<Environment>{environment});
    // Finalizers may not run when a worker ends, so its models are freed here.
    env.AddCleanupHook([environment] {
        for (Instance* const instance : environment->instances) instance->simulator.reset();
    });
    exports.DefineProperties({
        function<create>(env, "create"),
        bareFunction<eval>(env, "eval"),
        bareFunction<tick>(env, "tick"),
        function<run>(env, "run"),
        bareFunction<toEdge>(env, "toEdge"),
        bareFunction<advance>(env, "advance"),
        function<declareClock>(env, "declareClock"),
        function<runUntil>(env, "runUntil"),
        function<batch>(env, "batch"),
        function<watchBefore>(env, "watchBefore"),
        function<openCapture>(env, "openCapture"),
        function<takeCapture>(env, "takeCapture"),
        function<closeCapture>(env, "closeCapture"),
        function<takeReport>(env, "takeReport"),
        function<takeText>(env, "takeText"),
        function<mask>(env, "mask"),
        function<saveState>(env, "saveState"),
        function<loadState>(env, "loadState"),
        function<openTrace>(env, "openTrace"),
        function<closeTrace>(env, "closeTrace"),
        function<writeCoverage>(env, "writeCoverage"),
        function<runFinalBlocks>(env, "runFinalBlocks"),
        function<dispose>(env, "dispose"),
    });
    return exports;
}

}  // namespace

NODE_API_MODULE(berus, initialize)
