// SPDX-License-Identifier: Apache-2.0
// layer_counters: counts a layer's clocks and events, and keeps the counts of
// every layer of the last run for the host to read.
//
// Order of the counters: setup, stream, drain, stall, flush, total, sads,
// activation reads, weight reads, shortcut reads, partial reads, pool reads,
// activation writes, result writes, fold reads, load, scan, flag reads. Counters
// wrap at 2^W_COUNTER.
//
// Counts are words of a memory. Beside it each counter has a few bits for what
// it has not added there yet: round and round, one counter a clock takes its
// turn and adds them. A layer's end begins a round that closes it: the n-th counter of a
// round sees events n clocks late, and so has in its turn those of its layer and
// no others. Where QUIET, nothing but a setup goes on so soon after a layer's end,
// and other events need not come late. Two layers end at least 43 clocks apart, as 40 words are read for
// each: enough for the round that closes one and for the first of the next.
// After a run its last layer is closed COUNTERS + 2 clocks later.

`default_nettype none

module layer_counters #(
    parameter LAYERS    = 64,   // layers whose counts are kept, 1 to 64
    parameter W_LAYER   = 6,
    parameter W_SADS    = 14,   // bits of the number of cells in use
    parameter W_COUNTER = 48,
    parameter TAPS      = 1,    // words of activations, and of weights, that are read in a clock at most
    parameter QUIET     = 0     // 1: of what is counted only in_setup and busy are 1 in the COUNTERS clocks after a layer's end
) (
    input  wire                 clk,
    input  wire                 rst,

    input  wire                 busy,
    input  wire                 layer_done,
    input  wire                 again,            // with layer_done: the layer is run once more, and counted on
    input  wire [W_LAYER-1:0]   layer,

    input  wire                 in_setup,
    input  wire                 issue,
    input  wire                 in_drain,
    input  wire                 in_stall,
    input  wire                 in_flush,
    input  wire                 in_load,
    input  wire                 tap,              // enters the array
    input  wire [W_SADS-1:0]    cells,            // ... where so many cells sum it
    input  wire [TAPS-1:0]      activation_read,
    input  wire [TAPS-1:0]      weight_read,
    input  wire                 shortcut_read,
    input  wire                 partial_read,
    input  wire                 pool_read,
    input  wire                 activation_write,
    input  wire                 result_write,
    input  wire                 fold_read,
    input  wire                 in_scan,
    input  wire                 flag_read,

    input  wire [W_LAYER-1:0]   read_layer,       // below LAYERS
    input  wire [4:0]           read_counter,
    output wire [W_COUNTER-1:0] count,            // what was asked for a clock ago; 0 where there is no such counter
    output reg                  count_there       // ... and this clock has it: in one clock of a round, in each while none goes
);

localparam COUNTERS = 18;
localparam SETUP = 0, TOTAL = 5, SADS = 6, ACTIVATION_READS = 7, WEIGHT_READS = 8;
localparam W_KEPT   = LAYERS > 1 ? $clog2(LAYERS) : 1;

// Turns of a round: from FIRST up and around, one in which the last word is written, the reader's.
localparam [4:0] FIRST   = QUIET != 0 ? SETUP : SADS;
localparam [4:0] LAST    = QUIET != 0 ? COUNTERS - 1 : SADS - 1;
localparam [4:0] HIGHEST = COUNTERS - 1;
localparam [4:0] NOBODY  = COUNTERS;
localparam [4:0] READER  = COUNTERS + 1;

// Bits for the events between two turns: of a round, and of one that begins anew amid it; for the words read in them.
localparam W_EVENTS = 6;
localparam W_WORDS  = $clog2(TAPS + 1);
localparam W_READS  = W_EVENTS - 1 + W_WORDS;
localparam W_FEW    = W_SADS + W_EVENTS;

generate if (LAYERS < 1 || LAYERS > 64) begin : check_layers
    error_LAYERS_must_be_from_1_to_64 stop ();
end endgenerate

wire [COUNTERS-1:0] events = {
    flag_read, in_scan, in_load, fold_read, result_write, activation_write, pool_read, partial_read, shortcut_read,
    weight_read[0], activation_read[0], tap, busy, in_flush, in_stall, in_drain, issue, in_setup
};

// ---------------------------------------------------------------------------
// Rounds. The sads, which are many bits to delay, come first.

reg [4:0]         turn;        // the counter whose turn it is
reg               going;
reg               closing;     // the round is a layer's last
reg               goes_on;     // ... of a run after which the layer is run once more
reg               fresh;       // no count of the layer is in the memory
reg               keeps;       // what the round counts is kept
reg               was_busy;
reg [W_LAYER-1:0] round_layer;

// A run that ends amid a layer leaves counts of none.
wire cut  = rst | layer_done | (was_busy & ~busy);
wire take = going & ~cut & turn < NOBODY;

always @(posedge clk) begin
    was_busy <= busy & ~layer_done;

    if (turn >= READER) begin
        turn        <= busy ? FIRST : READER;
        going       <= busy;
        closing     <= 1'b0;
        keeps       <= 1'b1;
        round_layer <= layer;
    end else begin
        turn <= turn == LAST ? NOBODY : turn == HIGHEST ? 5'd0 : turn + 1'b1;
        if (turn == LAST)
            fresh <= closing & ~goes_on;
    end

    if (cut) begin
        turn        <= FIRST;
        going       <= 1'b1;
        closing     <= 1'b1;
        fresh       <= 1'b0;
        keeps       <= layer_done & ~rst;
        goes_on     <= layer_done & again & ~rst;
        round_layer <= layer;
    end
end

// ---------------------------------------------------------------------------
// Counters

wire [W_FEW-1:0] few [0:COUNTERS-1];   // counted since the counter's last turn

genvar i;
generate for (i = 0; i < COUNTERS; i = i + 1) begin : gen_counter
    localparam LATE = QUIET != 0 && i != SETUP && i != TOTAL ? 0 : (i + COUNTERS - FIRST) % COUNTERS;
    localparam W    = i == SADS ? W_FEW : i == ACTIVATION_READS || i == WEIGHT_READS ? W_READS : W_EVENTS;

    wire         event_there;
    wire [W-1:0] by;
    reg  [W-1:0] since;

    delay #(.CLOCKS(LATE), .W(1)) delay_u (.clk(clk), .rst(1'b0), .in(events[i]), .out(event_there));

    if (i == SADS) begin : gen_cells
        assign by     = {{W-W_SADS{1'b0}}, cells & {W_SADS{event_there}}};
        assign few[i] = since;
    end else if (TAPS > 1 && W == W_READS) begin : gen_words
        wire [TAPS-2:0]   others;
        reg  [W_WORDS-1:0] words;
        integer            n;

        delay #(.CLOCKS(LATE), .W(TAPS - 1)) others_u (
            .clk(clk), .rst(1'b0), .in(i == WEIGHT_READS ? weight_read[TAPS-1:1] : activation_read[TAPS-1:1]), .out(others)
        );

        always @* begin
            words = {{W_WORDS-1{1'b0}}, event_there};
            for (n = 0; n < TAPS - 1; n = n + 1)
                words = words + {{W_WORDS-1{1'b0}}, others[n]};
        end

        assign by     = {{W-W_WORDS{1'b0}}, words};
        assign few[i] = {{W_FEW-W{1'b0}}, since};
    end else begin : gen_one
        assign by     = {{W-1{1'b0}}, event_there};
        assign few[i] = {{W_FEW-W{1'b0}}, since};
    end

    always @(posedge clk)
        since <= take & turn == i ? by : since + by;
end endgenerate

// ---------------------------------------------------------------------------
// Memory: a turn reads its word, and writes it a clock later

wire [W_KEPT+5:0]     turn_addr = {1'b0, round_layer[W_KEPT-1:0], turn};
wire [W_KEPT+5:0]     host_addr = {1'b0, read_layer[W_KEPT-1:0], read_counter};
wire [W_COUNTER-1:0]  word;
reg  [W_KEPT+5:0]     write_addr;
reg  [W_FEW-1:0]      added;
reg                   write, first, found;

always @(posedge clk) begin
    write       <= take & keeps;
    write_addr  <= turn_addr;
    added       <= few[turn];   // none of the last two turns, in which nothing is written
    first       <= fresh;
    found       <= read_counter < NOBODY;
    count_there <= ~cut & (~going | turn == READER);
end

wire [W_COUNTER-1:0] wide_added = {{W_COUNTER-W_FEW{1'b0}}, added};

ram_1r1w #(.W(W_COUNTER), .DEPTH(32 << W_KEPT), .W_ADDR(W_KEPT + 6)) kept_u (
    .clk        (clk),
    .write      (write),
    .write_addr (write_addr),
    .write_data (first ? wide_added : word + wide_added),
    .read       (1'b1),
    .read_addr  (take ? turn_addr : host_addr),
    .read_data  (word)
);

assign count = word & {W_COUNTER{found}};

generate if (W_LAYER > W_KEPT) begin : gen_unused
    wire unused = &{1'b0, read_layer[W_LAYER-1:W_KEPT], round_layer[W_LAYER-1:W_KEPT]};
end endgenerate

endmodule

`default_nettype wire
