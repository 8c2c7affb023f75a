// SPDX-License-Identifier: Apache-2.0
// tap_walker: walks a layer's loop nest, TAPS taps of loop 0 with each `issue`, or
// what is left of it.
//
// Outputs are of the taps that enter next, addresses of the first of them, which
// the others follow. Loops are counted one tap ahead of it,
// so that the step which follows a tap is read from a memory by then, and what
// ends with a tap, and which loop steps after it, is known from registers. Where weights are held (STATIONARY,
// and the layer says so), `pushes` and `swaps` hand weights to the cells, which
// taps wait for, and padding codes of channels are words of the buffer that is
// read. Where the outermost loop counts images (`each_image`), weights and padding
// codes are the same for each.

`default_nettype none

module tap_walker #(
    parameter W_COUNT    = 16,
    parameter W_ADDR     = 24,
    parameter W_WEIGHT   = 24,   // bits of a weight's address
    parameter W_SIDE     = 16,   // bits of a row or column
    parameter W_FILTERS  = 16,   // bits of a count of tiles of filters, and of groups
    parameter STATIONARY = 0,    // 1: weights can be held
    parameter LANES      = 16,   // channels and filters of a word then
    parameter TAPS       = 1     // issued at once; 1 where weights can be held
) (
    input  wire                  clk,
    input  wire                  rst,
    input  wire                  start,            // a layer begins: all below is of this layer
    input  wire                  begin_addr,       // an origin or base is there, by then, after the layer before
    input  wire                  begin_xy,
    input  wire                  begin_weights,
    input  wire                  begin_pads,
    input  wire                  issue,

    input  wire                  held,
    input  wire                  each_image,       // with `held`
    input  wire                  pad_per_channel,
    input  wire [10*W_COUNT-1:0] limit,            // of the nest's loops, innermost first; of loop 0 the clocks
    input  wire [W_TAPS-1:0]     last_tap,         // of the TAPS of loop 0's last clock, the last that is one
    input  wire                  row_run,          // loop 0 moves the column, too
    input  wire [W_ADDR-1:0]     addr_step,        // of the loop that steps after the tap, where it has one
    input  wire [W_SIDE-1:0]     y_step,
    input  wire [W_SIDE-1:0]     x_step,
    input  wire [W_ADDR-1:0]     addr_origin,      // added to the address below
    input  wire [W_ADDR-1:0]     addr_base,
    input  wire [W_SIDE-1:0]     y_origin,
    input  wire [W_SIDE-1:0]     x_origin,
    input  wire [W_SIDE-1:0]     in_height,
    input  wire [W_SIDE-1:0]     in_width,
    input  wire [W_WEIGHT-1:0]   weight_base,
    input  wire [W_WEIGHT-1:0]   weight_end,       // where weights are held: after the last word
    input  wire [W_ADDR-1:0]     pad_base,

    output reg                   tile_first,       // it is its tile's first, where weights are not held
    output wire                  ahead,            // `ahead_steps` is the loop that steps after the tap after this one, to be in
    output wire [9:0]            ahead_steps,      // `addr_step`, `y_step` and `x_step` from the next clock until the next such
    output wire                  tile_last,
    output wire                  nest_last,        // ... and the layer's last
    output wire [2:0]            tile_step,        // the loop that steps after the tile, see tile_walker
    output wire                  filters_last,     // its group's last tile of filters
    output wire                  waits,            // its weights are not held yet
    output wire [TAPS-1:0]       there,            // it is a tap; the first is
    output wire [TAPS-1:0]       on_map,
    output wire [TAPS-1:0]       word_read,        // with issue: an activation word is read, of the map or of padding
    output wire [W_ADDR-1:0]     word_addr,
    output wire [TAPS-1:0]       weight_read,
    output reg  [W_WEIGHT-1:0]   weight_addr,
    output wire [W_ADDR-1:0]     pad_addr,

    output wire                  pushes,           // the weight word is pushed into the cells
    output wire                  swaps             // the weights that were pushed are held
);

localparam LEVELS = 10;
localparam INSIDE = 3;   // loops inside a tile
localparam W_TAPS = TAPS > 1 ? $clog2(TAPS) : 1;
localparam FILTER_TILE = 8, GROUP = 9;
localparam PASSES = 4;   // loops inside all tiles of a pixel: the same weights are read again for the next

// Loops whose steps of the tap's address, row and column are words; loop 0 steps by one.
localparam [LEVELS-1:0] ADDR_WORDS = 10'b10_1111_0110, Y_WORDS = 10'b00_1010_0100, X_WORDS = 10'b00_0101_0010;

// Bits of counters: 40 planes at most, as many as a total has bits, and pooling windows of 16x16 at most.
localparam [7:0] W_ANY = W_COUNT[7:0], W_XY = W_SIDE[7:0], W_OUTER = W_FILTERS < W_COUNT ? W_FILTERS[7:0] : W_COUNT[7:0];
localparam [8*LEVELS-1:0] WIDTHS =
    STATIONARY != 0 ? {LEVELS{W_ANY}} : {W_OUTER, W_OUTER, W_XY, W_XY, 8'd4, 8'd4, 8'd6, W_XY, W_XY, W_ANY};

// ---------------------------------------------------------------------------
// The nest

wire [LEVELS-1:0]  ahead_first, ahead_last, ahead_moves;
reg  [LEVELS-1:0]  at_last, steps;
wire [W_SIDE-1:0]  y_tap, x_tap;
wire [W_ADDR-1:0]  tap_addr;

nest_counter #(.LEVELS(LEVELS), .W_COUNT(W_COUNT), .WIDTHS(WIDTHS)) nest_counter_u (
    .clk       (clk),
    .start     (rst),
    .advance   (start | (issue & ~nest_last)),
    .limit     (limit),
    .at_first  (ahead_first),
    .at_last   (ahead_last),
    .moves     (ahead_moves),
    .steps     (ahead_steps)
);

assign ahead = start | issue;

// The loop that steps, in the order of words; what it moves by a word, and what by one.
wire [LEVELS-1:0] ahead_loop = held ? {ahead_steps[9:8], ahead_steps[3:0], ahead_steps[7:4]} : ahead_steps;
reg               addr_word, y_word, x_word, by_one;

always @(posedge clk)
    if (ahead) begin
        at_last   <= ahead_last;
        steps     <= ahead_steps;
        addr_word <= |(ahead_loop & ADDR_WORDS);
        y_word    <= |(ahead_loop & Y_WORDS);
        x_word    <= |(ahead_loop & X_WORDS);
        by_one    <= ahead_loop[0];
    end

wire [W_ADDR-1:0]   addr_from, addr_by;
wire [2*W_SIDE-1:0] xy_from;
wire [W_SIDE-1:0]   y_by, x_by;
wire [2*W_SIDE-1:0] xy_next = {xy_from[W_SIDE +: W_SIDE] + y_by, xy_from[W_SIDE-1:0] + x_by};

nest_memory #(.LEVELS(LEVELS), .W(W_ADDR)) addr_u (
    .clk(clk), .put(begin_addr), .base(addr_base), .advance(issue),
    .ahead(ahead), .ahead_first(ahead_first), .ahead_moves(ahead_moves), .ahead_steps(ahead_steps),
    .from(addr_from), .next(addr_from + addr_by), .value(tap_addr)
);
nest_memory #(.LEVELS(LEVELS), .W(2*W_SIDE)) xy_u (
    .clk(clk), .put(begin_xy), .base({2*W_SIDE{1'b0}}), .advance(issue),
    .ahead(ahead), .ahead_first(ahead_first), .ahead_moves(ahead_moves), .ahead_steps(ahead_steps),
    .from(xy_from), .next(xy_next), .value({y_tap, x_tap})
);

// The step of the loop that steps, or an origin.
assign addr_by = begin_addr ? addr_origin : addr_step & {W_ADDR{addr_word}} | TAPS[W_ADDR-1:0] & {W_ADDR{by_one}};
assign y_by    = begin_xy ? y_origin : y_step & {W_SIDE{y_word}};
assign x_by    = begin_xy ? x_origin : x_step & {W_SIDE{x_word}} | TAPS[W_SIDE-1:0] & {W_SIDE{by_one & row_run}};

wire last_plane = &at_last[PASSES-1:0];
wire last_pixel = &at_last[LEVELS-3:0];   // with these filters

assign tile_last  = &at_last[INSIDE-1:0] & ~held;
assign nest_last  = &at_last;

wire [6:0] outer_steps = steps[LEVELS-1:INSIDE];

assign tile_step    = ~{|outer_steps[3:0], |(outer_steps & 7'b011_0011), |(outer_steps & 7'b101_0101)};
assign filters_last = at_last[FILTER_TILE];

always @(posedge clk)
    if (start | issue)
        tile_first <= ~held & (start | tile_last);

// Rows above and columns left of the map are negative: large when unsigned.
genvar t;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    if (t == 0) begin : gen_first
        assign there[t]  = 1'b1;
        assign on_map[t] = y_tap < in_height & x_tap < in_width;
    end else begin : gen_other
        wire [W_SIDE-1:0] x_here = x_tap + (t[W_SIDE-1:0] & {W_SIDE{row_run}});

        assign there[t]  = ~at_last[0] | last_tap >= t[W_TAPS-1:0];
        assign on_map[t] = y_tap < in_height & x_here < in_width;
    end
end endgenerate

// One pad code for all channels, or one each.
reg  [W_ADDR-1:0] pad_group, pad_now;   // of the group's first channel, of the tap's
wire [W_ADDR-1:0] next_group = steps[GROUP] & ~each_image ? pad_group + addr_step : pad_group;

assign pad_addr = pad_now & {W_ADDR{~pad_words}};

always @(posedge clk) begin
    if (begin_pads)
        pad_group <= pad_base;
    else if (issue & pad_per_channel)
        pad_group <= next_group;

    if (begin_pads)
        pad_now <= pad_base;
    else if (issue & pad_per_channel & ~held)
        pad_now <= steps[0] ? pad_now + TAPS[W_ADDR-1:0] : next_group;
end

// A pixel walks its filters' weights; the next pixel starts over, unless it has other filters. So does each image whose
// weights are held: words of the next one's first fold are read before this one's pixels end.
reg  [W_WEIGHT-1:0] weight_tile;
wire                again;   // for an image after this one
wire [W_WEIGHT-1:0] next_weight;

always @(posedge clk) begin
    if (weight_read[0]) begin
        weight_addr <= again ? weight_base : ~held & last_plane & ~last_pixel ? weight_tile : next_weight;
        if (last_pixel)
            weight_tile <= next_weight;
    end
    if (begin_weights) begin
        weight_addr <= weight_base;
        weight_tile <= weight_base;
    end
end

generate if (TAPS == 1) begin : gen_word_by_word
    wire unused_tap = &{1'b0, last_tap};
    assign next_weight = weight_addr + 1'b1;
end else begin : gen_runs
    wire [W_TAPS:0] words = at_last[0] ? {1'b0, last_tap} + 1'b1 : TAPS[W_TAPS:0];
    assign next_weight = weight_addr + {{W_WEIGHT-W_TAPS-1{1'b0}}, words};
end endgenerate

// ---------------------------------------------------------------------------
// Held weights: when they are pushed, and the words of padding codes

localparam PIXELS = 4;   // loops of the pixels of a fold

wire pad_words;

generate if (STATIONARY != 0) begin : gen_stationary
    wire             loaded;
    wire             fold_last = &at_last[PIXELS-1:0];   // the fold's last pixel
    reg [W_ADDR-1:0]  block;  // of channels, in its group
    reg [W_COUNT-1:0] image;  // whose words are read, ahead of the one whose pixels are

    assign again = held & each_image & next_weight == weight_end & image != limit[GROUP*W_COUNT +: W_COUNT];

    always @(posedge clk) begin
        if (start)
            image <= {W_COUNT{1'b0}};
        else if (weight_read[0] & again)
            image <= image + 1'b1;
    end

    always @(posedge clk) begin
        if (start)
            block <= {W_ADDR{1'b0}};
        else if (issue & fold_last)
            block <= at_last[PIXELS] ? {W_ADDR{1'b0}} : block + 1'b1;
    end

    assign pad_words = held & pad_per_channel;
    assign word_read = {TAPS{issue}} & (on_map | {TAPS{pad_words}});
    assign word_addr = on_map[0] | ~pad_words ? tap_addr : pad_group + block;

    assign weight_read = {TAPS{held ? pushes : issue}};
    assign waits       = held & ~loaded;

    stationary_pusher #(.LANES(LANES)) pusher_u (
        .clk        (clk),
        .rst        (rst),
        .start      (start & held),
        .more       (weight_addr != weight_end),
        .fold_last  (fold_last),
        .issue      (issue),
        .push       (pushes),
        .swap       (swaps),
        .loaded     (loaded)
    );
end else begin : gen_moving
    assign again       = 1'b0;
    assign pad_words   = 1'b0;
    assign word_read   = {TAPS{issue}} & there & on_map;
    assign word_addr   = tap_addr;
    assign weight_read = {TAPS{issue}} & there;
    assign waits       = 1'b0;
    assign pushes      = 1'b0;
    assign swaps       = 1'b0;
    wire unused_held = &{1'b0, weight_end, each_image};
end endgenerate

endmodule

`default_nettype wire
