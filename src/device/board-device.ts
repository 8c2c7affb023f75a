// SPDX-License-Identifier: Apache-2.0
// A board as a device: the same program and the same packets as in a simulation, over a link that may lose bytes. It
// shows the results and the counters; the maps of inner layers stay on chip.

import { type CompiledNetwork, compileNetwork, programRecords, segmentsHeld } from '../compile/index.ts';
import { type LayerCounters, NO_COUNTERS } from '../cycles/index.ts';
import type { Codes, QuantizedNetwork } from '../network/index.ts';
import { cycleLimit } from './batch-limit.ts';
import { batchesOf, imagesOf, resultValues, valueClasses } from './blocked-words.ts';
import { BoardBus } from './board-bus.ts';
import { checkBoard } from './board-check.ts';
import { BoardLink, type LinkPatience } from './board-link.ts';
import type { ByteChannel } from './byte-channel.ts';
import { checkImages } from './check-images.ts';
import { complaintOf } from './complaints.ts';
import { addBatch, COUNTERS, countersOf } from './counter-order.ts';
import type { Device, Inference, RunCounters } from './device.ts';
import { DeviceFault } from './device-fault.ts';
import { flashSegments, SEGMENT_BYTE_CLOCKS } from './flash-segments.ts';
import { trafficBytes } from './host-traffic.ts';
import { MapStore } from './map-store.ts';
import { FEEDS, HAS_SEGMENTS, networkMark, networkOf, NO_MARK } from './network-mark.ts';
import { networkPackets, picturePacket, segmentPackets } from './network-packets.ts';
import { type Packet, packetClocks, resultPacket, type ResultPacket, resultParts, streamParts } from './packets.ts';
import { REGISTERS } from './registers.ts';
import { chosenSchedule, type RtlDeviceOptions } from './rtl-device.ts';
import { fieldBits, fieldsIn } from './top-registers.ts';

/** Looks after which a board is given up whatever its clock says: some take a millisecond, some 20. */
const MAX_LOOKS = 100_000;

/** How a board is reached. */
export interface BoardOptions extends Pick<RtlDeviceOptions, 'configuration' | 'schedule' | 'images'> {
  /** The way to the board, which the device closes. */
  readonly channel: ByteChannel;
  readonly patience?: LinkPatience | undefined;
}

/**
 * Checks that a board holds the configuration, and loads it with a network.
 * @throws {RangeError} when the network does not fit the configuration
 * @throws {DeviceFault} when the board does not answer, or holds something else
 */
export function createBoardDevice(network: QuantizedNetwork, options: BoardOptions): Device {
  const { configuration, channel, patience } = options;
  try {
    const compiled = compileNetwork(network, configuration, { schedule: chosenSchedule(network, options) });
    const board = new Board(compiled, channel, patience);
    board.load();
    let isDisposed = false;
    return {
      level: 'board',
      infer: (images, count) => {
        if (isDisposed) throw new TypeError('Expected a device in use, but it was disposed.');
        checkImages(network, images, count);
        return board.infer(images, count);
      },
      [Symbol.dispose]: () => {
        isDisposed = true;
        channel[Symbol.dispose]();
      },
    };
  } catch (error) {
    channel[Symbol.dispose]();
    throw error;
  }
}

class Board {
  readonly #compiled: CompiledNetwork;
  readonly #name: string;
  readonly #link: BoardLink;
  readonly #bus: BoardBus;
  readonly #parts: number;
  /** Clocks that a batch may take, where it does not wait for the host. */
  readonly #limit: number;
  /** What the board's watchdog is set to, by which one that was reset is known: no time of the host is in it. */
  readonly #watchdog: number;
  #networkLoadCycles = 0;
  #isNetworkHeld = false;
  /** The mark of a network whose segments of weights come from the board's flash; undefined where the host sends them. */
  #fedMark: number | undefined;

  constructor(compiled: CompiledNetwork, channel: ByteChannel, patience: LinkPatience | undefined) {
    this.#compiled = compiled;
    this.#name = channel.name;
    this.#link = new BoardLink(channel, patience);
    this.#bus = new BoardBus(this.#link);
    this.#parts = streamParts(compiled.configuration);
    this.#limit = cycleLimit(compiled, 0) + SEGMENT_BYTE_CLOCKS * flashSegments(compiled).length;
    this.#watchdog = compiled.segments.length > segmentsHeld(compiled.configuration) ? 2 ** 31 - 1 : this.#limit;
  }

  /**
   * Begins a session with the board, whatever the last one left, and loads the network where the board does not hold it
   * already. While it is being sent the board holds none.
   */
  load(): void {
    checkBoard(this.#bus, this.#name, this.#compiled.configuration);
    const held = this.#bus.readMark();
    if (held !== undefined && held % 2 === FEEDS) this.#bus.writeMark(held - FEEDS);
    this.#clear();
    this.#bus.access([{ register: 'WATCHDOG', value: this.#watchdog }]);
    const packets = networkPackets(this.#compiled);
    const segments = segmentPackets(this.#compiled);
    const mark = networkMark(this.#compiled.configuration, [...packets, ...segments]);
    this.#isNetworkHeld = held !== undefined && networkOf(held) === mark;
    const hasSegments = this.#isNetworkHeld && Math.floor(held! / HAS_SEGMENTS) % 2 === 1;
    this.#fedMark = hasSegments ? mark + HAS_SEGMENTS : undefined;
    const hasMark = held !== undefined && !this.#isNetworkHeld;
    if (hasMark) this.#bus.writeMark(NO_MARK);
    for (const packet of packets) {
      this.#networkLoadCycles += this.#isNetworkHeld ? packetClocks(packet, this.#parts) : this.#send(packet);
    }
    this.#look('take the network');
    if (hasMark) this.#bus.writeMark(mark);
  }

  infer(images: Codes, count: number): Inference {
    const compiled = this.#compiled;
    const { network, resultWords } = compiled;
    const records = programRecords(compiled.records);
    const held = segmentsHeld(compiled.configuration);
    const batches = batchesOf(compiled, count);
    const segments = segmentPackets(compiled);
    const store = new MapStore(compiled, count);
    let layers: LayerCounters[] = network.layers.map(() => NO_COUNTERS);
    const host = { imageLoadCycles: 0, segmentLoadCycles: 0, readCycles: 0, hiddenCycles: 0 };
    /** Segments from the flash are sent by the board itself. */
    const sendSegment = (segment: Packet): void => {
      host.segmentLoadCycles += this.#fedMark === undefined ? this.#send(segment) : packetClocks(segment, this.#parts);
    };
    this.#clear();
    for (let batch = 0; batch < batches; batch++) {
      const what = `run batch ${batch} of ${network.network.name}`;
      this.#bus.access([{ register: 'INTERRUPTS', value: fieldBits('INTERRUPTS', 'batch') }]);
      segments.slice(0, held).forEach(sendSegment);
      host.imageLoadCycles += this.#send(picturePacket(compiled, images, count, batch));
      segments.slice(held).forEach(sendSegment);
      const look = this.#patience(what);
      while (!fieldsIn('INTERRUPTS', look()).includes('batch'));
      const used = imagesOf(compiled, count, batch);
      const { words, classes } = this.#takeResults(used, what);
      store.addResults(resultValues(words, compiled), valueClasses(classes, compiled), batch);
      const run = records.map((_, record) => this.#counters(record));
      layers = addBatch(layers, compiled, run);
      this.#look(what);
      host.readCycles += resultWords + used;
    }
    const counters: RunCounters = {
      layers,
      host: { ...host, networkLoadCycles: this.#networkLoadCycles, ...trafficBytes(compiled, batches) },
      batches,
    };
    // Only results leave the board.
    const last = store.maps.length - 1;
    const maps = store.maps.map((map, layer) => (layer === last ? map : map.subarray(0, 0)));
    return {
      count,
      maps,
      resultsOnly: true,
      counters,
      link: { ...this.#link.counts, networkHeld: this.#isNetworkHeld, segmentsFromFlash: this.#fedMark !== undefined },
    };
  }

  /**
   * Brings the accelerator to idle: drops batches, ends a packet begun, throws away results, clears what was wrong. Segments
   * from the flash begin with the next batch's first.
   */
  #clear(): void {
    const bus = this.#bus;
    if (this.#fedMark !== undefined) bus.writeMark(this.#fedMark);
    const reset = { register: 'CONTROL' as const, value: fieldBits('CONTROL', 'softReset') };
    const [status] = bus.access([reset, { register: 'STATUS' }]) as [number];
    if (fieldsIn('STATUS', status).includes('receiving')) bus.endPacket();
    while (bus.take(this.#resultBeat()).beats.length > 0);
    const all = 2 ** 32 - 1;
    bus.access([
      { register: 'ERRORS', value: all },
      { register: 'INTERRUPTS', value: all },
    ]);
    if (this.#fedMark !== undefined) bus.writeMark(this.#fedMark + FEEDS);
  }

  /** Sends a packet; gives the clocks of its beats. */
  #send(packet: Packet): number {
    const wait = this.#patience('take a packet');
    this.#bus.send(packet, this.#parts, () => void wait());
    return packetClocks(packet, this.#parts);
  }

  /**
   * Looks at the board: what it says of interrupts, and its clock.
   * @throws {DeviceFault} when it says that something is wrong
   */
  #look(what: string): { interrupts: number; clock: number } {
    const registers = ['ERRORS', 'WATCHDOG', 'INTERRUPTS', 'CLOCKS_LOW'] as const;
    const [errors, watchdog, interrupts, clock] = this.#bus.read(...registers) as [number, number, number, number];
    const complaint = watchdog === this.#watchdog ? complaintOf(errors) : 'that it was reset, and has no network';
    if (complaint === undefined) return { interrupts, clock };
    throw new DeviceFault(`Expected the board at ${this.#name} to ${what}, but it reports ${complaint}.`);
  }

  /**
   * Looks at the board time and again, for as many of its clocks from the first look on as a batch may take and some more.
   * @returns takes a look, and gives what it says of interrupts
   */
  #patience(what: string): () => number {
    let started: number | undefined;
    let looks = 0;
    return () => {
      const { interrupts, clock } = this.#look(what);
      const clocks = (clock - (started ??= clock) + 2 ** 32) % 2 ** 32;
      if (clocks <= 2 * this.#limit && looks++ < MAX_LOOKS) return interrupts;
      throw new DeviceFault(
        `Expected the board at ${this.#name} to ${what} within ${2 * this.#limit} clocks, but ${clocks} have passed.`,
      );
    };
  }

  #resultBeat(): { bytes: number; parts: number } {
    const { rows, dataBits } = this.#compiled.configuration;
    return { bytes: Math.max(2, Math.ceil((rows * dataBits) / 8)), parts: resultParts(this.#compiled.configuration) };
  }

  /** Takes the packet of results of a batch that has ended. */
  #takeResults(used: number, what: string): ResultPacket {
    const beat = this.#resultBeat();
    const beats: number[] = [];
    let taken;
    do {
      taken = this.#bus.take(beat);
      beats.push(...taken.beats);
    } while (taken.beats.length > 0 && !taken.isLast);
    const expected = this.#compiled.resultWords + used;
    const received = beats.length / beat.parts;
    if (received !== expected || !taken.isLast) {
      this.#look(what);
      throw new DeviceFault(
        `Expected the board at ${this.#name} to give a packet of ${expected} words of results, but received ${received}.`,
      );
    }
    return resultPacket(Uint32Array.from(beats), beat.parts, used);
  }

  #counters(record: number): LayerCounters {
    const { low } = REGISTERS.COUNTER_SELECT.fields.counter;
    const values = this.#bus.access(
      Array.from({ length: COUNTERS }, (_, counter) => [
        { register: 'COUNTER_SELECT' as const, value: record + counter * 2 ** low },
        { register: 'COUNTER_LOW' as const },
        { register: 'COUNTER_HIGH' as const },
      ]).flat(),
    );
    return countersOf((counter) => values[2 * counter]! + values[2 * counter + 1]! * 2 ** 32);
  }
}
